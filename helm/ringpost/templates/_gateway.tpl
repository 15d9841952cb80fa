{{/* What the gateway has beside what _component.tpl says: its part of the configuration, times, guards, files. */}}
{{- define "ringpost.gatewayConfiguration" -}}
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
{{- include "ringpost.componentConfiguration" (dict "root" . "keys" (list "topics" "ring" "log" "gateway") "own" (dict "gateway" $own)) }}
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
{{- end }}
{{- include "ringpost.guards.component" (dict "root" . "component" "gateway" "values" .Values.gateway "workersMayNot" "the workers' user may not write invites" "kept" "ADMIN|KAFKA|GATEWAY") }}
{{- end }}

{{/* A list. */}}
{{- define "ringpost.gatewayVolumes" -}}
{{- with .Values.gateway }}
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
{{- end }}
{{- end }}

{{/* A list: where each of them is mounted. */}}
{{- define "ringpost.gatewayMounts" -}}
{{- range include "ringpost.gatewayVolumes" . | fromYamlArray }}
- name: {{ .name }}
  mountPath: /run/secrets/ringpost/{{ .name }}
  readOnly: true
{{- end }}
{{- end }}
