//! `essential: false`: in ECS such a container stays stopped when it ends. In a pod it would be restarted for ever,
//! and the pod would not be ready meanwhile; so where a shell runs its command, the shell goes on to sleep.

use crate::translate::diagnostic::{ContainerFault, Place};

/// Names of shells, by the last part of their path.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];

/// Lets the shell that runs the command live on, where there is one.
pub(super) fn hold(program: Option<&mut [String]>, arguments: Option<&mut [String]>, at: &Place<'_>) {
    let mut words: Vec<&mut String> = program.into_iter().flatten().chain(arguments.into_iter().flatten()).collect();
    if let [shell, flags, script, ..] = words.as_mut_slice()
        && is_shell(shell)
        && takes_script(flags)
    {
        **script = held(script);
        at.member("essential").say(ContainerFault::NonEssentialHeld);
    } else {
        at.member("essential").say(ContainerFault::NonEssentialRestarts);
    }
}

fn is_shell(program: &str) -> bool {
    program.rsplit('/').next().is_some_and(|name| SHELLS.contains(&name))
}

/// Whether the flags of a shell end in `c`, so that a script follows.
fn takes_script(flags: &str) -> bool {
    flags.strip_prefix('-').is_some_and(|flags| flags.ends_with('c') && flags.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The script in a process of its own, which is told when the container is to stop; when it has ended, sleep.
fn held(script: &str) -> String {
    let script = script.trim_end();
    format!(
        "(\n{script}\n) &\n\
         ecs_child=$!\n\
         trap 'kill -TERM $ecs_child; wait $ecs_child; exit 0' TERM INT\n\
         wait $ecs_child || true\n\
         trap 'exit 0' TERM INT\n\
         while true; do sleep 3600 & wait $! || true; done\n"
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{held, is_shell, takes_script};

    #[test]
    fn shells_and_their_flags_are_known() {
        assert!(is_shell("sh") && is_shell("/bin/bash") && !is_shell("node") && !is_shell("fish"));
        assert!(takes_script("-c") && takes_script("-ec") && !takes_script("-x") && !takes_script("c"));
    }

    #[test]
    fn a_held_script_is_one_that_a_shell_reads() {
        let checked = Command::new("sh").arg("-nc").arg(held("if true; then echo a; fi # end")).status();
        assert!(checked.is_ok_and(|status| status.success()));
    }
}
