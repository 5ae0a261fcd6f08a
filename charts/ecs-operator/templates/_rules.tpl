{{/*
What the operator may do. Each verb is there because something does not work without it; there is no wildcard, no right
to read Secrets, and no right that could be turned into more rights. A watch begins with all that there is: nothing is listed.
*/}}

{{/* What tenants own: granted in all namespaces or in that of the release, as `scope` says. */}}
{{- define "ecs-operator.tenantRules" -}}
# What users write is read and never written. watch: what there is, and every change.
- apiGroups: [ecs-operator.dev]
  resources: [ecsclusters, ecsservices, ecstaskdefinitions]
  verbs: [watch]
# patch: what became of it is reported in one request.
- apiGroups: [ecs-operator.dev]
  resources: [ecsclusters/status, ecsservices/status, ecstaskdefinitions/status]
  verbs: [patch]
# Revisions of task definitions and services. watch: which there are; create: the next one; patch: to ask whether
# one of that name is ours, and to mend its labels and owner; delete: the ones no longer kept.
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [watch, create, patch, delete]
# The tasks of a service. watch: their state, and changes by others; create: when missing; patch: what differs;
# delete: when no longer wanted.
- apiGroups: [apps]
  resources: [daemonsets, deployments]
  verbs: [watch, create, patch, delete]
# The network name of a service (Service), the identity of a task role (ServiceAccount), the volumes of tasks
# (PersistentVolumeClaim) and the configuration of log routers (ConfigMap). Verbs as for Deployments.
- apiGroups: [""]
  resources: [configmaps, persistentvolumeclaims, serviceaccounts, services]
  verbs: [watch, create, patch, delete]
# The associations of EKS Pod Identity, where ACK's EKS controller is installed and the settings have tasks get their roles
# so. Verbs as for Deployments.
- apiGroups: [eks.services.k8s.aws]
  resources: [podidentityassociations]
  verbs: [watch, create, patch, delete]
# Listener rules of a load balancer, and what guards tasks in place of security groups. Verbs as for Deployments.
- apiGroups: [networking.k8s.io]
  resources: [ingresses, networkpolicies]
  verbs: [watch, create, patch, delete]
# How many tasks may be away while nodes are drained. Verbs as for Deployments.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [watch, create, patch, delete]
# Target groups that tasks are registered with, where the AWS Load Balancer Controller is installed. Verbs as for
# Deployments.
- apiGroups: [elbv2.k8s.aws]
  resources: [targetgroupbindings]
  verbs: [watch, create, patch, delete]
# Security groups of tasks, where the VPC's network plug-in knows them. Verbs as for Deployments.
- apiGroups: [vpcresources.k8s.aws]
  resources: [securitygrouppolicies]
  verbs: [watch, create, patch, delete]
# Secret values of a service revision. create: before its first pod; patch: only to ask whether one of that name is
# ours and still there; delete: by name, with its revision. Never get, list or watch: the operator reads no Secret.
- apiGroups: [""]
  resources: [secrets]
  verbs: [create, patch, delete]
# What the External Secrets operator makes those Secrets from, where the settings have it do so. Verbs as for Deployments.
- apiGroups: [external-secrets.io]
  resources: [externalsecrets]
  verbs: [watch, create, patch, delete]
# What happened, in the words of ECS. create: each time.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end -}}

{{/* What only the cluster owns: read, in both scopes. */}}
{{- define "ecs-operator.clusterRules" -}}
# The class of an Ingress is written by name. watch: which classes there are, and which one is the default.
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [watch]
# What an administrator lets namespaces have of AWS. watch: what is allowed, and that it no longer is. Nobody is asked
# for anything else, and nothing is written.
- apiGroups: [ecs-operator.dev]
  resources: [awsaccessgrants]
  verbs: [watch]
# The labels of namespaces, by which grants select them: metadata alone is asked for. watch: as for grants.
- apiGroups: [""]
  resources: [namespaces]
  {{- if eq .Values.scope "Namespace" }}
  resourceNames: [{{ .Release.Namespace | quote }}]
  {{- end }}
  verbs: [watch]
{{- end -}}

{{/* What belongs to the cluster and is made for tenants: granted only where all namespaces are served. */}}
{{- define "ecs-operator.volumeRules" -}}
# File systems of tasks. watch: which claims are gone; create: before the claim; delete: after it.
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [watch, create, delete]
{{- end -}}
