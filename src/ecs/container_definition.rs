//! `containerDefinitions[]` of a task definition.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// CPU units that the container is given a share of (1024 = one vCPU): a request, never a limit.
    #[schemars(range(min = 0, max = 196_608))]
    pub cpu: Option<i64>,
    /// Hard limit of memory in MiB, at least 6; a container that needs more is ended.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub memory: Option<i64>,
    /// Memory in MiB that is set aside for the container, at least 6.
    #[schemars(range(min = 0, max = 33_554_432))]
    pub memory_reservation: Option<i64>,
    /// The ports that the container listens on.
    #[schemars(length(max = 100))]
    pub port_mappings: Option<Vec<PortMapping>>,
    /// Whether the task ends when this container does; default `true`.
    pub essential: Option<bool>,
    /// The program and its first arguments, in place of the image's entry point.
    #[schemars(length(max = 256), inner(length(max = 32768)))]
    pub entry_point: Option<Vec<String>>,
    /// The arguments, in place of the image's command.
    #[schemars(length(max = 256), inner(length(max = 32768)))]
    pub command: Option<Vec<String>>,
    /// Environment variables. Where `secrets` has the same name, the secret wins.
    #[schemars(length(max = 1000))]
    pub environment: Option<Vec<KeyValuePair>>,
    /// Environment variables whose values are kept in Secrets Manager or the Parameter Store.
    #[schemars(length(max = 200))]
    pub secrets: Option<Vec<Secret>>,
    /// The folder in which the program starts, in place of the image's.
    #[schemars(length(max = 4096))]
    pub working_directory: Option<String>,
    /// The user: `uid`, `uid:gid`, or names (names need the image and have no effect here).
    #[schemars(length(max = 255))]
    pub user: Option<String>,
    /// Whether the container's own file system is read-only; default `false`.
    pub readonly_root_filesystem: Option<bool>,
    /// Whether the container is given the powers of root on the node; default `false`.
    pub privileged: Option<bool>,
    /// Whether standard input stays open; default `false`.
    pub interactive: Option<bool>,
    /// Whether the container is given a terminal; default `false`.
    pub pseudo_terminal: Option<bool>,
    /// How it is found out whether the container is healthy.
    pub health_check: Option<HealthCheck>,
    /// Seconds between the stop signal and the end; default 30, at most 120 on Fargate.
    #[schemars(range(min = 0, max = 86_400))]
    pub stop_timeout: Option<i64>,
    /// Where the container's output goes.
    pub log_configuration: Option<LogConfiguration>,
    /// Labels of the container; they become annotations of the pod.
    #[schemars(extend("maxProperties" = 100))]
    pub docker_labels: Option<BTreeMap<String, String>>,
}

/// A port that a container listens on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortMapping {
    /// The port in the container, 1 to 65535. Required, as ECS requires it.
    #[schemars(range(min = 1, max = 65_535))]
    pub container_port: Option<i64>,
    /// The port on the host. A pod has an address of its own, so it has no effect.
    #[schemars(range(min = 0, max = 65_535))]
    pub host_port: Option<i64>,
    /// `tcp` (default) or `udp`.
    pub protocol: Option<TransportProtocol>,
    /// The name by which a Service Connect configuration refers to the port: at most 64 of `a-z 0-9 _ -`.
    #[schemars(length(max = 64))]
    pub name: Option<String>,
    /// The protocol above TCP, for Service Connect.
    pub app_protocol: Option<ApplicationProtocol>,
}

/// The transport protocol of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum TransportProtocol {
    #[default]
    Tcp,
    Udp,
}

/// The protocol above TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum ApplicationProtocol {
    Http,
    Http2,
    Grpc,
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

/// How it is found out whether a container is healthy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HealthCheck {
    /// `["CMD", …]` runs a program, `["CMD-SHELL", "…"]` a shell command, `["NONE"]` nothing. Exit status 0 is healthy.
    #[schemars(length(max = 256), inner(length(max = 32768)))]
    pub command: Option<Vec<String>>,
    /// Seconds between two checks, 5 to 300; default 30.
    #[schemars(range(min = 5, max = 300))]
    pub interval: Option<i64>,
    /// Seconds that a check may take, 2 to 60; default 5.
    #[schemars(range(min = 2, max = 60))]
    pub timeout: Option<i64>,
    /// Failures in a row until the container is unhealthy, 1 to 10; default 3.
    #[schemars(range(min = 1, max = 10))]
    pub retries: Option<i64>,
    /// Seconds after the start in which failures do not count, 0 to 300; default 0.
    #[schemars(range(min = 0, max = 300))]
    pub start_period: Option<i64>,
}

/// Where a container's output goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogConfiguration {
    /// The log driver.
    pub log_driver: Option<LogDriver>,
    /// The driver's options.
    #[schemars(extend("maxProperties" = 100))]
    pub options: Option<BTreeMap<String, String>>,
    /// Options of the driver whose values are secrets.
    #[schemars(length(max = 50))]
    pub secret_options: Option<Vec<Secret>>,
}

/// A log driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum LogDriver {
    #[serde(rename = "json-file")]
    JsonFile,
    Syslog,
    Journald,
    Gelf,
    Fluentd,
    Awslogs,
    Splunk,
    Awsfirelens,
}
