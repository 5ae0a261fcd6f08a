//! What can be said of a service's `networkConfiguration`.

faults! {
    /// What can be said of a service's `networkConfiguration`.
    NetworkConfigurationFault in NetworkConfiguration {
        SubnetsWithoutEffect { subnets: String } = Note "subnets-without-effect" {
            message: "the cluster's network gives pods their addresses, not these subnets: {subnets}",
            ecs: "Puts the tasks' network interfaces into these subnets.",
            here: "Pods are where their nodes are.",
            remedy: "use nodes in these subnets if tasks must be in them",
            example: "networkConfiguration: { awsvpcConfiguration: { subnets: [subnet-1] } }",
        }
        SecurityGroupsWithoutEffect { groups: String } = Warning "security-groups-without-effect" {
            message: "these security groups do not guard the pods, whatever reaches pods of this cluster reaches them: {groups}",
            ecs: "The groups' rules decide who may connect to a task and where it may connect to.",
            here: "The groups have no effect unless `securityGroups` of the settings, the `ECSCluster` or the service says what stands for them.",
            remedy: "set `kubernetes.securityGroups` to `SecurityGroupPolicy` on EKS, or to `NetworkPolicy`, and let databases accept the nodes' security group",
            example: "networkConfiguration: { awsvpcConfiguration: { subnets: [subnet-1], securityGroups: [sg-1] } }",
        }
        SecurityGroupsByPolicy { groups: String } = Warning "security-groups-by-policy" {
            message: "a SecurityGroupPolicy gives new pods these groups, which must also let in the kubelet's probes and let out DNS: {groups}",
            ecs: "Gives the groups to the network interface of each task.",
            here: "On EKS the VPC's own network plug-in does so where `ENABLE_POD_ENI` is on and the nodes are of a Nitro type that can, not of a `t` family; on Auto Mode from Kubernetes 1.36 on. Pods that run already have the groups from their next start on. \
                   In strict mode nothing goes out through the node's address.",
            remedy: "let the groups accept the nodes' group on the ports that probes use, and let the cluster's group accept port 53 from them",
            example: "kubernetes: { securityGroups: SecurityGroupPolicy }\nnetworkConfiguration: { awsvpcConfiguration: { subnets: [subnet-1], securityGroups: [sg-0123abcd] } }",
        }
        SecurityGroupsApproximated { groups: String } = Warning "security-groups-approximated" {
            message: "a NetworkPolicy stands for these groups, whose rules are not known here: anybody may reach the ports of the task, and nothing else of it: {groups}",
            ecs: "The groups' rules decide who may connect to a task and where it may connect to.",
            here: "The ports of the port mappings are open to every address, the load balancer's among them, all others are closed; whatever the task connects to is open. It needs a network plug-in that heeds NetworkPolicies.",
            remedy: "add NetworkPolicies of your own only where more may come in; to close more, set `kubernetes.securityGroups: None` and write the whole policy yourself",
            example: "kubernetes: { securityGroups: NetworkPolicy }\nnetworkConfiguration: { awsvpcConfiguration: { subnets: [subnet-1], securityGroups: [sg-0123abcd] } }",
        }
        SecurityGroupNotLegal { group: String } = Error "security-group-not-legal" {
            message: "`{group}` is no id of a security group: nothing is made",
            ecs: "Refuses the service.",
            here: "A SecurityGroupPolicy takes ids only. Without the group the pods could reach less, or be reached by more, than meant.",
            remedy: "write its id, `sg-` and 8 or 17 hexadecimal digits",
            example: "kubernetes: { securityGroups: SecurityGroupPolicy }\nnetworkConfiguration: { awsvpcConfiguration: { subnets: [subnet-1], securityGroups: [web] } }",
        }
        NoSecurityGroups { guard: String } = Note "no-security-groups" {
            message: "the service names no security groups that `{guard}` could stand for",
            ecs: "Gives tasks the default group of their VPC.",
            here: "Nothing guards the pods.",
            remedy: "name `securityGroups` in `networkConfiguration`, or leave this out",
            example: "kubernetes: { securityGroups: NetworkPolicy }",
        }
        PublicIpWithoutEffect = Note "public-ip-without-effect" {
            message: "pods have addresses of the cluster's network, never public ones of their own",
            ecs: "Gives each task a public address.",
            here: "A pod goes out as its node does, and comes in by load balancers only.",
            remedy: "there is nothing to do where the nodes have a way out",
            example: "networkConfiguration: { awsvpcConfiguration: { subnets: [subnet-1], assignPublicIp: ENABLED } }",
        }
    }
}
