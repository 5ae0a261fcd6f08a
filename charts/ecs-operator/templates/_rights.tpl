{{/* The roles of the operator's account and their bindings: documents, which access.yaml lists after the policies. */}}
{{- define "ecs-operator.rights" -}}
{{- $subject := dict "kind" "ServiceAccount" "name" (include "ecs-operator.serviceAccountName" .) "namespace" .Release.Namespace -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ include "ecs-operator.clusterWideName" . }}
  labels: {{- include "ecs-operator.labels" . | nindent 4 }}
rules:
  {{- include "ecs-operator.clusterRules" . | nindent 2 }}
  {{- if eq .Values.scope "Cluster" }}
  {{- include "ecs-operator.tenantRules" . | nindent 2 }}
  {{- include "ecs-operator.volumeRules" . | nindent 2 }}
  {{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ include "ecs-operator.clusterWideName" . }}
  labels: {{- include "ecs-operator.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "ecs-operator.clusterWideName" . }}
subjects: {{- list $subject | toYaml | nindent 2 }}
{{- if eq .Values.scope "Namespace" }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ include "ecs-operator.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "ecs-operator.labels" . | nindent 4 }}
rules:
  {{- include "ecs-operator.tenantRules" . | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ include "ecs-operator.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "ecs-operator.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "ecs-operator.fullname" . }}
subjects: {{- list $subject | toYaml | nindent 2 }}
{{- end }}
{{- if .Values.leaderElection.enabled }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ include "ecs-operator.fullname" . }}-leader-election
  namespace: {{ .Release.Namespace }}
  labels: {{- include "ecs-operator.labels" . | nindent 4 }}
rules:
  # get: who leads; update: take over and renew.
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    resourceNames: [{{ .Values.leaderElection.leaseName | quote }}]
    verbs: [get, update]
  # create: the first leader ever. A rule by name cannot grant it: the server does not know the name yet.
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ include "ecs-operator.fullname" . }}-leader-election
  namespace: {{ .Release.Namespace }}
  labels: {{- include "ecs-operator.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "ecs-operator.fullname" . }}-leader-election
subjects: {{- list $subject | toYaml | nindent 2 }}
{{- end }}
{{- end -}}
