//! `deploymentConfiguration`: the percentages hold as in ECS; deployments are rolling ones, whatever strategy is asked for.

use crate::ecs::service::deployment::{DeploymentAlarms, DeploymentCircuitBreaker, DeploymentConfiguration, DeploymentStrategy, EarlySuccessCriteria};
use crate::translate::diagnostic::{DeploymentFault, DocumentFault, Fault, Place};
use crate::translate::word::word;
use crate::translate::written::written;

/// How many tasks there may be during a deployment, in percent of the desired count, as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The fewest, rounded up; 0 to 100.
    pub minimum: Option<i64>,
    /// The most, rounded down; 100 or more.
    pub maximum: Option<i64>,
}

/// The bounds. What is not done yet is said.
pub(super) fn bounds(configuration: Option<&DeploymentConfiguration>, at: &Place<'_>) -> Bounds {
    let unset = DeploymentConfiguration::default();
    let DeploymentConfiguration {
        deployment_circuit_breaker,
        maximum_percent,
        minimum_healthy_percent,
        alarms,
        strategy,
        bake_time_in_minutes,
        lifecycle_hooks,
        linear_configuration,
        canary_configuration,
        early_success_criteria,
    } = configuration.unwrap_or(&unset);
    if let Some(breaker @ DeploymentCircuitBreaker { enable, rollback: _, reset_on_healthy_task: _, threshold_configuration: _ }) = deployment_circuit_breaker {
        let fault = |configuration| DeploymentFault::CircuitBreakerNotYet { configuration };
        report_switched(*enable, written(breaker), fault, &at.member("deploymentCircuitBreaker"));
    }
    if let Some(alarms @ DeploymentAlarms { alarm_names: _, rollback: _, enable }) = alarms {
        report_switched(*enable, written(alarms), |configuration| DeploymentFault::AlarmsNotYet { configuration }, &at.member("alarms"));
    }
    if let Some(criteria @ EarlySuccessCriteria { enable, healthy_percent: _, source_service_revision_cleanup: _ }) = early_success_criteria {
        let fault = |configuration| DeploymentFault::EarlySuccessNotYet { configuration };
        report_switched(*enable, written(criteria), fault, &at.member("earlySuccessCriteria"));
    }
    if let Some(strategy @ (DeploymentStrategy::BlueGreen | DeploymentStrategy::Linear | DeploymentStrategy::Canary)) = strategy {
        at.member("strategy").say(DeploymentFault::StrategyNotYet { strategy: word(strategy) });
    }
    if let Some(minutes) = *bake_time_in_minutes {
        let fault = if minutes > 0 {
            Fault::from(DeploymentFault::BakeTimeNotYet { minutes })
        } else {
            DocumentFault::SwitchedOff { configuration: format!("bakeTimeInMinutes: {minutes}") }.into()
        };
        at.member("bakeTimeInMinutes").say(fault);
    }
    if let Some(linear) = linear_configuration {
        at.member("linearConfiguration").say(DeploymentFault::StepsNotYet { configuration: written(linear) });
    }
    if let Some(canary) = canary_configuration {
        at.member("canaryConfiguration").say(DeploymentFault::StepsNotYet { configuration: written(canary) });
    }
    for (index, hook) in lifecycle_hooks.iter().flatten().enumerate() {
        at.member("lifecycleHooks").item(index).say(DeploymentFault::HookNotYet { hook: written(hook) });
    }
    Bounds { minimum: *minimum_healthy_percent, maximum: *maximum_percent }
}

/// Reports what can be switched off, and does nothing then in ECS as well.
fn report_switched(is_on: bool, configuration: String, fault: impl FnOnce(String) -> DeploymentFault, at: &Place<'_>) {
    if is_on {
        at.say(fault(configuration));
    } else {
        at.say(DocumentFault::SwitchedOff { configuration });
    }
}

impl Bounds {
    /// The minimum, or the default of the scheduling strategy. One that ECS refuses is said; `at` is the configuration.
    pub fn minimum(self, default: i64, at: &Place<'_>) -> i64 {
        let minimum = self.minimum.unwrap_or(default);
        if !(0..=100).contains(&minimum) {
            at.member("minimumHealthyPercent").say(DeploymentFault::PercentNotLegal { percent: minimum, range: "0 to 100" });
        }
        minimum.clamp(0, 100)
    }
}
