//! What can be said of a load balancer's listener and its rules.

faults! {
    /// What can be said of a load balancer's listener and its rules.
    ListenerFault in Listener {
        RuleConditionsNotLegal = Error "listener-rule-conditions-not-legal" {
            message: "the rule has no condition, one without values or with two kinds of them, or two of one field: nothing is made",
            ecs: "Elastic Load Balancing refuses such a rule.",
            here: "Nothing is made: a rule for all requests must be meant.",
            remedy: "give a condition, such as { field: path-pattern, values: [\"/*\"] } for all requests",
            example: "listenerRules: [{ priority: 1 }]",
        }
        HostNotAllowed { host: String, namespace: String } = Error "host-not-allowed" {
            message: "`{host}` is not among the host names of this namespace (setting `allow.hostnames.{namespace}`): nothing is made",
            ecs: "Sends whatever host a rule names to the service; rules are made by who may change the listener.",
            here: "A host that an Ingress names is often given to it by the cluster: its DNS record, its certificate, its place on a load balancer that namespaces share. So a namespace asks for those alone that an administrator gave it. Regular expressions take `*`.",
            remedy: "let an administrator add the host, or `*.` and the domain that it is below, to that list in the settings",
            example: "listenerRules: [{ priority: 1, conditions: [{ field: host-header, values: [bank.example.com] }] }]",
        }
        RuleForwardsElsewhere { rule: String } = Warning "listener-rule-forwards-elsewhere" {
            message: "the rule forwards to other target groups than this service's: it is left out: {rule}",
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
        CertificateMissing = Warning "certificate-missing" {
            message: "the HTTPS listener has no certificate: the controller looks for one by the rules' hosts",
            ecs: "Elastic Load Balancing refuses an HTTPS listener without a certificate.",
            here: "The AWS Load Balancer Controller searches Certificate Manager for the hosts of the rules, and fails if there is none.",
            remedy: "give `certificates`",
            example: "listener: { protocol: HTTPS }",
        }
        RuleNotExpressible { class: String, what: &'static str, rule: String } = Warning "listener-rule-not-expressible" {
            message: "an Ingress of class `{class}` cannot say {what}: the rule is left out, and such requests do not come here: {rule}",
            ecs: "The listener does as the rule says.",
            here: "Only the AWS Load Balancer Controller has annotations for what an Ingress cannot say. A rule without one of its parts would let in too much.",
            remedy: "use a class of the AWS Load Balancer Controller, or let the program look at what the rule looks at",
            example: "conditions: [{ field: http-header, httpHeaderConfig: { httpHeaderName: X-Beta, values: [\"1\"] } }]",
        }
        RuleActionsNotLegal { rule: String } = Warning "listener-rule-actions-not-legal" {
            message: "the actions of the rule are none that Elastic Load Balancing takes: it is left out: {rule}",
            ecs: "A rule ends in one of `forward`, `redirect` and `fixed-response`, each with its own configuration.",
            here: "The rule is left out.",
            remedy: "give one such action as the last",
            example: "actions: [{ type: redirect }]",
        }
        AuthenticationDiffers { rule: String } = Warning "listener-rule-authentication-not-expressible" {
            message: "this authentication cannot be said of the rule alone: it is left out, and such requests do not come here: {rule}",
            ecs: "The listener finds out who sends a request before it forwards it.",
            here: "Cognito and JWT are annotations of an HTTPS listener's Ingress, and hold for all its rules. A client of OpenID Connect has a secret, which must not stand in a specification.",
            remedy: "use one authentication for all rules of the listener, by Cognito or JWT; or write the Ingress of this rule yourself",
            example: "actions: [{ type: authenticate-oidc, authenticateOidcConfig: { … } }, { type: forward }]",
        }
        ActionOrder { order: i64 } = Note "listener-rule-action-order" {
            message: "the order {order} counts only among the actions of its rule",
            ecs: "Actions are done in their order.",
            here: "So they are; the number itself is not written anywhere.",
            remedy: "leave it out of a rule with one action",
            example: "actions: [{ type: forward, order: 1 }]",
        }
        ForwardConfigOfOne { value: String } = Note "forward-config-of-one" {
            message: "there is one target group to forward to, so weight and stickiness have no effect: {value}",
            ecs: "One target group gets all requests, whatever its weight.",
            here: "So it is here.",
            remedy: "leave `forwardConfig` out",
            example: "actions: [{ type: forward, forwardConfig: { targetGroups: [{ weight: 1 }] } }]",
        }
        RulesInterleave = Warning "listener-rules-interleave" {
            message: "the priorities of these rules lie between those of another target group: all of one target group's rules come before all of the other's",
            ecs: "All rules of a listener are tried in the order of their priorities.",
            here: "Target groups that differ have an Ingress each, and the load balancer tries those one after the other.",
            remedy: "give each target group's rules a range of priorities of their own",
            example: "loadBalancers: [{ listenerRules: [{ priority: 1 }, { priority: 3 }] }, { listenerRules: [{ priority: 2 }] }]",
        }
        DefaultActionsWithoutEffect { value: String } = Warning "default-actions-without-effect" {
            message: "requests that no rule is for get the load balancer's own answer, 404: {value} has no effect",
            ecs: "The listener's default actions are done.",
            here: "The listener may be shared by several services, and only one could say what its default is.",
            remedy: "write a rule for all requests of the lowest priority, { priority: 50000, conditions: [{ field: path-pattern, values: [\"/*\"] }] }",
            example: "listener: { defaultActions: [{ type: forward }] }",
        }
    }
}
