//! `loadBalancer`, `listener` and `targetGroup`: annotations of the AWS Load Balancer Controller. An Ingress of
//! another class cannot say them.

use std::collections::BTreeMap;

use crate::ecs::load_balancing::{Listener, LoadBalancer, Protocol};
use crate::translate::diagnostic::{ListenerFault, LoadBalancingFault, Place};
use crate::translate::service::load_balancers::class::{AUTO_MODE, Class};
use crate::translate::service::load_balancers::settings::{self, Annotations, Names, certificate_arns, report_lost};
use crate::translate::service::load_balancers::{Target, report_block};
use crate::translate::word::word;
use crate::translate::written::written;
use crate::translate::{Inputs, names};

const PREFIX: &str = "alb.ingress.kubernetes.io/";
/// The last priority that has an order of its own.
const EXACT_PRIORITIES: i64 = 1000;
/// The last priority that Elastic Load Balancing takes.
const LAST_PRIORITY: i64 = 50_000;

const NAMES: Names = Names {
    interval: "healthcheck-interval-seconds",
    timeout: "healthcheck-timeout-seconds",
    healthy: "healthy-threshold-count",
    unhealthy: "unhealthy-threshold-count",
    codes: "success-codes",
};

/// The whole name of an annotation.
pub(super) fn name(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// The annotations of the Ingress. What may be said once of a load balancer is said in the first Ingress of it.
/// `policy` is the load balancer's security policy, once an Ingress has said one.
pub(super) fn annotations(
    target: &Target<'_>,
    lowest_priority: i64,
    is_first: bool,
    policy: &mut Option<String>,
    class: Class<'_>,
    inputs: &Inputs<'_>,
) -> BTreeMap<String, String> {
    let of_load_balancer = load_balancer(target, lowest_priority, is_first, class, inputs);
    let of_listener = listener(target.load_balancer.listener.as_ref(), policy, &target.at.member("listener"));
    let annotations = of_load_balancer.into_iter().chain(of_listener).chain(target_group(target));
    annotations.map(|(annotation, value)| (name(annotation), value)).collect()
}

fn load_balancer(target: &Target<'_>, lowest_priority: i64, is_first: bool, class: Class<'_>, inputs: &Inputs<'_>) -> Annotations {
    let unset = LoadBalancer::default();
    let load_balancer = target.load_balancer.load_balancer.as_ref().unwrap_or(&unset);
    let at = target.at.member("loadBalancer");
    let mut annotations = vec![("target-type", "ip".to_owned())];
    if let Some(name) = &load_balancer.name {
        let group = names::load_balancer_group(inputs.namespace, name);
        if class.controller == AUTO_MODE {
            at.member("name").say(LoadBalancingFault::GroupBelongsToClass { group });
        } else {
            annotations.push(("group.name", group));
        }
        annotations.push(("group.order", group_order(lowest_priority).to_string()));
    }
    if is_first {
        annotations.extend(settings(load_balancer, &at));
    }
    annotations
}

/// What holds for a load balancer as a whole. Ingresses of a group that contradict each other there are not served, none of
/// them.
fn settings(load_balancer: &LoadBalancer, at: &Place<'_>) -> Annotations {
    if load_balancer.name.is_some() {
        let settings = written(&LoadBalancer { name: None, ..load_balancer.clone() });
        at.say(LoadBalancingFault::LoadBalancerShared { settings });
    }
    settings::load_balancer(load_balancer, "load-balancer-attributes", at)
}

/// The place of a service's rules among those that share its load balancer, -1000 to 1000.
fn group_order(priority: i64) -> i64 {
    let priority = priority.clamp(1, LAST_PRIORITY);
    if priority <= EXACT_PRIORITIES { priority - EXACT_PRIORITIES - 1 } else { (priority - EXACT_PRIORITIES) * 1000 / (LAST_PRIORITY - EXACT_PRIORITIES) }
}

/// The protocol and port of a listener.
pub(super) fn protocol_and_port(listener: &Listener) -> (&'static str, i64) {
    let protocol = listener.protocol.unwrap_or(Protocol::Http);
    let default_port = if protocol == Protocol::Http { 80 } else { 443 };
    // Exports write 0 where nothing was said.
    (protocol.word(), listener.port.filter(|port| *port > 0).unwrap_or(default_port))
}

fn listener(listener: Option<&Listener>, policy: &mut Option<String>, at: &Place<'_>) -> Annotations {
    let unset = Listener::default();
    let listener = listener.unwrap_or(&unset);
    let Listener { port: _, protocol, certificates, ssl_policy, alpn_policy, default_actions } = listener;
    if let Some(protocol) = protocol.filter(|protocol| protocol.is_of_network()) {
        at.member("protocol").say(LoadBalancingFault::ListenerProtocolNotLegal { protocol: protocol.word(), of: "application" });
    }
    let (protocol, port) = protocol_and_port(listener);
    let certificates = certificate_arns(certificates.as_deref().unwrap_or_default(), at);
    if protocol == "HTTPS" && certificates.is_empty() {
        at.say(ListenerFault::CertificateMissing);
    }
    if let Some(policy) = alpn_policy {
        report_block("alpnPolicy", policy, at);
    }
    if let Some(actions) = default_actions {
        at.member("defaultActions").say(ListenerFault::DefaultActionsWithoutEffect { value: written(actions) });
    }
    let mut annotations = vec![("listen-ports", format!(r#"[{{"{protocol}":{port}}}]"#))];
    if !certificates.is_empty() {
        annotations.push(("certificate-arn", certificates.join(",")));
    }
    if let Some(own) = ssl_policy {
        let said = policy.get_or_insert_with(|| own.clone());
        if said == own {
            annotations.push(("ssl-policy", own.clone()));
        } else {
            at.member("sslPolicy").say(LoadBalancingFault::SettingsOfFirstHold { member: "sslPolicy", value: own.clone() });
        }
    }
    annotations
}

fn target_group(target: &Target<'_>) -> Annotations {
    let said = target.load_balancer.target_group.as_ref();
    let mut annotations = settings::target_group(target, &NAMES);
    annotations.extend(said.and_then(|said| said.protocol).map(|protocol| ("backend-protocol", protocol.word().to_owned())));
    annotations.extend(said.and_then(|said| said.protocol_version).map(|version| ("backend-protocol-version", word(version))));
    annotations
}

/// Reports what an Ingress of a class that is not of AWS cannot say.
pub(super) fn report_settings(target: &Target<'_>, class: Class<'_>) {
    report_lost(target, class.name, is_plain);
}

/// Whether nothing is said of a listener but what any Ingress says.
fn is_plain(listener: &Listener) -> bool {
    protocol_and_port(listener) == ("HTTP", 80) && *listener == Listener { port: listener.port, protocol: listener.protocol, ..Listener::default() }
}

#[cfg(test)]
mod tests {
    use super::group_order;

    #[test]
    fn orders_follow_priorities() {
        assert_eq!([1, 10, 1000].map(group_order), [-1000, -991, -1]);
        assert_eq!([1001, 25_500, 50_000].map(group_order), [0, 500, 1000]);
        assert_eq!([0, 60_000].map(group_order), [-1000, 1000]);
    }
}
