//! What can be said of a service.

faults! {
    /// What can be said of a service.
    ServiceFault in Service {
        TaskDefinitionMissing = Error "task-definition-missing" {
            message: "the service names no task definition: nothing is made",
            ecs: "Refuses a service without a task definition, but with external deployments.",
            here: "Nothing is made.",
            remedy: "write `taskDefinition: FAMILY` to follow a family, `FAMILY:REVISION` to stay",
            example: "spec: { desiredCount: 1 }",
        }
        TaskDefinitionNotLegal { reason: String } = Error "task-definition-not-legal" {
            message: "{reason}; nothing is made",
            ecs: "Takes a family, `family:revision` or the ARN of a task definition.",
            here: "Nothing is made.",
            remedy: "write `taskDefinition: FAMILY` to follow a family, `FAMILY:REVISION` to stay",
            example: "taskDefinition: arn:aws:iam::123456789012:role/web",
        }
        DesiredCountMissing = Error "desired-count-missing" {
            message: "the service does not say how many tasks it wants: nothing is made",
            ecs: "Requires `desiredCount` of a service that is no daemon.",
            here: "Nothing is made.",
            remedy: "set `desiredCount`",
            example: "spec: { taskDefinition: web }",
        }
        DesiredCountNotLegal { count: i64 } = Error "desired-count-not-legal" {
            message: "{count} is no number of tasks: nothing is made",
            ecs: "Takes 0 and more.",
            here: "Nothing is made.",
            remedy: "set `desiredCount` to 0 or more",
            example: "desiredCount: -1",
        }
        DaemonHasNoCount { count: i64 } = Error "daemon-has-no-count" {
            message: "a daemon has one task on every node, not {count}: nothing is made",
            ecs: "Refuses a count with scheduling strategy `DAEMON`.",
            here: "Nothing is made.",
            remedy: "leave `desiredCount` out",
            example: "schedulingStrategy: DAEMON\ndesiredCount: 2",
        }
        ClusterWithoutEffect { cluster: String } = Note "cluster-without-effect" {
            message: "the service runs in its namespace, not on cluster `{cluster}`",
            ecs: "Runs the service on that cluster.",
            here: "The namespace stands for the cluster.",
            remedy: "there is nothing to do",
            example: "cluster: production",
        }
        ClientTokenWithoutEffect { token: String } = Note "client-token-without-effect" {
            message: "requests need no token such as `{token}` here: the object's name makes them safe to repeat",
            ecs: "Answers a repeated request with that token as it did the first.",
            here: "The token has no effect.",
            remedy: "leave it out",
            example: "clientToken: 8e35a5f0",
        }
        RoleWithoutEffect { role: String } = Note "service-role-without-effect" {
            message: "no role such as `{role}` is needed to register pods with a load balancer",
            ecs: "Registers tasks with load balancers by this role.",
            here: "The controller of the ingress class does so, by its own rights.",
            remedy: "leave it out",
            example: "role: ecsServiceRole",
        }
        ManagedTagsWithoutEffect = Note "managed-tags-without-effect" {
            message: "there are no AWS resources here that could be tagged",
            ecs: "Tags tasks with the names of their cluster and service.",
            here: "Pods have labels that name their service.",
            remedy: "there is nothing to do: `kubectl get pods -l ecs-operator.dev/service=NAME` finds them",
            example: "enableECSManagedTags: true",
        }
        MonitoringWithoutEffect { configuration: String } = Note "monitoring-without-effect" {
            message: "no metrics of the service go to CloudWatch from here: `{configuration}` has no effect",
            ecs: "Puts CPU and memory of the service into CloudWatch that often.",
            here: "What watches the cluster watches the pods.",
            remedy: "read the pods' metrics where the cluster's are kept",
            example: "monitoring: { metricConfigurations: [{ metricNames: [CPUUtilization], resolutionSeconds: 20 }] }",
        }
        ExecuteCommandElsewhere = Note "execute-command-elsewhere" {
            message: "`aws ecs execute-command` knows nothing of these tasks; `kubectl exec` does",
            ecs: "Lets `aws ecs execute-command` open a session in a container.",
            here: "`kubectl exec` does so for those who have the right to `pods/exec`, whatever this member says.",
            remedy: "give people the right to `pods/exec` in this namespace",
            example: "enableExecuteCommand: true",
        }
        GracePeriodWithoutHealthCheck { seconds: i64 } = Note "grace-period-without-health-check" {
            message: "nothing checks these tasks, so there are no failures to ignore for {seconds} s",
            ecs: "Ignores failing health checks for that time after a task's start.",
            here: "Without a health check of an essential container, or a target group's, the period has no effect.",
            remedy: "give an essential container a `healthCheck`, or leave the period out",
            example: "healthCheckGracePeriodSeconds: 60",
        }
        PodSecurityNotWeakened = Warning "pod-security-not-weakened" {
            message: "a service can ask for stricter security of its pods than the operator or the cluster has, not for weaker: `restricted` stays",
            ecs: "Has no such rule.",
            here: "The strictest of the settings, the `ECSCluster` and the service holds.",
            remedy: "leave `podSecurity` out, or ask the administrator",
            example: "kubernetes: { podSecurity: baseline }",
        }
    }
}
