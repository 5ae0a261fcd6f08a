//! What ECS refuses of a service's deployments.

use super::{Rule, forbidden, invalid, mismatched, required};

const CONFIGURATION: &str = "spec.deploymentConfiguration";
const HOOK: &str = "spec.deploymentConfiguration.lifecycleHooks[]";

pub(super) const RULES: &[Rule] = &[
    required(
        CONFIGURATION,
        ".bakeTimeInMinutes",
        "!has(self.strategy) || self.strategy != 'BLUE_GREEN' || has(self.bakeTimeInMinutes)",
        "strategy BLUE_GREEN needs bakeTimeInMinutes: how long both revisions run after the traffic has moved",
    ),
    forbidden(
        CONFIGURATION,
        ".linearConfiguration",
        "!has(self.linearConfiguration) || (has(self.strategy) && self.strategy == 'LINEAR')",
        "linearConfiguration is for strategy LINEAR: leave it out, or change the strategy",
    ),
    forbidden(
        CONFIGURATION,
        ".canaryConfiguration",
        "!has(self.canaryConfiguration) || (has(self.strategy) && self.strategy == 'CANARY')",
        "canaryConfiguration is for strategy CANARY: leave it out, or change the strategy",
    ),
    invalid("spec.deploymentConfiguration.linearConfiguration.stepPercent", "self >= 3.0", "stepPercent is 3 to 100; unset, it is 10"),
    invalid("spec.deploymentConfiguration.canaryConfiguration.canaryPercent", "self >= 0.1", "canaryPercent is 0.1 to 100; unset, it is 5"),
    forbidden(
        CONFIGURATION,
        ".earlySuccessCriteria",
        "!has(self.earlySuccessCriteria) || !self.earlySuccessCriteria.enable || !has(self.strategy) || self.strategy in ['', 'ROLLING']",
        "earlySuccessCriteria are for strategy ROLLING: leave them out, or change the strategy",
    ),
    required(
        "spec.deploymentConfiguration.earlySuccessCriteria",
        "",
        "!self.enable || (has(self.healthyPercent) && has(self.sourceServiceRevisionCleanup) && self.sourceServiceRevisionCleanup != '')",
        "earlySuccessCriteria that are in force need healthyPercent and sourceServiceRevisionCleanup",
    ),
    mismatched(
        CONFIGURATION,
        ".earlySuccessCriteria.healthyPercent",
        "!has(self.earlySuccessCriteria) || !self.earlySuccessCriteria.enable || !has(self.earlySuccessCriteria.healthyPercent) || \
         !has(self.minimumHealthyPercent) || self.earlySuccessCriteria.healthyPercent >= self.minimumHealthyPercent",
        "the healthyPercent of earlySuccessCriteria is at least minimumHealthyPercent",
    ),
    required(
        HOOK,
        ".lifecycleStages",
        "has(self.lifecycleStages) && self.lifecycleStages.size() > 0",
        "a lifecycle hook needs the lifecycleStages at which it runs",
    ),
    required(
        HOOK,
        ".hookTargetArn",
        "(has(self.targetType) && self.targetType == 'PAUSE') || (has(self.hookTargetArn) && self.hookTargetArn != '')",
        "a lifecycle hook of type AWS_LAMBDA, which is the default, needs the hookTargetArn of the function",
    ),
    mismatched(
        HOOK,
        ".lifecycleStages",
        "!has(self.targetType) || self.targetType != 'PAUSE' || !has(self.lifecycleStages) || \
         self.lifecycleStages.all(stage, stage != 'TEST_TRAFFIC_SHIFT' && stage != 'PRODUCTION_TRAFFIC_SHIFT')",
        "a deployment cannot PAUSE at TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT: choose the stage before or after",
    ),
];

/// `macro`, because a rule is a literal and CEL has no functions of one's own.
macro_rules! of_others {
    ($rule:literal) => {
        concat!("!has(self.deploymentController) || self.deploymentController.type == 'ECS' || ", $rule)
    };
}

/// What only deployments by ECS itself have.
pub(super) const CONTROLLER: &[Rule] = &[
    forbidden(
        "spec",
        ".deploymentController",
        of_others!("!has(self.schedulingStrategy) || self.schedulingStrategy != 'DAEMON'"),
        "schedulingStrategy DAEMON works with the deploymentController ECS alone: leave deploymentController out",
    ),
    forbidden(
        "spec",
        ".deploymentConfiguration.deploymentCircuitBreaker",
        of_others!(
            "!has(self.deploymentConfiguration) || !has(self.deploymentConfiguration.deploymentCircuitBreaker) || !self.deploymentConfiguration.deploymentCircuitBreaker.enable"
        ),
        "the deployment circuit breaker works with the deploymentController ECS alone: leave it out",
    ),
    forbidden(
        "spec",
        ".deploymentConfiguration.alarms",
        of_others!("!has(self.deploymentConfiguration) || !has(self.deploymentConfiguration.alarms) || !self.deploymentConfiguration.alarms.enable"),
        "deployment alarms work with the deploymentController ECS alone: leave them out",
    ),
    forbidden(
        "spec",
        ".serviceConnectConfiguration",
        of_others!("!has(self.serviceConnectConfiguration) || !self.serviceConnectConfiguration.enabled"),
        "Service Connect works with the deploymentController ECS alone: leave deploymentController out",
    ),
];

/// What cannot be together with the rebalancing of availability zones.
pub(super) const REBALANCING: &[Rule] = &[
    forbidden(
        "spec",
        ".availabilityZoneRebalancing",
        "!has(self.availabilityZoneRebalancing) || self.availabilityZoneRebalancing != 'ENABLED' || !has(self.schedulingStrategy) || self.schedulingStrategy != 'DAEMON'",
        "with schedulingStrategy DAEMON there is nothing to rebalance: leave availabilityZoneRebalancing out",
    ),
    forbidden(
        "spec",
        ".availabilityZoneRebalancing",
        "!has(self.availabilityZoneRebalancing) || self.availabilityZoneRebalancing != 'ENABLED' || !has(self.deploymentConfiguration) || \
         !has(self.deploymentConfiguration.maximumPercent) || self.deploymentConfiguration.maximumPercent > 100",
        "availabilityZoneRebalancing starts a task before it stops one: maximumPercent must be greater than 100",
    ),
    forbidden(
        "spec",
        ".availabilityZoneRebalancing",
        "!has(self.availabilityZoneRebalancing) || self.availabilityZoneRebalancing != 'ENABLED' || !has(self.loadBalancers) || \
         self.loadBalancers.all(balancer, !has(balancer.loadBalancerName) || balancer.loadBalancerName == '')",
        "availabilityZoneRebalancing does not work with a Classic Load Balancer (loadBalancerName): leave it out",
    ),
];
