//! `containerDefinitions[].logConfiguration` and `firelensConfiguration`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

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

/// The log router that a container is: it takes the output of containers whose log driver is `awsfirelens`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirelensConfiguration {
    /// The program of the router: `fluentd` or `fluentbit`.
    #[serde(rename = "type")]
    pub router: FirelensRouter,
    /// Options of the router: `enable-ecs-log-metadata` (default `true`), `config-file-type` (`s3` or `file`) and `config-file-value`.
    #[schemars(extend("maxProperties" = 100))]
    pub options: Option<BTreeMap<String, String>>,
}

/// The program of a log router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum FirelensRouter {
    Fluentd,
    Fluentbit,
}
