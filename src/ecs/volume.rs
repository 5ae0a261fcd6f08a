//! `volumes[]` of a task definition.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A volume of a task, which its containers mount by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Volume {
    /// The name: at most 255 letters, digits, `_` and `-`.
    #[schemars(length(max = 255))]
    pub name: Option<String>,
    /// A folder of the node, or where no path is given an empty one that lives as long as the task.
    pub host: Option<HostVolume>,
    /// A volume of Docker.
    pub docker_volume_configuration: Option<DockerVolumeConfiguration>,
    /// A file system of Amazon EFS.
    pub efs_volume_configuration: Option<EfsVolumeConfiguration>,
    /// A file system of Amazon S3 Files.
    #[serde(rename = "s3filesVolumeConfiguration")]
    pub s3_files_volume_configuration: Option<S3FilesVolumeConfiguration>,
    /// A file system of Amazon FSx for Windows File Server.
    pub fsx_windows_file_server_volume_configuration: Option<FsxWindowsFileServerVolumeConfiguration>,
    /// Whether the service says what the volume is, in `volumeConfigurations`; default `false`.
    pub configured_at_launch: Option<bool>,
}

/// A folder of the node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostVolume {
    /// The folder's path on the node; without one the volume is an empty folder of the task's own.
    #[schemars(length(max = 4096))]
    pub source_path: Option<String>,
}

/// A volume of Docker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DockerVolumeConfiguration {
    /// How long it lives: `task` (default), as long as the task; `shared`, beyond it, for other tasks of the node too.
    pub scope: Option<DockerVolumeScope>,
    /// Whether it is made where it does not exist; default `false`. Only with scope `shared`.
    pub autoprovision: Option<bool>,
    /// The driver of Docker that keeps it; default `local`.
    #[schemars(length(max = 255))]
    pub driver: Option<String>,
    /// Options of the driver.
    #[schemars(extend("maxProperties" = 100))]
    pub driver_opts: Option<BTreeMap<String, String>>,
    /// Labels of the volume in Docker.
    #[schemars(extend("maxProperties" = 100))]
    pub labels: Option<BTreeMap<String, String>>,
}

/// How long a volume of Docker lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum DockerVolumeScope {
    Task,
    Shared,
}

/// `ENABLED` or `DISABLED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum Switch {
    Enabled,
    Disabled,
}

/// A file system of Amazon EFS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EfsVolumeConfiguration {
    /// The id of the file system, such as `fs-0123456789abcdef0`.
    #[schemars(length(min = 1, max = 255))]
    pub file_system_id: String,
    /// The folder that is mounted; default `/`. With an access point it is left out, or `/`.
    #[schemars(length(max = 4096))]
    pub root_directory: Option<String>,
    /// Whether the traffic is encrypted; default `DISABLED`. Needed with an access point and with `iam`.
    pub transit_encryption: Option<Switch>,
    /// The port of the encrypting proxy. It has no effect here.
    #[schemars(range(min = 0, max = 65_535))]
    pub transit_encryption_port: Option<i64>,
    /// How access is granted.
    pub authorization_config: Option<EfsAuthorizationConfig>,
}

/// How access to a file system of Amazon EFS is granted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EfsAuthorizationConfig {
    /// The id of an access point, such as `fsap-0123456789abcdef0`.
    #[schemars(length(max = 255))]
    pub access_point_id: Option<String>,
    /// Whether the task's role is used for the mount; default `DISABLED`.
    pub iam: Option<Switch>,
}

/// A file system of Amazon S3 Files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3FilesVolumeConfiguration {
    /// ARN of the file system.
    #[schemars(length(min = 1, max = 2048))]
    pub file_system_arn: String,
    /// The folder that is mounted; default `/`.
    #[schemars(length(max = 4096))]
    pub root_directory: Option<String>,
    /// The port of the encrypting proxy. It has no effect here.
    #[schemars(range(min = 0, max = 65_535))]
    pub transit_encryption_port: Option<i64>,
    /// ARN of an access point.
    #[schemars(length(max = 2048))]
    pub access_point_arn: Option<String>,
}

/// A file system of Amazon FSx for Windows File Server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FsxWindowsFileServerVolumeConfiguration {
    /// The id of the file system.
    #[schemars(length(min = 1, max = 255))]
    pub file_system_id: String,
    /// The folder that is mounted.
    #[schemars(length(min = 1, max = 4096))]
    pub root_directory: String,
    /// How access is granted.
    pub authorization_config: FsxAuthorizationConfig,
}

/// How access to a file system of Amazon FSx for Windows File Server is granted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FsxAuthorizationConfig {
    /// ARN of the secret or parameter that holds the credentials.
    #[schemars(length(min = 1, max = 2048))]
    pub credentials_parameter: String,
    /// The domain of Active Directory.
    #[schemars(length(min = 1, max = 255))]
    pub domain: String,
}
