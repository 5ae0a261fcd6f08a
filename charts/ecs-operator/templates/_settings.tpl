{{/*
The settings file: the value `settings` without what is empty, because there empty means unset and the operator
takes the file at its word.
*/}}
{{- define "ecs-operator.settings" -}}
{{- include "ecs-operator.withoutEmpty" .Values.settings -}}
{{- end -}}

{{- define "ecs-operator.withoutEmpty" -}}
{{- $kept := dict -}}
{{- range $key, $value := . -}}
  {{- if kindIs "map" $value -}}
    {{- with include "ecs-operator.withoutEmpty" $value | fromYaml -}}
      {{- $_ := set $kept $key . -}}
    {{- end -}}
  {{- else if not (has (toString $value) (list "" "<nil>" "[]")) -}}
    {{- $_ := set $kept $key $value -}}
  {{- end -}}
{{- end -}}
{{- toYaml $kept -}}
{{- end -}}
