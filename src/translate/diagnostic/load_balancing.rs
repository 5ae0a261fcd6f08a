//! What can be said of a service's load balancers.

faults! {
    /// What can be said of a service's load balancers.
    LoadBalancingFault in LoadBalancing {
        TargetMissing = Error "load-balancer-target-missing" {
            message: "the load balancer does not say which container and port serve: nothing is made",
            ecs: "Requires `containerName` and `containerPort`.",
            here: "Nothing is made.",
            remedy: "give `containerName` and `containerPort`",
            example: "loadBalancers: [{ targetGroupArn: \"arn:…\" }]",
        }
        TargetUnknown { container: String, port: i64 } = Error "load-balancer-target-unknown" {
            message: "no container `{container}` has the port {port} in `portMappings`: nothing is made",
            ecs: "Refuses the service.",
            here: "Nothing is made.",
            remedy: "name a container of the task definition and a port that it maps",
            example: "loadBalancers: [{ containerName: web, containerPort: 81 }]",
        }
        TargetGroupArnNotLegal { arn: String, reason: String } = Error "target-group-not-legal" {
            message: "`{arn}` is no target group: {reason}; nothing is made",
            ecs: "Refuses the service.",
            here: "Nothing is made.",
            remedy: "write arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID",
            example: "loadBalancers: [{ targetGroupArn: web, containerName: web, containerPort: 80 }]",
        }
        TargetGroupWithoutEffect { arn: String } = Note "target-group-without-effect" {
            message: "pods are not registered with `{arn}`: it goes on to belong to ECS",
            ecs: "Registers each task with the target group.",
            here: "What exposes the service makes target groups of its own. Taking over one that ECS still serves from would take its traffic unasked.",
            remedy: "say how requests come here in `listenerRules`, or choose `kubernetes: { exposure: TargetGroupBinding }`",
            example: "loadBalancers: [{ targetGroupArn: \"arn:aws:elasticloadbalancing:…\", containerName: web, containerPort: 80 }]",
        }
        ClassicLoadBalancer { name: String } = Warning "classic-load-balancer" {
            message: "Classic Load Balancers are not translated: nothing is registered with `{name}`",
            ecs: "Registers the tasks' hosts with the Classic Load Balancer.",
            here: "The service gets its Kubernetes Service, and no Classic Load Balancer.",
            remedy: "say how requests come here in `listenerRules`",
            example: "loadBalancers: [{ loadBalancerName: web, containerName: web, containerPort: 80 }]",
        }
        ServiceNotExposed { reason: &'static str } = Warning "service-not-exposed" {
            message: "nothing exposes the service outside the cluster: {reason}",
            ecs: "The rules of the load balancer's listeners, which ECS does not know, send requests to the target group.",
            here: "The service gets its Kubernetes Service. An Ingress is made of `listenerRules`, a network load balancer of `listener`, never of a guess.",
            remedy: "give `listenerRules`, and an ingress class in `kubernetes.ingressClassName` or the settings; or choose `kubernetes.exposure`: `TargetGroupBinding` or `None`",
            example: "loadBalancers: [{ targetGroupArn: \"arn:…\", containerName: web, containerPort: 80 }]",
        }
        NothingToExpose { exposure: &'static str } = Warning "nothing-to-expose" {
            message: "`{exposure}` is asked for and the service has no load balancer: nothing is made of it",
            ecs: "A service without load balancers is not reached from outside.",
            here: "So it is here.",
            remedy: "give `loadBalancers` with `listenerRules`, or leave `exposure` out",
            example: "kubernetes: { exposure: Ingress }",
        }
        AnotherLoadBalancer { class: String, rules: String } = Warning "another-load-balancer" {
            message: "an Ingress of class `{class}` cannot say which load balancer it is of: that of the first one is made, and the rules of this other one are left out: {rules}",
            ecs: "A service may be registered with several load balancers.",
            here: "Where all Ingresses of a class share one address, the rules of a private load balancer would become public.",
            remedy: "expose the service by one load balancer, or write the second Ingress yourself, to the Service of that name",
            example: "loadBalancers: [{ loadBalancer: { name: public }, … }, { loadBalancer: { name: private }, … }]",
        }
        SettingsOfFirstHold { member: &'static str, value: String } = Warning "settings-of-first-hold" {
            message: "`{member}` differs from that of the first entry that shares its Ingress or network load balancer, which has one only: the first one's holds, not {value}",
            ecs: "Each target group and listener has its own.",
            here: "Annotations hold for the whole of an Ingress or Service. Entries of a named application load balancer get an Ingress each where they differ.",
            remedy: "make them equal, or name the load balancer in `loadBalancer.name`",
            example: "loadBalancers: [{ targetGroup: { healthCheckPath: /a }, … }, { targetGroup: { healthCheckPath: /b }, … }]",
        }
        SettingNotExpressible { setting: &'static str, value: String, class: String } = Warning "setting-not-expressible" {
            message: "class `{class}` cannot be told {setting}, {value}: its controller decides",
            ecs: "Elastic Load Balancing does as asked.",
            here: "Only the AWS Load Balancer Controller has annotations for it.",
            remedy: "use a class of the AWS Load Balancer Controller, or configure the controller of this class",
            example: "loadBalancer: { scheme: internal }",
        }
        SchemeMissing = Warning "scheme-missing" {
            message: "the load balancer's scheme is not said: it is reached inside the network only",
            ecs: "Elastic Load Balancing makes load balancers internet-facing unless told otherwise.",
            here: "Nothing is opened to the Internet unless it is asked for.",
            remedy: "set `loadBalancer: { scheme: internet-facing }` or `internal`",
            example: "loadBalancers: [{ listenerRules: [ … ], containerName: web, containerPort: 80 }]",
        }
        GroupBelongsToClass { group: String } = Warning "group-belongs-to-class" {
            message: "EKS Auto Mode takes no groups from an Ingress: unless the class names one, this service gets a load balancer of its own, not `{group}`",
            ecs: "Services share a load balancer by rules of one listener.",
            here: "On EKS Auto Mode the group of Ingresses that share a load balancer is named in the class's IngressClassParams only.",
            remedy: "name the group in the IngressClassParams of a class for these services",
            example: "loadBalancer: { name: shop }",
        }
        TargetGroupUnknown = Warning "target-group-unknown" {
            message: "nothing is said of the target group: the load balancer asks for `/` to find out whether a pod is healthy",
            ecs: "The target group's own health check and attributes hold.",
            here: "The load balancer makes a target group of its own, with the defaults of Elastic Load Balancing, which may not be those of yours.",
            remedy: "copy what `aws elbv2 describe-target-groups` and `describe-target-group-attributes` say into `targetGroup`",
            example: "loadBalancers: [{ listenerRules: [ … ], containerName: web, containerPort: 80 }]",
        }
        HealthUnknown = Warning "load-balancer-health-unknown" {
            message: "the load balancer's health check is not known here, and the container has none of its own: a task that takes connections counts as healthy, and none is replaced",
            ecs: "Replaces tasks that fail the health check of their target group.",
            here: "A pod counts as healthy while it takes connections at the port (over UDP: while its program runs). Requests and roll-outs wait for that, and nothing restarts a pod that serves no more.",
            remedy: "give the container a `healthCheck`, or say the target group's in `targetGroup`",
            example: "loadBalancers: [{ targetGroupArn: \"arn:…\", containerName: web, containerPort: 80 }]",
        }
        HealthCheckByKubelet = Warning "target-group-health-check-by-kubelet" {
            message: "the node asks for the target group's health check path as well, and takes any status from 200 to 399 for healthy",
            ecs: "The load balancer asks, with the target group's matcher, and ECS replaces tasks that fail.",
            here: "The pod is given probes with the target group's path and times, so that a roll-out waits for them and a container that fails is restarted.",
            remedy: "give the container a `healthCheck` of its own if the probes are to be others",
            example: "loadBalancers: [{ targetGroup: { healthCheckPath: /health }, … }]",
        }
        DrainShortened { delay: i64 } = Warning "drain-shortened" {
            message: "before a task is stopped it has 60 s to be forgotten by the load balancer, not the {delay} s of the deregistration delay",
            ecs: "Stops a task when its connections have ended or the deregistration delay (default 300 s) is over.",
            here: "A pod cannot wait for the load balancer, so it sleeps before it stops: as long as the delay, from 5 to 60 s.",
            remedy: "lower the attribute `deregistration_delay.timeout_seconds` in `targetGroup.attributes` to 60 or less",
            example: "targetGroup: { attributes: [{ key: deregistration_delay.timeout_seconds, value: \"120\" }] }",
        }
        DrainLengthened { delay: i64 } = Warning "drain-lengthened" {
            message: "before a task is stopped it has 5 s to be forgotten by the load balancer, not the {delay} s of the deregistration delay",
            ecs: "Takes a task out of its load balancers before it stops it, however short the deregistration delay is.",
            here: "A pod is told to stop while the load balancer is still told of it; so it sleeps first, for at least 5 s, and requests that still come are answered.",
            remedy: "nothing is to be done; set the attribute `deregistration_delay.timeout_seconds` in `targetGroup.attributes` to 5 or more to have what it says",
            example: "targetGroup: { attributes: [{ key: deregistration_delay.timeout_seconds, value: \"0\" }] }",
        }
        BlockWithoutEffect { member: &'static str, value: String } = Note "load-balancing-without-effect" {
            message: "`{member}` has no effect, because nothing that it speaks of is made here: {value}",
            ecs: "Elastic Load Balancing does as asked.",
            here: "Listeners, rules and load balancers are made for `listenerRules` (an Ingress) and for `listener` of a network load balancer, and not where exposure is `None` or `TargetGroupBinding`.",
            remedy: "set `kubernetes.exposure`, or leave the member out",
            example: "kubernetes: { exposure: None }",
        }
        TargetGroupForPodsOnly { value: String } = Note "target-group-for-pods-only" {
            message: "no target group is made: of `targetGroup` only the health check and the deregistration delay count, for the pods: {value}",
            ecs: "The target group is as described.",
            here: "A container without a health check of its own is given that of the target group, and pods sleep as long as the deregistration delay, from 5 to 60 s, before they stop.",
            remedy: "give `listenerRules` to have a load balancer with such a target group",
            example: "loadBalancers: [{ targetGroupArn: \"arn:…\", targetGroup: { healthCheckPath: /health }, … }]",
        }
        TargetGroupMemberWithoutEffect { member: &'static str, value: String } = Note "target-group-member-without-effect" {
            message: "`{member}` has no effect, nor its value `{value}`: pods are registered by their own address and port, and always checked",
            ecs: "Targets are registered by instance or address, with the target group's port where they name none.",
            here: "The load balancer's controller registers each pod with its own address and port.",
            remedy: "leave it out",
            example: "targetGroup: { targetType: instance }",
        }
        AdvancedConfigurationNotYet { member: &'static str, value: String } = Warning "advanced-configuration-not-supported" {
            message: "traffic is not shifted between target groups yet: `{member}`, {value}, has no effect",
            ecs: "A blue/green, linear or canary deployment shifts traffic from one target group to the other by these listener rules.",
            here: "A deployment replaces tasks one after the other.",
            remedy: "leave `advancedConfiguration` out until such deployments are supported",
            example: "advancedConfiguration: { alternateTargetGroupArn: \"arn:…\", productionListenerRule: \"arn:…\", roleArn: \"arn:…\" }",
        }
        ReadinessGateByNamespace = Note "readiness-gate-by-namespace" {
            message: "a roll-out waits for the load balancer only where the namespace has the label `elbv2.k8s.aws/pod-readiness-gate-inject: enabled`",
            ecs: "Stops old tasks when the load balancer finds the new ones healthy.",
            here: "The AWS Load Balancer Controller tells Kubernetes what the load balancer finds, of pods in namespaces that ask for it. Namespaces are not changed by the operator.",
            remedy: "`kubectl label namespace NAME elbv2.k8s.aws/pod-readiness-gate-inject=enabled`",
            example: "loadBalancers: [{ listenerRules: [ … ], containerName: web, containerPort: 80 }]",
        }
        LoadBalancerShared { settings: String } = Note "load-balancer-settings-shared" {
            message: "services that name this load balancer share it, and must say the same of {settings} or nothing: where two differ, the controller serves none of them",
            ecs: "A load balancer is described once, outside of ECS.",
            here: "Each service has Ingresses of its own; those of one group may not contradict each other.",
            remedy: "describe the load balancer in one of its services",
            example: "loadBalancer: { name: shop, scheme: internal }",
        }
        LoadBalancerNamedAnew { name: String } = Note "load-balancer-named-anew" {
            message: "the network load balancer gets a name of its own: one called `{name}` may still be that of ECS",
            ecs: "The load balancer has that name.",
            here: "Two load balancers of an account cannot have one name. Entries of this service that name the same one share it.",
            remedy: "let DNS lead to the new one",
            example: "loadBalancer: { name: queue, type: network }",
        }
        ListenerProtocolNotLegal { protocol: &'static str, of: &'static str } = Error "listener-protocol-not-legal" {
            message: "a load balancer of type `{of}` has no `{protocol}` listener: nothing is made",
            ecs: "Elastic Load Balancing refuses such a listener.",
            here: "Nothing is made.",
            remedy: "application load balancers have HTTP and HTTPS, network load balancers TCP, TLS, UDP and TCP_UDP",
            example: "loadBalancers: [{ loadBalancer: { type: application }, listener: { protocol: TCP }, … }]",
        }
        PortProtocolMissing { protocol: &'static str, port: i64 } = Error "load-balancer-protocol-not-mapped" {
            message: "the listener is for {protocol}, and the container does not map port {port} for it: nothing is made",
            ecs: "Registers the tasks, and nothing answers.",
            here: "Nothing is made.",
            remedy: "map the port with that protocol in `portMappings`",
            example: "listener: { protocol: UDP }",
        }
        BoundToTargetGroup { arn: String } = Note "bound-to-target-group" {
            message: "pods are registered with `{arn}` beside the targets that are there: each gets its share of the requests",
            ecs: "Registers each task with the target group.",
            here: "A TargetGroupBinding that leaves the targets of others alone (`multiClusterTargetGroup: true`). Shares are by the number of targets; both sides scale by their own share.",
            remedy: "scale the ECS service down as the pods take over; the load balancer's security group must reach the pods",
            example: "kubernetes: { exposure: TargetGroupBinding }",
        }
        TargetGroupMissing = Warning "target-group-missing" {
            message: "there is no `targetGroupArn` to bind the pods to: this load balancer sends them nothing",
            ecs: "Requires `targetGroupArn`.",
            here: "A TargetGroupBinding needs a target group that exists.",
            remedy: "give `targetGroupArn`, or choose `kubernetes: { exposure: Ingress }`",
            example: "kubernetes: { exposure: TargetGroupBinding }\nloadBalancers: [{ listenerRules: [ … ], … }]",
        }
        TargetGroupProtocolDiffers { protocol: &'static str, listener: &'static str } = Warning "target-group-protocol-differs" {
            message: "pods are spoken to in the protocol of the {listener} listener, not in {protocol}",
            ecs: "Elastic Load Balancing takes TCP for a TCP listener, TCP or TLS for a TLS listener, and UDP and TCP_UDP for their own.",
            here: "The controller derives the target group's protocol from the listener; only TLS to the pods of a TLS listener can be asked for.",
            remedy: "give `targetGroup.protocol` and `listener.protocol` that belong together",
            example: "loadBalancers: [{ listener: { protocol: TCP }, targetGroup: { protocol: HTTP }, … }]",
        }
        MatcherNotExpressible { codes: String } = Warning "target-group-matcher-not-expressible" {
            message: "the node cannot look for the answers `{codes}`: it checks only that the port accepts connections",
            ecs: "The load balancer asks, with the target group's matcher, and ECS replaces tasks that fail.",
            here: "The kubelet takes any status from 200 to 399 for healthy and no other; it would restart containers that the load balancer finds healthy.",
            remedy: "give the container a `healthCheck` of its own",
            example: "targetGroup: { matcher: { httpCode: \"404\" } }",
        }
        ConnectionCheckByKubelet = Warning "target-group-connection-check-by-kubelet" {
            message: "the node checks as well that the port accepts connections",
            ecs: "The load balancer checks, and ECS replaces tasks that fail.",
            here: "The pod is given probes with the target group's times, so that a roll-out waits for them and a container that fails is restarted.",
            remedy: "give the container a `healthCheck` of its own if the probes are to be others",
            example: "targetGroup: { protocol: TCP }",
        }
    }
}
