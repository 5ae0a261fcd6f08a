//! `desiredCount`: a Deployment keeps that many tasks running, and replaces them within the bounds of `deploymentConfiguration`.

use serde_json::{Value, json};

use super::deployment_configuration::Bounds;
use super::{metadata, pods};
use crate::k8s;
use crate::translate::container::FOR_EVER;
use crate::translate::diagnostic::{DeploymentFault, Place, ServiceFault};
use crate::translate::{Inputs, Kind, Object, Rendering};

/// The fewest tasks during a deployment, in percent, where nothing is said.
pub(super) const MINIMUM: i64 = 100;
/// The most.
const MAXIMUM: i64 = 200;
/// Seconds after which ECS calls a task healthy that nothing checks.
const READY_UNCHECKED: i32 = 40;
/// The seconds without progress after which Kubernetes calls a roll-out stuck.
const PROGRESS_DEADLINE: i32 = 600;
/// What Kubernetes keeps of old templates: the service revisions are the memory of what ran, so few will do.
pub(super) const HISTORY: i32 = 2;

/// The Deployment; `at` is the service's specification.
pub(super) fn deployment(count: i64, bounds: Bounds, inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>) -> Object {
    let min_ready_seconds = min_ready_seconds(&rendering.template);
    let spec = k8s::DeploymentSpec {
        replicas: Some(i32::try_from(count).unwrap_or(i32::MAX)),
        selector: pods(inputs),
        strategy: Some(strategy(count, bounds, &at.member("deploymentConfiguration"))),
        min_ready_seconds,
        progress_deadline_seconds: Some(
            PROGRESS_DEADLINE.saturating_add(longest_start(&rendering.template)).saturating_add(min_ready_seconds.unwrap_or_default()),
        ),
        revision_history_limit: Some(HISTORY),
        ..Default::default()
    };
    let mut deployment = Object::new(Kind::Deployment, inputs.name, json!({ "metadata": metadata(inputs.name, inputs), "spec": spec }));
    // As it was rendered, with members that the types of this program may not know.
    deployment.body["spec"]["template"] = rendering.template.clone();
    deployment
}

/// The number of tasks; `at` is its place.
pub(super) fn count(desired_count: Option<i64>, at: &Place<'_>) -> i64 {
    match desired_count {
        None => at.say(ServiceFault::DesiredCountMissing),
        Some(count) if !(0..=i64::from(i32::MAX)).contains(&count) => at.say(ServiceFault::DesiredCountNotLegal { count }),
        Some(_) => {}
    }
    desired_count.unwrap_or_default().clamp(0, i32::MAX.into())
}

/// How long a task that nothing checks must run until it counts as healthy.
pub(super) fn min_ready_seconds(template: &Value) -> Option<i32> {
    (!is_checked(template)).then_some(READY_UNCHECKED)
}

/// The lower bound as a percentage, which Kubernetes rounds as ECS does; the upper one as a number, because
/// Kubernetes rounds percentages up there and ECS down.
fn strategy(count: i64, bounds: Bounds, at: &Place<'_>) -> k8s::DeploymentStrategy {
    let minimum = bounds.minimum(MINIMUM, at);
    let maximum = bounds.maximum.unwrap_or(MAXIMUM);
    if maximum < 100 {
        at.member("maximumPercent").say(DeploymentFault::PercentNotLegal { percent: maximum, range: "100 or more" });
    }
    // A service without tasks is given the strategy of one with one: it must be legal all the same.
    let tasks = count.max(1);
    let surge = (tasks.saturating_mul(maximum.max(100)) / 100 - tasks).clamp(0, i32::MAX.into());
    let unavailable = tasks * (100 - minimum) / 100;
    let max_unavailable = if surge == 0 && unavailable == 0 {
        if count > 0 && maximum >= 100 {
            at.say(DeploymentFault::DeploymentWouldStall { count });
        }
        k8s::IntOrString::Int(1)
    } else {
        k8s::IntOrString::String(format!("{}%", 100 - minimum))
    };
    let max_surge = k8s::IntOrString::Int(i32::try_from(surge).unwrap_or(i32::MAX));
    let rolling_update = k8s::RollingUpdateDeployment { max_surge: Some(max_surge), max_unavailable: Some(max_unavailable) };
    k8s::DeploymentStrategy { type_: Some("RollingUpdate".into()), rolling_update: Some(rolling_update) }
}

/// The longest that the containers of a pod may take to start, in seconds: init containers one after the other, then the
/// others together.
fn longest_start(template: &Value) -> i32 {
    let seconds = |container: &Value| {
        let number = |member: &str| container["startupProbe"][member].as_i64().unwrap_or_default();
        let failures = Some(number("failureThreshold")).filter(|failures| *failures < FOR_EVER.into());
        number("periodSeconds").saturating_mul(failures.unwrap_or_default())
    };
    let before = containers(template, "initContainers").map(seconds).fold(0, i64::saturating_add);
    let longest = containers(template, "containers").map(seconds).max().unwrap_or_default();
    i32::try_from(before.saturating_add(longest)).unwrap_or(i32::MAX)
}

/// Whether anything says that a pod is ready.
fn is_checked(template: &Value) -> bool {
    ["initContainers", "containers"].into_iter().flat_map(|kind| containers(template, kind)).any(|container| container.get("readinessProbe").is_some())
}

fn containers<'a>(template: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    template["spec"][kind].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::{Bounds, strategy};
    use crate::k8s::IntOrString;
    use crate::translate::diagnostic::{Origin, Said};

    /// `maxUnavailable`, `maxSurge`, and whether anything was said.
    fn bounds(count: i64, minimum: i64, maximum: i64) -> (String, i32, bool) {
        let said = Said::default();
        let bounds = Bounds { maximum: Some(maximum), minimum: Some(minimum) };
        let update = strategy(count, bounds, &said.document(Origin::Service)).rolling_update.unwrap_or_default();
        let max_unavailable = match update.max_unavailable {
            Some(IntOrString::String(percent)) => percent,
            Some(IntOrString::Int(number)) => number.to_string(),
            None => String::new(),
        };
        let Some(IntOrString::Int(max_surge)) = update.max_surge else { return (max_unavailable, -1, false) };
        (max_unavailable, max_surge, !said.into_diagnostics().is_empty())
    }

    #[test]
    fn bounds_are_rounded_as_ecs_rounds_them() {
        assert_eq!(bounds(3, 50, 200), ("50%".into(), 3, false));
        assert_eq!(bounds(3, 100, 150), ("0%".into(), 1, false));
        assert_eq!(bounds(1, 100, 200), ("0%".into(), 1, false));
        assert_eq!(bounds(4, 0, 100), ("100%".into(), 0, false));
        assert_eq!(bounds(10, 66, 133), ("34%".into(), 3, false));
    }

    #[test]
    fn a_deployment_that_could_not_move_stops_one_task() {
        assert_eq!(bounds(3, 100, 100), ("1".into(), 0, true));
        assert_eq!(bounds(1, 100, 150), ("1".into(), 0, true));
        assert_eq!(bounds(1, 50, 100), ("1".into(), 0, true));
        assert_eq!(bounds(0, 100, 100), ("1".into(), 0, false));
        assert_eq!(bounds(0, 100, 200), ("0%".into(), 1, false));
    }

    #[test]
    fn what_ecs_refuses_is_refused() {
        assert!(bounds(1, 150, 200).2 && bounds(1, 100, 50).2 && bounds(1, -1, 200).2);
    }
}
