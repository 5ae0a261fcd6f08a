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
            message: "`{arn}` is no target group: {reason}",
            ecs: "Refuses the service.",
            here: "Nothing is made.",
            remedy: "write arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID",
            example: "loadBalancers: [{ targetGroupArn: web, containerName: web, containerPort: 80 }]",
        }
        TargetGroupWithoutEffect = Note "target-group-without-effect" {
            message: "pods are not registered with this target group: it goes on to belong to ECS",
            ecs: "Registers each task with the target group.",
            here: "What exposes the service makes target groups of its own. Taking over one that ECS still serves from would take its traffic unasked.",
            remedy: "say how requests come here in `listenerRules`",
            example: "loadBalancers: [{ targetGroupArn: \"arn:aws:elasticloadbalancing:…\", containerName: web, containerPort: 80 }]",
        }
        ClassicLoadBalancer = Warning "classic-load-balancer" {
            message: "Classic Load Balancers are not translated: nothing is registered with this one",
            ecs: "Registers the tasks' hosts with the Classic Load Balancer.",
            here: "The service gets its Kubernetes Service, and no Classic Load Balancer.",
            remedy: "say how requests come here in `listenerRules`",
            example: "loadBalancers: [{ loadBalancerName: web, containerName: web, containerPort: 80 }]",
        }
        ServiceNotExposed { reason: &'static str } = Warning "service-not-exposed" {
            message: "nothing exposes the service outside the cluster: {reason}",
            ecs: "The rules of the load balancer's listeners, which ECS does not know, send requests to the target group.",
            here: "The service gets its Kubernetes Service. An Ingress is made of `listenerRules`, never of a guess.",
            remedy: "give `listenerRules`, and an ingress class in `kubernetes.ingressClassName` or the settings; or say `kubernetes: { exposure: None }`",
            example: "loadBalancers: [{ targetGroupArn: \"arn:…\", containerName: web, containerPort: 80 }]",
        }
        RulesWithoutEffect = Note "listener-rules-without-effect" {
            message: "exposure is `None`, so the listener rules have no effect",
            ecs: "The rules send requests to the target group.",
            here: "The service is reached inside the cluster only, as asked for.",
            remedy: "set `kubernetes: { exposure: Ingress }` to have an Ingress made of the rules",
            example: "kubernetes: { exposure: None }",
        }
        NothingToExpose = Warning "nothing-to-expose" {
            message: "an Ingress is asked for and the service has no load balancer: none is made",
            ecs: "A service without load balancers is not reached from outside.",
            here: "So it is here.",
            remedy: "give `loadBalancers` with `listenerRules`, or leave `exposure` out",
            example: "kubernetes: { exposure: Ingress }",
        }
        AnotherLoadBalancer = Warning "another-load-balancer" {
            message: "the Ingress is that of the first load balancer with listener rules; the rules of this other one have no effect",
            ecs: "A service may be registered with several load balancers.",
            here: "A service has one Ingress so far, and that has one load balancer.",
            remedy: "expose the service by one load balancer, or write the second Ingress yourself, to the Service of that name",
            example: "loadBalancers: [{ loadBalancer: { name: public }, … }, { loadBalancer: { name: private }, … }]",
        }
        SettingsOfFirstHold { member: &'static str } = Warning "settings-of-first-hold" {
            message: "`{member}` differs from that of the first load balancer with listener rules, and an Ingress has one only: the first one's holds",
            ecs: "Each target group and listener has its own.",
            here: "Annotations of an Ingress hold for all its rules.",
            remedy: "make them equal",
            example: "loadBalancers: [{ targetGroup: { healthCheckPath: /a }, … }, { targetGroup: { healthCheckPath: /b }, … }]",
        }
        RuleConditionsNotLegal = Error "listener-rule-conditions-not-legal" {
            message: "the rule has no condition, one without values, or two of one field: nothing is made",
            ecs: "Elastic Load Balancing refuses such a rule.",
            here: "Nothing is made: a rule for all requests must be meant.",
            remedy: "give a condition, such as { field: path-pattern, values: [\"/*\"] } for all requests",
            example: "listenerRules: [{ priority: 1 }]",
        }
        RuleForwardsElsewhere = Warning "listener-rule-forwards-elsewhere" {
            message: "the rule forwards to another target group than this service's: it is left out",
            ecs: "The listener sends those requests to the other target group.",
            here: "Rules of this service lead to this service.",
            remedy: "move the rule to the service of that target group",
            example: "listenerRules: [{ priority: 1, actions: [{ type: forward, targetGroupArn: \"arn:…other…\" }], … }]",
        }
        PatternNotExpressible { pattern: String, class: String } = Warning "pattern-not-expressible" {
            message: "an Ingress of class `{class}` cannot say `{pattern}`: it is left out, and such requests do not come here",
            ecs: "`*` stands for any characters and `?` for one, anywhere in a path or host.",
            here: "A path of an Ingress starts with `/`, a host may start with `*.` only. Only the AWS Load Balancer Controller knows wildcards within paths.",
            remedy: "write a pattern that starts with `/`, and for other classes ends in `/*` or has no wildcard",
            example: "conditions: [{ field: path-pattern, values: [\"*.png\"] }]",
        }
        PathAlsoMatchesParent { pattern: String, parent: String } = Warning "path-also-matches-parent" {
            message: "`{pattern}` becomes the prefix `{parent}`, which also answers `{parent}` itself",
            ecs: "`/api/*` matches what comes after `/api/`, not `/api`.",
            here: "Only the AWS Load Balancer Controller knows wildcards; for other classes the pattern becomes a prefix, which matches its own path too.",
            remedy: "let the program answer that path as well",
            example: "conditions: [{ field: path-pattern, values: [\"/api/*\"] }]",
        }
        HostMatchesOneLabel { host: String } = Warning "host-matches-one-label" {
            message: "`{host}` matches one label before the domain here, and any number of them in AWS",
            ecs: "`*` stands for any characters, dots too.",
            here: "A wildcard host of an Ingress stands for one label.",
            remedy: "add a rule for each deeper domain",
            example: "conditions: [{ field: host-header, values: [\"*.example.com\"] }]",
        }
        SettingNotExpressible { setting: String, class: String } = Warning "setting-not-expressible" {
            message: "an Ingress of class `{class}` cannot say {setting}: its controller decides",
            ecs: "Elastic Load Balancing does as asked.",
            here: "Only Ingresses of the AWS Load Balancer Controller have annotations for it.",
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
        CertificateMissing = Warning "certificate-missing" {
            message: "the HTTPS listener has no certificate: the controller looks for one by the rules' hosts",
            ecs: "Elastic Load Balancing refuses an HTTPS listener without a certificate.",
            here: "The AWS Load Balancer Controller searches Certificate Manager for the hosts of the rules, and fails if there is none.",
            remedy: "give `certificates`",
            example: "listener: { protocol: HTTPS }",
        }
        TargetGroupUnknown = Warning "target-group-unknown" {
            message: "nothing is said of the target group: the load balancer asks for `/` to find out whether a pod is healthy",
            ecs: "The target group's own health check and attributes hold.",
            here: "The load balancer makes a target group of its own, with the defaults of Elastic Load Balancing, which may not be those of yours.",
            remedy: "copy what `aws elbv2 describe-target-groups` and `describe-target-group-attributes` say into `targetGroup`",
            example: "loadBalancers: [{ listenerRules: [ … ], containerName: web, containerPort: 80 }]",
        }
        HealthUnknown = Warning "load-balancer-health-unknown" {
            message: "the load balancer's health check is not known here, and the container has none of its own: nothing replaces a task that serves no more",
            ecs: "Replaces tasks that fail the health check of their target group.",
            here: "Without a check a pod counts as healthy while its program runs.",
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
        DrainShortened { delay: i64 } = Note "drain-shortened" {
            message: "before a task is stopped it has 60 s to be forgotten by the load balancer, not the {delay} s of the deregistration delay",
            ecs: "Stops a task when its connections have ended or the deregistration delay (default 300 s) is over.",
            here: "A pod cannot wait for the load balancer, so it sleeps before it stops: as long as the delay, at most 60 s.",
            remedy: "lower the attribute `deregistration_delay.timeout_seconds` in `targetGroup.attributes` to 60 or less",
            example: "targetGroup: { attributes: [{ key: deregistration_delay.timeout_seconds, value: \"120\" }] }",
        }
    }
}
