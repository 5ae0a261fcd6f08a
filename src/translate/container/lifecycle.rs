//! `stopTimeout`, and what a container does before it stops.
//!
//! ECS takes a task out of its load balancers, waits until they have forgotten it, and only then tells its containers
//! to stop. Kubernetes does both at once; so each container of such a task sleeps first.

use super::Role;
use crate::k8s;
use crate::translate::diagnostic::{ContainerFault, OrderFault, Place};

/// What a container is given to stop, in seconds, where it does not say.
const DEFAULT_STOP_TIMEOUT: i64 = 30;
/// What Fargate gives it at most.
const LONGEST_STOP_TIMEOUT_ON_FARGATE: i64 = 120;
/// The longest that is taken at its word: a day.
const LONGEST_STOP_TIMEOUT: i64 = 86_400;

/// Seconds from the stop signal to the end, as ECS has them.
pub(in crate::translate) fn stop_timeout(seconds: Option<i64>) -> i64 {
    // Exports write 0 where nothing was said.
    seconds.filter(|seconds| *seconds > 0).unwrap_or(DEFAULT_STOP_TIMEOUT).min(LONGEST_STOP_TIMEOUT)
}

/// Reports what differs from ECS; `shared` are the seconds that the pod gives each of its containers.
pub(super) fn report(seconds: Option<i64>, shared: i64, is_fargate: bool, at: &Place<'_>) {
    let Some(seconds) = seconds.filter(|seconds| *seconds > 0) else { return };
    if is_fargate && seconds > LONGEST_STOP_TIMEOUT_ON_FARGATE {
        at.say(ContainerFault::StopTimeoutTooLong { seconds });
    }
    if seconds != shared {
        at.say(OrderFault::StopTimeoutShared { seconds, shared });
    }
}

/// The sleep before the stop signal. A sidecar has none: it stops after the others, which sleep.
pub(super) fn lifecycle(drain: Option<i64>, role: Role) -> Option<k8s::Lifecycle> {
    let sleep = k8s::LifecycleHandler { sleep: Some(k8s::SleepAction { seconds: drain? }), ..Default::default() };
    (role == Role::Regular).then(|| k8s::Lifecycle { pre_stop: Some(sleep), ..Default::default() })
}

/// Seconds in which the container stops, whoever stops it. Its sleep is among them: the kubelet takes it off the time that
/// it gives, and leaves two seconds after the signal where nothing is left.
pub(super) fn time_to_stop(stop_timeout: i64, drain: Option<i64>, role: Role) -> i64 {
    let sleep = drain.filter(|_| role == Role::Regular);
    sleep.unwrap_or_default() + stop_timeout
}
