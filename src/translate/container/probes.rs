//! Probes: what Kubernetes makes of a health check, with the times of ECS.

use crate::k8s;

/// A health check: what is done, and when.
#[derive(Clone, Debug)]
pub(super) struct Check {
    /// A probe that has an action and no times.
    pub action: k8s::Probe,
    pub times: Times,
}

/// The times of a health check, in seconds, and how many results in a row count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub interval: i64,
    pub timeout: i64,
    pub failures: i64,
    pub successes: i64,
    pub start_period: i64,
}

/// The three probes of a container.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Probes {
    pub startup: Option<k8s::Probe>,
    pub liveness: Option<k8s::Probe>,
    pub readiness: Option<k8s::Probe>,
}

/// The probes of a check. `grace` is the service's grace period; `restart_cap`, where the container sleeps before it
/// stops, is how long a restart may take, for that sleep is for the load balancer's sake only.
pub(super) fn probes(check: &Check, grace: i64, restart_cap: Option<i64>) -> Probes {
    let Check { action, times } = check;
    let Times { interval, timeout, failures, successes, start_period } = *times;
    let probe = |failure_threshold: i64| k8s::Probe {
        period_seconds: Some(int32(interval)),
        timeout_seconds: Some(int32(timeout)),
        failure_threshold: Some(int32(failure_threshold)),
        ..action.clone()
    };
    // The kubelet's first probe comes at the start, the last failing one ends the container: `n` failures end it
    // after `n - 1` intervals.
    let start_failures = (ceiling(start_period, interval) + failures).max(ceiling(grace, interval) + 1);
    let has_startup = start_period > 0 || grace > 0;
    let startup = has_startup.then(|| k8s::Probe { termination_grace_period_seconds: restart_cap, ..probe(start_failures) });
    // A success ends the start period, but never the grace period. Without either, ECS checks first after one interval.
    let delay = match (grace > 0, has_startup) {
        (true, _) => Some(int32(grace)),
        (false, true) => None,
        (false, false) => Some(int32(interval)),
    };
    let liveness = k8s::Probe { initial_delay_seconds: delay, termination_grace_period_seconds: restart_cap, ..probe(failures) };
    let success_threshold = (successes > 1).then(|| int32(successes));
    let readiness = k8s::Probe { success_threshold, ..probe(failures) };
    Probes { startup, liveness: Some(liveness), readiness: Some(readiness) }
}

fn ceiling(number: i64, divisor: i64) -> i64 {
    (number + divisor - 1) / divisor.max(1)
}

fn int32(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Check, Times, probes};
    use crate::k8s;

    /// Period, timeout, failure threshold and initial delay of each probe.
    fn timings(times: [i64; 4], grace: i64) -> [Option<[i32; 4]>; 3] {
        let [interval, timeout, failures, start_period] = times;
        let times = Times { interval, timeout, failures, successes: 1, start_period };
        let probes = probes(&Check { action: k8s::Probe::default(), times }, grace, None);
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
        assert_eq!(timings([15, 5, 3, 0], 30), [Some([15, 5, 3, 0]), Some([15, 5, 3, 30]), Some([15, 5, 3, 0])]);
        assert_eq!(timings([30, 5, 3, 60], 300), [Some([30, 5, 11, 0]), Some([30, 5, 3, 300]), Some([30, 5, 3, 0])]);
    }

    #[test]
    fn without_either_liveness_starts_after_one_interval() {
        assert_eq!(timings([10, 2, 1, 0], 0), [None, Some([10, 2, 1, 10]), Some([10, 2, 1, 0])]);
    }
}
