//! `containerDefinitions[].mountPoints` and `volumesFrom`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a volume of the task is mounted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MountPoint {
    /// The name of the volume.
    #[schemars(length(max = 255))]
    pub source_volume: Option<String>,
    /// The path in the container.
    #[schemars(length(max = 4096))]
    pub container_path: Option<String>,
    /// Whether the container can only read; default `false`.
    pub read_only: Option<bool>,
}

/// A container whose mounts another one has as well.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VolumeFrom {
    /// The name of the container that has the mounts.
    #[schemars(length(max = 255))]
    pub source_container: Option<String>,
    /// Whether the container can only read; default `false`.
    pub read_only: Option<bool>,
}
