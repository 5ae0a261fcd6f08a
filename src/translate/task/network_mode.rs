//! `networkMode`: the network of a task is that of its pod, whose containers share one address. `host` is the
//! node's; `none` is a pod's that a NetworkPolicy closes.

use serde_json::json;

use crate::ecs::{ContainerDefinition, NetworkMode};
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::container::Pod;
use crate::translate::diagnostic::{NetworkFault, Place};
use crate::translate::{Inputs, Kind, Object, names};

/// The mode of the task: without one it is `bridge`. On Fargate there is only `awsvpc`, and ECS wants it said.
pub(super) fn network_mode(written: Option<NetworkMode>, is_fargate: bool, inputs: &Inputs<'_>, at: &Place<'_>) -> NetworkMode {
    let mode = written.unwrap_or(if is_fargate { NetworkMode::Awsvpc } else { NetworkMode::Bridge });
    let has_one_container = inputs.task_definition.spec.container_definitions.len() == 1;
    if is_fargate && written != Some(NetworkMode::Awsvpc) {
        at.say(NetworkFault::FargateWithoutAwsvpc);
    }
    match (mode, written) {
        (NetworkMode::Bridge, _) if has_one_container => at.say(NetworkFault::BridgeOfOneContainer),
        (NetworkMode::Bridge, Some(_)) => at.say(NetworkFault::NetworkIsShared { mode: "`bridge`" }),
        (NetworkMode::Bridge, None) => at.say(NetworkFault::NetworkIsShared { mode: "`bridge`, the default," }),
        (NetworkMode::None, _) => at.say(NetworkFault::ClosedByPolicy { what: "network mode `none`" }),
        (NetworkMode::Host, _) => {
            allowed(Danger::HostNamespaces, inputs, at);
        }
        (NetworkMode::Awsvpc, _) => {}
    }
    mode
}

/// Whether the pod must be closed: for the mode `none`, or because no container has a network. `at` is the list of containers.
pub(super) fn is_closed(mode: NetworkMode, definitions: &[ContainerDefinition], at: &Place<'_>) -> bool {
    let without = definitions.iter().enumerate().filter(|(_, definition)| definition.disable_networking == Some(true));
    let all = without.clone().count() == definitions.len();
    for (index, _) in without {
        at.item(index).member("disableNetworking").say(if all {
            NetworkFault::ClosedByPolicy { what: "`disableNetworking`" }
        } else {
            NetworkFault::NetworkingNotDisabled
        });
    }
    all || mode == NetworkMode::None
}

/// The pod's network, with what its containers say of it.
pub(super) fn network(mode: NetworkMode, pod: &Pod) -> k8s::PodSpec {
    let is_host = mode == NetworkMode::Host;
    let some = |list: &[String]| Some(list.to_vec()).filter(|list| !list.is_empty());
    let dns = k8s::PodDNSConfig { nameservers: some(&pod.name_servers), searches: some(&pod.search_domains), options: None };
    let policy = match (pod.name_servers.is_empty(), is_host) {
        (false, _) => Some("None"),
        // Without it a pod with the node's network would not know the names of the cluster.
        (true, true) => Some("ClusterFirstWithHostNet"),
        (true, false) => None,
    };
    let name = |has_domain: bool| pod.hostname.clone().filter(|name| name.contains('.') == has_domain);
    k8s::PodSpec {
        host_network: is_host.then_some(true),
        dns_policy: policy.map(str::to_owned),
        dns_config: Some(dns).filter(|dns| *dns != k8s::PodDNSConfig::default()),
        host_aliases: Some(pod.hosts.clone()).filter(|hosts| !hosts.is_empty()),
        hostname: name(false),
        hostname_override: name(true),
        ..Default::default()
    }
}

/// The NetworkPolicy that lets nothing into closed pods, or out of them.
pub(super) fn closing_policy(inputs: &Inputs<'_>) -> Object {
    let name = format!("{}-closed", inputs.name);
    let mut labels = names::selector(inputs.name);
    labels.extend([closed_label()]);
    Object::new(
        Kind::NetworkPolicy,
        name.clone(),
        json!({
            "metadata": { "name": name, "namespace": inputs.namespace, "labels": names::service_labels(inputs.name) },
            "spec": { "podSelector": { "matchLabels": labels }, "policyTypes": ["Ingress", "Egress"] },
        }),
    )
}

/// The label of closed pods: others of the same service, of a deployment before, stay open.
pub(super) fn closed_label() -> (String, String) {
    (names::NETWORK_LABEL.into(), "none".into())
}
