{{/* What the search for deaf phones has beside what _component.tpl says. */}}
{{- define "ringpost.healthConfiguration" -}}
{{- $topics := include "ringpost.topics" . | fromYaml -}}
{{- include "ringpost.componentConfiguration" (dict "root" . "keys" (list "topics" "ring" "results" "log" "health") "own" (dict "topics" (pick $topics "device-health"))) }}
{{- end }}

{{- define "ringpost.healthGroup" -}}
{{- default "ringpost.health" (default (dict) (default (dict) .Values.settings).health).group }}
{{- end }}

{{/* Each would end in pods that do not start, or that nobody hears. */}}
{{- define "ringpost.guards.health" -}}
{{- $set := default (dict) (default (dict) .Values.settings).topics }}
{{- if and (hasKey $set "device-health") (not (get $set "device-health")) }}
{{- fail "settings.topics.device-health is empty, so that nothing could be told of deaf phones; name the topic, or leave the key out, and the chart writes voip-device-health" }}
{{- end }}
{{- if lt (int .Values.health.replicas) 1 }}
{{- fail (printf "health.replicas is %d, so that nobody would look for deaf phones; use 1 or more, or set health.enabled to false" (int .Values.health.replicas)) }}
{{- end }}
{{- range .Values.env }}
{{- if eq .name "RINGPOST_TOPICS_DEVICE_HEALTH" }}
{{- fail "env: RINGPOST_TOPICS_DEVICE_HEALTH would let workers read another topic than ringpost health writes; use settings.topics.device-health" }}
{{- end }}
{{- end }}
{{- include "ringpost.guards.component" (dict "root" . "component" "health" "values" .Values.health "workersMayNot" (printf "the workers' user may not write %s" (include "ringpost.topics" . | fromYaml | dig "device-health" "")) "kept" "ADMIN|KAFKA|HEALTH|TOPICS") }}
{{- end }}
