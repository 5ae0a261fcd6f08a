//! `stopTimeout`, and what a container does before it stops.
//!
//! ECS takes a task out of its load balancers, waits until they have forgotten it, and only then tells its containers
//! to stop. Kubernetes does both at once; so each container of such a task sleeps first.

use crate::k8s;
use crate::translate::diagnostic::{ContainerFault, Place};

/// What a container is given to stop, in seconds, where it does not say.
const DEFAULT_STOP_TIMEOUT: i64 = 30;
/// What Fargate gives it at most.
const LONGEST_STOP_TIMEOUT_ON_FARGATE: i64 = 120;
/// The longest that is taken at its word: a day.
const LONGEST_STOP_TIMEOUT: i64 = 86_400;

/// Seconds from the stop signal to the end.
pub(super) fn stop_timeout(seconds: Option<i64>, is_fargate: bool, at: &Place<'_>) -> i64 {
    if let Some(seconds) = seconds.filter(|seconds| is_fargate && *seconds > LONGEST_STOP_TIMEOUT_ON_FARGATE) {
        at.say(ContainerFault::StopTimeoutTooLong { seconds });
    }
    seconds.unwrap_or(DEFAULT_STOP_TIMEOUT).clamp(1, LONGEST_STOP_TIMEOUT)
}

/// The sleep before the stop signal.
pub(super) fn lifecycle(drain: Option<i64>) -> Option<k8s::Lifecycle> {
    let sleep = k8s::LifecycleHandler { sleep: Some(k8s::SleepAction { seconds: drain? }), ..Default::default() };
    Some(k8s::Lifecycle { pre_stop: Some(sleep), ..Default::default() })
}
