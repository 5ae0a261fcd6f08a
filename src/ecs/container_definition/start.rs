//! `containerDefinitions[].dependsOn`, `restartPolicy` and `versionConsistency`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What another container must have reached before this one is started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerDependency {
    /// The name of the other container.
    #[schemars(length(min = 1, max = 255))]
    pub container_name: String,
    /// What it must have reached: `START` (it runs), `COMPLETE` (it has ended), `SUCCESS` (it has ended with 0) or `HEALTHY`.
    pub condition: DependencyCondition,
}

/// What a container that others depend on must have reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum DependencyCondition {
    Start,
    Complete,
    Success,
    Healthy,
}

/// Whether a container is restarted by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestartPolicy {
    /// Whether it is restarted when it ends.
    pub enabled: bool,
    /// Exit codes after which it is not restarted, at most 50.
    #[schemars(length(max = 50), inner(range(min = -255, max = 255)))]
    pub ignored_exit_codes: Option<Vec<i64>>,
    /// Seconds that it must have run to be restarted, 60 to 1800; default 300.
    #[schemars(range(min = 0, max = 1800))]
    pub restart_attempt_period: Option<i64>,
}

/// Whether a tag of an image stands for one digest through a whole deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum VersionConsistency {
    Enabled,
    Disabled,
}
