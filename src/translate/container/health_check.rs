//! `healthCheck`: how it is found out whether the container is healthy. Of an essential container it becomes three
//! probes: one for the start, one that restarts the container, and one that holds back roll-out and traffic. Of another
//! one it becomes a probe for the start, where others wait for its health.

use super::expansion::literals;
use super::probes::{Check, Times};
use crate::translate::diagnostic::{ContainerFault, Place};
use crate::{ecs, k8s};

/// The check that the container defines itself.
pub(super) fn health_check(health_check: &ecs::HealthCheck, is_windows: bool, at: &Place<'_>) -> Option<Check> {
    let ecs::HealthCheck { command, interval, timeout, retries, start_period } = health_check;
    let command = command.as_deref().unwrap_or_default();
    if command.first().is_some_and(|first| first == "NONE") {
        at.say(ContainerFault::HealthCheckOff { check: text(health_check) });
        return None;
    }
    let action = exec_action(command, is_windows, &at.member("command"))?;
    let in_range = |member: &str, value: Option<i64>, default: i64, least: i64, most: i64, range: &'static str| {
        // Exports write 0 where nothing was said.
        let value = value.filter(|value| *value != 0).unwrap_or(default);
        if value != default && !(least..=most).contains(&value) {
            at.member(member).say(ContainerFault::HealthCheckOutOfRange { value, range });
        }
        value
    };
    let times = Times {
        interval: in_range("interval", *interval, 30, 5, 300, "5 to 300 seconds"),
        timeout: in_range("timeout", *timeout, 5, 2, 60, "2 to 60 seconds"),
        failures: in_range("retries", *retries, 3, 1, 10, "1 to 10"),
        start_period: in_range("startPeriod", *start_period, 0, 0, 300, "0 to 300 seconds"),
    };
    Some(Check { action: k8s::Probe { exec: Some(action), ..Default::default() }, times })
}

/// The check as it is written, on one line.
pub(super) fn text(health_check: &ecs::HealthCheck) -> String {
    let mut check = serde_json::to_value(health_check).unwrap_or_default();
    if let Some(members) = check.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    format!("`{check}`")
}

/// The command: `CMD-SHELL` by the system's shell, `CMD` as it is.
fn exec_action(command: &[String], is_windows: bool, at: &Place<'_>) -> Option<k8s::ExecAction> {
    let shell = if is_windows { ["cmd", "/S", "/C"].as_slice() } else { ["/bin/sh", "-c"].as_slice() };
    let (first, rest) = command.split_first().map_or(("", [].as_slice()), |(first, rest)| (first.as_str(), rest));
    let words: Vec<String> = match first {
        "CMD-SHELL" if !rest.is_empty() => shell.iter().map(|word| (*word).to_owned()).chain(literals(rest)).collect(),
        "CMD" if !rest.is_empty() => literals(rest),
        "" | "CMD-SHELL" | "CMD" => {
            at.say(ContainerFault::HealthCheckCommandMissing);
            return None;
        }
        line if rest.is_empty() && line.contains(' ') => {
            let line = without_mark(line).to_owned();
            at.say(ContainerFault::HealthCheckCommandIsALine { line: line.clone() });
            shell.iter().map(|word| (*word).to_owned()).chain(literals(&[line])).collect()
        }
        _ => {
            at.say(ContainerFault::HealthCheckCommandUnmarked);
            literals(command)
        }
    };
    Some(k8s::ExecAction { command: Some(words) })
}

/// The line without the word that should have stood before it: `CMD-SHELL, curl …`, `CMD curl …`.
fn without_mark(line: &str) -> &str {
    let rest = line.strip_prefix("CMD-SHELL").or_else(|| line.strip_prefix("CMD")).filter(|rest| rest.starts_with([' ', ',']));
    rest.map_or(line, |rest| rest.strip_prefix(',').unwrap_or(rest)).trim_start()
}

#[cfg(test)]
mod tests {
    use super::exec_action;
    use crate::translate::diagnostic::{Origin, Said};

    fn words(command: &[&str]) -> Option<Vec<String>> {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        exec_action(&command, false, &Said::default().document(Origin::TaskDefinition))?.command
    }

    #[test]
    fn commands_are_run_as_ecs_runs_them() {
        assert_eq!(words(&["CMD-SHELL", "curl -f $(cat url) || exit 1"]), Some(vec!["/bin/sh".into(), "-c".into(), "curl -f $$(cat url) || exit 1".into()]));
        assert_eq!(words(&["CMD", "pg_isready", "-q"]), Some(vec!["pg_isready".into(), "-q".into()]));
        assert_eq!(words(&["pg_isready", "-q"]), Some(vec!["pg_isready".into(), "-q".into()]));
        let by_shell = Some(vec!["/bin/sh".into(), "-c".into(), "curl -f http://localhost || exit 1".into()]);
        assert_eq!(words(&["curl -f http://localhost || exit 1"]), by_shell);
        for mark in ["CMD-SHELL, ", "CMD-SHELL ", "CMD ", "CMD,"] {
            assert_eq!(words(&[&format!("{mark}curl -f http://localhost || exit 1")]), by_shell, "{mark}");
        }
        assert_eq!([words(&[]), words(&["CMD"]), words(&["CMD-SHELL"])], [None, None, None]);
    }

    #[test]
    fn windows_has_a_shell_of_its_own() {
        let command = ["CMD-SHELL", "curl -f http://localhost"].map(str::to_owned);
        let action = exec_action(&command, true, &Said::default().document(Origin::TaskDefinition)).and_then(|action| action.command);
        assert_eq!(action, Some(["cmd", "/S", "/C", "curl -f http://localhost"].map(str::to_owned).to_vec()));
    }
}
