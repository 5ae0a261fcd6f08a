{{/*
Who writes an object of ours has the operator make other objects for him: he must be allowed to make them himself, and to
`use` each grant that he names. It is asked when he writes, because later nobody knows who it was.

A check of rights costs more than a third of what the server lets one expression cost: each has an expression of its own.
*/}}
{{- define "ecs-operator.author" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
{{ include "ecs-operator.policyMetadata" (list . "author") }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [ecs-operator.dev]
        apiVersions: ["*"]
        resources: ["*", "*/scale"]
        operations: [CREATE, UPDATE]
        scope: Namespaced
  matchConditions:
    # labels, annotations, finalizers and owners change nothing of what runs; `scale` has no spec of before
    - name: changes-what-runs
      expression: request.operation == 'CREATE' || has(request.subResource) || object.?spec != oldObject.?spec
  variables:
    - name: scales
      expression: has(request.subResource)
    - name: isDaemon
      expression: object.?spec.?schedulingStrategy.orValue('') == 'DAEMON'
    - name: loadBalancers
      expression: object.?spec.?loadBalancers.orValue([])
    - name: hasServices
      expression: >-
        size(variables.loadBalancers) > 0 || size(object.?spec.?serviceRegistries.orValue([])) > 0 ||
        size(object.?spec.?serviceConnectConfiguration.?services.orValue([])) > 0
    - name: usesSecrets
      expression: >-
        size(object.?spec.?serviceConnectConfiguration.?logConfiguration.?secretOptions.orValue([])) > 0 ||
        object.?spec.?containerDefinitions.orValue([]).exists(container,
        size(container.?secrets.orValue([])) > 0 ||
        size(container.?environmentFiles.orValue([])) > 0 ||
        has(container.repositoryCredentials) ||
        size(container.?logConfiguration.?secretOptions.orValue([])) > 0)
    - name: mountsFileSystems
      expression: >-
        object.?spec.?volumes.orValue([]).exists(volume, has(volume.efsVolumeConfiguration) || has(volume.s3filesVolumeConfiguration) ||
        volume.?dockerVolumeConfiguration.?driverOpts[?'type'].orValue('').startsWith('nfs'))
    - name: hasSecurityGroups
      expression: size(object.?spec.?networkConfiguration.?awsvpcConfiguration.?securityGroups.orValue([])) > 0
    - name: grants
      expression: object.?spec.?kubernetes.?grants.orValue([]).filter(grant, grant != '')
    - name: who
      expression: "request.userInfo.username + ' in namespace ' + request.namespace"
  validations:
    {{- $secrets := dict "group" "" "resource" "secrets" "when" "variables.usesSecrets" }}
    {{- $deployments := dict "group" "apps" "resource" "deployments" "when" "!variables.scales && !variables.isDaemon" }}
    {{- $daemonSets := dict "group" "apps" "resource" "daemonsets" "when" "variables.isDaemon" }}
    {{- $claims := dict "group" "" "resource" "persistentvolumeclaims" "when" "variables.mountsFileSystems" }}
    {{- $services := dict "group" "" "resource" "services" "when" "variables.hasServices" }}
    {{- $ingresses := dict "group" "networking.k8s.io" "resource" "ingresses" "when" "variables.loadBalancers.exists(balancer, size(balancer.?listenerRules.orValue([])) > 0)" }}
    {{- $targetGroups := dict "group" "elbv2.k8s.aws" "resource" "targetgroupbindings" "when" (printf "object.?spec.?kubernetes.?exposure.orValue(size(variables.loadBalancers) > 0 ? '%s' : '') == 'TargetGroupBinding'" .Values.settings.exposure) }}
    {{- $guards := printf "object.?spec.?kubernetes.?securityGroups.orValue(variables.hasSecurityGroups ? '%s' : '')" .Values.settings.securityGroups }}
    {{- $securityGroups := dict "group" "vpcresources.k8s.aws" "resource" "securitygrouppolicies" "when" (printf "%s == 'SecurityGroupPolicy'" $guards) }}
    {{- $networkPolicies := dict "group" "networking.k8s.io" "resource" "networkpolicies" "when" (printf "%s == 'NetworkPolicy'" $guards) }}
    {{- range list $deployments $daemonSets $secrets $claims $services $ingresses $targetGroups $securityGroups $networkPolicies }}
    - expression: "!({{ .when }}) || authorizer.group('{{ .group }}').resource('{{ .resource }}').namespace(request.namespace).check('create').allowed()"
      messageExpression: "variables.who + ' may not create {{ .resource }}, and so no ' + request.kind.kind + ' that has them made'"
      message: the author may not create the {{ .resource }} that this object has made
      reason: Forbidden
    {{- end }}
    - expression: "!variables.scales || authorizer.group('apps').resource('deployments').subresource('scale').namespace(request.namespace).check('update').allowed()"
      messageExpression: "variables.who + ' may not scale deployments (update deployments/scale), and so no service that has one scaled'"
      message: the author may not scale the Deployment that this service has made
      reason: Forbidden
    {{- range $index := until 10 }}
    - expression: "size(variables.grants) <= {{ $index }} || authorizer.group('ecs-operator.dev').resource('awsaccessgrants').name(variables.grants[{{ $index }}]).namespace(request.namespace).check('use').allowed()"
      messageExpression: "variables.who + ' may not use awsaccessgrant ' + variables.grants[{{ $index }}] + ': the verb is `use`, and an administrator gives it'"
      message: the author may not use a grant that this object names
      reason: Forbidden
    {{- end }}
    - expression: size(variables.grants) <= 10
      message: an object names at most 10 grants
---
{{ include "ecs-operator.policyBinding" (list . "author" true) }}
{{- end -}}
