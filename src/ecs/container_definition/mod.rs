//! `containerDefinitions[]` of a task definition.

pub mod health_check;
pub mod linux_parameters;
pub mod logging;
pub mod network;
pub mod resources;
pub mod start;
pub mod storage;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use health_check::HealthCheck;
pub use linux_parameters::{Capabilities, Device, LinuxParameters, Tmpfs};
pub use logging::{FirelensConfiguration, FirelensRouter, LogConfiguration, LogDriver};
pub use network::{ApplicationProtocol, HostEntry, PortMapping, TransportProtocol};
pub use resources::{NvidiaMps, ResourceRequirement, ResourceType, SharingStrategy, SystemControl, Ulimit, UlimitName};
pub use start::{ContainerDependency, DependencyCondition, RestartPolicy, VersionConsistency};
pub use storage::{MountPoint, VolumeFrom};

/// One container of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerDefinition {
    /// The name, unique in the task definition: at most 255 letters, digits, `_` and `-`.
    #[schemars(length(min = 1, max = 255))]
    pub name: String,
    /// The image, as in `docker pull`. Required, as ECS requires it.
    #[schemars(length(max = 1024))]
    pub image: Option<String>,
    /// The secret by which the image is pulled from a private registry.
    pub repository_credentials: Option<RepositoryCredentials>,
    /// CPU units that the container is given a share of (1024 = one vCPU): a request, never a limit.
    #[schemars(range(min = 0, max = 196_608))]
    pub cpu: Option<i64>,
    /// Hard limit of memory in MiB, at least 6; a container that needs more is ended.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub memory: Option<i64>,
    /// Memory in MiB that is set aside for the container, at least 6.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub memory_reservation: Option<i64>,
    /// Other containers that this one reaches by name, each `container` or `container:alias`; only with network mode `bridge`.
    #[schemars(length(max = 20), inner(length(max = 512)))]
    pub links: Option<Vec<String>>,
    /// The ports that the container listens on.
    #[schemars(length(max = 100))]
    pub port_mappings: Option<Vec<PortMapping>>,
    /// Whether the task ends when this container does; default `true`.
    pub essential: Option<bool>,
    /// Whether the container is restarted by itself when it ends, without the task.
    pub restart_policy: Option<RestartPolicy>,
    /// The program and its first arguments, in place of the image's entry point.
    #[schemars(length(max = 256), inner(length(max = 32768)))]
    pub entry_point: Option<Vec<String>>,
    /// The arguments, in place of the image's command.
    #[schemars(length(max = 256), inner(length(max = 32768)))]
    pub command: Option<Vec<String>>,
    /// Environment variables. Where `secrets` has the same name, the secret wins.
    #[schemars(length(max = 1000))]
    pub environment: Option<Vec<KeyValuePair>>,
    /// Files in S3 with environment variables, `NAME=value` in each line; at most 10. What `environment` has wins.
    #[schemars(length(max = 10))]
    pub environment_files: Option<Vec<EnvironmentFile>>,
    /// Where the task's volumes are mounted.
    #[schemars(length(max = 100))]
    pub mount_points: Option<Vec<MountPoint>>,
    /// Containers whose mounts this one has as well.
    #[schemars(length(max = 10))]
    pub volumes_from: Option<Vec<VolumeFrom>>,
    /// Settings of the Linux kernel for the container.
    pub linux_parameters: Option<LinuxParameters>,
    /// Environment variables whose values are kept in Secrets Manager or the Parameter Store.
    #[schemars(length(max = 200))]
    pub secrets: Option<Vec<Secret>>,
    /// What other containers must have reached before this one is started.
    #[schemars(length(max = 10))]
    pub depends_on: Option<Vec<ContainerDependency>>,
    /// Seconds that this container is given to become what another one depends on; without it there is no limit. On Fargate 2 to 120.
    #[schemars(range(min = 0, max = 86_400))]
    pub start_timeout: Option<i64>,
    /// Seconds between the stop signal and the end; default 30, at most 120 on Fargate.
    #[schemars(range(min = 0, max = 86_400))]
    pub stop_timeout: Option<i64>,
    /// Whether a tag of the image stands for one digest through a whole deployment; default `enabled`.
    pub version_consistency: Option<VersionConsistency>,
    /// The host name of the container, at most 253 characters; not with network mode `awsvpc`.
    #[schemars(length(max = 253))]
    pub hostname: Option<String>,
    /// The user: `uid`, `uid:gid`, or names (names need the image and have no effect here).
    #[schemars(length(max = 255))]
    pub user: Option<String>,
    /// The folder in which the program starts, in place of the image's.
    #[schemars(length(max = 4096))]
    pub working_directory: Option<String>,
    /// Whether the container has no network at all; default `false`.
    pub disable_networking: Option<bool>,
    /// Whether the container is given the powers of root on the node; default `false`.
    pub privileged: Option<bool>,
    /// Whether the container's own file system is read-only; default `false`.
    pub readonly_root_filesystem: Option<bool>,
    /// Addresses of name servers, in place of the node's; not with network mode `awsvpc`.
    #[schemars(length(max = 10), inner(length(max = 255)))]
    pub dns_servers: Option<Vec<String>>,
    /// Domains in which names are looked up; not with network mode `awsvpc`.
    #[schemars(length(max = 10), inner(length(max = 255)))]
    pub dns_search_domains: Option<Vec<String>>,
    /// Names with addresses for `/etc/hosts`; not with network mode `awsvpc`.
    #[schemars(length(max = 100))]
    pub extra_hosts: Option<Vec<HostEntry>>,
    /// `no-new-privileges`, `apparmor:PROFILE`, `label:KEY:VALUE` for SELinux, or `credentialspec:ARN` for Windows.
    #[schemars(length(max = 20), inner(length(max = 512)))]
    pub docker_security_options: Option<Vec<String>>,
    /// Whether standard input stays open; default `false`.
    pub interactive: Option<bool>,
    /// Whether the container is given a terminal; default `false`.
    pub pseudo_terminal: Option<bool>,
    /// Labels of the container; they become annotations of the pod.
    #[schemars(extend("maxProperties" = 100))]
    pub docker_labels: Option<BTreeMap<String, String>>,
    /// Limits of the container's processes, such as the number of open files (`nofile`).
    #[schemars(length(max = 15))]
    pub ulimits: Option<Vec<Ulimit>>,
    /// Where the container's output goes.
    pub log_configuration: Option<LogConfiguration>,
    /// How it is found out whether the container is healthy.
    pub health_check: Option<HealthCheck>,
    /// Kernel parameters (`sysctl`) of the container.
    #[schemars(length(max = 50))]
    pub system_controls: Option<Vec<SystemControl>>,
    /// GPUs and Neuron devices that the container needs.
    #[schemars(length(max = 10))]
    pub resource_requirements: Option<Vec<ResourceRequirement>>,
    /// That the container is a log router (FireLens).
    pub firelens_configuration: Option<FirelensConfiguration>,
    /// ARNs of credential specifications for Active Directory: `credentialspec:ARN` or `credentialspecdomainless:ARN`; at most 10.
    #[schemars(length(max = 10), inner(length(max = 2048)))]
    pub credential_specs: Option<Vec<String>>,
}

