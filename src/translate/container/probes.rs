//! Probes: what Kubernetes makes of a health check, with the times of ECS.

use super::Role;
use crate::k8s;
use crate::translate::diagnostic::{ContainerFault, Place};

/// The failures of a probe after which nothing is done, ever.
pub(in crate::translate) const FOR_EVER: i32 = i32::MAX;

/// A health check: what is done, and when.
#[derive(Clone, Debug)]
pub(super) struct Check {
    /// A probe that has an action and no times.
    pub action: k8s::Probe,
    pub times: Times,
}

/// The times of a health check, in seconds, and how many failures in a row count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub interval: i64,
    pub timeout: i64,
    pub failures: i64,
    pub start_period: i64,
}

/// The three probes of a container.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Probes {
    pub startup: Option<k8s::Probe>,
    pub liveness: Option<k8s::Probe>,
    pub readiness: Option<k8s::Probe>,
}

/// What decides on the probes beside the check itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances {
    pub role: Role,
    /// The service's grace period, in seconds.
    pub grace: i64,
    /// Seconds in which the container must become healthy, where that is awaited.
    pub start_timeout: Option<i64>,
    /// How long a restart may take, in seconds, where that is less than the pod's own grace period.
    pub restart_cap: Option<i64>,
}

/// The probes of a check of an essential container, whose place is `at`.
pub(super) fn probes(check: &Check, circumstances: Circumstances, at: &Place<'_>) -> Probes {
    let Times { interval, failures, start_period, .. } = check.times;
    let Circumstances { role, grace, start_timeout, restart_cap } = circumstances;
    // What comes after a sidecar waits for its startup probe, so it has one only where its health is awaited.
    let has_startup = match role {
        Role::Regular => start_period > 0 || grace > 0,
        Role::Sidecar { is_awaited_healthy } => is_awaited_healthy,
        Role::OneShot { .. } => return Probes::default(),
    };
    // The kubelet's first probe comes at the start, the last failing one ends the container: `n` failures end it
    // after `n - 1` intervals. ECS checks first after one interval, or counts from the first check after the start period.
    let patience = ceiling(start_period, interval).max(1) + failures;
    let patience_of_grace = ceiling(grace, interval) + 1;
    let start_failures = start_timeout.map_or(patience.max(patience_of_grace), |seconds| ceiling(seconds, interval) + 1);
    let startup = has_startup.then(|| k8s::Probe { termination_grace_period_seconds: restart_cap, ..probe(check, start_failures) });
    // A success ends the start period, but never the grace period.
    let after_start = if has_startup { 0 } else { start_period.max(interval) };
    let delay = Some(int32(grace.max(after_start))).filter(|delay| *delay > 0);
    if start_period > 0 && (if has_startup { start_timeout.is_some() || patience_of_grace >= patience } else { grace >= after_start }) {
        at.member("startPeriod").say(ContainerFault::StartPeriodWithinGrace { seconds: start_period, grace: start_timeout.unwrap_or(grace) });
    }
    if grace > 0 && grace <= after_start {
        at.say(ContainerFault::GraceWithinStartPeriod { seconds: after_start, grace });
    }
    let liveness = k8s::Probe { initial_delay_seconds: delay, termination_grace_period_seconds: restart_cap, ..probe(check, failures) };
    Probes { startup, liveness: Some(liveness), readiness: Some(probe(check, failures)) }
}

/// The probe of a check of a container that is not essential, for those that wait for its health: ECS lets it run on
/// however often the check fails, and lets them wait.
pub(super) fn startup_probe(check: &Check, start_timeout: Option<i64>, restart_cap: Option<i64>) -> k8s::Probe {
    let failures = start_timeout.map_or(i64::from(FOR_EVER), |seconds| ceiling(seconds, check.times.interval) + 1);
    k8s::Probe { termination_grace_period_seconds: restart_cap, ..probe(check, failures) }
}

/// The check with its times, and so many failures in a row that count.
fn probe(check: &Check, failure_threshold: i64) -> k8s::Probe {
    k8s::Probe {
        period_seconds: Some(int32(check.times.interval)),
        timeout_seconds: Some(int32(check.times.timeout)),
        failure_threshold: Some(int32(failure_threshold)),
        ..check.action.clone()
    }
}

fn ceiling(number: i64, divisor: i64) -> i64 {
    (number + divisor - 1) / divisor.max(1)
}

fn int32(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Check, Circumstances, Times, probes};
    use crate::k8s;
    use crate::translate::container::Role;
    use crate::translate::diagnostic::{Origin, Said};

    /// Period, timeout, failure threshold and initial delay of each probe of a regular container.
    fn timings(times: [i64; 4], grace: i64) -> [Option<[i32; 4]>; 3] {
        timings_of(times, Circumstances { role: Role::Regular, grace, start_timeout: None, restart_cap: None })
    }

    fn timings_of(times: [i64; 4], circumstances: Circumstances) -> [Option<[i32; 4]>; 3] {
        let [interval, timeout, failures, start_period] = times;
        let times = Times { interval, timeout, failures, start_period };
        let probes = probes(&Check { action: k8s::Probe::default(), times }, circumstances, &Said::default().document(Origin::TaskDefinition));
        [probes.startup, probes.liveness, probes.readiness].map(|probe| {
            let probe = probe?;
            Some([probe.period_seconds?, probe.timeout_seconds?, probe.failure_threshold?, probe.initial_delay_seconds.unwrap_or_default()])
        })
    }

    #[test]
    fn a_start_period_is_a_startup_probe() {
        let liveness = Some([30, 5, 3, 0]);
        assert_eq!(timings([30, 5, 3, 60], 0), [Some([30, 5, 5, 0]), liveness, liveness]);
    }

    #[test]
    fn a_grace_period_is_a_startup_probe_and_delays_liveness() {
        assert_eq!(timings([15, 5, 3, 0], 30), [Some([15, 5, 4, 0]), Some([15, 5, 3, 30]), Some([15, 5, 3, 0])]);
        assert_eq!(timings([30, 5, 3, 60], 300), [Some([30, 5, 11, 0]), Some([30, 5, 3, 300]), Some([30, 5, 3, 0])]);
    }

    #[test]
    fn without_either_liveness_starts_after_one_interval() {
        assert_eq!(timings([10, 2, 1, 0], 0), [None, Some([10, 2, 1, 10]), Some([10, 2, 1, 0])]);
    }

    #[test]
    fn only_a_sidecar_whose_health_is_awaited_holds_up_what_comes_after_it() {
        let sidecar =
            |is_awaited_healthy, grace, start_timeout| Circumstances { role: Role::Sidecar { is_awaited_healthy }, grace, start_timeout, restart_cap: None };
        let readiness = Some([30, 5, 3, 0]);
        assert_eq!(timings_of([30, 5, 3, 60], sidecar(false, 0, None)), [None, Some([30, 5, 3, 60]), readiness]);
        assert_eq!(timings_of([30, 5, 3, 60], sidecar(false, 300, None)), [None, Some([30, 5, 3, 300]), readiness]);
        assert_eq!(timings_of([30, 5, 3, 0], sidecar(true, 0, None)), [Some([30, 5, 4, 0]), Some([30, 5, 3, 0]), readiness]);
        assert_eq!(timings_of([30, 5, 3, 0], sidecar(true, 0, Some(100))), [Some([30, 5, 5, 0]), Some([30, 5, 3, 0]), readiness]);
    }
}
