//! How long a task sleeps before it stops, so that whoever sends it requests forgets it first.

use crate::translate::Inputs;
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::target_group::deregistration_delay;

/// The longest sleep before a stop, in seconds.
const LONGEST_DRAIN: i64 = 60;
/// The shortest, in seconds: so long those that know its address may take to forget it. It is that of a task that has
/// ports and no load balancer.
const SHORTEST_DRAIN: i64 = 5;

/// Seconds of sleep before the stop signal; `at` is the service's specification.
pub(super) fn drain(inputs: &Inputs<'_>, at: &Place<'_>) -> Option<i64> {
    let load_balancers = inputs.service.load_balancers.as_deref().unwrap_or_default();
    let mut longest = None;
    for (index, load_balancer) in load_balancers.iter().enumerate() {
        let delay = deregistration_delay(load_balancer.target_group.as_ref());
        let target_group = at.member("loadBalancers").item(index).member("targetGroup");
        if delay > LONGEST_DRAIN {
            target_group.say(LoadBalancingFault::DrainShortened { delay });
        }
        if delay < SHORTEST_DRAIN {
            target_group.say(LoadBalancingFault::DrainLengthened { delay });
        }
        longest = longest.max(Some(delay.clamp(SHORTEST_DRAIN, LONGEST_DRAIN)));
    }
    let has_ports =
        || inputs.task_definition.spec.container_definitions.iter().any(|container| container.port_mappings.as_ref().is_some_and(|ports| !ports.is_empty()));
    longest.or_else(|| has_ports().then_some(SHORTEST_DRAIN))
}
