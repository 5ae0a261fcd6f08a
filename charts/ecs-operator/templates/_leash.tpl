{{/*
Whatever the operator's own account writes is an object that the operator made, before and after: it has an owner of our
kinds that controls it, and our label. So who steals the account's token can neither change what others made nor read it
in the reply to a patch that changes nothing. What the account may write is taken from its rights.

Who makes pods does with them what the node lets him, and is whom they run as. So the operator's pods have the
ServiceAccounts that it makes, and nothing of the node but where the settings allow it.

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
        owner.?controller.orValue(false) && owner.apiVersion.startsWith('ecs-operator.dev/') && owner.kind in ['ECSService', 'ECSTaskDefinition'])
    {{- end }}
    - name: isEvent
      expression: request.resource.resource == 'events'
    - name: isVolume
      expression: request.resource.resource == 'persistentvolumes'
    - name: isSecret
      expression: request.resource.resource == 'secrets'
    # whoever writes one gives a role to the ServiceAccount that it names, of whatever namespace
    - name: isOfAnotherAccount
      expression: >-
        object != null && request.resource.resource == 'podidentityassociations' &&
        (object.?spec.?namespace.orValue('') != request.namespace || object.?spec.?serviceAccount.orValue('') != object.metadata.name)
    # what runs already, runs on
    - name: changesPods
      expression: >-
        object != null && request.resource.resource in ['deployments', 'daemonsets'] &&
        (oldObject == null || object.spec.template != oldObject.spec.template)
    - name: pod
      expression: "variables.changesPods ? object.spec.template.spec : {}"
    - name: securities
      expression: >-
        [variables.pod.?securityContext.orValue({})] +
        (variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([])).map(container, container.?securityContext.orValue({}))
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
    - expression: "!variables.isOfAnotherAccount"
      message: the operator associates the ServiceAccount of the object's own name and namespace only
      reason: Forbidden
    - expression: "!variables.changesPods || variables.pod.?serviceAccountName.orValue('').startsWith('ecs-')"
      message: the operator's pods have the ServiceAccounts that it makes
      reason: Forbidden
    {{- $allow := .Values.settings.allow }}
    {{- $harmless := list "AUDIT_WRITE" "CHOWN" "DAC_OVERRIDE" "FOWNER" "FSETID" "KILL" "MKNOD" "NET_BIND_SERVICE" "NET_RAW" "SETFCAP" "SETGID" "SETPCAP" "SETUID" "SYS_CHROOT" }}
    {{- $namespaces := dict "expression" "['hostNetwork', 'hostPID', 'hostIPC'].exists(member, variables.pod[?member].orValue(false))" "allowed" $allow.hostNamespaces "what" "namespaces of the node" }}
    {{- $paths := dict "expression" "variables.pod.?volumes.orValue([]).exists(volume, has(volume.hostPath))" "allowed" (concat $allow.hostPaths $allow.devices | default list) "what" "folders or devices of the node" }}
    {{- $privileged := dict "expression" "variables.securities.exists(security, security.?privileged.orValue(false) || security.?windowsOptions.?hostProcess.orValue(false))" "allowed" $allow.privileged "what" "powers of root on the node" }}
    {{- $capabilities := dict "expression" (printf "variables.securities.exists(security, security.?capabilities.?add.orValue([]).exists(added, !(added in %s)))" ($harmless | toJson | replace "\"" "'")) "allowed" $allow.capabilities "what" "added capabilities" }}
    {{- range list $namespaces $paths $privileged $capabilities }}
    {{- if not (has "*" .allowed) }}
    - expression: "request.namespace in {{ .allowed | toJson | replace "\"" "'" }} || !({{ .expression }})"
      message: the settings allow the operator's pods no {{ .what }} in this namespace
      reason: Forbidden
    {{- end }}
    {{- end }}
    - expression: >-
        !variables.isEvent || (oldObject == null && object.?reportingController.orValue('') == 'ecs-operator' &&
        object.?regarding.?apiVersion.orValue('').startsWith('ecs-operator.dev/'))
      message: the operator's events are its own, and tell of objects of ecs-operator.dev
      reason: Forbidden
---
{{ include "ecs-operator.policyBinding" (list . "leash" false) }}
{{- end -}}
