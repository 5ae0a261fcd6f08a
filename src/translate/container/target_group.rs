//! The health check of a target group, for a container that has none of its own: ECS replaces tasks that fail it.

use super::probes::{Check, Times};
use crate::ecs::load_balancing::TargetGroup;
use crate::k8s;
use crate::translate::target_group::HealthCheck;

/// The check, at the port of that name.
pub(super) fn check(target_group: &TargetGroup, port: &str) -> Check {
    let HealthCheck { path, interval, timeout, healthy, unhealthy } = HealthCheck::of(Some(target_group));
    let get = k8s::HTTPGetAction { path: Some(path), port: k8s::IntOrString::String(port.into()), ..Default::default() };
    Check {
        action: k8s::Probe { http_get: Some(get), ..Default::default() },
        times: Times { interval, timeout, failures: unhealthy, successes: healthy, start_period: 0 },
    }
}
