//! What can be said of a task definition as a whole.

faults! {
    /// What can be said of a task definition as a whole.
    TaskFault in Task {
        NoEssentialContainer = Error "no-essential-container" {
            message: "no container is essential, so the task would never end, nor be healthy: nothing is made",
            ecs: "Refuses a task definition of which no container is essential.",
            here: "Nothing is made.",
            remedy: "leave out `essential: false` of the container that the task is there for",
            example: "containerDefinitions: [{ name: web, image: nginx, essential: false }]",
        }
        ContainerNameTwice { name: String } = Error "container-name-twice" {
            message: "two containers are named `{name}`: nothing is made",
            ecs: "Refuses a task definition in which two containers have one name.",
            here: "Nothing is made.",
            remedy: "give each container a name of its own",
            example: "containerDefinitions: [{ name: web, image: nginx }, { name: web, image: redis }]",
        }
        SizeNotLegal { size: String } = Error "size-not-legal" {
            message: "`{size}` is no size of a task: nothing is made",
            ecs: "Takes CPU units (`512`) or vCPUs (`.5 vCPU`), and MiB (`1024`) or GB (`1 GB`), and refuses anything else.",
            here: "Nothing is made.",
            remedy: "write a whole number of CPU units or MiB, or a number with `vCPU` or `GB`",
            example: "cpu: half",
        }
        FargateSizeMissing = Warning "fargate-size-missing" {
            message: "`FARGATE` needs `cpu` and `memory` of the task: without them the pod has no hard size",
            ecs: "Refuses a task definition for Fargate without task-level `cpu` and `memory`.",
            here: "The pod is as large as its containers' requests, without a limit of its own.",
            remedy: "give both `cpu` and `memory` of the task",
            example: "requiresCompatibilities: [FARGATE]",
        }
        FargateSizeUnknown { units: i64, memory: i64 } = Warning "fargate-size-unknown" {
            message: "Fargate has no size of {units} CPU units with {memory} MiB; here the pod gets just that",
            ecs: "Fargate has a fixed table of sizes and refuses others.",
            here: "Kubernetes gives any size.",
            remedy: "take a size of Fargate's table if the task is to run on Fargate too",
            example: "cpu: \"512\"\nmemory: \"8192\"",
        }
        ContainersExceedTask { sum: i64, task: i64, unit: &'static str } = Error "containers-exceed-task" {
            message: "the containers ask for {sum} {unit} together, the task has {task}: nothing is made",
            ecs: "Refuses a task definition whose containers reserve more than the task has.",
            here: "Kubernetes refuses such a pod as well.",
            remedy: "enlarge the task, or let containers reserve less",
            example: "cpu: \"256\"\ncontainerDefinitions: [{ name: web, image: nginx, cpu: 512 }]",
        }
        MemoryLimitExceedsTask { memory: i64, task: i64 } = Error "memory-limit-exceeds-task" {
            message: "the container may use {memory} MiB, the task has {task}: nothing is made",
            ecs: "Refuses a container whose `memory` is more than the task's.",
            here: "Kubernetes refuses such a pod as well.",
            remedy: "enlarge the task, or lower the container's `memory`",
            example: "memory: \"512\"\ncontainerDefinitions: [{ name: web, image: nginx, memory: 1024, memoryReservation: 128 }]",
        }
        MemoryMissing = Warning "memory-missing" {
            message: "neither the task nor the container says how much memory it needs: it has no limit here",
            ecs: "Refuses a container without `memory` and `memoryReservation` in a task without `memory`.",
            here: "The container may use all memory of its node, and is among the first to be ended when that runs short.",
            remedy: "give `memory` of the task, or `memory` or `memoryReservation` of each container",
            example: "containerDefinitions: [{ name: web, image: nginx }]",
        }
        PortsCollide { port: u16, other: String } = Error "ports-collide" {
            message: "port {port} is also the port of container `{other}`, and the containers of a pod share their ports: nothing is made",
            ecs: "Refuses it with `awsvpc`; with `bridge` each container has ports of its own.",
            here: "One of the two containers could not listen.",
            remedy: "let one of the two listen on another port, or put it into a service of its own",
            example: "containerDefinitions:\n- { name: a, image: nginx, portMappings: [{ containerPort: 80 }] }\n- { name: b, image: nginx, portMappings: [{ containerPort: 80 }] }",
        }
        TaskRoleNotLegal { role: String, reason: String } = Error "task-role-not-legal" {
            message: "`{role}` is no role: {reason}; nothing is made",
            ecs: "Takes the ARN of an IAM role, or its name.",
            here: "Nothing is made: the task would run without the role's rights.",
            remedy: "write arn:aws:iam::ACCOUNT:role/NAME; for the mere name of a role, set `account` in the settings",
            example: "taskRoleArn: arn:aws:iam::12:role/web",
        }
        TaskRoleNeedsTrust { subject: String } = Note "task-role-needs-trust" {
            message: "the task's role is annotated for IRSA: its trust policy must let `{subject}` assume it",
            ecs: "The role trusts `ecs-tasks.amazonaws.com`.",
            here: "The pods run under a ServiceAccount annotated with the role. On EKS the cluster's identity provider vouches for it, so the role must trust that provider and this subject.",
            remedy: "add a statement with `sts:AssumeRoleWithWebIdentity` for that subject to the role's trust policy",
            example: "taskRoleArn: arn:aws:iam::123456789012:role/web",
        }
        ExecutionRoleWithoutEffect { role: String, others: String } = Note "execution-role-without-effect" {
            message: "nothing here acts by the execution role `{role}`; in its place {others}",
            ecs: "Pulls images, reads secrets, registry credentials and environment files, and writes logs by this role.",
            here: "The nodes pull images by their own role; what is read is read by the role of an `AWSAccessGrant`, or by that of the store where the External Secrets operator reads; logs are sent by the cluster's log agent, by its role. No pod ever has the execution role.",
            remedy: "give those roles the rights that this role has",
            example: "executionRoleArn: arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
        }
    }
}
