{{/*
Whatever the operator's own account writes is an object that the operator made, before and after: it has an owner of our
group that controls it, and our label. So who steals the account's token can neither change what others made nor read it
in the reply to a patch that changes nothing. What the account may write is taken from its rights.

A label that somebody took away is put back: an object that has its owner and lost its label may be changed, a Secret
may not. A PersistentVolume can have no owner in a namespace, so it is known by its label. An event must be of ours. Our own
kinds have no owner of our group, so all that RBAC could let the account write of them is their status. The Lease is
left to RBAC, which names it.
*/}}
{{- define "ecs-operator.leash" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
{{ include "ecs-operator.policyMetadata" (list . "leash") }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [ecs-operator.dev]
        apiVersions: ["*"]
        resources: ["*", "*/scale"]
        operations: [CREATE, UPDATE, DELETE]
      {{- range concat (include "ecs-operator.tenantRules" . | fromYamlArray) (include "ecs-operator.volumeRules" . | fromYamlArray) }}
      {{- if or (has "create" .verbs) (has "update" .verbs) (has "delete" .verbs) }}
      - apiGroups: {{ toJson .apiGroups }}
        apiVersions: ["*"]
        resources: {{ toJson .resources }}
        operations: [CREATE, UPDATE, DELETE]
      {{- end }}
      {{- end }}
  matchConditions:
    - name: by-the-operator
      expression: request.userInfo.username == {{ include "ecs-operator.user" . | squote }}
  variables:
    {{- range $name, $object := dict "Before" "oldObject" "After" "object" }}
    - name: isLabelled{{ $name }}
      expression: {{ $object }} != null && {{ $object }}.metadata.?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'ecs-operator'
    - name: isOwned{{ $name }}
      expression: >-
        {{ $object }} != null && {{ $object }}.metadata.?ownerReferences.orValue([]).exists(owner,
        owner.?controller.orValue(false) && owner.apiVersion.startsWith('ecs-operator.dev/'))
    {{- end }}
    - name: isEvent
      expression: request.resource.resource == 'events'
    - name: isVolume
      expression: request.resource.resource == 'persistentvolumes'
    - name: isSecret
      expression: request.resource.resource == 'secrets'
    # whoever writes one gives a role to a ServiceAccount of whatever namespace it names
    - name: isOfAnotherNamespace
      expression: >-
        object != null && request.resource.resource == 'podidentityassociations' &&
        object.?spec.?namespace.orValue('') != request.namespace
    - name: what
      expression: "request.operation + ' of ' + request.resource.resource + ' ' + request.?name.orValue('')"
  validations:
    - expression: >-
        oldObject == null || variables.isEvent ||
        (variables.isVolume ? variables.isLabelledBefore :
        variables.isOwnedBefore && (variables.isLabelledBefore || !variables.isSecret))
      messageExpression: "variables.what + ': the operator did not make it: it has no owner of ecs-operator.dev, or not the label app.kubernetes.io/managed-by: ecs-operator'"
      message: the operator did not make this object
      reason: Forbidden
    - expression: >-
        object == null || variables.isEvent ||
        (variables.isVolume ? variables.isLabelledAfter :
        variables.isOwnedAfter && (variables.isLabelledAfter || (oldObject != null && !variables.isLabelledBefore && !variables.isSecret)))
      messageExpression: "variables.what + ': the operator makes nothing without an owner of ecs-operator.dev and the label app.kubernetes.io/managed-by: ecs-operator'"
      message: the operator makes nothing without an owner and a label of its own
      reason: Forbidden
    - expression: "!variables.isOfAnotherNamespace"
      message: the operator associates ServiceAccounts of the object's own namespace only
      reason: Forbidden
    - expression: >-
        !variables.isEvent || (oldObject == null && object.?reportingController.orValue('') == 'ecs-operator' &&
        object.?regarding.?apiVersion.orValue('').startsWith('ecs-operator.dev/'))
      message: the operator's events are its own, and tell of objects of ecs-operator.dev
      reason: Forbidden
---
{{ include "ecs-operator.policyBinding" (list . "leash" false) }}
{{- end -}}
