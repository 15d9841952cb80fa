{{/* Refuses values that the worker or the cluster cannot honour, in words that name the fix. */}}
{{- define "ringpost.guards" -}}
{{- if not .Values.kafka.bootstrapServers }}
{{- fail "kafka.bootstrapServers is empty; name some brokers, each host:port" }}
{{- end }}
{{- range .Values.kafka.bootstrapServers }}
{{- if not (regexMatch ":[0-9]+$" .) }}
{{- fail (printf "kafka.bootstrapServers: %s has no port; write host:port" .) }}
{{- end }}
{{- end }}
{{- include "ringpost.guards.secrets" . }}
{{- include "ringpost.guards.apps" . }}
{{- include "ringpost.guards.settings" . }}
{{- include "ringpost.guards.snapshot" . }}
{{- include "ringpost.guards.scaling" . }}
{{- if lt (int .Values.terminationGracePeriodSeconds) 30 }}
{{- fail (printf "terminationGracePeriodSeconds is %d; a worker may need 29 s to leave, so use 30 or more" (int .Values.terminationGracePeriodSeconds)) }}
{{- end }}
{{- include "ringpost.guards.memory" (dict "name" "resources" "resources" .Values.resources) }}
{{- if and .Values.monitoring.podMonitor.enabled .Values.monitoring.serviceMonitor.enabled }}
{{- fail "monitoring.podMonitor and monitoring.serviceMonitor are both enabled; every worker would count twice, so disable one" }}
{{- end }}
{{- include "ringpost.guards.dashboards" . }}
{{- if and .Values.kafka.clientRack (hasKey (default (dict) .Values.kafka.properties) "client.rack") }}
{{- fail "kafka.clientRack and kafka.properties name client.rack both; write one of them" }}
{{- end }}
{{- if and .Values.strimzi.enabled (not .Values.strimzi.cluster) }}
{{- fail "strimzi.cluster is empty; name the Kafka resource that topics and user belong to" }}
{{- end }}
{{- if and .Values.strimzi.enabled (gt (int .Values.strimzi.topics.minInSyncReplicas) (int .Values.strimzi.topics.replicas)) }}
{{- fail "strimzi.topics.minInSyncReplicas is more than strimzi.topics.replicas; nothing could be written" }}
{{- end }}
{{- end }}

{{/* A GrafanaDashboard points at a ConfigMap, and one without a selector of Grafanas is refused by the operator. */}}
{{- define "ringpost.guards.dashboards" -}}
{{- with .Values.monitoring.dashboards }}
{{- if and .grafanaOperator.enabled (not .enabled) }}
{{- fail "monitoring.dashboards.grafanaOperator takes the dashboards from ConfigMaps, which are not there; set monitoring.dashboards.enabled" }}
{{- end }}
{{- if and .grafanaOperator.enabled (not .grafanaOperator.instanceLabels) }}
{{- fail "monitoring.dashboards.grafanaOperator.instanceLabels is empty; name labels of the Grafanas that get the dashboards" }}
{{- end }}
{{- end }}
{{- end }}

{{/* References to files are taken away first; what is left of a password, or of one in a JAAS line, is in clear text. */}}
{{- define "ringpost.guards.secrets" -}}
{{- $providers := splitList "," (get .Values.kafka.properties "config.providers" | toString | nospace) }}
{{- range $name, $value := .Values.kafka.properties }}
{{- $clear := regexReplaceAll "\\$\\{[^}]*}" (toString $value) "" }}
{{- $tells := regexMatch "(?i)(password|secret|ssl\\.keystore\\.key)" $name }}
{{- if regexMatch "(?i)jaas" $name }}{{ $tells = regexMatch "(?i)(password|passwd|secret)\\w*\\s*=\\s*(\"[^\"]|'[^']|[^\"'\\s;])" $clear }}{{ end }}
{{- if and $tells (trim $clear) }}
{{- fail (printf "kafka.properties: %s would stand in a ConfigMap with a password in clear text; put the password into kafka.secret and write ${directory:/run/secrets/ringpost/kafka:…} in its place" $name) }}
{{- end }}
{{- range regexFindAll "\\$\\{[^:}]+:" (toString $value) -1 }}
{{- $provider := trimSuffix ":" (trimPrefix "${" .) }}
{{- if not (has $provider $providers) }}
{{- fail (printf "kafka.properties: %s asks %s, which config.providers does not name, so Kafka's clients would use the text as it stands; add config.providers and config.providers.%s.class" $name $provider $provider) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The heap is 60 % of the limit; docs/image.md has what the rest needs, measured. */}}
{{- define "ringpost.guards.memory" -}}
{{- $least := 448 }}
{{- $given := (default (dict) .resources.limits).memory }}
{{- $limit := ternary (printf "%.0f" (float64 (default 0 $given))) (toString (default "" $given)) (kindIs "float64" $given) }}
{{- if not $limit }}
{{- fail (printf "%s.limits.memory is not set; the heap is 60 %% of it, and would be 60 %% of the node" .name) }}
{{- end }}
{{- $units := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 }}
{{- $unit := regexFind "[A-Za-z]*$" $limit }}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $limit }}
{{- if or (not (hasKey $units $unit)) (ne (printf "%s%s" $number $unit) $limit) }}
{{- fail (printf "%s.limits.memory: %s is not an amount of memory; write it like 768Mi" .name $limit) }}
{{- end }}
{{- if lt (mulf (float64 $number) (get $units $unit)) (mulf (float64 $least) 1048576.0) }}
{{- fail (printf "%s.limits.memory is %s; the heap is 60 %% of it, and what is needed beside the heap does not fit into the rest below %dMi: it would be killed without a word" .name $limit $least) }}
{{- end }}
{{- end }}

