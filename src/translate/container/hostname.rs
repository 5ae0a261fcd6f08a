//! `hostname`: the name that the containers of the pod have for themselves, which is one.

use super::{Pod, Task};
use crate::ecs::NetworkMode;
use crate::translate::diagnostic::{NetworkFault, Place};
use crate::translate::names;

/// The longest host name that Linux has.
const LONGEST: usize = 64;

/// Takes the name, unless another container has given the pod another one.
pub(super) fn hostname(hostname: &str, task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) {
    match task.network_mode {
        NetworkMode::Awsvpc => return at.say(NetworkFault::NotInNetworkMode { member: "hostname", mode: task.network_mode.word() }),
        NetworkMode::Host => return at.say(NetworkFault::HostnameOfTheNode { hostname: hostname.into() }),
        NetworkMode::Bridge | NetworkMode::None => {}
    }
    let lower = hostname.to_ascii_lowercase();
    if !names::is_domain_name(&lower) || lower.len() > LONGEST {
        return at.say(NetworkFault::HostNameNotLegal { name: hostname.into() });
    }
    let label = lower.split('.').next().unwrap_or_default();
    let name = if lower.len() > label.len() && !task.inputs.kubernetes.has_hostname_override() {
        at.say(NetworkFault::HostnameWithoutDomain { hostname: hostname.into(), label: label.into() });
        label.to_owned()
    } else {
        lower
    };
    match &pod.hostname {
        None => pod.hostname = Some(name),
        Some(kept) if *kept == name => at.say(NetworkFault::PodHasItOnce { member: "host name", value: name }),
        Some(kept) => at.say(NetworkFault::PodHasOne { member: "host name".into(), kept: kept.clone(), value: name }),
    }
}
