//! What can be said of how far a task is kept apart from its node and from others.

faults! {
    /// What can be said of how far a task is kept apart from its node and from others.
    SecurityFault in Security {
        ForbiddenByRestricted { what: &'static str } = Error "forbidden-by-restricted" {
            message: "{what} is forbidden in `restricted` pods: nothing is made",
            ecs: "On EC2, lets whoever registers a task definition do so; Fargate refuses most of it.",
            here: "`podSecurity: restricted` asks for pods that keep the Pod Security Standard of that name, whatever the settings allow.",
            remedy: "do without it, or ask for `podSecurity: baseline` where that is yours to decide",
            example: "kubernetes: { podSecurity: restricted }\ncontainerDefinitions: [{ name: agent, image: agent, privileged: true }]",
        }
        RestrictedNeedsUser = Warning "restricted-needs-user" {
            message: "the container says no user by number, and pods are `restricted` here: it starts only if its image names one by number, and not root",
            ecs: "Runs the program as the image's user, most often root.",
            here: "Before a container of a `restricted` pod starts, the node must see that its user is not root: by `user`, or by a number in the image.",
            remedy: "write the number of the image's user: `user: \"1000\"`",
            example: "kubernetes: { podSecurity: restricted }\ncontainerDefinitions: [{ name: web, image: nginx }]",
        }
        WindowsUserNotLegal { user: String } = Error "windows-user-not-legal" {
            message: "`{user}` is no name of a Windows user: nothing is made",
            ecs: "Starts no container whose user Windows does not know.",
            here: "Kubernetes takes a name of at most 104 characters, with or without a domain and `\\`.",
            remedy: "write `ContainerUser`, `ContainerAdministrator`, a name, or `DOMAIN\\name`",
            example: "runtimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2022_CORE }\nuser: \"1000:1000\"",
        }
        SecurityOptionUnknown { option: String } = Error "security-option-unknown" {
            message: "`{option}` is no security option that ECS documents: nothing is made",
            ecs: "Documents `no-new-privileges`, `apparmor:PROFILE`, `label:…` and `credentialspec:…`.",
            here: "Nothing is made: a container could be less secure than was asked for.",
            remedy: "write one of those options, or leave it out",
            example: "dockerSecurityOptions: [\"seccomp:unconfined\"]",
        }
        NewPrivilegesNotForbidden { option: String } = Warning "new-privileges-not-forbidden" {
            message: "`{option}` is left out: Kubernetes takes no container that is `privileged` and must not gain privileges",
            ecs: "Keeps the processes of the container, `privileged` as it is, from gaining privileges by set-user-id programs.",
            here: "Kubernetes refuses both at once, so `privileged` stays.",
            remedy: "leave out one of the two",
            example: "privileged: true\ndockerSecurityOptions: [no-new-privileges]",
        }
        CredentialSpecByName { specification: String, name: String } = Warning "credential-spec-by-name" {
            message: "the container runs by the GMSACredentialSpec `{name}`, which must be there: `{specification}` is not read",
            ecs: "Reads the credential specification from S3, the Parameter Store or a file of the host, and runs the container by the account that it describes.",
            here: "On Windows the specification is an object of the cluster, of the kind GMSACredentialSpec, named after the last part of the ARN.",
            remedy: "install the gMSA webhook, make the object, and let the ServiceAccount of the task `use` it",
            example: "credentialSpecs: [\"credentialspec:arn:aws:s3:::specs/web.json\"]",
        }
        CredentialSpecWithoutEffect { specification: String } = Warning "credential-spec-without-effect" {
            message: "`{specification}` has no effect: the container has no account of Active Directory by it",
            ecs: "Gives the container, on Linux too, an account of Active Directory.",
            here: "Kubernetes knows one such account for each container, and only on Windows.",
            remedy: "let the program itself fetch a Kerberos ticket, by a sidecar with a keytab",
            example: "credentialSpecs: [\"credentialspecdomainless:arn:aws:ssm:eu-west-1:123456789012:parameter/web\"]",
        }
        IsolationNotProvided { isolation: String } = Error "isolation-not-provided" {
            message: "no node is known to isolate tasks as `{isolation}` asks: nothing is made",
            ecs: "Runs the task in a sandbox of its own, which no other task and no administrator of the host can look into.",
            here: "A pod shares the kernel of its node with others. To run the task like that is not what was asked for.",
            remedy: "run this task on ECS for now, or write `isolationMode: SHARED`",
            example: "trustedExecutionConfiguration: { isolationMode: ISOLATED_SANDBOX }",
        }
        IsolationShared { isolation: String } = Note "isolation-shared" {
            message: "the task shares the kernel of its node with others, as `{isolation}` says",
            ecs: "Runs the task beside others of its host.",
            here: "So does every node.",
            remedy: "there is nothing to do",
            example: "trustedExecutionConfiguration: { isolationMode: SHARED }",
        }
        ImageMayMove { image: String } = Warning "image-may-move" {
            message: "`{image}` is looked up whenever a container starts: if the tag moves, tasks of one deployment run different images",
            ecs: "Looks the tag up once a deployment, and runs that digest in all of its tasks.",
            here: "Each node asks the registry when it starts a container. If the registry cannot be reached, the container does not start, even where the node has the image.",
            remedy: "name the image by its digest (`image: nginx@sha256:…`)",
            example: "containerDefinitions: [{ name: web, image: \"nginx:1\", versionConsistency: enabled }]",
        }
        VersionConsistencyOff = Note "version-consistency-off" {
            message: "a tag is looked up whenever a container starts, as it is here anyway",
            ecs: "Lets the tag mean another image in the middle of a deployment.",
            here: "Each node asks the registry when it starts a container.",
            remedy: "there is nothing to do",
            example: "versionConsistency: disabled",
        }
        FaultInjectionWithoutEffect = Note "fault-injection-without-effect" {
            message: "no faults are injected into pods by AWS Fault Injection Service as into tasks",
            ecs: "Opens an endpoint of the agent by which AWS Fault Injection Service disturbs the task's network.",
            here: "There is no such endpoint. The service has actions of its own for pods of EKS.",
            remedy: "use its `aws:eks:pod-…` actions, or Chaos Mesh",
            example: "enableFaultInjection: true",
        }
        ProxyWithoutEffect { proxy: String } = Warning "proxy-without-effect" {
            message: "traffic is not led through a proxy; without effect: {proxy}",
            ecs: "Leads the traffic of the task through the Envoy container, for App Mesh, which AWS ended in 2026.",
            here: "The container runs like any other, and traffic passes it by.",
            remedy: "take the proxy out of the task definition; use a service mesh of the cluster where one is needed",
            example: "proxyConfiguration: { type: APPMESH, containerName: envoy, properties: [{ name: AppPorts, value: \"8080\" }] }",
        }
    }
}
