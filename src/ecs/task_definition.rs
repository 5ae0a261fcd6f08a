//! `ECSTaskDefinition`: the input of `ecs:RegisterTaskDefinition`.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ContainerDefinition, Size, Tag, TaskDefinitionStatus};

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
    /// The network mode; every task here is a pod with an address of its own, as with `awsvpc`.
    pub network_mode: Option<NetworkMode>,
    /// The containers, at least one and at most ten, each with a name of its own.
    #[schemars(length(min = 1, max = 10), extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub container_definitions: Vec<ContainerDefinition>,
    /// What the task definition must be fit for.
    #[schemars(length(max = 4))]
    pub requires_compatibilities: Option<Vec<Compatibility>>,
    /// CPU of the whole task: units (1024 = one vCPU), as string or integer, or a string such as `".5 vCPU"`.
    pub cpu: Option<Size>,
    /// Memory of the whole task: MiB as string or integer, or a string such as `"1 GB"`.
    pub memory: Option<Size>,
    /// The operating system and processor that the images are built for; default: Linux on `X86_64`.
    pub runtime_platform: Option<RuntimePlatform>,
    /// Tags of the task definition, at most 50.
    #[schemars(length(max = 50))]
    pub tags: Option<Vec<Tag>>,
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
