{{/* Names, labels and the image: what more than one template says. */}}

{{- define "ecs-operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 52 characters, so that a suffix such as -metrics still makes a DNS label. */}}
{{- define "ecs-operator.fullname" -}}
{{- $name := include "ecs-operator.name" . -}}
{{- $fullname := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $fullname | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* For what has no namespace: two releases of one name in two namespaces do not meet. No namespace contains a colon. */}}
{{- define "ecs-operator.clusterWideName" -}}
{{- printf "%s:%s" .Release.Namespace (include "ecs-operator.fullname" .) -}}
{{- end -}}

{{/* For admission policies, whose names are DNS names. It takes the root and a suffix; no namespace contains a dot. */}}
{{- define "ecs-operator.policyName" -}}
{{- $root := index . 0 -}}
{{- printf "%s.%s.%s" (include "ecs-operator.fullname" $root) $root.Release.Namespace (index . 1) -}}
{{- end -}}

{{- define "ecs-operator.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "ecs-operator.fullname" .) -}}
{{- end -}}

{{- define "ecs-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ecs-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* For pods: without the version of the chart, which is no reason to replace them. */}}
{{- define "ecs-operator.podLabels" -}}
{{ include "ecs-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: ecs-operator
{{- end -}}

{{- define "ecs-operator.labels" -}}
{{ include "ecs-operator.podLabels" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "ecs-operator.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}
