//! `systemControls`: kernel parameters, which are those of the whole pod.

use std::collections::BTreeMap;

use super::Task;
use crate::ecs::NetworkMode;
use crate::ecs::container_definition::SystemControl;
use crate::ecs::task_definition::IpcMode;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::diagnostic::{KernelFault, Place};
use crate::translate::windows::linux_only;

/// Adds the container's kernel parameters to those of the pod, by name.
pub(super) fn system_controls(controls: &[SystemControl], task: &Task<'_>, of_pod: &mut BTreeMap<String, String>, at: &Place<'_>) {
    if task.is_windows && !controls.is_empty() {
        return linux_only("systemControls", &controls, at);
    }
    for (index, SystemControl { namespace, value }) in controls.iter().enumerate() {
        let at = at.item(index);
        let name = namespace.as_deref().unwrap_or_default();
        let Some((kind, value)) = kind(name).zip(value.as_deref()) else {
            at.say(KernelFault::SystemControlNotLegal { control: format!("{name}={}", value.as_deref().unwrap_or_default()) });
            continue;
        };
        let of_host = match kind {
            Kind::Network if task.network_mode == NetworkMode::Host => Some("network"),
            Kind::Ipc if task.inputs.task_definition.spec.ipc_mode == Some(IpcMode::Host) => Some("shared memory and semaphores"),
            Kind::Network | Kind::Ipc => None,
        };
        if let Some(namespace) = of_host {
            at.say(KernelFault::SystemControlOfHost { name: name.into(), namespace });
            continue;
        }
        if !task.inputs.kubernetes.has_safe_sysctl(name) {
            if !allowed(Danger::UnsafeSysctls, task.inputs, &at) {
                continue;
            }
            at.say(KernelFault::SystemControlNeedsNodes { name: name.into() });
        }
        if let Some(other) = of_pod.insert(name.into(), value.into()) {
            at.say(KernelFault::SystemControlTwice { name: name.into(), value: value.into(), other });
        }
    }
}

/// What a kernel parameter belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Network,
    Ipc,
}

/// What the kernel parameter belongs to. `None` where containers have none of their own.
fn kind(name: &str) -> Option<Kind> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let has_parts = name.split('.').all(|part| !part.is_empty() && part.bytes().all(legal));
    let of_ipc = ["kernel.shm", "kernel.msg", "fs.mqueue."].iter().any(|start| name.starts_with(start)) || name == "kernel.sem";
    match () {
        () if !has_parts => None,
        () if name.starts_with("net.") => Some(Kind::Network),
        () if of_ipc => Some(Kind::Ipc),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind};

    #[test]
    fn only_parameters_that_containers_have_are_taken() {
        assert_eq!([kind("net.core.somaxconn"), kind("net.ipv4.conf.eth0.rp_filter")], [Some(Kind::Network); 2]);
        assert_eq!([kind("kernel.shm_rmid_forced"), kind("kernel.msgmax"), kind("kernel.sem"), kind("fs.mqueue.msg_max")], [Some(Kind::Ipc); 4]);
        assert_eq!([kind("vm.max_map_count"), kind("fs.file-max"), kind("kernel.semaphore"), kind("net."), kind("net..a"), kind(""), kind("net/a")], [None; 7]);
    }
}
