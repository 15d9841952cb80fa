{{- define "ringpost.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" }}
{{- end }}

{{- define "ringpost.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" }}
{{- else if contains (include "ringpost.name" .) .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "ringpost.name" .) | trunc 53 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "ringpost.selector" -}}
app.kubernetes.io/name: {{ include "ringpost.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ringpost.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{/* The labels of all objects and pods; the chart's own win. */}}
{{- define "ringpost.labels" -}}
{{- $own := include "ringpost.selector" . | fromYaml -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- toYaml (mergeOverwrite (dict) (deepCopy .Values.commonLabels) $own) }}
{{- end }}

{{/* What stands under metadata. Of root, and where they differ from the usual: name, namespace, labels, annotations. */}}
{{- define "ringpost.metadata" -}}
{{- $own := include "ringpost.labels" .root | fromYaml -}}
name: {{ default (include "ringpost.fullname" .root) .name }}
namespace: {{ default (include "ringpost.namespace" .root) .namespace }}
labels:
  {{- toYaml (mergeOverwrite (dict) (deepCopy (default (dict) .labels)) $own) | nindent 2 }}
{{- with mergeOverwrite (dict) (deepCopy .root.Values.commonAnnotations) (deepCopy (default (dict) .annotations)) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "ringpost.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ringpost.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "ringpost.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with (default (dict) .Values.global).imageRegistry }}{{ $repository = printf "%s/%s" (trimSuffix "/" .) $repository }}{{ end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The names of the topics as the worker will see them: its defaults under what settings.topics says. That of deaf
     phones is among them only if it is named, or if something writes it. */}}
{{- define "ringpost.topics" -}}
{{- $set := default (dict) (.Values.settings).topics -}}
{{- $topics := dict
    "invites" "call-invites"
    "tokens" "voip-tokens"
    "invalidations" "voip-token-invalidations"
    "signals" "call-signals"
    "results" "call-push-results"
    "retry" "call-invites.retry"
    "missed-calls" "call-invites.missed"
    "dead-letters" "call-invites.dlq" -}}
{{- if .Values.health.enabled }}{{ $_ := set $topics "device-health" "voip-device-health" }}{{ end -}}
{{- with get $set "device-health" }}{{ $_ := set $topics "device-health" . }}{{ end -}}
{{- range $name, $_ := $topics }}
{{- if hasKey $set $name }}{{ $_ := set $topics $name (get $set $name) }}{{ end }}
{{- end -}}
{{- toYaml $topics }}
{{- end }}

{{/* How many retries the ladder has, each with a topic of its own. */}}
{{- define "ringpost.retries" -}}
{{- $ladder := default (list "1s" "2s" "4s") (default (dict) (.Values.settings).retry).ladder -}}
{{- if kindIs "string" $ladder }}{{ $ladder = splitList "," $ladder }}{{ end -}}
{{- len $ladder }}
{{- end }}

{{- define "ringpost.group" -}}
{{- default "ringpost" (default (dict) (.Values.settings).intake).group }}
{{- end }}

{{/* Whether missed calls are told; empty if not. */}}
{{- define "ringpost.tellsMissedCalls" -}}
{{- if (default (dict) (get (default (dict) .Values.settings) "missed-call")).enabled }}true{{ end }}
{{- end }}

{{- define "ringpost.missedCallGroup" -}}
{{- default "ringpost.missed-calls" (default (dict) (get (default (dict) .Values.settings) "missed-call")).group }}
{{- end }}

{{- define "ringpost.retryGroup" -}}
{{- default "ringpost.retry" (default (dict) (.Values.settings).retry).group }}
{{- end }}

{{/* The folder in the pod where the files of a key or certificate are. Of its number and itself. */}}
{{- define "ringpost.folder" -}}
{{- $credential := .credential -}}
{{- default (printf "/run/secrets/ringpost/app-%d" .number) (trimSuffix "/" (default "" $credential.folder)) }}
{{- end }}

{{/* The ConfigMap's name changes with its content: so it can be immutable, a change of it makes new pods, and an old
     ReplicaSet still finds the configuration that it was made with. */}}
{{- define "ringpost.configurationName" -}}
{{- printf "%s-%s" (include "ringpost.fullname" .) (include "ringpost.configuration" . | sha256sum | trunc 10) }}
{{- end }}

{{/* Puts the properties of Kafka's clients into the group kafka of a configuration. Of root and kafka. */}}
{{- define "ringpost.setKafkaProperties" -}}
{{- $properties := deepCopy (default (dict) .root.Values.kafka.properties) -}}
{{- with .root.Values.kafka.clientRack }}{{ $_ := set $properties "client.rack" . }}{{ end -}}
{{- if $properties }}{{ $_ := set .kafka "properties" $properties }}{{ end -}}
{{- end }}

{{/* The worker's configuration file. */}}
{{- define "ringpost.configuration" -}}
{{- $kafka := dict "bootstrap-servers" .Values.kafka.bootstrapServers "group-protocol" .Values.kafka.groupProtocol -}}
{{- include "ringpost.setKafkaProperties" (dict "root" . "kafka" $kafka) -}}
{{- $apps := list -}}
{{- range $i, $app := .Values.apps }}
{{- $entry := dict "bundle-ids" $app.bundleIds -}}
{{- if $app.environments }}{{ $_ := set $entry "environments" $app.environments }}{{ end -}}
{{- if $app.payload }}{{ $_ := set $entry "payload" $app.payload }}{{ end -}}
{{- with $app.key }}
{{- $folder := include "ringpost.folder" (dict "number" $i "credential" .) -}}
{{- $key := dict "file" (printf "%s/%s" $folder .file) "team-id" .teamId -}}
{{- if .keyId }}{{ $_ := set $key "key-id" .keyId }}{{ end -}}
{{- if .keyIdFile }}{{ $_ := set $key "key-id-file" (printf "%s/%s" $folder .keyIdFile) }}{{ end -}}
{{- $_ := set $entry "key" $key -}}
{{- end }}
{{- with $app.certificate }}
{{- $folder := include "ringpost.folder" (dict "number" $i "credential" .) -}}
{{- $certificate := dict "file" (printf "%s/%s" $folder .file) -}}
{{- if .keyFile }}{{ $_ := set $certificate "key-file" (printf "%s/%s" $folder .keyFile) }}{{ end -}}
{{- if .passphraseFile }}{{ $_ := set $certificate "passphrase-file" (printf "%s/%s" $folder .passphraseFile) }}{{ end -}}
{{- $_ := set $entry "certificate" $certificate -}}
{{- end }}
{{- $apps = append $apps $entry -}}
{{- end -}}
{{- $file := dict "kafka" $kafka "apps" $apps "admin" (dict "host" "0.0.0.0" "port" 8080) "log" (dict "format" "json") -}}
{{- if .Values.livePage.enabled }}{{ $_ := set $file.admin "page" true }}{{ end -}}
{{- if .Values.snapshot.secret }}
{{- $snapshot := dict "folder" "/var/lib/ringpost/snapshots" "key-file" (printf "/run/secrets/ringpost/snapshot/%s" .Values.snapshot.key) -}}
{{- $_ := set $file "tokens" (dict "snapshot" $snapshot) -}}
{{- end -}}
{{- if .Values.health.enabled }}{{ $_ := set $file "topics" (pick (include "ringpost.topics" . | fromYaml) "device-health") }}{{ end -}}
{{- toYaml (mergeOverwrite $file (omit (deepCopy (default (dict) .Values.settings)) "gateway" "health" "synthetic")) }}
{{- end }}

{{/* What all containers share, up to the mounts of Kafka's files. Of root, env, envFrom and kafkaSecret. */}}
{{- define "ringpost.containerOfAll" -}}
image: {{ include "ringpost.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with .env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: configuration
    mountPath: /etc/ringpost
    readOnly: true
  - name: tmp
    mountPath: /tmp
  {{- if .kafkaSecret }}
  - name: kafka
    mountPath: /run/secrets/ringpost/kafka
    readOnly: true
  {{- end }}
  {{- if .root.Values.kafka.caSecret }}
  - name: kafka-ca
    mountPath: /run/secrets/ringpost/kafka-ca
    readOnly: true
  {{- end }}
{{- end }}

{{/* What the worker and the check share: container without command and probes. */}}
{{- define "ringpost.container" -}}
{{- include "ringpost.containerOfAll" (dict "root" . "env" .Values.env "envFrom" .Values.envFrom "kafkaSecret" .Values.kafka.secret) }}
  {{- range $i, $app := .Values.apps }}
  {{- if (default $app.certificate $app.key).secret }}
  - name: app-{{ $i }}
    mountPath: /run/secrets/ringpost/app-{{ $i }}
    readOnly: true
  {{- end }}
  {{- end }}
  {{- if .Values.snapshot.secret }}
  - name: snapshot-key
    mountPath: /run/secrets/ringpost/snapshot
    readOnly: true
  - name: snapshots
    mountPath: /var/lib/ringpost
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* What all pods share, up to the volumes of Kafka's files. Of root, automountToken, initContainers, affinity,
     configuration (the ConfigMap's name) and kafkaSecret. Secrets are mounted as folders, so that a change of a Secret
     reaches the files without a restart. */}}
{{- define "ringpost.podOfAll" -}}
serviceAccountName: {{ include "ringpost.serviceAccount" .root }}
automountServiceAccountToken: {{ .automountToken }}
enableServiceLinks: false
{{- with concat (default (list) (default (dict) .root.Values.global).imagePullSecrets) .root.Values.imagePullSecrets | uniq }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .root.Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- range $key, $value := .root.Values.podSecurityContext }}
  {{- if not (kindIs "invalid" $value) }}
  {{ $key }}: {{ toJson $value }}
  {{- end }}
  {{- end }}
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: configuration
    configMap:
      name: {{ .configuration }}
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- with .kafkaSecret }}
  - name: kafka
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
  {{- with .root.Values.kafka.caSecret }}
  - name: kafka-ca
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
{{- end }}

