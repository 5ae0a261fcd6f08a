//! `dnsServers` and `dnsSearchDomains`: who is asked for names, and in which domains. The containers of a pod share both.

use super::{Pod, Task};
use crate::ecs::NetworkMode;
use crate::translate::diagnostic::{NetworkFault, Place};
use crate::translate::names;

/// The most name servers that a pod can have.
const MOST_SERVERS: usize = 3;
/// The most search domains that a pod can have, and the most characters that they have together.
const MOST_DOMAINS: (usize, usize) = (32, 2048);

/// Takes the name servers, in place of the cluster's: ECS asks none but these.
pub(super) fn servers(servers: &[String], task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) {
    if servers.is_empty() || !is_possible("dnsServers", task, at) {
        return;
    }
    for (index, server) in servers.iter().enumerate() {
        if server.parse::<std::net::IpAddr>().is_err() {
            at.item(index).say(NetworkFault::AddressNotLegal { address: server.clone() });
        }
    }
    let kept = &servers[..servers.len().min(MOST_SERVERS)];
    for (index, server) in servers.iter().enumerate().skip(MOST_SERVERS) {
        at.item(index).say(NetworkFault::TooManyForThePod { value: server.clone(), most: MOST_SERVERS });
    }
    if pod.name_servers.is_empty() {
        at.say(NetworkFault::ClusterNamesUnknown);
        pod.name_servers = kept.to_vec();
    } else if pod.name_servers == kept {
        at.say(NetworkFault::PodHasItOnce { member: "list of name servers", value: kept.join(", ") });
    } else {
        at.say(NetworkFault::PodHasOne { member: "list of name servers".into(), kept: pod.name_servers.join(", "), value: kept.join(", ") });
    }
}

/// Adds search domains to those of the pod.
pub(super) fn search_domains(domains: &[String], task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) {
    if domains.is_empty() || !is_possible("dnsSearchDomains", task, at) {
        return;
    }
    for (index, domain) in domains.iter().enumerate() {
        let at = at.item(index);
        let length = |domains: &[String]| domains.iter().map(|domain| domain.len() + 1).sum::<usize>();
        if !is_legal(domain) {
            at.say(NetworkFault::HostNameNotLegal { name: domain.clone() });
        } else if pod.search_domains.contains(domain) {
            at.say(NetworkFault::PodHasItOnce { member: "search domain", value: domain.clone() });
        } else if pod.search_domains.len() == MOST_DOMAINS.0 || length(&pod.search_domains) + domain.len() > MOST_DOMAINS.1 {
            at.say(NetworkFault::TooManyForThePod { value: domain.clone(), most: MOST_DOMAINS.0 });
        } else {
            pod.search_domains.push(domain.clone());
        }
    }
}

fn is_possible(member: &'static str, task: &Task<'_>, at: &Place<'_>) -> bool {
    let is_possible = task.network_mode != NetworkMode::Awsvpc;
    if !is_possible {
        at.say(NetworkFault::NotInNetworkMode { member, mode: task.network_mode.word() });
    }
    is_possible
}

/// Whether Kubernetes takes the domain: `.`, or a domain name in which `_` counts as a letter, with or without a dot at its end.
fn is_legal(domain: &str) -> bool {
    domain == "." || names::is_domain_name(&domain.strip_suffix('.').unwrap_or(domain).replace('_', "x"))
}

#[cfg(test)]
mod tests {
    use super::is_legal;

    #[test]
    fn search_domains_are_those_that_kubernetes_takes() {
        assert!([".", "example.com", "example.com.", "_tcp.example.com"].into_iter().all(is_legal));
        assert!(!["", "..", "Example.com", "a b", "-a.com"].into_iter().any(is_legal));
    }
}
