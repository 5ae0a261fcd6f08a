//! `restartPolicy` and `essential`, as far as the container's own end goes: what the kubelet does then.
//!
//! A container that has ended for good leaves a pod not ready for ever, and a service's pods must be ready; so the kubelet
//! restarts every container in any case, and with `essentialPolicy: RestartTask` all of them when an essential one ends.

use std::collections::BTreeSet;

use super::{Role, Task};
use crate::ecs::container_definition::RestartPolicy;
use crate::ecs::kubernetes::EssentialPolicy;
use crate::k8s;
use crate::translate::diagnostic::{Place, RestartFault};

/// Seconds that a container must have run to be restarted, where the policy does not say.
const DEFAULT_PERIOD: i64 = 300;
/// The most exit codes that ECS takes.
const MOST_CODES: usize = 50;

/// What the policy says, where it is enabled: the exit codes after which the container is not restarted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Enabled {
    pub ignored: BTreeSet<i32>,
}

/// The policy where it is enabled. What it says of times, and what ECS refuses, is reported.
pub(super) fn enabled(policy: Option<&RestartPolicy>, is_essential: bool, role: Role, at: &Place<'_>) -> Option<Enabled> {
    let RestartPolicy { enabled, ignored_exit_codes, restart_attempt_period } = policy?;
    let codes = ignored_exit_codes.as_deref().unwrap_or_default();
    // Exports write 0 where nothing was said.
    let period = restart_attempt_period.filter(|period| *period != 0);
    if !enabled {
        at.say(RestartFault::RestartPolicyOff { members: members(codes, period) });
        return None;
    }
    if codes.len() > MOST_CODES {
        let value = format!("a list of {} codes", codes.len());
        at.member("ignoredExitCodes").say(RestartFault::RestartPolicyNotLegal { value, range: "one of at most 50" });
    }
    if let Some(seconds) = period.filter(|seconds| !(60..=1800).contains(seconds)) {
        at.member("restartAttemptPeriod").say(RestartFault::RestartPolicyNotLegal { value: seconds.to_string(), range: "60 to 1800 seconds" });
    }
    if let Role::OneShot { .. } = role {
        at.say(RestartFault::RestartPolicyOfOneShot { members: members(codes, Some(period.unwrap_or(DEFAULT_PERIOD))) });
        return None;
    }
    let otherwise = if is_essential { "the task stops" } else { "it stays stopped" };
    at.say(RestartFault::RestartPausesGrow { seconds: period.unwrap_or(DEFAULT_PERIOD), otherwise });
    Some(Enabled { ignored: codes.iter().filter_map(|code| i32::try_from(*code).ok()).collect() })
}

/// `restartPolicy` and `restartPolicyRules` of the container; `at` is its place.
pub(super) fn restarts(
    enabled: Option<&Enabled>,
    is_essential: bool,
    role: Role,
    task: &Task<'_>,
    at: &Place<'_>,
) -> (Option<String>, Option<Vec<k8s::ContainerRestartRule>>) {
    let restarts_task = task.essential_policy == EssentialPolicy::RestartTask && task.inputs.kubernetes.has_restart_all_containers();
    let ignored = enabled.map(|enabled| &enabled.ignored).filter(|ignored| !ignored.is_empty());
    if let Some(ignored) = ignored.filter(|_| is_essential && !restarts_task) {
        at.member("restartPolicy").member("ignoredExitCodes").say(RestartFault::IgnoredExitCodesRestart { codes: list(ignored) });
    }
    let restarts_all = match (role, enabled, ignored) {
        (Role::OneShot { must_succeed }, _, _) => must_succeed.then(|| restart_all("NotIn", [0])),
        (_, None, _) => is_essential.then(|| restart_all("NotIn", [])),
        (_, Some(_), Some(ignored)) => is_essential.then(|| restart_all("In", ignored.iter().copied())),
        (_, Some(_), None) => None,
    };
    let rules = restarts_all.filter(|_| restarts_task).map(|rule| vec![rule]);
    let policy = match role {
        Role::Sidecar { .. } => Some("Always"),
        Role::OneShot { .. } => rules.as_ref().map(|_| "OnFailure"),
        Role::Regular => rules.as_ref().map(|_| "Always"),
    };
    (policy.map(str::to_owned), rules)
}

/// The members of a policy, in words.
fn members(codes: &[i64], period: Option<i64>) -> String {
    let codes = (!codes.is_empty()).then(|| format!("exit code {}", list(codes)));
    let period = period.map(|seconds| format!("the period of {seconds} s"));
    let members: Vec<String> = codes.into_iter().chain(period).collect();
    if members.is_empty() { "its other members".into() } else { members.join(" and ") }
}

/// The rule that all containers of the pod are restarted after these exit codes, or after all others.
fn restart_all(operator: &str, codes: impl IntoIterator<Item = i32>) -> k8s::ContainerRestartRule {
    let values: Vec<i32> = codes.into_iter().collect();
    let exit_codes = k8s::ContainerRestartRuleOnExitCodes { operator: operator.into(), values: Some(values).filter(|values| !values.is_empty()) };
    k8s::ContainerRestartRule { action: "RestartAllContainers".into(), exit_codes: Some(exit_codes) }
}

/// The codes, as in `1, 2 or 3`.
pub(super) fn list<'a, Code: ToString + 'a>(codes: impl IntoIterator<Item = &'a Code>) -> String {
    let mut codes: Vec<String> = codes.into_iter().map(ToString::to_string).collect();
    let last = codes.pop().unwrap_or_default();
    if codes.is_empty() { last } else { format!("{} or {last}", codes.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn codes_are_listed_as_one_says_them() {
        assert_eq!([list(&[1]), list(&[1, 2]), list(&[1, 2, 3])], ["1", "1 or 2", "1, 2 or 3"]);
    }
}
