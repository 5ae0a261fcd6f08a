//! `ECSTaskDefinition`: the input of `ecs:RegisterTaskDefinition`.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kubernetes::TaskDefinitionKubernetes;
use super::{ContainerDefinition, Size, Tag, TaskDefinitionStatus, Volume};

/// A task definition: what a task runs. Each change of it registers an immutable revision.
#[expect(clippy::duplicated_attributes, reason = "one column each")]
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "ecs-operator.dev",
    version = "v1alpha1",
    kind = "ECSTaskDefinition",
    plural = "ecstaskdefinitions",
    singular = "ecstaskdefinition",
    shortname = "ecstd",
    category = "ecs",
    namespaced,
    status = "TaskDefinitionStatus",
    printcolumn(name = "Family", type_ = "string", json_path = ".status.family"),
    printcolumn(name = "Revision", type_ = "integer", json_path = ".status.revision"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskDefinition {
    /// The family of the task definition; default: `metadata.name`. At most 255 letters, digits, `_` and `-`.
    #[schemars(length(max = 255))]
    pub family: Option<String>,
    /// ARN of the role that the containers of the task assume. It becomes a `ServiceAccount` annotated for IRSA.
    #[schemars(length(max = 2048))]
    pub task_role_arn: Option<String>,
    /// ARN of the role by which ECS itself pulls images, reads secrets and writes logs. It has no effect here.
    #[schemars(length(max = 2048))]
    pub execution_role_arn: Option<String>,
    /// The network mode; default `bridge`. Every task here is a pod, whose containers share one address, as with `awsvpc`; `host` shares that of
    /// the node, where the settings allow it.
    pub network_mode: Option<NetworkMode>,
    /// The containers, at least one and at most ten, each with a name of its own.
    #[schemars(length(min = 1, max = 10), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub container_definitions: Vec<ContainerDefinition>,
    /// The volumes, which containers mount by name.
    #[schemars(length(max = 100))]
    pub volumes: Option<Vec<Volume>>,
    /// Which nodes may run the task, at most 10 constraints.
    #[schemars(length(max = 10))]
    pub placement_constraints: Option<Vec<TaskPlacementConstraint>>,
    /// What the task definition must be fit for.
    #[schemars(length(max = 4))]
    pub requires_compatibilities: Option<Vec<Compatibility>>,
    /// CPU of the whole task: units (1024 = one vCPU), as string or integer, or a string such as `".5 vCPU"`.
    pub cpu: Option<Size>,
    /// Memory of the whole task: MiB as string or integer, or a string such as `"1 GB"`.
    pub memory: Option<Size>,
    /// Tags of the task definition, at most 50.
    #[schemars(length(max = 50))]
    pub tags: Option<Vec<Tag>>,
    /// Whether the containers see each other's processes (`task`) or the node's (`host`); unset, neither.
    pub pid_mode: Option<PidMode>,
    /// Whether the containers share memory and semaphores with each other (`task`), with the node (`host`) or not at all (`none`).
    pub ipc_mode: Option<IpcMode>,
    /// The proxy of App Mesh.
    pub proxy_configuration: Option<ProxyConfiguration>,
    /// Devices of Elastic Inference, which AWS has ended.
    #[schemars(length(max = 10))]
    pub inference_accelerators: Option<Vec<InferenceAccelerator>>,
    /// The storage on the node that is set aside for the task.
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// The operating system and processor that the images are built for; default: Linux on `X86_64`.
    pub runtime_platform: Option<RuntimePlatform>,
    /// Whether faults may be injected into the task; default `false`.
    pub enable_fault_injection: Option<bool>,
    /// How far the task is isolated from others of its host.
    pub trusted_execution_configuration: Option<TrustedExecutionConfiguration>,
    /// What ECS does not have.
    pub kubernetes: Option<TaskDefinitionKubernetes>,
}

/// The network mode of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum NetworkMode {
    Bridge,
    Host,
    Awsvpc,
    None,
}

