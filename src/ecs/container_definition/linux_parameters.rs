//! `containerDefinitions[].linuxParameters`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the Linux kernel for a container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinuxParameters {
    /// Capabilities that the container has more, or less, than Docker's default ones.
    pub capabilities: Option<Capabilities>,
    /// Devices of the node that the container uses; not on Fargate.
    #[schemars(length(max = 50))]
    pub devices: Option<Vec<Device>>,
    /// Whether an `init` process runs before the program, which passes signals on and reaps processes; default `false`.
    pub init_process_enabled: Option<bool>,
    /// Size of `/dev/shm` in MiB; not on Fargate.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub shared_memory_size: Option<i64>,
    /// Folders that are kept in memory; not on Fargate.
    #[schemars(length(max = 20))]
    pub tmpfs: Option<Vec<Tmpfs>>,
    /// Swap space in MiB, besides the memory; not on Fargate. 0: none.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub max_swap: Option<i64>,
    /// How eagerly the kernel swaps, 0 to 100; default 60. Only with `maxSwap`.
    #[schemars(range(min = 0, max = 100))]
    pub swappiness: Option<i64>,
}

/// Capabilities of a container, without `CAP_`; `ALL` stands for all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capabilities {
    /// Capabilities that it has more; on Fargate only `SYS_PTRACE`.
    #[schemars(length(max = 50), inner(length(max = 64)))]
    pub add: Option<Vec<String>>,
    /// Capabilities that it has less.
    #[schemars(length(max = 50), inner(length(max = 64)))]
    pub drop: Option<Vec<String>>,
}

/// A device of the node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Device {
    /// The device's path on the node.
    #[schemars(length(min = 1, max = 4096))]
    pub host_path: String,
    /// Its path in the container; default: the same.
    #[schemars(length(max = 4096))]
    pub container_path: Option<String>,
    /// What the container may do with it; default: all three.
    #[schemars(length(max = 3))]
    pub permissions: Option<Vec<DevicePermission>>,
}

/// What a container may do with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum DevicePermission {
    Read,
    Write,
    Mknod,
}

/// A folder that is kept in memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tmpfs {
    /// The folder's path in the container.
    #[schemars(length(min = 1, max = 4096))]
    pub container_path: String,
    /// Its size in MiB.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub size: i64,
    /// Options of the mount, such as `noexec`.
    #[schemars(length(max = 50), inner(length(max = 64)))]
    pub mount_options: Option<Vec<String>>,
}
