//! `links` and `extraHosts`: names with addresses of their own, in the `/etc/hosts` of the pod, which all its
//! containers share. A linked container is in the same pod, so its name stands for the pod itself.

use super::{Pod, Task};
use crate::ecs::container_definition::HostEntry;
use crate::ecs::{ContainerDefinition, NetworkMode};
use crate::k8s;
use crate::translate::diagnostic::{NetworkFault, Place};
use crate::translate::names;

/// Where the containers of a pod reach each other.
const THE_POD_ITSELF: &str = "127.0.0.1";

/// Adds the names of linked containers, each `container` or `container:alias`.
pub(super) fn links(links: &[String], task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) {
    for (index, link) in links.iter().enumerate() {
        let at = at.item(index);
        if task.network_mode != NetworkMode::Bridge {
            at.say(NetworkFault::NotInNetworkMode { member: "links", mode: task.network_mode.word() });
            continue;
        }
        let (container, alias) = link.split_once(':').unwrap_or((link, link));
        let is_linked = |definition: &ContainerDefinition| definition.name == container;
        if !task.inputs.task_definition.spec.container_definitions.iter().any(is_linked) {
            at.say(NetworkFault::LinkUnknown { container: container.into() });
            continue;
        }
        add(&mut pod.hosts, THE_POD_ITSELF, alias, &at);
        if alias != container {
            add(&mut pod.hosts, THE_POD_ITSELF, container, &at);
        }
    }
}

/// Adds names with the addresses that are given.
pub(super) fn extra_hosts(entries: &[HostEntry], task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) {
    for (index, HostEntry { hostname, ip_address }) in entries.iter().enumerate() {
        let at = at.item(index);
        if task.network_mode == NetworkMode::Awsvpc {
            at.say(NetworkFault::NotInNetworkMode { member: "extraHosts", mode: task.network_mode.word() });
        } else if ip_address.parse::<std::net::IpAddr>().is_err() {
            at.member("ipAddress").say(NetworkFault::AddressNotLegal { address: ip_address.clone() });
        } else {
            add(&mut pod.hosts, ip_address, hostname, &at);
        }
    }
}

/// Adds a name; names are the same in either case.
fn add(hosts: &mut Vec<k8s::HostAlias>, address: &str, name: &str, at: &Place<'_>) {
    let lower = name.to_ascii_lowercase();
    if !names::is_domain_name(&lower) {
        return at.say(NetworkFault::HostNameNotLegal { name: name.into() });
    }
    let has_name = |host: &&k8s::HostAlias| host.hostnames.as_ref().is_some_and(|names| names.contains(&lower));
    match hosts.iter().find(has_name) {
        Some(host) if host.ip == address => return at.say(NetworkFault::PodHasItOnce { member: "name in `/etc/hosts`", value: lower }),
        Some(host) => return at.say(NetworkFault::PodHasOne { member: format!("address of `{lower}`"), kept: host.ip.clone(), value: address.into() }),
        None => {}
    }
    match hosts.iter_mut().find(|host| host.ip == address) {
        Some(host) => host.hostnames.get_or_insert_default().push(lower),
        None => hosts.push(k8s::HostAlias { ip: address.into(), hostnames: Some(vec![lower]) }),
    }
}
