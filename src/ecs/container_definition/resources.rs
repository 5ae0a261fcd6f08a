//! `containerDefinitions[].ulimits`, `systemControls` and `resourceRequirements`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A limit of a container's processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ulimit {
    /// What is limited.
    pub name: UlimitName,
    /// The limit that holds until the process raises it; -1 is none.
    #[schemars(range(min = -1, max = 2_147_483_647))]
    pub soft_limit: i64,
    /// The most that the process may raise it to; -1 is none.
    #[schemars(range(min = -1, max = 2_147_483_647))]
    pub hard_limit: i64,
}

/// What a limit is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum UlimitName {
    Core,
    Cpu,
    Data,
    Fsize,
    Locks,
    Memlock,
    Msgqueue,
    Nice,
    Nofile,
    Nproc,
    Rss,
    Rtprio,
    Rttime,
    Sigpending,
    Stack,
}

/// A kernel parameter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SystemControl {
    /// The name of the parameter, such as `net.core.somaxconn`.
    #[schemars(length(max = 253))]
    pub namespace: Option<String>,
    /// Its value.
    #[schemars(length(max = 1024))]
    pub value: Option<String>,
}

/// Something that a container needs beside processor and memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceRequirement {
    /// How many: of GPUs a number or `ALL`; of Neuron devices `ALL`; of inference accelerators the device's name.
    #[schemars(length(max = 255))]
    pub value: Option<String>,
    /// What is needed.
    #[serde(rename = "type")]
    pub resource_type: ResourceType,
    /// How a GPU is shared with other containers, in place of `value`.
    pub sharing_strategy: Option<SharingStrategy>,
}

/// What a container may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum ResourceType {
    #[serde(rename = "GPU")]
    Gpu,
    InferenceAccelerator,
    NeuronDevice,
}

/// How a GPU is shared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SharingStrategy {
    /// By NVIDIA's Multi-Process Service.
    pub nvidia_mps: Option<NvidiaMps>,
}

/// A share of a GPU by NVIDIA's Multi-Process Service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NvidiaMps {
    /// Memory of the GPU in MiB.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub memory: i64,
    /// The most of the GPU's processors, in percent, 1 to 100.
    #[schemars(range(min = 0, max = 100))]
    pub max_compute_percent: Option<i64>,
}
