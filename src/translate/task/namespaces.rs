//! `pidMode` and `ipcMode`: with whom containers share processes, memory and semaphores.

use crate::ecs::task_definition::{IpcMode, PidMode};
use crate::settings::Danger;
use crate::translate::Inputs;
use crate::translate::allow::allowed;
use crate::translate::diagnostic::{KernelFault, Place};
use crate::translate::windows::linux_only;

/// What the pod shares: `true`, or not said.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    pub host_pid: Option<bool>,
    pub host_ipc: Option<bool>,
    pub share_process_namespace: Option<bool>,
}

/// What the pod shares. The containers of a pod share memory and semaphores, but not processes, unless told otherwise.
pub(super) fn namespaces(pid_mode: Option<PidMode>, ipc_mode: Option<IpcMode>, is_windows: bool, inputs: &Inputs<'_>, at: &Place<'_>) -> Namespaces {
    let (pid, ipc) = (at.member("pidMode"), at.member("ipcMode"));
    if is_windows {
        pid_mode.inspect(|mode| linux_only("pidMode", mode, &pid));
        ipc_mode.inspect(|mode| linux_only("ipcMode", mode, &ipc));
        return Namespaces::default();
    }
    match ipc_mode {
        Some(IpcMode::Task) => ipc.say(KernelFault::IpcShared),
        Some(IpcMode::None) => ipc.say(KernelFault::IpcNotSeparated),
        Some(IpcMode::Host) | None => {}
    }
    let of_host = |is_asked: bool, at: &Place<'_>| (is_asked && allowed(Danger::HostNamespaces, inputs, at)).then_some(true);
    Namespaces {
        host_pid: of_host(pid_mode == Some(PidMode::Host), &pid),
        host_ipc: of_host(ipc_mode == Some(IpcMode::Host), &ipc),
        share_process_namespace: (pid_mode == Some(PidMode::Task)).then_some(true),
    }
}
