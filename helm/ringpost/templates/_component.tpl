{{/* What the services beside the workers share: gateway, health and synthetic, each a Deployment of its own with a file, a policy and
     a user of its own, and nothing of Apple's. A component is a dict of root, component (its word, which is its command
     too) and values (its part of the values); each adds what is its own: configuration, kafkaSecret, volumes, mounts,
     clients (whether it has some), graceSeconds, replaced, ingress, egress, acls. */}}
{{- define "ringpost.componentName" -}}
{{- printf "%s-%s" (include "ringpost.fullname" .root | trunc 45 | trimSuffix "-") .component }}
{{- end }}

{{- define "ringpost.componentSelector" -}}
{{ include "ringpost.selector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* The services that are there: their pods, and those of their checks, have a policy of their own. */}}
{{- define "ringpost.components" -}}
{{- $all := list }}
{{- if .Values.gateway.enabled }}{{ $all = concat $all (list "gateway" "gateway-check") }}{{ end }}
{{- if .Values.health.enabled }}{{ $all = concat $all (list "health" "health-check") }}{{ end }}
{{- if .Values.synthetic.callee }}{{ $all = concat $all (list "synthetic" "synthetic-check") }}{{ end }}
{{- join ", " $all }}
{{- end }}

{{- define "ringpost.componentKafkaSecret" -}}
{{- default .root.Values.kafka.secret .values.kafkaSecret }}
{{- end }}

{{- define "ringpost.componentConfigurationName" -}}
{{- printf "%s-%s" (include "ringpost.componentName" .) (.configuration | sha256sum | trunc 10) }}
{{- end }}

{{/* Its own file, with the keys that it reads: so a change of what workers do does not replace it. Of root, keys of
     settings and own, the groups that the chart writes. */}}
{{- define "ringpost.componentConfiguration" -}}
{{- $kafka := dict "bootstrap-servers" .root.Values.kafka.bootstrapServers "group-protocol" .root.Values.kafka.groupProtocol -}}
{{- include "ringpost.setKafkaProperties" (dict "root" .root "kafka" $kafka) -}}
{{- $file := mergeOverwrite (dict "kafka" $kafka "admin" (dict "host" "0.0.0.0" "port" 8080) "log" (dict "format" "json")) .own -}}
{{- $settings := deepCopy (default (dict) .root.Values.settings) -}}
{{- range $key := .keys }}
{{- with get $settings $key }}{{ $_ := mergeOverwrite $file (dict $key .) }}{{ end }}
{{- end -}}
{{- toYaml $file }}
{{- end }}

{{- define "ringpost.guards.component" -}}
{{- $component := .component }}
{{- if and .root.Values.strimzi.enabled .root.Values.strimzi.user.enabled (not .values.kafkaSecret) }}
{{- fail (printf "%s.kafkaSecret is empty; %s, so name the Secret that Strimzi makes for it, %s" $component .workersMayNot (include "ringpost.componentName" .)) }}
{{- end }}
{{- $kept := .kept }}
{{- range .values.env }}
{{- if regexMatch (printf "^RINGPOST_(%s)_" $kept) .name }}
{{- fail (printf "%s.env: %s would change what the chart's probes, policies and mounts rely on; use settings.%s" $component .name $component) }}
{{- end }}
{{- end }}
{{- include "ringpost.guards.memory" (dict "name" (printf "%s.resources" $component) "resources" .values.resources) }}
{{- end }}

{{/* What it and its check share: the pod up to its volumes. */}}
{{- define "ringpost.componentPod" -}}
{{- include "ringpost.podOfAll" (dict "root" .root "automountToken" false "initContainers" .values.initContainers "affinity" .values.affinity "configuration" (include "ringpost.componentConfigurationName" .) "kafkaSecret" (include "ringpost.componentKafkaSecret" .)) }}
  {{- with concat .volumes .values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* And the container without command, ports and probes. */}}
{{- define "ringpost.componentContainer" -}}
{{- include "ringpost.containerOfAll" (dict "root" .root "env" .values.env "envFrom" .values.envFrom "kafkaSecret" (include "ringpost.componentKafkaSecret" .)) }}
  {{- with concat .mounts .values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Every object of it but those that it alone has. */}}
{{- define "ringpost.componentObjects" -}}
{{- include "ringpost.componentConfigMap" . }}
---
{{ include "ringpost.componentDeployment" . }}
{{- if .root.Values.podDisruptionBudget.enabled }}
---
{{ include "ringpost.componentBudget" . }}
{{- end }}
{{- if .root.Values.networkPolicy.enabled }}
---
{{ include "ringpost.componentPolicy" . }}
{{- end }}
{{- if .root.Values.monitoring.podMonitor.enabled }}
---
{{ include "ringpost.componentPodMonitor" . }}
{{- end }}
{{- if .root.Values.monitoring.serviceMonitor.enabled }}
---
{{ include "ringpost.componentServiceMonitor" . }}
{{- end }}
{{- if and .root.Values.strimzi.enabled .root.Values.strimzi.user.enabled }}
---
{{ include "ringpost.componentUser" . }}
{{- end }}
{{- if .root.Values.check.enabled }}
---
{{ include "ringpost.componentCheck" . }}
{{- end }}
{{- end }}

{{- define "ringpost.componentConfigMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "ringpost.metadata" (dict "root" .root "name" (include "ringpost.componentConfigurationName" .) "labels" (dict "app.kubernetes.io/component" "configuration") "annotations" (dict "helm.sh/resource-policy" "keep")) | nindent 2 }}
immutable: true
data:
  {{ .component }}.yaml: |
    {{- .configuration | nindent 4 }}
{{- end }}

{{- define "ringpost.componentDeployment" -}}
{{- $labels := dict "app.kubernetes.io/component" .component -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "ringpost.metadata" (dict "root" .root "name" (include "ringpost.componentName" .) "labels" $labels) | nindent 2 }}
spec:
  replicas: {{ .values.replicas }}
  revisionHistoryLimit: {{ .root.Values.revisionHistoryLimit }}
  # None goes before the new one is ready: {{ .replaced }}.
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "ringpost.componentSelector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- toYaml (mergeOverwrite (dict) (deepCopy .root.Values.podLabels) (include "ringpost.labels" .root | fromYaml) $labels) | nindent 8 }}
      {{- with .values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- include "ringpost.componentPod" . | nindent 6 }}
      terminationGracePeriodSeconds: {{ .graceSeconds }}
      {{- with .root.Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .root.Values.topologySpread }}
      topologySpreadConstraints:
        {{- range . }}
        {{- toYaml (list .) | nindent 8 }}
          labelSelector:
            matchLabels:
              {{- include "ringpost.componentSelector" $ | nindent 14 }}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      {{- end }}
      containers:
        - name: {{ .component }}
          args: [{{ .component }}, --config, /etc/ringpost/{{ .component }}.yaml]
          {{- include "ringpost.componentContainer" . | nindent 10 }}
          ports:
            {{- if .clients }}
            - name: http
              containerPort: 8090
              protocol: TCP
            {{- end }}
            - name: admin
              containerPort: 8080
              protocol: TCP
          {{- if and .clients (semverCompare ">=1.30.0-0" .root.Capabilities.KubeVersion.Version) }}
          # On SIGTERM the port accepts no more. Before it, the nodes have time to send nobody here.
          lifecycle:
            preStop:
              sleep:
                seconds: 5
          {{- end }}
          startupProbe:
            httpGet:
              path: /livez
              port: admin
            periodSeconds: 1
            timeoutSeconds: 1
            failureThreshold: 60
          livenessProbe:
            httpGet:
              path: /livez
              port: admin
            periodSeconds: 10
            timeoutSeconds: 3
            failureThreshold: 3
          # Green once it has read what it must; red from SIGTERM on.
          readinessProbe:
            httpGet:
              path: /readyz
              port: admin
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 3
          resources:
            {{- toYaml .values.resources | nindent 12 }}
{{- end }}

{{- define "ringpost.componentBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "ringpost.metadata" (dict "root" .root "name" (include "ringpost.componentName" .) "labels" (dict "app.kubernetes.io/component" .component)) | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "ringpost.componentSelector" . | nindent 6 }}
{{- end }}

{{- define "ringpost.componentPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "ringpost.metadata" (dict "root" .root "name" (include "ringpost.componentName" .) "labels" (dict "app.kubernetes.io/component" .component)) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "ringpost.selector" .root | nindent 6 }}
    # The check looks from where it stands.
    matchExpressions:
      - {key: app.kubernetes.io/component, operator: In, values: [{{ .component }}, {{ .component }}-check]}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- with .ingress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    # Scraping
    - from:
        {{- with .root.Values.networkPolicy.scrapers }}
        {{- toYaml . | nindent 8 }}
        {{- else }}
        - namespaceSelector: {}
        {{- end }}
      ports:
        - port: admin
          protocol: TCP
  egress:
    {{- include "ringpost.egress" .root | trim | nindent 4 }}
    {{- with concat .egress .root.Values.networkPolicy.extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "ringpost.componentPodMonitor" -}}
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  {{- with .root.Values.monitoring.podMonitor }}
  {{- include "ringpost.metadata" (dict "root" $.root "name" (include "ringpost.componentName" $) "labels" .labels "annotations" .annotations) | nindent 2 }}
  {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "ringpost.componentSelector" . | nindent 6 }}
  {{- with .root.Values.monitoring.podTargetLabels }}
  podTargetLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  podMetricsEndpoints:
    - port: admin
      path: /metrics
      {{- include "ringpost.scraping" .root | nindent 6 }}
{{- end }}

{{- define "ringpost.componentServiceMonitor" -}}
# For scraping; clients, where there are some, have another Service, which knows only pods that are ready.
apiVersion: v1
kind: Service
metadata:
  {{- include "ringpost.metadata" (dict "root" .root "name" (printf "%s-admin" (include "ringpost.componentName" .)) "labels" (dict "app.kubernetes.io/component" (printf "%s-admin" .component))) | nindent 2 }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    {{- include "ringpost.componentSelector" . | nindent 4 }}
  ports:
    - name: admin
      port: 8080
      targetPort: admin
      protocol: TCP
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- with .root.Values.monitoring.serviceMonitor }}
  {{- include "ringpost.metadata" (dict "root" $.root "name" (include "ringpost.componentName" $) "labels" .labels "annotations" .annotations) | nindent 2 }}
  {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "ringpost.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}-admin
  {{- with .root.Values.monitoring.podTargetLabels }}
  podTargetLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  endpoints:
    - port: admin
      path: /metrics
      {{- include "ringpost.scraping" .root | nindent 6 }}
{{- end }}

{{/* Each of acls is a list of the resource's type, its name and the operations. */}}
{{- define "ringpost.componentUser" -}}
apiVersion: {{ .root.Values.strimzi.apiVersion }}
kind: KafkaUser
metadata:
  {{- $cluster := dict "strimzi.io/cluster" .root.Values.strimzi.cluster }}
  {{- include "ringpost.metadata" (dict "root" .root "name" (include "ringpost.componentName" .) "namespace" .root.Values.strimzi.namespace "labels" $cluster) | nindent 2 }}
spec:
  authentication:
    type: {{ .root.Values.strimzi.user.authentication }}
  authorization:
    type: simple
    acls:
      {{- range .acls }}
      - resource:
          type: {{ first . }}
          name: {{ index . 1 }}
          patternType: literal
        operations: [{{ slice . 2 | join ", " }}]
      {{- end }}
{{- end }}

{{- define "ringpost.componentCheckPod" -}}
metadata:
  labels:
    {{- $component := dict "app.kubernetes.io/component" (printf "%s-check" .component) }}
    {{- toYaml (mergeOverwrite (dict) (deepCopy .root.Values.podLabels) (include "ringpost.labels" .root | fromYaml) $component) | nindent 4 }}
  {{- with .values.checkPodAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "ringpost.componentPod" . | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: check
      args: [check, --{{ .component }}, --config, /etc/ringpost/{{ .component }}.yaml]
      {{- include "ringpost.componentContainer" . | nindent 6 }}
      resources:
        {{- toYaml .root.Values.check.resources | nindent 8 }}
{{- end }}

{{- define "ringpost.componentCheck" -}}
{{- $pod := include "ringpost.componentCheckPod" . -}}
apiVersion: batch/v1
kind: Job
metadata:
  # Named as the workers' check is, and for the same reason.
  {{- $name := printf "%s-check-%d-%s" (include "ringpost.componentName" . | trunc 40 | trimSuffix "-") .root.Release.Revision ($pod | sha256sum | trunc 8) }}
  {{- include "ringpost.metadata" (dict "root" .root "name" $name "labels" (dict "app.kubernetes.io/component" (printf "%s-check" .component))) | nindent 2 }}
spec:
  backoffLimit: 0
  activeDeadlineSeconds: {{ .root.Values.check.deadlineSeconds }}
  ttlSecondsAfterFinished: 86400
  template:
    {{- $pod | nindent 4 }}
{{- end }}
