//! `containerDefinitions[].healthCheck`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
