{{/* What the binding admission policies have in common. The operator's account, as the server calls it: */}}
{{- define "ecs-operator.user" -}}
{{- printf "system:serviceaccount:%s:%s" .Release.Namespace (include "ecs-operator.serviceAccountName" .) -}}
{{- end -}}

{{/* The metadata of a policy and of its binding. It takes the root and the policy's name. Argo CD makes them before all else. */}}
{{- define "ecs-operator.policyMetadata" -}}
{{- $root := index . 0 -}}
metadata:
  name: {{ include "ecs-operator.policyName" . }}
  labels: {{- include "ecs-operator.labels" $root | nindent 4 }}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
{{- end -}}

{{/* The binding of a policy. It takes the root, the policy's name and whether it holds only where the release serves. */}}
{{- define "ecs-operator.policyBinding" -}}
{{- $root := index . 0 -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
{{ include "ecs-operator.policyMetadata" . }}
spec:
  policyName: {{ include "ecs-operator.policyName" . }}
  validationActions: [Deny]
  {{- if and (index . 2) (eq $root.Values.scope "Namespace") }}
  matchResources:
    namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: {{ $root.Release.Namespace }}
  {{- end }}
{{- end -}}
