//! `hostPort`: a port of the node, of which a pod that takes it is the only one there.

use crate::ecs::NetworkMode;
use crate::ecs::service::SchedulingStrategy;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::container::Task;
use crate::translate::diagnostic::{ContainerFault, NetworkFault, Place};

/// The port of the node that is taken.
#[derive(Clone, Copy)]
pub(super) enum HostPort {
    /// Of the same number as that of the container.
    Same,
    /// Of this number.
    Of(u16),
}

impl HostPort {
    /// Its number, for a port of the container.
    pub fn of(self, container_port: u16) -> i32 {
        match self {
            Self::Same => container_port.into(),
            Self::Of(port) => port.into(),
        }
    }
}

/// The port of the node that a mapping of `container_port` takes, if any. 0 and none at all mean any port.
pub(super) fn host_port(wanted: Option<i64>, container_port: u16, task: &Task<'_>, at: &Place<'_>) -> Option<HostPort> {
    let mode = task.network_mode;
    let fixed = wanted.filter(|port| *port != 0);
    match mode {
        NetworkMode::Awsvpc | NetworkMode::Host => {
            if let Some(port) = fixed.filter(|port| *port != i64::from(container_port)) {
                at.say(NetworkFault::HostPortDiffers { port, container_port, mode: mode.word() });
            }
            (mode == NetworkMode::Host).then_some(HostPort::Same)
        }
        NetworkMode::Bridge | NetworkMode::None => {
            let is_daemon = task.inputs.service.scheduling_strategy == Some(SchedulingStrategy::Daemon);
            match fixed {
                Some(port) if is_daemon => u16::try_from(port).ok().filter(|_| allowed(Danger::HostNamespaces, task.inputs, at)).map(HostPort::Of),
                Some(port) => {
                    at.say(NetworkFault::HostPortNotTaken { port });
                    None
                }
                None => {
                    if wanted.is_some() {
                        at.say(ContainerFault::HostPortWithoutEffect);
                    }
                    None
                }
            }
        }
    }
}
