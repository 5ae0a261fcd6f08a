//! `minimumHealthyPercent` while nodes are drained: a `PodDisruptionBudget`.

use serde_json::json;

use super::deployment::MINIMUM;
use super::deployment_configuration::Bounds;
use super::{metadata, pods};
use crate::k8s;
use crate::translate::diagnostic::{DeploymentFault, Place};
use crate::translate::{Inputs, Kind, Object};

/// The budget, where one lets nodes be drained at all; `at` is the service's specification.
pub(super) fn disruption_budget(count: i64, bounds: Bounds, inputs: &Inputs<'_>, at: &Place<'_>) -> Option<Object> {
    let minimum = bounds.minimum.unwrap_or(MINIMUM).clamp(0, 100);
    let budget = budget(count, minimum);
    if budget == Budget::Nothing || budget == Budget::OneAtATime {
        at.member("desiredCount").say(DeploymentFault::DrainedBeforeReplaced { count });
    }
    let (min_available, max_unavailable) = match budget {
        Budget::Everything | Budget::Nothing => return None,
        Budget::OneAtATime => (None, Some(k8s::IntOrString::Int(1))),
        Budget::Percent => (Some(k8s::IntOrString::String(format!("{minimum}%"))), None),
    };
    let spec = k8s::PodDisruptionBudgetSpec {
        min_available,
        max_unavailable,
        selector: Some(pods(inputs)),
        // A pod that is not ready serves nobody: it never stands in the way of a drain.
        unhealthy_pod_eviction_policy: Some("AlwaysAllow".into()),
    };
    Some(Object::new(Kind::PodDisruptionBudget, inputs.name, json!({ "metadata": metadata(inputs.name, inputs), "spec": spec })))
}

/// How many tasks a drain may stop at once.
#[derive(Debug, PartialEq, Eq)]
enum Budget {
    /// All: there is nothing to guard.
    Everything,
    /// As many as leave the percentage, which Kubernetes rounds up here as ECS does.
    Percent,
    /// One, though that is less than the minimum: a budget of none would block drains for ever.
    OneAtATime,
    /// The only one.
    Nothing,
}

fn budget(count: i64, minimum: i64) -> Budget {
    let fewest = (count.saturating_mul(minimum) + 99) / 100;
    match (count, minimum) {
        (0, _) | (_, 0) => Budget::Everything,
        (1, _) => Budget::Nothing,
        (_, _) if fewest >= count => Budget::OneAtATime,
        (_, _) => Budget::Percent,
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, budget};

    #[test]
    fn a_budget_never_blocks_a_drain() {
        assert_eq!([budget(0, 100), budget(5, 0), budget(1, 0)], [Budget::Everything, Budget::Everything, Budget::Everything]);
        assert_eq!([budget(1, 100), budget(1, 50)], [Budget::Nothing, Budget::Nothing]);
        assert_eq!([budget(2, 100), budget(2, 66), budget(3, 67)], [Budget::OneAtATime, Budget::OneAtATime, Budget::OneAtATime]);
        assert_eq!([budget(2, 50), budget(3, 66), budget(10, 90)], [Budget::Percent, Budget::Percent, Budget::Percent]);
    }
}
