//! `linuxParameters`: capabilities, devices, folders in memory, and what a pod cannot have: an init process and swap.

mod capabilities;
mod devices;
mod memory;

use super::{Pod, Task};
use crate::ecs::container_definition::LinuxParameters;
use crate::k8s;
use crate::translate::diagnostic::{KernelFault, Place};

/// What becomes of them.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    pub capabilities: Option<k8s::Capabilities>,
    pub mounts: Vec<k8s::VolumeMount>,
}

/// The capabilities and the mounts of the container; the volumes of the latter go into `pod`.
pub(super) fn linux_parameters(asked: &LinuxParameters, container: &str, is_privileged: bool, task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) -> Parameters {
    let LinuxParameters { capabilities, devices, init_process_enabled, shared_memory_size, tmpfs, max_swap, swappiness } = asked;
    if *init_process_enabled == Some(true) {
        let at = at.member("initProcessEnabled");
        if task.shares_processes() { at.say(KernelFault::InitProcessOfPod) } else { at.say(KernelFault::InitProcessMissing) }
    }
    report_swap(*max_swap, *swappiness, at);
    let capabilities = capabilities.as_ref().and_then(|asked| capabilities::capabilities(asked, is_privileged, task, &at.member("capabilities")));
    let mut mounts = devices::devices(devices.as_deref().unwrap_or_default(), is_privileged, task, pod, &at.member("devices"));
    mounts.extend(memory::folders_in_memory(tmpfs.as_deref().unwrap_or_default(), *shared_memory_size, container, task, pod, at));
    Parameters { capabilities, mounts }
}

fn report_swap(max_swap: Option<i64>, swappiness: Option<i64>, at: &Place<'_>) {
    for (member, value) in [("maxSwap", max_swap), ("swappiness", swappiness)] {
        match (member, value) {
            (_, None) => {}
            ("maxSwap", Some(0)) => at.member(member).say(KernelFault::SwapOffAlready),
            (_, Some(value)) => at.member(member).say(KernelFault::SwapWithoutEffect { value: format!("{member}: {value}") }),
        }
    }
}

/// The path, where Kubernetes takes it for a mount.
fn mountable<'a>(path: &'a str, at: &Place<'_>) -> Option<&'a str> {
    let is_legal = path.starts_with('/') && !path.contains(':') && path.split('/').all(|part| part != "..");
    if !is_legal {
        at.say(KernelFault::PathNotLegal { path: path.into() });
    }
    is_legal.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::mountable;
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn paths_are_absolute_and_go_down() {
        let said = Said::default();
        let at = said.document(Origin::TaskDefinition);
        assert_eq!([mountable("/dev/fuse", &at), mountable("/a..b", &at)], [Some("/dev/fuse"), Some("/a..b")]);
        assert!(!said.has_errors());
        assert_eq!([mountable("run", &at), mountable("/run:rw", &at), mountable("/run/../dev", &at), mountable("", &at)], [None; 4]);
        assert_eq!(said.into_diagnostics().len(), 4);
    }
}