/// A name and its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyValuePair {
    /// The name of the variable.
    #[schemars(length(max = 512))]
    pub name: Option<String>,
    /// Its value; an empty one is a value.
    #[schemars(length(max = 131_072))]
    pub value: Option<String>,
}

/// An environment variable whose value is a secret.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Secret {
    /// The name of the variable.
    #[schemars(length(min = 1, max = 512))]
    pub name: String,
    /// Where the value is kept: the ARN of a Secrets Manager secret
    /// (`arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX:JSON-KEY:VERSION-STAGE:VERSION-ID`, the last three optional),
    /// or the ARN or name of a parameter of the Parameter Store.
    #[schemars(length(min = 1, max = 1024))]
    pub value_from: String,
}

/// The secret by which an image is pulled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepositoryCredentials {
    /// ARN of the Secrets Manager secret that holds `username` and `password`.
    #[schemars(length(min = 1, max = 2048))]
    pub credentials_parameter: String,
}

/// A file with environment variables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvironmentFile {
    /// ARN of the object in S3; its name ends in `.env`.
    #[schemars(length(min = 1, max = 2048))]
    pub value: String,
    /// Where the file is kept: `s3`.
    #[serde(rename = "type")]
    pub file_type: EnvironmentFileType,
}

/// Where a file with environment variables is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum EnvironmentFileType {
    S3,
}