{{- define "ringpost.guards.apps" -}}
{{- if not .Values.apps }}
{{- fail "apps is empty; name at least one credential and its bundle ids" }}
{{- end }}
{{- range $i, $app := .Values.apps }}
{{- if eq (empty $app.key) (empty $app.certificate) }}
{{- fail (printf "apps[%d] needs exactly one of key and certificate" $i) }}
{{- end }}
{{- $credential := default $app.certificate $app.key }}
{{- if eq (empty $credential.secret) (empty $credential.folder) }}
{{- fail (printf "apps[%d] needs exactly one of secret and folder: an existing Secret, or where extraVolumes or an injector put the files" $i) }}
{{- end }}
{{- if and $app.key (eq (empty $app.key.keyId) (empty $app.key.keyIdFile)) }}
{{- fail (printf "apps[%d].key needs exactly one of keyId and keyIdFile" $i) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "ringpost.guards.settings" -}}
{{- range list "kafka" "apps" "admin" }}
{{- if hasKey (default (dict) $.Values.settings) . }}
{{- fail (printf "settings.%s is written by the chart; use the values kafka and apps" .) }}
{{- end }}
{{- end }}
{{- $topics := default (dict) (default (dict) .Values.settings).topics }}
{{- if and $topics.create (ne (int (default 12 $topics.partitions)) (int .Values.scaling.partitions)) }}
{{- fail (printf "settings.topics makes topics with %d partitions but scaling.partitions is %d; write the same number into both" (int (default 12 $topics.partitions)) (int .Values.scaling.partitions)) }}
{{- end }}
{{- $apns := default (dict) (default (dict) .Values.settings).apns }}
{{- range $name := list "production" "sandbox" }}
{{- $port := (default (dict) (get $apns $name)).port }}
{{- $open := false }}
{{- range $.Values.networkPolicy.apnsPorts }}
{{- if eq (int .) (int $port) }}{{ $open = true }}{{ end }}
{{- end }}
{{- if and $port $.Values.networkPolicy.enabled (not $open) }}
{{- fail (printf "settings.apns.%s.port is %d, which the network policy keeps closed; add it to networkPolicy.apnsPorts" $name (int $port)) }}
{{- end }}
{{- end }}
{{- $proxy := default (dict) $apns.proxy }}
{{- if and $proxy.host .Values.networkPolicy.enabled }}
{{- $port := int (default 3128 $proxy.port) }}
{{- $open := false }}
{{- range .Values.networkPolicy.apnsPorts }}
{{- if eq (int .) $port }}{{ $open = true }}{{ end }}
{{- end }}
{{- if not $open }}
{{- fail (printf "settings.apns.proxy.port is %d, which the network policy keeps closed; add it to networkPolicy.apnsPorts and the proxy's network to networkPolicy.apns" $port) }}
{{- end }}
{{- end }}
{{- range .Values.env }}
{{- if regexMatch "^RINGPOST_(ADMIN|KAFKA|APPS)_" .name }}
{{- fail (printf "env: %s would change what the chart's probes, policies and mounts rely on; use the values kafka and apps" .name) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The chart mounts what these keys name. */}}
{{- define "ringpost.guards.snapshot" -}}
{{- $set := default (dict) (default (dict) (default (dict) .Values.settings).tokens).snapshot }}
{{- range list "folder" "key-file" }}
{{- if and $.Values.snapshot.secret (hasKey $set .) }}
{{- fail (printf "settings.tokens.snapshot.%s is written by the chart; leave it out, or empty snapshot.secret and mount the files by extraVolumes" .) }}
{{- end }}
{{- end }}
{{- if and .Values.snapshot.claim (not .Values.snapshot.secret) }}
{{- fail "snapshot.claim has no effect without snapshot.secret; snapshots are encrypted or not written at all" }}
{{- end }}
{{- end }}

{{- define "ringpost.guards.scaling" -}}
{{- with .Values.scaling }}
{{- if eq .mode "none" }}
{{- if lt (int .replicas) 2 }}
{{- fail (printf "scaling.replicas is %d; a lone worker is deaf while it restarts, so use 2 or more" (int .replicas)) }}
{{- end }}
{{- if gt (int .replicas) (int .partitions) }}
{{- fail (printf "scaling.replicas is %d but there are %d partitions; the others would have nothing to do" (int .replicas) (int .partitions)) }}
{{- end }}
{{- else }}
{{- if lt (int .min) 2 }}
{{- fail (printf "scaling.min is %d; a lone worker is deaf while it restarts, so use 2 or more" (int .min)) }}
{{- end }}
{{- if lt (int .max) (int .min) }}
{{- fail (printf "scaling.max is %d, less than scaling.min, %d" (int .max) (int .min)) }}
{{- end }}
{{- if gt (int .max) (int .partitions) }}
{{- fail (printf "scaling.max is %d but there are %d partitions; the others would have nothing to do" (int .max) (int .partitions)) }}
{{- end }}
{{- end }}
{{- if and (eq .mode "hpa") (not (default (dict) $.Values.resources.requests).cpu) }}
{{- fail "scaling.mode is hpa but resources.requests.cpu is not set; the scaler compares with it" }}
{{- end }}
{{- if and (eq .mode "keda") (not .keda.prometheusAddress) }}
{{- fail "scaling.keda.prometheusAddress is empty; KEDA asks Prometheus for the age of the oldest unsettled invite" }}
{{- end }}
{{- end }}
{{- end }}
