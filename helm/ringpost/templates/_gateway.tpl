{{/* The pods of the gateway, which have nothing of Apple's: names, configuration, times, guards. */}}
{{- define "ringpost.gatewayName" -}}
{{- printf "%s-gateway" (include "ringpost.fullname" . | trunc 45 | trimSuffix "-") }}
{{- end }}

{{- define "ringpost.gatewaySelector" -}}
{{ include "ringpost.selector" . }}
app.kubernetes.io/component: gateway
{{- end }}

{{- define "ringpost.gatewayKafkaSecret" -}}
{{- default .Values.kafka.secret .Values.gateway.kafkaSecret }}
{{- end }}

{{- define "ringpost.gatewayConfigurationName" -}}
{{- printf "%s-%s" (include "ringpost.gatewayName" .) (include "ringpost.gatewayConfiguration" . | sha256sum | trunc 10) }}
{{- end }}

{{/* Its own file, with the keys that a gateway reads: so a change of what workers do does not replace gateways. */}}
{{- define "ringpost.gatewayConfiguration" -}}
{{- $settings := default (dict) .Values.settings -}}
{{- $kafka := dict "bootstrap-servers" .Values.kafka.bootstrapServers "group-protocol" .Values.kafka.groupProtocol -}}
{{- include "ringpost.setKafkaProperties" (dict "root" . "kafka" $kafka) -}}
{{- $own := dict "host" "0.0.0.0" "port" 8090 -}}
{{- with .Values.gateway }}
{{- if .tokensSecret }}{{ $_ := set $own "bearer-tokens-file" (printf "/run/secrets/ringpost/gateway-tokens/%s" .tokensKey) }}{{ end -}}
{{- if .tls.secret }}
{{- $tls := dict "key-store-file" (printf "/run/secrets/ringpost/gateway-tls/%s" .tls.keyStore) "password-file" (printf "/run/secrets/ringpost/gateway-tls/%s" .tls.password) -}}
{{- if .tls.clientAuthorities }}{{ $_ := set $tls "client-authorities-file" (printf "/run/secrets/ringpost/gateway-tls/%s" .tls.clientAuthorities) }}{{ end -}}
{{- $_ := set $own "tls" $tls -}}
{{- end }}
{{- if .webhook.url }}
{{- $_ := set $own "webhook" (dict "url" .webhook.url "secret-file" (printf "/run/secrets/ringpost/gateway-webhook/%s" .webhook.key)) -}}
{{- end }}
{{- end }}
{{- $file := dict "kafka" $kafka "admin" (dict "host" "0.0.0.0" "port" 8080) "log" (dict "format" "json") "gateway" $own -}}
{{- toYaml (mergeOverwrite $file (pick (deepCopy $settings) "topics" "ring" "log" "gateway")) }}
{{- end }}