{{/* What the pods of the worker and of the check share. */}}
{{- define "ringpost.pod" -}}
{{- include "ringpost.podOfAll" (dict "root" . "automountToken" .Values.serviceAccount.automountToken "initContainers" .Values.initContainers "affinity" .Values.affinity "configuration" (include "ringpost.configurationName" .) "kafkaSecret" .Values.kafka.secret) }}
  {{- range $i, $app := .Values.apps }}
  {{- $credential := default $app.certificate $app.key }}
  {{- if $credential.secret }}
  - name: app-{{ $i }}
    secret:
      secretName: {{ $credential.secret }}
      defaultMode: 0440
      items:
        {{- range list $credential.file $credential.keyIdFile $credential.keyFile $credential.passphraseFile }}
        {{- with . }}
        - key: {{ . }}
          path: {{ . }}
        {{- end }}
        {{- end }}
  {{- end }}
  {{- end }}
  {{- with .Values.snapshot }}
  {{- if .secret }}
  - name: snapshot-key
    secret:
      secretName: {{ .secret }}
      defaultMode: 0440
      items:
        - key: {{ .key }}
          path: {{ .key }}
  # The folder in it is made by the worker, for itself alone: the volume's own may be somebody else's.
  - name: snapshots
    {{- if .claim }}
    persistentVolumeClaim:
      claimName: {{ .claim }}
    {{- else }}
    emptyDir:
      sizeLimit: {{ .sizeLimit }}
    {{- end }}
  {{- end }}
  {{- end }}
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* How a scaler goes up and down: up fast, down one by one and late. */}}
{{- define "ringpost.behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - type: Pods
      value: 2
      periodSeconds: 60
scaleDown:
  stabilizationWindowSeconds: {{ .Values.scaling.scaleDownAfterSeconds }}
  policies:
    - type: Pods
      value: 1
      periodSeconds: {{ .Values.scaling.scaleDownPeriodSeconds }}
{{- end }}

{{/*
Whose series are this release's own, whatever else runs in the namespace. Kubernetes cuts what stands before a pod's
five random characters at 58, so that behind a long name there is no dash before them.
*/}}
{{- define "ringpost.series" -}}
namespace="{{ include "ringpost.namespace" . }}", pod=~"{{ include "ringpost.fullname" . }}-[a-z0-9]+(-[a-z0-9]{5})?"
{{- end }}

{{/* What both monitors say of a scrape. */}}
{{- define "ringpost.scraping" -}}
interval: {{ .Values.monitoring.interval }}
{{- with .Values.monitoring.scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- with .Values.monitoring.relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.monitoring.metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The way to DNS and to Kafka, as rules of egress. */}}
{{- define "ringpost.egress" -}}
{{- $ports := list }}
{{- range .Values.kafka.bootstrapServers }}
{{- $ports = append $ports (regexFind "[0-9]+$" . | int) }}
{{- end }}
{{- range .Values.networkPolicy.kafkaPorts }}
{{- $ports = append $ports (int .) }}
{{- end }}
# DNS
- ports:
    {{- range .Values.networkPolicy.dnsPorts }}
    - port: {{ . }}
      protocol: UDP
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  {{- with .Values.networkPolicy.dns }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
# Kafka
- ports:
    {{- range $ports | uniq }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  {{- with .Values.networkPolicy.kafka }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
