//! `networkMode`: every task is a pod with an address of its own, as with `awsvpc`.

use crate::ecs::NetworkMode;
use crate::translate::diagnostic::{Place, TaskFault};

/// Reports a mode that is not here.
pub(super) fn report(mode: Option<NetworkMode>, at: &Place<'_>) {
    let mode = match mode {
        None | Some(NetworkMode::Awsvpc) => return,
        Some(NetworkMode::Bridge) => "bridge",
        Some(NetworkMode::Host) => "host",
        Some(NetworkMode::None) => "none",
    };
    at.say(TaskFault::NetworkModeDiffers { mode });
}
