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

{{- define "ringpost.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "ringpost.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "ringpost.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "ringpost.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "ringpost.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The names of the topics as the worker will see them: its defaults under what settings.topics says. */}}
{{- define "ringpost.topics" -}}
{{- $set := default (dict) (.Values.settings).topics -}}
{{- $topics := dict
    "invites" "call-invites"
    "tokens" "voip-tokens"
    "invalidations" "voip-token-invalidations"
    "signals" "call-signals"
    "results" "call-push-results"
    "retry" "call-invites.retry"
    "dead-letters" "call-invites.dlq" -}}
{{- range $name, $_ := $topics }}
{{- if hasKey $set $name }}{{ $_ := set $topics $name (get $set $name) }}{{ end }}
{{- end -}}
{{- toYaml $topics }}
{{- end }}

{{/* The rungs of the retry ladder, each with a topic of its own. */}}
{{- define "ringpost.rungs" -}}
{{- $ladder := default (list "1s" "2s" "4s") (default (dict) (.Values.settings).retry).ladder -}}
{{- len $ladder }}
{{- end }}

{{- define "ringpost.group" -}}
{{- default "ringpost" (default (dict) (.Values.settings).intake).group }}
{{- end }}

{{- define "ringpost.retryGroup" -}}
{{- default "ringpost.retry" (default (dict) (.Values.settings).retry).group }}
{{- end }}

{{/* The worker's configuration file. */}}
{{- define "ringpost.configuration" -}}
{{- $kafka := dict "bootstrap-servers" .Values.kafka.bootstrapServers "group-protocol" .Values.kafka.groupProtocol -}}
{{- if .Values.kafka.properties }}{{ $_ := set $kafka "properties" .Values.kafka.properties }}{{ end -}}
{{- $apps := list -}}
{{- range $i, $app := .Values.apps }}
{{- $folder := printf "/run/secrets/ringpost/app-%d" $i -}}
{{- $entry := dict "bundle-ids" $app.bundleIds -}}
{{- if $app.environments }}{{ $_ := set $entry "environments" $app.environments }}{{ end -}}
{{- with $app.key }}
{{- $_ := set $entry "key" (dict "file" (printf "%s/%s" $folder .file) "key-id" .keyId "team-id" .teamId) -}}
{{- end }}
{{- with $app.certificate }}
{{- $certificate := dict "file" (printf "%s/%s" $folder .file) -}}
{{- if .passphraseFile }}{{ $_ := set $certificate "passphrase-file" (printf "%s/%s" $folder .passphraseFile) }}{{ end -}}
{{- $_ := set $entry "certificate" $certificate -}}
{{- end }}
{{- $apps = append $apps $entry -}}
{{- end -}}
{{- $file := dict "kafka" $kafka "apps" $apps "admin" (dict "host" "0.0.0.0" "port" 8080) "log" (dict "format" "json") -}}
{{- toYaml (mergeOverwrite $file (deepCopy (default (dict) .Values.settings))) }}
{{- end }}

{{/* What the worker and the check share: container without command and probes. */}}
{{- define "ringpost.container" -}}
image: {{ include "ringpost.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.env }}
env:
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
  {{- if .Values.kafka.secret }}
  - name: kafka
    mountPath: /run/secrets/ringpost/kafka
    readOnly: true
  {{- end }}
  {{- if .Values.kafka.caSecret }}
  - name: kafka-ca
    mountPath: /run/secrets/ringpost/kafka-ca
    readOnly: true
  {{- end }}
  {{- range $i, $_ := .Values.apps }}
  - name: app-{{ $i }}
    mountPath: /run/secrets/ringpost/app-{{ $i }}
    readOnly: true
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* What the pods of the worker and of the check share. Secrets are mounted as folders, so that a
     change of a Secret reaches the files without a restart. */}}
{{- define "ringpost.pod" -}}
serviceAccountName: {{ include "ringpost.serviceAccount" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- range $key, $value := .Values.podSecurityContext }}
  {{- if not (kindIs "invalid" $value) }}
  {{ $key }}: {{ toJson $value }}
  {{- end }}
  {{- end }}
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: configuration
    configMap:
      name: {{ include "ringpost.fullname" . }}
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- with .Values.kafka.secret }}
  - name: kafka
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
  {{- with .Values.kafka.caSecret }}
  - name: kafka-ca
    secret:
      secretName: {{ . }}
      defaultMode: 0440
  {{- end }}
  {{- range $i, $app := .Values.apps }}
  - name: app-{{ $i }}
    secret:
      {{- with $app.key }}
      secretName: {{ .secret }}
      defaultMode: 0440
      items:
        - key: {{ .file }}
          path: {{ .file }}
      {{- end }}
      {{- with $app.certificate }}
      secretName: {{ .secret }}
      defaultMode: 0440
      items:
        - key: {{ .file }}
          path: {{ .file }}
        {{- if .passphraseFile }}
        - key: {{ .passphraseFile }}
          path: {{ .passphraseFile }}
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
