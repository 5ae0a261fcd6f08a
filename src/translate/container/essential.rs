//! What becomes of a command that ends: in ECS a container that is not essential stays stopped, and one whose end others
//! wait for has ended. The kubelet restarts the first for ever, and the second until it has ended with 0; so where a shell
//! runs the command, the shell goes on to sleep, or ends with 0.

use super::Role;
use super::restart_policy::{Enabled, list};
use crate::translate::diagnostic::{OrderFault, Place, RestartFault};

/// Names of shells, by the last part of their path.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];

/// What is to follow the end of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// What Kubernetes does: a restart.
    Restart,
    /// Nothing: the container stays as it is.
    Stay,
    /// Nothing after these exit codes, else a restart.
    StayAfter(Vec<i32>),
    /// The end of the container with 0.
    Complete,
}

impl Ending {
    /// What ECS does when the container ends.
    pub fn of(is_essential: bool, role: Role, policy: Option<&Enabled>) -> Self {
        match (role, policy) {
            (Role::OneShot { must_succeed: false }, _) => Self::Complete,
            (Role::OneShot { must_succeed: true }, _) => Self::Restart,
            (Role::Regular | Role::Sidecar { .. }, _) if is_essential => Self::Restart,
            (Role::Regular | Role::Sidecar { .. }, None) => Self::Stay,
            (Role::Regular | Role::Sidecar { .. }, Some(policy)) => {
                if policy.ignored.is_empty() {
                    Self::Restart
                } else {
                    Self::StayAfter(policy.ignored.iter().copied().collect())
                }
            }
        }
    }
}

/// Lets the shell that runs the command do what is to follow, where there is one; `at` is the place of the container.
pub(super) fn end(ending: &Ending, program: Option<&mut [String]>, arguments: Option<&mut [String]>, at: &Place<'_>) {
    let script = match ending {
        Ending::Restart => return,
        Ending::Stay | Ending::StayAfter(_) | Ending::Complete => script(program, arguments),
    };
    let codes_at = at.member("restartPolicy").member("ignoredExitCodes");
    match (ending, &script) {
        (Ending::Restart, _) | (Ending::Complete, Some(_)) => {}
        (Ending::Complete, None) => at.say(OrderFault::CompleteNeedsSuccess),
        (Ending::Stay, Some(_)) => at.member("essential").say(RestartFault::NonEssentialHeld),
        (Ending::Stay, None) => at.member("essential").say(RestartFault::NonEssentialRestarts),
        (Ending::StayAfter(codes), Some(_)) => codes_at.say(RestartFault::IgnoredExitCodesHeld { codes: list(codes) }),
        (Ending::StayAfter(codes), None) => codes_at.say(RestartFault::IgnoredExitCodesRestart { codes: list(codes) }),
    }
    if let Some(script) = script {
        *script = followed(script, ending);
    }
}

/// The script of the shell that runs the command.
fn script<'a>(program: Option<&'a mut [String]>, arguments: Option<&'a mut [String]>) -> Option<&'a mut String> {
    let mut words = program.into_iter().flatten().chain(arguments.into_iter().flatten());
    let (shell, flags, script) = (words.next()?, words.next()?, words.next()?);
    (is_shell(shell) && takes_script(flags)).then_some(script)
}

fn is_shell(program: &str) -> bool {
    program.rsplit('/').next().is_some_and(|name| SHELLS.contains(&name))
}

/// Whether the flags of a shell end in `c`, so that a script follows.
fn takes_script(flags: &str) -> bool {
    flags.strip_prefix('-').is_some_and(|flags| flags.ends_with('c') && flags.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The script in a process of its own, which is told when the container is to stop, and what follows when it has ended.
fn followed(script: &str, ending: &Ending) -> String {
    let script = script.trim_end();
    let run = format!(
        "(\n{script}\n) &\n\
         ecs_child=$!\n\
         trap 'kill -TERM $ecs_child; wait $ecs_child; exit 0' TERM INT\n"
    );
    let stay = "trap 'exit 0' TERM INT\n\
                while true; do sleep 3600 & wait $! || true; done\n";
    match ending {
        Ending::Restart => script.into(),
        Ending::Complete => format!("{run}wait $ecs_child || true\n"),
        Ending::Stay => format!("{run}wait $ecs_child || true\n{stay}"),
        Ending::StayAfter(codes) => {
            let codes = codes.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
            format!("{run}ecs_status=0\nwait $ecs_child || ecs_status=$?\ncase $ecs_status in\n{codes}) ;;\n*) exit $ecs_status ;;\nesac\n{stay}")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Ending, followed, is_shell, takes_script};

    #[test]
    fn shells_and_their_flags_are_known() {
        assert!(is_shell("sh") && is_shell("/bin/bash") && !is_shell("node") && !is_shell("fish"));
        assert!(takes_script("-c") && takes_script("-ec") && !takes_script("-x") && !takes_script("c"));
    }

    #[test]
    fn a_followed_script_is_one_that_a_shell_reads() {
        for ending in [Ending::Stay, Ending::StayAfter(vec![0, 3]), Ending::Complete] {
            let checked = Command::new("sh").arg("-nc").arg(followed("if true; then echo a; fi # end", &ending)).status();
            assert!(checked.is_ok_and(|status| status.success()), "{ending:?}");
        }
    }

    #[test]
    fn a_script_is_complete_however_it_ends_and_restarts_after_codes_that_are_not_ignored() {
        let status = |ending: &Ending| Command::new("sh").arg("-ec").arg(followed("false; exit 5", ending)).status().ok()?.code();
        assert_eq!([status(&Ending::Complete), status(&Ending::StayAfter(vec![0, 3]))], [Some(0), Some(1)]);
    }
}
