//! `deploymentConfiguration` and `deploymentController` of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::free_form::FreeForm;

/// How a deployment replaces tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentConfiguration {
    /// What ends a deployment whose tasks do not become healthy.
    pub deployment_circuit_breaker: Option<DeploymentCircuitBreaker>,
    /// The most tasks during a deployment, in percent of the desired count, rounded down; default 200.
    #[schemars(range(min = 0, max = 10_000))]
    pub maximum_percent: Option<i64>,
    /// The fewest healthy tasks during a deployment, in percent of the desired count, rounded up; default 100.
    #[schemars(range(min = 0, max = 10_000))]
    pub minimum_healthy_percent: Option<i64>,
    /// CloudWatch alarms that end a deployment.
    pub alarms: Option<DeploymentAlarms>,
    /// How traffic comes to the new tasks: `ROLLING` (default), `BLUE_GREEN`, `LINEAR` or `CANARY`.
    pub strategy: Option<DeploymentStrategy>,
    /// Minutes for which both revisions run after all traffic has moved, 0 to 1440.
    #[schemars(range(min = 0, max = 1440))]
    pub bake_time_in_minutes: Option<i64>,
    /// What is called, or waited for, at stages of a deployment.
    #[schemars(length(max = 20))]
    pub lifecycle_hooks: Option<Vec<DeploymentLifecycleHook>>,
    /// The steps of strategy `LINEAR`.
    pub linear_configuration: Option<LinearConfiguration>,
    /// The step of strategy `CANARY`.
    pub canary_configuration: Option<CanaryConfiguration>,
    /// When a rolling deployment counts as successful before all its tasks run.
    pub early_success_criteria: Option<EarlySuccessCriteria>,
}

/// What ends a deployment whose tasks do not become healthy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentCircuitBreaker {
    /// Whether it is in force.
    pub enable: bool,
    /// Whether the last completed deployment is gone back to.
    pub rollback: bool,
    /// Whether a healthy task sets the count of failures to 0; default `true`.
    pub reset_on_healthy_task: Option<bool>,
    /// How many failures end the deployment; default half of the desired count, 3 to 200.
    pub threshold_configuration: Option<ThresholdConfiguration>,
}

/// How many failures end a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ThresholdConfiguration {
    /// What `value` counts.
    #[serde(rename = "type")]
    pub threshold_type: ThresholdType,
    /// The number of failed tasks, or a percentage of the desired count.
    #[schemars(range(min = 0, max = 100_000))]
    pub value: i64,
}

/// What a threshold counts: tasks, or a percentage of them, with the bounds 3 and 200 or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum ThresholdType {
    Count,
    BoundedPercent,
    UnboundedPercent,
}

/// CloudWatch alarms that end a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentAlarms {
    /// The names of the alarms. Descriptions of services without alarms have an empty list.
    #[serde(default)]
    #[schemars(length(max = 100), inner(length(max = 255)))]
    pub alarm_names: Vec<String>,
    /// Whether the last completed deployment is gone back to.
    pub rollback: bool,
    /// Whether they are in force.
    pub enable: bool,
}

/// How traffic comes to the new tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum DeploymentStrategy {
    Rolling,
    BlueGreen,
    Linear,
    Canary,
}

/// What is called, or waited for, at stages of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentLifecycleHook {
    /// `AWS_LAMBDA` (default): a function is called; `PAUSE`: somebody says how it goes on.
    pub target_type: Option<LifecycleHookTarget>,
    /// ARN of the function.
    #[schemars(length(max = 2048))]
    pub hook_target_arn: Option<String>,
    /// ARN of the role by which the function is called.
    #[schemars(length(max = 2048))]
    pub role_arn: Option<String>,
    /// The stages.
    #[schemars(length(max = 8))]
    pub lifecycle_stages: Option<Vec<LifecycleStage>>,
    /// What the function is given besides, in any shape.
    pub hook_details: Option<FreeForm>,
    /// What is done when no answer comes.
    pub timeout_configuration: Option<HookTimeoutConfiguration>,
}

/// What a hook does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum LifecycleHookTarget {
    AwsLambda,
    Pause,
}

/// A stage of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum LifecycleStage {
    ReconcileService,
    PreScaleUp,
    PostScaleUp,
    TestTrafficShift,
    PostTestTrafficShift,
    PreProductionTrafficShift,
    ProductionTrafficShift,
    PostProductionTrafficShift,
}

/// What is done when no answer comes from a hook.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HookTimeoutConfiguration {
    /// Minutes that an answer is waited for; default 1440.
    #[schemars(range(min = 0, max = 100_000))]
    pub timeout_in_minutes: Option<i64>,
    /// What is done then: `ROLLBACK` (default) or `CONTINUE`.
    pub action: Option<HookTimeoutAction>,
}

/// What is done when no answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum HookTimeoutAction {
    Rollback,
    Continue,
}

/// The steps by which strategy `LINEAR` moves traffic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinearConfiguration {
    /// Percent of the traffic that moves with each step, 3 to 100, in tenths; default 10.
    #[schemars(range(min = 0, max = 100))]
    pub step_percent: Option<f64>,
    /// Minutes between two steps, 0 to 1440; default 6.
    #[schemars(range(min = 0, max = 1440))]
    pub step_bake_time_in_minutes: Option<i64>,
}

/// The step by which strategy `CANARY` tries the new tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CanaryConfiguration {
    /// Percent of the traffic that moves first, 0.1 to 100, in tenths; default 5.
    #[schemars(range(min = 0, max = 100))]
    pub canary_percent: Option<f64>,
    /// Minutes until the rest moves, 0 to 1440; default 10.
    #[schemars(range(min = 0, max = 1440))]
    pub canary_bake_time_in_minutes: Option<i64>,
}

/// When a rolling deployment counts as successful before all its tasks run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarlySuccessCriteria {
    /// Whether it is in force.
    pub enable: bool,
    /// Percent of the desired count that must be healthy, 1 to 100.
    #[schemars(range(min = 0, max = 100))]
    pub healthy_percent: Option<i64>,
    /// Whether the deployment waits (`BLOCKING`) until the tasks of the revision before are gone, or not (`DEFERRED`).
    pub source_service_revision_cleanup: Option<SourceServiceRevisionCleanup>,
}

/// Whether a deployment waits for the end of the tasks before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum SourceServiceRevisionCleanup {
    Blocking,
    Deferred,
}

/// Who replaces tasks at a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeploymentController {
    /// `ECS` itself, `CODE_DEPLOY`, or somebody else (`EXTERNAL`).
    #[serde(rename = "type")]
    pub controller_type: DeploymentControllerType,
}

/// Who replaces tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum DeploymentControllerType {
    Ecs,
    CodeDeploy,
    External,
}
