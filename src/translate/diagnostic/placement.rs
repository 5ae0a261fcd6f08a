//! What can be said of where tasks run.

faults! {
    /// What can be said of where tasks run.
    PlacementFault in Placement {
        PlacementConstraintNotLegal { reason: &'static str } = Error "placement-constraint-not-legal" {
            message: "this is no placement constraint: {reason}; nothing is made",
            ecs: "Takes the types `distinctInstance` without an expression and `memberOf` with one.",
            here: "Nothing is made.",
            remedy: "write `type: distinctInstance`, or `type: memberOf` with an `expression`",
            example: "placementConstraints: [{ type: memberOf }]",
        }
        PlacementExpressionNotLegal { reason: String } = Error "placement-expression-not-legal" {
            message: "the expression cannot be read: {reason}; nothing is made",
            ecs: "Refuses an expression that is not of the cluster query language.",
            here: "Nothing is made: the tasks could run where they must not.",
            remedy: "write conditions such as `attribute:ecs.instance-type == m5.large`, joined by `and`, `or`, `not` and parentheses",
            example: "placementConstraints: [{ type: memberOf, expression: \"attribute:zone = a\" }]",
        }
        PlacementPartDropped { part: String, reason: &'static str } = Warning "placement-part-dropped" {
            message: "`{part}` has no effect, so tasks may run where ECS would not run them: {reason}",
            ecs: "Runs tasks only on container instances that fulfil the whole expression.",
            here: "What nodes cannot be asked counts as fulfilled. Of conditions joined by `and` the others hold; where it is joined to others by `or`, they have no effect either.",
            remedy: "give the nodes a label that says so, name it for the attribute in the setting `nodeAttributes`, and ask for that attribute",
            example: "placementConstraints: [{ type: memberOf, expression: \"runningTasksCount == 0\" }]",
        }
        PlacementTooComplex { expression: String } = Warning "placement-too-complex" {
            message: "`{expression}` has no effect: with the other constraints it would need more than 64 alternatives",
            ecs: "Runs tasks only on container instances that fulfil all constraints.",
            here: "A pod says alternatives one by one. So many would be slow to schedule, and hard to read.",
            remedy: "give the nodes that are meant an attribute of their own, and ask for that alone",
            example: "placementConstraints: [{ type: memberOf, expression: \"(attribute:a exists or attribute:b exists) and …\" }]",
        }
        NodeLabelNeeded { part: String, label: String } = Warning "node-label-needed" {
            message: "for `{part}` nodes are asked for their label `{label}`: without it tasks may find no node, or are not spread",
            ecs: "Knows the attributes of container instances, those of a team's own too.",
            here: "Attributes of a team's own are labels `attribute.ecs-operator.dev/NAME`. The parts of an instance type are labels that Karpenter and EKS Auto Mode give to their nodes, each under a domain of its own.",
            remedy: "give the nodes that label, or name another one for the attribute in the setting `nodeAttributes`",
            example: "placementConstraints: [{ type: memberOf, expression: \"attribute:stack == blue\" }]",
        }
        TaskGroupByLabel { part: String } = Warning "task-group-by-label" {
            message: "`{part}` is asked of the pods of that ECSService in this namespace, and when they start too, they mind it as well",
            ecs: "Looks for tasks of the group on each container instance when it places a task.",
            here: "Pods are known by the label `ecs-operator.dev/service`, whose value is the `metadata.name` of their ECSService. Kubernetes keeps pods apart whichever of them comes last.",
            remedy: "there is nothing to do where the ECSService is named as the service in ECS",
            example: "placementConstraints: [{ type: memberOf, expression: \"not(task:group == service:db)\" }]",
        }
        PlacementOnFargate = Warning "placement-on-fargate" {
            message: "Fargate knows no placement, and ECS would refuse this; here it holds",
            ecs: "Refuses placement constraints and strategies with Fargate.",
            here: "Tasks run on nodes, so there is something to choose from.",
            remedy: "leave it out if the task is to run on Fargate too",
            example: "launchType: FARGATE\nplacementStrategy: [{ type: spread, field: instanceId }]",
        }
        PlacementStrategyNotLegal { reason: &'static str } = Error "placement-strategy-not-legal" {
            message: "this is no placement strategy: {reason}; nothing is made",
            ecs: "Takes `spread` with `instanceId`, `host` or `attribute:NAME`, `binpack` with `cpu` or `memory`, and `random`.",
            here: "Nothing is made.",
            remedy: "write `type: spread` with the `field` to spread over, or leave the strategy out",
            example: "placementStrategy: [{ type: spread }]",
        }
        SpreadNotKept { field: String } = Warning "spread-not-kept" {
            message: "tasks are not spread over `{field}`: no label of nodes stands for it",
            ecs: "Spreads tasks equally over the values of the attribute.",
            here: "Pods can be spread over the values of a label only.",
            remedy: "name the label that stands for the attribute in the setting `nodeAttributes`",
            example: "placementStrategy: [{ type: spread, field: \"attribute:ecs.subnet-id\" }]",
        }
        BinpackNotKept { field: String } = Warning "binpack-not-kept" {
            message: "tasks are not packed by `{field}`: the scheduler of the cluster decides how full nodes become",
            ecs: "Places tasks on the instance with the least of it left, to use as few instances as can be.",
            here: "A pod cannot ask for this. A scheduler profile with `MostAllocated` does so for the whole cluster; Karpenter empties and removes nodes that are little used.",
            remedy: "let Karpenter consolidate nodes, or set the scoring strategy of the cluster's scheduler",
            example: "placementStrategy: [{ type: binpack, field: memory }]",
        }
        RandomWithoutEffect { field: String } = Note "random-without-effect" {
            message: "`random`{field} asks for nothing: the scheduler takes the node that suits best",
            ecs: "Places tasks at random.",
            here: "Pods ask for no spread.",
            remedy: "there is nothing to do",
            example: "placementStrategy: [{ type: random }]",
        }
        PlacementOrderNotKept = Warning "placement-order-not-kept" {
            message: "what tasks are spread over counts the same here, whatever the order",
            ecs: "Applies the strategies in their order: the second decides only among what the first left over.",
            here: "The scheduler adds up how well a node fits each of them.",
            remedy: "leave the less important strategy out if the first one matters more",
            example: "placementStrategy: [{ type: spread, field: \"attribute:ecs.availability-zone\" }, { type: spread, field: instanceId }]",
        }
        PlacementStrategyOfDaemon { strategies: String } = Note "placement-strategy-of-daemon" {
            message: "with one task on each node there is nothing to choose: {strategies} has no effect",
            ecs: "Places one task on each instance that fulfils the constraints, by no strategy.",
            here: "A DaemonSet does the same.",
            remedy: "leave the strategies out",
            example: "schedulingStrategy: DAEMON\nplacementStrategy: [{ type: spread, field: instanceId }]",
        }
        ZonesNotRebalanced = Warning "zones-not-rebalanced" {
            message: "running tasks are not moved to other availability zones: only new ones are spread over them",
            ecs: "Starts tasks in zones that have few and stops some in zones that have many, until they have equally many.",
            here: "The scheduler spreads pods when they start. It moves none later, and minds no zones when fewer are wanted.",
            remedy: "run the descheduler with `RemovePodsViolatingTopologySpreadConstraint` (`ScheduleAnyway` included)",
            example: "availabilityZoneRebalancing: ENABLED",
        }
        ZonesLeftAlone = Note "zones-left-alone" {
            message: "running tasks are moved to other availability zones by nobody here, rebalancing or not",
            ecs: "Leaves running tasks where they are.",
            here: "So does Kubernetes, unless a descheduler is installed.",
            remedy: "there is nothing to do",
            example: "availabilityZoneRebalancing: DISABLED",
        }
        LaunchTypeWithoutEffect { launch_type: String } = Note "launch-type-without-effect" {
            message: "the cluster's own nodes run the tasks, not `{launch_type}`",
            ecs: "Runs the tasks on Fargate, on EC2 instances, managed ones or a team's own, or on external ones.",
            here: "The scheduler of Kubernetes takes any node that fits.",
            remedy: "there is nothing to do; the setting `capacityProviders` can say which nodes stand for a launch type",
            example: "launchType: FARGATE",
        }
        PlatformVersionWithoutEffect { version: String } = Note "platform-version-without-effect" {
            message: "there is no Fargate platform here that could have version `{version}`",
            ecs: "Runs the tasks on that version of the Fargate platform.",
            here: "The nodes' own kernel and container runtime run the tasks.",
            remedy: "leave it out",
            example: "platformVersion: \"1.4.0\"",
        }
        CompatibilitiesWithoutEffect { compatibilities: String } = Note "compatibilities-without-effect" {
            message: "the cluster's own nodes run the task, whatever it is compatible with ({compatibilities})",
            ecs: "Checks the task definition against what the launch types can do.",
            here: "It decides by which rules the size is checked, nothing else.",
            remedy: "there is nothing to do",
            example: "requiresCompatibilities: [FARGATE]",
        }
        CapacityStrategyNotLegal { reason: &'static str } = Error "capacity-strategy-not-legal" {
            message: "the capacity provider strategy is not legal: {reason}; nothing is made",
            ecs: "Takes no `launchType` beside it, one provider with a `base` at most, and of several providers one with a weight at least.",
            here: "Nothing is made.",
            remedy: "leave out what stands in its way",
            example: "launchType: EC2\ncapacityProviderStrategy: [{ capacityProvider: spot, weight: 1 }]",
        }
        CapacityProviderNotMapped { provider: String } = Warning "capacity-provider-not-mapped" {
            message: "no nodes stand for capacity provider `{provider}`: any node may run the tasks",
            ecs: "Runs the tasks on the instances of the provider, or on Fargate.",
            here: "The setting `capacityProviders` says which nodes stand for a provider, by their labels and taints.",
            remedy: "name the provider in the setting, such as `capacityProviders: { FARGATE_SPOT: { nodeSelector: { karpenter.sh/capacity-type: spot } } }`",
            example: "capacityProviderStrategy: [{ capacityProvider: FARGATE_SPOT, weight: 1 }]",
        }
        FargateIsAnyNode { provider: String } = Note "fargate-is-any-node" {
            message: "the cluster's own nodes run the tasks, not `{provider}`",
            ecs: "Runs the tasks on Fargate.",
            here: "The scheduler of Kubernetes takes any node that fits.",
            remedy: "there is nothing to do; the setting `capacityProviders` can say which nodes stand for it",
            example: "capacityProviderStrategy: [{ capacityProvider: FARGATE, weight: 1 }]",
        }
        CapacityProviderIdle { provider: String } = Note "capacity-provider-idle" {
            message: "capacity provider `{provider}` has neither base nor weight: it runs no tasks",
            ecs: "Places no tasks by a provider of weight 0 beyond its base.",
            here: "Its nodes are not asked for.",
            remedy: "give it a weight, or leave it out",
            example: "capacityProviderStrategy: [{ capacityProvider: a, weight: 1 }, { capacityProvider: b }]",
        }
        CapacityShareWithoutEffect { share: String } = Note "capacity-share-without-effect" {
            message: "only one provider runs tasks, so its share has no effect: {share}",
            ecs: "Runs all tasks by the only provider that has a base or a weight.",
            here: "The same.",
            remedy: "there is nothing to do",
            example: "capacityProviderStrategy: [{ capacityProvider: spot, base: 1, weight: 1 }]",
        }
        CapacityRatioNotKept { shares: String } = Warning "capacity-ratio-not-kept" {
            message: "tasks run by any of the providers, in no fixed ratio: {shares}",
            ecs: "Runs the base by its provider, and divides the other tasks among the providers by their weights.",
            here: "A pod can ask for nodes of any of several kinds, not for a share of each.",
            remedy: "divide the tasks among two services if the ratio matters, one for each provider, or let Karpenter keep it (its documentation calls this an on-demand/spot ratio split)",
            example: "capacityProviderStrategy: [{ capacityProvider: FARGATE, base: 1, weight: 1 }, { capacityProvider: FARGATE_SPOT, weight: 3 }]",
        }
        CapacityTooComplex = Warning "capacity-too-complex" {
            message: "the providers' nodes are not asked for: with the constraints they would need more than 64 alternatives",
            ecs: "Runs tasks on instances of the providers that fulfil all constraints.",
            here: "A pod says alternatives one by one. The constraints hold; the providers have no effect.",
            remedy: "ask for fewer alternatives in `placementConstraints`",
            example: "capacityProviderStrategy: [{ capacityProvider: a, weight: 1 }, { capacityProvider: b, weight: 1 }]",
        }
        WindowsOnArm = Error "windows-on-arm" {
            message: "Windows runs on `X86_64` alone: nothing is made",
            ecs: "Refuses Windows on `ARM64`.",
            here: "Nothing is made.",
            remedy: "write `cpuArchitecture: X86_64`",
            example: "runtimePlatform: { cpuArchitecture: ARM64, operatingSystemFamily: WINDOWS_SERVER_2022_CORE }",
        }
        WindowsVersionWithoutNodes { family: String } = Error "windows-version-without-nodes" {
            message: "no node of Kubernetes runs {family}: nothing is made",
            ecs: "Runs the task on that version of Windows.",
            here: "Nodes run Windows Server 2019, 2022 or 2025, and an image runs on the version only that it was built for.",
            remedy: "build the images for Windows Server 2022 or 2025",
            example: "runtimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2016_FULL }",
        }
        WindowsEditionUnknown { family: String, build: &'static str } = Note "windows-edition-unknown" {
            message: "{family} is any node of Windows build {build}: nodes do not tell whether they are Core or Full",
            ecs: "Runs the task on that edition of Windows.",
            here: "Images run on both editions. Pods ask for the label `node.kubernetes.io/windows-build` and tolerate the taint `os=windows:NoSchedule`.",
            remedy: "there is nothing to do where the cluster has nodes of that build",
            example: "runtimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2022_CORE }",
        }
        WindowsAssumed { sign: String } = Warning "windows-assumed" {
            message: "the task is taken for one of Windows, since {sign}: any node of Windows that its constraints allow may run it",
            ecs: "Asks nothing of instances but what the constraints say, where there is no `operatingSystemFamily`.",
            here: "Pods are of Windows, tolerate the taint `os=windows:NoSchedule`, and may land on a node of another version than their images.",
            remedy: "write `runtimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2022_CORE }`, or the version that the images are built for",
            example: "containerDefinitions: [{ name: web, image: \"mcr.microsoft.com/windows/servercore/iis\" }]",
        }
        OfLinuxAlone { member: String, value: String } = Warning "of-linux-alone" {
            message: "`{member}: {value}` is of Linux alone and has no effect on Windows",
            ecs: "Does not support it for tasks on Windows.",
            here: "It is left out: Kubernetes refuses it of pods on Windows.",
            remedy: "leave it out",
            example: "runtimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2022_CORE }\ncontainerDefinitions: [{ name: web, image: iis, privileged: true }]",
        }
    }
}
