{{/* What the synthetic calls have beside what _component.tpl says. helm test makes one of them, too. */}}
{{- define "ringpost.syntheticConfiguration" -}}
{{- include "ringpost.componentConfiguration" (dict "root" . "keys" (list "topics" "ring" "log" "synthetic") "own" (dict "synthetic" (dict "callee" .Values.synthetic.callee))) }}
{{- end }}

{{/* The component, but for its root and rights, as YAML. */}}
{{- define "ringpost.synthetic" -}}
{{- $values := mergeOverwrite (deepCopy .Values.synthetic) (dict "replicas" 1) -}}
{{- toYaml (dict "component" "synthetic" "values" $values "configuration" (include "ringpost.syntheticConfiguration" .) "volumes" list "mounts" list "clients" false "graceSeconds" 30 "replaced" "then both call for a moment" "ingress" list "egress" list) }}
{{- end }}

{{/* Each would end in a pod that does not start, or in calls that nobody expects. */}}
{{- define "ringpost.guards.synthetic" -}}
{{- if and .Values.synthetic.enabled (not .Values.synthetic.callee) }}
{{- fail "synthetic.callee is empty, so that nobody would be called; name the user whose test phone is to ring, and nobody else's" }}
{{- end }}
{{- if hasKey (default (dict) (default (dict) .Values.settings).synthetic) "callee" }}
{{- fail "settings.synthetic.callee is written by the chart; use synthetic.callee" }}
{{- end }}
{{- include "ringpost.guards.component" (dict "root" . "component" "synthetic" "values" .Values.synthetic "workersMayNot" "the workers' user may not write invites" "kept" "ADMIN|KAFKA|SYNTHETIC|TOPICS") }}
{{- end }}
