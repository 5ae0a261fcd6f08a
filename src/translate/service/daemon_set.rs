//! `schedulingStrategy: DAEMON`: a DaemonSet keeps one task on each node that its placement allows.

use serde_json::json;

use super::deployment::{HISTORY, min_ready_seconds};
use super::deployment_configuration::Bounds;
use super::{metadata, pods};
use crate::k8s;
use crate::translate::diagnostic::{DeploymentFault, Place, ServiceFault};
use crate::translate::{Inputs, Kind, Object, Rendering};

/// The fewest tasks during a deployment, in percent of the nodes, where nothing is said.
const MINIMUM: i64 = 0;

/// The DaemonSet; `at` is the service's specification.
pub(super) fn daemon_set(desired_count: Option<i64>, bounds: Bounds, inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>) -> Object {
    if let Some(count) = desired_count {
        at.member("desiredCount").say(ServiceFault::DaemonHasNoCount { count });
    }
    let spec = k8s::DaemonSetSpec {
        selector: pods(inputs),
        update_strategy: Some(update_strategy(bounds, &at.member("deploymentConfiguration"))),
        min_ready_seconds: min_ready_seconds(&rendering.template),
        revision_history_limit: Some(HISTORY),
        ..Default::default()
    };
    let mut daemon_set = Object::new(Kind::DaemonSet, inputs.name, json!({ "metadata": metadata(inputs.name, inputs), "spec": spec }));
    // As it was rendered, with members that the types of this program may not know.
    daemon_set.body["spec"]["template"] = rendering.template.clone();
    daemon_set
}

/// No second task beside the first, as in ECS.
fn update_strategy(bounds: Bounds, at: &Place<'_>) -> k8s::DaemonSetUpdateStrategy {
    let minimum = bounds.minimum(MINIMUM, at);
    if let Some(percent) = bounds.maximum.filter(|maximum| *maximum != 100) {
        at.member("maximumPercent").say(DeploymentFault::PercentNotLegal { percent, range: "100, as a daemon's must be" });
    }
    let percent = unavailable_percent(minimum);
    if minimum == 100 {
        at.say(DeploymentFault::DaemonWouldStall);
    } else if percent != 100 {
        at.member("minimumHealthyPercent").say(DeploymentFault::DaemonPercentLowered { percent, minimum });
    }
    let max_unavailable = if percent == 0 { k8s::IntOrString::Int(1) } else { k8s::IntOrString::String(format!("{percent}%")) };
    let rolling_update = k8s::RollingUpdateDaemonSet { max_unavailable: Some(max_unavailable), max_surge: Some(k8s::IntOrString::Int(0)) };
    k8s::DaemonSetUpdateStrategy { type_: Some("RollingUpdate".into()), rolling_update: Some(rolling_update) }
}

/// The largest percentage of the nodes that, rounded up as Kubernetes does, is for no number of nodes more than ECS would stop, which
/// rounds down but always stops one. The tightest number is the last for which ECS stops one only. 0 where only one at a time will do.
fn unavailable_percent(minimum: i64) -> i64 {
    let unavailable = 100 - minimum;
    if unavailable == 0 { 0 } else { 100 / ((200 + unavailable - 1) / unavailable - 1) }
}

#[cfg(test)]
mod tests {
    use super::unavailable_percent;

    #[test]
    fn never_more_tasks_are_stopped_than_ecs_would_stop() {
        for minimum in 0..=100 {
            let percent = unavailable_percent(minimum);
            let stops_more = |percent: i64| (1..2000).any(|nodes| (nodes * percent + 99) / 100 > (nodes * (100 - minimum) / 100).max(1));
            assert!(!stops_more(percent), "{minimum}: {percent}");
            assert!(percent == 100 || stops_more(percent + 1), "{minimum}: {percent} is not the largest");
        }
        assert_eq!([0, 50, 66, 90, 99, 100].map(unavailable_percent), [100, 33, 20, 5, 0, 0]);
    }
}
