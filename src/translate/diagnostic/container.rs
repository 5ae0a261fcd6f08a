//! What can be said of one container.

faults! {
    /// What can be said of one container.
    ContainerFault in Container {
        ContainerNameNotLegal { name: String } = Error "container-name-not-legal" {
            message: "`{name}` is no name of a container: nothing is made",
            ecs: "Names have 1 to 255 letters, digits, `_` and `-`; others are refused.",
            here: "Nothing is made.",
            remedy: "choose a name of letters, digits, `_` and `-`",
            example: "containerDefinitions: [{ name: web app, image: nginx }]",
        }
        ContainerNameChanged { name: String } = Note "container-name-changed" {
            message: "in the pod the container is named `{name}`",
            ecs: "Names have letters of either case, digits, `_` and `-`.",
            here: "Kubernetes wants lower case and no `_`, and at most 63 characters, so the name is changed. Load balancers go on to use the name in ECS.",
            remedy: "use the changed name with `kubectl logs -c` and `kubectl exec -c`",
            example: "containerDefinitions: [{ name: Web_App, image: nginx }]",
        }
        ImageNotLegal = Error "image-not-legal" {
            message: "the container has no image that could be pulled: nothing is made",
            ecs: "Refuses a container without an image, or with blanks in its name.",
            here: "Nothing is made.",
            remedy: "name the image as in `docker pull`",
            example: "containerDefinitions: [{ name: web }]",
        }
        MemoryTooSmall { memory: i64 } = Error "memory-too-small" {
            message: "{memory} MiB is less than the 6 MiB that a container needs: nothing is made",
            ecs: "Refuses less than 6 MiB.",
            here: "Nothing is made.",
            remedy: "give at least 6 MiB",
            example: "containerDefinitions: [{ name: web, image: nginx, memory: 4 }]",
        }
        ReservationExceedsMemory { reservation: i64, memory: i64 } = Error "reservation-exceeds-memory" {
            message: "the container reserves {reservation} MiB and may use {memory} only: nothing is made",
            ecs: "Refuses a `memoryReservation` above `memory`.",
            here: "Kubernetes refuses such a container as well.",
            remedy: "lower `memoryReservation` or raise `memory`",
            example: "containerDefinitions: [{ name: web, image: nginx, memory: 128, memoryReservation: 256 }]",
        }
        EnvironmentNameNotLegal { name: String } = Error "environment-name-not-legal" {
            message: "`{name}` is no name of an environment variable: nothing is made",
            ecs: "Passes nearly any name on to the container.",
            here: "Kubernetes takes printable ASCII characters but `=`.",
            remedy: "rename the variable",
            example: "environment: [{ name: \"A=B\", value: c }]",
        }
        EnvironmentNameTwice { name: String, value: String } = Warning "environment-name-twice" {
            message: "`{name}` is set again further down: the last value holds, and `{value}` is left out",
            ecs: "Keeps one of the values and does not say which.",
            here: "The last value in the list holds.",
            remedy: "leave only one of them",
            example: "environment: [{ name: A, value: b }, { name: A, value: c }]",
        }
        EnvironmentHiddenBySecret { name: String, value: String } = Warning "environment-hidden-by-secret" {
            message: "`{name}` is a secret too: the secret's value holds, and `{value}` is left out",
            ecs: "Sets secrets over variables of the same name.",
            here: "So it is here: the value in `environment` is left out.",
            remedy: "leave only one of them",
            example: "environment: [{ name: A, value: b }]\nsecrets: [{ name: A, valueFrom: a }]",
        }
        EcsMetadataNotAvailable { word: &'static str } = Warning "ecs-metadata-not-available" {
            message: "`{word}` is read, and the ECS agent with its metadata is not here",
            ecs: "Injects the address of its metadata and credentials endpoints into every container.",
            here: "There is no such endpoint, and the variables are not set.",
            remedy: "take what is needed from the downward API or from the AWS SDK's own default credentials",
            example: "command: [sh, -c, \"curl $ECS_CONTAINER_METADATA_URI_V4/task\"]",
        }
        ValueFromNotLegal { value: String, reason: String } = Error "value-from-not-legal" {
            message: "`{value}` names no secret: {reason}; nothing is made",
            ecs: "Starts no task of which a secret cannot be found.",
            here: "Nothing is made.",
            remedy: "write arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME[:JSON-KEY:VERSION-STAGE:VERSION-ID], or the name or ARN of a parameter",
            example: "secrets: [{ name: PASSWORD, valueFrom: \"arn:aws:s3:::bucket/key\" }]",
        }
        SecretsWithoutBackend = Warning "secrets-without-backend" {
            message: "the operator is not told where the values of secrets come from: tasks with secrets cannot start",
            ecs: "Reads Secrets Manager and the Parameter Store.",
            here: "The setting `secrets` names the backend that the operator reads. Without one the service waits.",
            remedy: "set `secrets` in the settings, such as { backend: File, file: { directory: /secrets } }",
            example: "secrets: [{ name: PASSWORD, valueFrom: prod/password }]",
        }
        PortNotLegal { port: i64 } = Error "port-not-legal" {
            message: "{port} is no port of a container: nothing is made",
            ecs: "Takes ports from 1 to 65535.",
            here: "Nothing is made.",
            remedy: "give `containerPort` from 1 to 65535",
            example: "portMappings: [{ containerPort: 70000 }]",
        }
        PortMappedTwice { port: u16, mapping: String } = Note "port-mapped-twice" {
            message: "port {port} is mapped already, and once is enough here: {mapping} is left out",
            ecs: "Maps one port of the container to several of the host.",
            here: "A pod has an address of its own, so there is nothing to map a second time.",
            remedy: "leave only one of them",
            example: "portMappings: [{ containerPort: 80, hostPort: 80 }, { containerPort: 80, hostPort: 8080 }]",
        }
        HostPortWithoutEffect = Note "host-port-without-effect" {
            message: "no port of the node is taken: a pod has an address of its own",
            ecs: "With `bridge`, maps the container's port to any free one of the host: that is what 0 means.",
            here: "Services and load balancers reach the pod at its own address.",
            remedy: "reach the tasks by their load balancer or Service",
            example: "networkMode: bridge\nportMappings: [{ containerPort: 80, hostPort: 0 }]",
        }
        ApplicationProtocolWithoutEffect { protocol: &'static str } = Note "app-protocol-without-effect" {
            message: "nobody reads that the port speaks `{protocol}`: no Service has it",
            ecs: "Tells Service Connect how to read the traffic.",
            here: "It becomes the `appProtocol` of the port in a Service. A service that is neither balanced nor reached by Service Connect has no Service with the port.",
            remedy: "there is nothing to do",
            example: "portMappings: [{ containerPort: 80, name: http, appProtocol: http }]",
        }
        HealthCheckCommandMissing = Error "health-check-command-missing" {
            message: "the health check has no command to run: nothing is made",
            ecs: "Refuses a health check without a command.",
            here: "Nothing is made.",
            remedy: "write [\"CMD-SHELL\", \"…\"] or [\"CMD\", …], or leave the health check out",
            example: "healthCheck: { command: [CMD-SHELL] }",
        }
        HealthCheckCommandUnmarked = Warning "health-check-command-unmarked" {
            message: "the command starts with neither `CMD` nor `CMD-SHELL`: it is run without a shell, as with `CMD`",
            ecs: "Its texts contradict each other about what is done then.",
            here: "The first word is the program, the others its arguments.",
            remedy: "put `CMD` or `CMD-SHELL` before the command",
            example: "healthCheck: { command: [curl, localhost] }",
        }
        HealthCheckCommandIsALine { line: String } = Warning "health-check-command-is-a-line" {
            message: "the command is one word with spaces: a shell runs `{line}`, as with `CMD-SHELL`",
            ecs: "Its texts contradict each other about what is done then.",
            here: "A shell runs it: no program has such a name. `CMD` or `CMD-SHELL` at its start is left out.",
            remedy: "write [\"CMD-SHELL\", \"…\"]",
            example: "healthCheck: { command: [\"curl -f http://localhost || exit 1\"] }",
        }
        HealthCheckOnlyAwaited { check: String } = Note "health-check-only-awaited" {
            message: "the container is not essential: {check} decides only when those start that wait for its health",
            ecs: "Checks and shows the container's health, and lets it run on however often the check fails. Those that wait for `HEALTHY` wait meanwhile.",
            here: "The check becomes a startup probe that fails as often as it likes; later it is not run.",
            remedy: "there is nothing to do",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: proxy, condition: HEALTHY }] }\n- { name: proxy, image: envoy, essential: false, healthCheck: { command: [CMD, \"true\"], retries: 5 } }",
        }
        StartPeriodWithinGrace { seconds: i64, grace: i64 } = Note "start-period-within-grace" {
            message: "failures are ignored for {grace} s already, so a start period of {seconds} s changes nothing",
            ecs: "Failures count in neither the start period nor the service's grace period.",
            here: "The longer one decides, and of a container whose health others wait for, its `startTimeout`.",
            remedy: "there is nothing to do",
            example: "healthCheckGracePeriodSeconds: 300\nhealthCheck: { command: [CMD, \"true\"], startPeriod: 30 }",
        }
        GraceWithinStartPeriod { seconds: i64, grace: i64 } = Note "grace-within-start-period" {
            message: "the check of this container starts after {seconds} s, so the {grace} s of the service's grace period change nothing for it",
            ecs: "Failures count in neither the start period nor the grace period.",
            here: "The longer one decides.",
            remedy: "there is nothing to do",
            example: "healthCheckGracePeriodSeconds: 30\nhealthCheck: { command: [CMD, \"true\"], startPeriod: 60 }",
        }
        HealthCheckOff { check: String } = Note "health-check-off" {
            message: "{check} means that the container is not checked",
            ecs: "Switches a health check off that the image has.",
            here: "A health check of the image is never run, so there is none to switch off.",
            remedy: "leave the health check out",
            example: "healthCheck: { command: [NONE] }",
        }
        HealthCheckOutOfRange { value: i64, range: &'static str } = Error "health-check-out-of-range" {
            message: "{value} is not {range}: nothing is made",
            ecs: "Takes an interval of 5 to 300 s, a timeout of 2 to 60 s, 1 to 10 retries and a start period of 0 to 300 s.",
            here: "Nothing is made.",
            remedy: "choose a value in the range",
            example: "healthCheck: { command: [CMD, \"true\"], interval: 1 }",
        }
        HealthCheckOfNonEssential { check: String } = Note "health-check-of-non-essential" {
            message: "the container is not essential and nothing waits for its health: it decides nothing, and {check} is not run",
            ecs: "Checks and shows the container's health; that of the task does not depend on it.",
            here: "The check is not run.",
            remedy: "there is nothing to do",
            example: "containerDefinitions: [{ name: log, image: log, essential: false, healthCheck: { command: [CMD, \"true\"] } }]",
        }
        StopTimeoutTooLong { seconds: i64 } = Note "stop-timeout-too-long" {
            message: "Fargate waits 120 s at most; here the container is given its {seconds} s",
            ecs: "Fargate takes 2 to 120 s.",
            here: "The pod's grace period has room for it.",
            remedy: "there is nothing to do",
            example: "stopTimeout: 600",
        }
        UserIsAName { user: String } = Warning "user-is-a-name" {
            message: "`{user}` is a name, which only the image can resolve: the image's own user or group runs the program",
            ecs: "Looks names up in the image's `/etc/passwd` and `/etc/group`.",
            here: "Kubernetes takes numbers only.",
            remedy: "write the numbers: `user: \"1000\"` or `user: \"1000:1000\"`",
            example: "user: node",
        }
        ImageAddsGroups { user: i64 } = Note "image-adds-groups" {
            message: "the program is in the groups too that the image's `/etc/group` gives the user {user}",
            ecs: "With a group in `user`, the program is in that group and in no other.",
            here: "The container runtime adds the groups in which the image lists the user, as ECS does where no group is said.",
            remedy: "see that the image lists the user in no group that it should not be in; mostly it lists it in none",
            example: "user: \"1000:1000\"",
        }
        RootNotAllowed = Error "root-not-allowed" {
            message: "the container asks to run as root, and pods are `restricted` here: nothing is made",
            ecs: "Runs the program as root.",
            here: "`podSecurity: restricted` forbids it.",
            remedy: "name another user, or ask for `podSecurity: baseline` where that is yours to decide",
            example: "kubernetes: { podSecurity: restricted }\nuser: \"0\"",
        }
        DockerLabelDropped { label: String, value: String, reason: &'static str } = Warning "docker-label-dropped" {
            message: "`{label}` with the value `{value}` is left out: {reason}",
            ecs: "Puts the labels on the container.",
            here: "They become annotations of the pod, which all its containers share. Names that Kubernetes does not take are left out, and those by which Kubernetes or a program in the cluster would be told something.",
            remedy: "rename the label: an optional domain and `/`, then at most 63 letters, digits, `-`, `_` and `.`",
            example: "dockerLabels: { \"com.example/a/b\": c }",
        }
    }
}
