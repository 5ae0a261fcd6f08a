//! `loadBalancers[].targetGroup`: what Elastic Load Balancing does where it is not told. The AWS Load Balancer Controller has other
//! defaults, so these are always written.

use std::collections::BTreeMap;

use crate::ecs::load_balancing::{TargetGroup, TargetGroupAttribute};

/// The attribute that says how long a target is waited for.
const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";
/// Its value where it is not said, in seconds.
const DEFAULT_DEREGISTRATION_DELAY: i64 = 300;
/// The longest that Elastic Load Balancing takes.
const LONGEST_DEREGISTRATION_DELAY: i64 = 3600;

/// The health check of a target group, with the defaults of Elastic Load Balancing for HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HealthCheck {
    pub path: String,
    pub interval: i64,
    pub timeout: i64,
    pub healthy: i64,
    pub unhealthy: i64,
}

impl HealthCheck {
    /// That of the target group, or of one of which nothing is said.
    pub fn of(target_group: Option<&TargetGroup>) -> Self {
        let unset = TargetGroup::default();
        let TargetGroup {
            health_check_path,
            health_check_interval_seconds,
            health_check_timeout_seconds,
            healthy_threshold_count,
            unhealthy_threshold_count,
            attributes: _,
        } = target_group.unwrap_or(&unset);
        // Exports write 0 where nothing was said.
        let or = |number: Option<i64>, default: i64| number.filter(|number| *number > 0).unwrap_or(default);
        Self {
            path: health_check_path.clone().unwrap_or_else(|| "/".into()),
            interval: or(*health_check_interval_seconds, 30),
            timeout: or(*health_check_timeout_seconds, 6),
            healthy: or(*healthy_threshold_count, 5),
            unhealthy: or(*unhealthy_threshold_count, 2),
        }
    }
}

/// The attributes of the target group, the deregistration delay among them whether it is said or not.
pub(super) fn attributes(target_group: Option<&TargetGroup>) -> BTreeMap<String, String> {
    let said = target_group.and_then(|target_group| target_group.attributes.as_deref()).unwrap_or_default();
    let mut attributes = BTreeMap::from([(DEREGISTRATION_DELAY.to_owned(), DEFAULT_DEREGISTRATION_DELAY.to_string())]);
    for TargetGroupAttribute { key, value } in said {
        if let (Some(key), Some(value)) = (key, value) {
            attributes.insert(key.clone(), value.clone());
        }
    }
    attributes
}

/// Seconds that a target is waited for, before its task is stopped.
pub(super) fn deregistration_delay(target_group: Option<&TargetGroup>) -> i64 {
    let said = attributes(target_group).get(DEREGISTRATION_DELAY).and_then(|value| value.parse().ok());
    said.unwrap_or(DEFAULT_DEREGISTRATION_DELAY).clamp(0, LONGEST_DEREGISTRATION_DELAY)
}