impl NetworkMode {
    /// The word of ECS.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Host => "host",
            Self::Awsvpc => "awsvpc",
            Self::None => "none",
        }
    }
}

/// What a task definition must be fit for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum Compatibility {
    Ec2,
    Fargate,
    External,
    ManagedInstances,
}

/// The operating system and processor of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuntimePlatform {
    /// The processor: `X86_64` (default) or `ARM64`.
    pub cpu_architecture: Option<CpuArchitecture>,
    /// The operating system: `LINUX` (default) or a Windows Server edition.
    pub operating_system_family: Option<OperatingSystemFamily>,
}

/// The processor of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum CpuArchitecture {
    X86_64,
    ARM64,
}

/// The operating system of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum OperatingSystemFamily {
    Linux,
    #[serde(rename = "WINDOWS_SERVER_2016_FULL")]
    WindowsServer2016Full,
    #[serde(rename = "WINDOWS_SERVER_2019_CORE")]
    WindowsServer2019Core,
    #[serde(rename = "WINDOWS_SERVER_2019_FULL")]
    WindowsServer2019Full,
    #[serde(rename = "WINDOWS_SERVER_2004_CORE")]
    WindowsServer2004Core,
    #[serde(rename = "WINDOWS_SERVER_20H2_CORE")]
    WindowsServer20H2Core,
    #[serde(rename = "WINDOWS_SERVER_2022_CORE")]
    WindowsServer2022Core,
    #[serde(rename = "WINDOWS_SERVER_2022_FULL")]
    WindowsServer2022Full,
    #[serde(rename = "WINDOWS_SERVER_2025_CORE")]
    WindowsServer2025Core,
    #[serde(rename = "WINDOWS_SERVER_2025_FULL")]
    WindowsServer2025Full,
}

/// A constraint of a task: which nodes may run it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskPlacementConstraint {
    /// The kind of constraint: `memberOf`.
    #[serde(rename = "type")]
    pub constraint_type: Option<TaskPlacementConstraintType>,
    /// The nodes, in the cluster query language of ECS, such as `attribute:ecs.instance-type =~ m5.*`.
    #[schemars(length(max = 2000))]
    pub expression: Option<String>,
}

/// The kind of a task's constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum TaskPlacementConstraintType {
    MemberOf,
}

/// Whose processes a container sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum PidMode {
    Host,
    Task,
}

/// With whom a container shares memory and semaphores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum IpcMode {
    Host,
    Task,
    None,
}

/// The proxy of App Mesh.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProxyConfiguration {
    /// The kind of proxy: `APPMESH`.
    #[serde(rename = "type")]
    pub proxy_type: Option<ProxyType>,
    /// The container that is the proxy.
    #[schemars(length(min = 1, max = 255))]
    pub container_name: String,
    /// Properties of the proxy, such as `AppPorts`.
    #[schemars(length(max = 50))]
    pub properties: Option<Vec<super::KeyValuePair>>,
}

/// The kind of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum ProxyType {
    Appmesh,
}

/// A device of Elastic Inference.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InferenceAccelerator {
    /// The name by which containers ask for it.
    #[schemars(length(min = 1, max = 255))]
    pub device_name: String,
    /// The kind of device, such as `eia1.medium`.
    #[schemars(length(min = 1, max = 255))]
    pub device_type: String,
}

/// The storage on the node of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EphemeralStorage {
    /// Its size in GiB, 21 to 200.
    #[schemars(range(min = 0, max = 200))]
    #[serde(rename = "sizeInGiB")]
    pub size: i64,
}

/// How far a task is isolated from others of its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrustedExecutionConfiguration {
    /// The kind of isolation.
    pub isolation_mode: IsolationMode,
    /// The policy that a sandbox is attested by.
    #[schemars(length(max = 32768))]
    pub attestation_policy: Option<String>,
}

/// How a task is isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum IsolationMode {
    Shared,
    IsolatedSandbox,
    ConfidentialSandbox,
}