{{/* Seconds of a duration such as 10s or 1500ms, rounded up. */}}
{{- define "ringpost.seconds" -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- mulf (regexFind "^[0-9]+" . | float64) (get (dict "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0) $unit) | ceil | int }}
{{- end }}

{{/* From the begin of preStop to the kill: 5 s until nobody is sent here any more, the longest wait of a client, and
     12 s for the webhooks and Kafka's clients to close. */}}
{{- define "ringpost.gatewayGraceSeconds" -}}
{{- $set := default (dict) (default (dict) .Values.settings).gateway -}}
{{- $wait := include "ringpost.seconds" (get $set "max-wait" | default "10s") | int -}}
{{- $store := include "ringpost.seconds" (get $set "store-within" | default "3s") | int -}}
{{- add 5 $wait $store 12 }}
{{- end }}

{{- define "ringpost.webhookPort" -}}
{{- $url := urlParse .Values.gateway.webhook.url -}}
{{- default (ternary "443" "80" (eq $url.scheme "https")) (regexFind ":[0-9]+$" $url.host | trimPrefix ":") }}
{{- end }}

{{/* Each would end in a gateway that does not start, or in one that anybody may call. */}}
{{- define "ringpost.guards.gateway" -}}
{{- $set := default (dict) (default (dict) .Values.settings).gateway }}
{{- with .Values.gateway }}
{{- $authorities := or (and .tls.secret .tls.clientAuthorities) (get (default (dict) $set.tls) "client-authorities-file") }}
{{- if not (or .tokensSecret $authorities) }}
{{- fail "gateway.enabled lets anybody who reaches it ring any phone; name gateway.tokensSecret, or gateway.tls.secret with gateway.tls.clientAuthorities" }}
{{- end }}
{{- if and .tls.clientAuthorities (not .tls.secret) }}
{{- fail "gateway.tls.clientAuthorities is a key of gateway.tls.secret, which is empty" }}
{{- end }}
{{- if and .webhook.url (not .webhook.secret) }}
{{- fail "gateway.webhook.secret is empty; name the Secret with the key that signs verdicts" }}
{{- end }}
{{- if and .webhook.secret (not .webhook.url) }}
{{- fail "gateway.webhook.url is empty; say where gateway.webhook.secret signs verdicts for" }}
{{- end }}
{{- range $key := list "host" "port" "bearer-tokens-file" "webhook.url" "webhook.secret-file" }}
{{- $part := splitList "." $key }}
{{- if hasKey (ternary $set (default (dict) $set.webhook) (eq (len $part) 1)) (last $part) }}
{{- fail (printf "settings.gateway.%s is written by the chart; use the values under gateway" $key) }}
{{- end }}
{{- end }}
{{- if and $set.webhook (not .webhook.url) }}
{{- fail "settings.gateway.webhook has no effect without gateway.webhook.url and gateway.webhook.secret" }}
{{- end }}
{{- if and .tls.secret $set.tls }}
{{- fail "settings.gateway.tls is written by the chart where gateway.tls.secret is set; leave one of them out" }}
{{- end }}
{{- if lt (int .replicas) 2 }}
{{- fail (printf "gateway.replicas is %d; a lone gateway answers nobody while its node goes, so use 2 or more" (int .replicas)) }}
{{- end }}
{{- if and $.Values.strimzi.enabled $.Values.strimzi.user.enabled (not .kafkaSecret) }}
{{- fail (printf "gateway.kafkaSecret is empty; the workers' user may not write invites, so name the Secret that Strimzi makes for the gateway, %s" (include "ringpost.gatewayName" $)) }}
{{- end }}
{{- range .env }}
{{- if regexMatch "^RINGPOST_(ADMIN|KAFKA|GATEWAY)_" .name }}
{{- fail (printf "gateway.env: %s would change what the chart's probes, policies and mounts rely on; use settings.gateway" .name) }}
{{- end }}
{{- end }}
{{- include "ringpost.guards.memory" (dict "name" "gateway.resources" "resources" .resources) }}
{{- end }}
{{- end }}

{{/* What a gateway and its check share: the pod up to its volumes. */}}
{{- define "ringpost.gatewayPod" -}}
{{- with .Values.gateway }}
{{- include "ringpost.podOfAll" (dict "root" $ "automountToken" false "initContainers" .initContainers "affinity" .affinity "configuration" (include "ringpost.gatewayConfigurationName" $) "kafkaSecret" (include "ringpost.gatewayKafkaSecret" $)) }}
  {{- if .tokensSecret }}
  - name: gateway-tokens
    secret:
      secretName: {{ .tokensSecret }}
      defaultMode: 0440
      items:
        - key: {{ .tokensKey }}
          path: {{ .tokensKey }}
  {{- end }}
  {{- if .tls.secret }}
  - name: gateway-tls
    secret:
      secretName: {{ .tls.secret }}
      defaultMode: 0440
      items:
        {{- range list .tls.keyStore .tls.password .tls.clientAuthorities }}
        {{- with . }}
        - key: {{ . }}
          path: {{ . }}
        {{- end }}
        {{- end }}
  {{- end }}
  {{- if .webhook.url }}
  - name: gateway-webhook
    secret:
      secretName: {{ .webhook.secret }}
      defaultMode: 0440
      items:
        - key: {{ .webhook.key }}
          path: {{ .webhook.key }}
  {{- end }}
  {{- with .extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* And the container without command, ports and probes. */}}
{{- define "ringpost.gatewayContainer" -}}
{{- with .Values.gateway }}
{{- include "ringpost.containerOfAll" (dict "root" $ "env" .env "envFrom" .envFrom "kafkaSecret" (include "ringpost.gatewayKafkaSecret" $)) }}
  {{- if .tokensSecret }}
  - name: gateway-tokens
    mountPath: /run/secrets/ringpost/gateway-tokens
    readOnly: true
  {{- end }}
  {{- if .tls.secret }}
  - name: gateway-tls
    mountPath: /run/secrets/ringpost/gateway-tls
    readOnly: true
  {{- end }}
  {{- if .webhook.url }}
  - name: gateway-webhook
    mountPath: /run/secrets/ringpost/gateway-webhook
    readOnly: true
  {{- end }}
  {{- with .extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}
