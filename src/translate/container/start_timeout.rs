//! `startTimeout`: how long others wait for the container's end or health. The wait for health is that of its startup probe.

use super::Role;
use crate::translate::diagnostic::{OrderFault, Place};

/// Seconds in which the container must become healthy, where that is awaited.
pub(super) fn start_timeout(seconds: Option<i64>, role: Role, at: &Place<'_>) -> Option<i64> {
    // Without limit, for the ECS agent too.
    let seconds = seconds.filter(|seconds| *seconds > 0)?;
    match role {
        Role::Sidecar { is_awaited_healthy: true } => {
            at.say(OrderFault::StartTimeoutRestarts { seconds });
            return Some(seconds);
        }
        Role::OneShot { .. } => at.say(OrderFault::StartTimeoutWithoutEffect { seconds }),
        Role::Regular | Role::Sidecar { is_awaited_healthy: false } => at.say(OrderFault::StartTimeoutUnused { seconds }),
    }
    None
}
