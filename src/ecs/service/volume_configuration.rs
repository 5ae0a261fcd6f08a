//! `volumeConfigurations` of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Tag;
use super::PropagateTags;

/// What a volume is that the task definition leaves to the service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VolumeConfiguration {
    /// The name of the volume in the task definition.
    #[schemars(length(min = 1, max = 255))]
    pub name: String,
    /// A volume of Amazon EBS, a new one for each task.
    #[serde(rename = "managedEBSVolume")]
    pub managed_ebs_volume: Option<ManagedEbsVolume>,
}

/// A volume of Amazon EBS for each task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagedEbsVolume {
    /// Whether the volume is encrypted; default: as the account has it.
    pub encrypted: Option<bool>,
    /// The key by which it is encrypted.
    #[schemars(length(max = 2048))]
    pub kms_key_id: Option<String>,
    /// The kind of volume: `gp2`, `gp3` (default), `io1`, `io2`, `sc1`, `st1` or `standard`.
    #[schemars(length(max = 32))]
    pub volume_type: Option<String>,
    /// Its size in GiB, 1 to 16384; needed unless a snapshot is given.
    #[serde(rename = "sizeInGiB")]
    #[schemars(range(min = 0, max = 65_536))]
    pub size: Option<i64>,
    /// The id of the snapshot that it is made of.
    #[schemars(length(max = 255))]
    pub snapshot_id: Option<String>,
    /// MiB a second with which the snapshot's data is fetched, 100 to 300.
    #[schemars(range(min = 0, max = 10_000))]
    pub volume_initialization_rate: Option<i64>,
    /// Operations a second, for `gp3`, `io1` and `io2`.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub iops: Option<i64>,
    /// MiB a second, for `gp3`, 125 to 1000.
    #[schemars(range(min = 0, max = 100_000))]
    pub throughput: Option<i64>,
    /// Tags of the volume.
    #[schemars(length(max = 10))]
    pub tag_specifications: Option<Vec<EbsTagSpecification>>,
    /// ARN of the role by which ECS makes the volume. It has no effect here.
    #[schemars(length(min = 1, max = 2048))]
    pub role_arn: String,
    /// The file system that is made on it: `ext3`, `ext4`, `xfs` (default) or `ntfs`.
    pub filesystem_type: Option<FilesystemType>,
}

/// Tags of a volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EbsTagSpecification {
    /// What is tagged: `volume`.
    pub resource_type: EbsResourceType,
    /// The tags, at most 50.
    #[schemars(length(max = 50))]
    pub tags: Option<Vec<Tag>>,
    /// Whose tags are copied to it.
    pub propagate_tags: Option<PropagateTags>,
}

/// What tags are put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum EbsResourceType {
    Volume,
}

/// A file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum FilesystemType {
    Ext3,
    Ext4,
    Xfs,
    Ntfs,
}
