{{/*
A ControllerRevision of ours holds the pod template that runs: who forges one makes pods of any kind, with the operator's
hands. So only the operator makes one, gives one an owner of our group or our label, or changes one's number or data. The
revisions of a DaemonSet have our label too, which its controller takes from the pods; they are told by their owner.
What others may do: label and annotate, take our label or owner away (the operator puts the label back), delete.
*/}}
{{- define "ecs-operator.revisions" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
{{ include "ecs-operator.policyMetadata" (list . "revisions") }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [apps]
        apiVersions: ["*"]
        resources: [controllerrevisions]
        operations: [CREATE, UPDATE]
  matchConditions:
    - name: not-by-the-operator
      expression: request.userInfo.username != {{ include "ecs-operator.user" . | squote }}
  variables:
    # a controlling owner that was none before is another owner
    {{- range $name, $object := dict "Before" "oldObject" "After" "object" }}
    - name: owners{{ $name }}
      expression: >-
        {{ $object }} == null ? [] : {{ $object }}.metadata.?ownerReferences.orValue([])
        .filter(owner, owner.apiVersion.startsWith('ecs-operator.dev/'))
        .map(owner, owner.apiVersion + ' ' + owner.kind + ' ' + owner.name + ' ' + owner.uid + (owner.?controller.orValue(false) ? ' controls' : ''))
    - name: isLabelled{{ $name }}
      expression: {{ $object }} != null && {{ $object }}.metadata.?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'ecs-operator'
    {{- end }}
    - name: isOfAnotherController
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(owner,
        owner.?controller.orValue(false) && owner.apiVersion.startsWith('apps/') && owner.kind in ['DaemonSet', 'StatefulSet'])
  validations:
    - expression: variables.ownersAfter.all(owner, owner in variables.ownersBefore)
      message: only the operator gives a ControllerRevision an owner of ecs-operator.dev
      reason: Forbidden
    - expression: "!variables.isLabelledAfter || variables.isLabelledBefore || variables.isOfAnotherController"
      message: "only the operator labels a ControllerRevision app.kubernetes.io/managed-by: ecs-operator"
      reason: Forbidden
    - expression: size(variables.ownersBefore) == 0 || (object.revision == oldObject.revision && object.?data == oldObject.?data)
      message: only the operator changes what a ControllerRevision of ecs-operator.dev holds
      reason: Forbidden
---
{{ include "ecs-operator.policyBinding" (list . "revisions" true) }}
{{- end -}}
