//! `loadBalancer`, `listener` and `targetGroup` of a network load balancer: annotations of the Service, all of which hold for
//! the whole of it.

use std::collections::BTreeMap;

use super::port;
use crate::ecs::load_balancing::{Listener, LoadBalancer, Protocol};
use crate::translate::diagnostic::{ListenerFault, LoadBalancingFault, Place};
use crate::translate::service::load_balancers::settings::{self, Annotations, Names, certificate_arns, report_difference};
use crate::translate::service::load_balancers::{Target, report_block};
use crate::translate::written::written;

const PREFIX: &str = "service.beta.kubernetes.io/aws-load-balancer-";

const NAMES: Names = Names {
    interval: "healthcheck-interval",
    timeout: "healthcheck-timeout",
    healthy: "healthcheck-healthy-threshold",
    unhealthy: "healthcheck-unhealthy-threshold",
    codes: "healthcheck-success-codes",
};

/// The annotations of the Service for the targets of one network load balancer.
pub(super) fn annotations(targets: &[&Target<'_>]) -> BTreeMap<String, String> {
    let Some((first, others)) = targets.split_first() else { return BTreeMap::new() };
    for other in others {
        report_difference("loadBalancer", first.load_balancer.load_balancer.as_ref(), other.load_balancer.load_balancer.as_ref(), other);
        report_difference("targetGroup", first.load_balancer.target_group.as_ref(), other.load_balancer.target_group.as_ref(), other);
    }
    let mut annotations = vec![("nlb-target-type", "ip".to_owned())];
    annotations.extend(load_balancer(first.load_balancer.load_balancer.as_ref(), &first.at.member("loadBalancer")));
    annotations.extend(listeners(targets));
    annotations.extend(target_group(first));
    annotations.into_iter().map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect()
}

fn load_balancer(load_balancer: Option<&LoadBalancer>, at: &Place<'_>) -> Annotations {
    let unset = LoadBalancer::default();
    let load_balancer = load_balancer.unwrap_or(&unset);
    if let Some(name) = &load_balancer.name {
        at.member("name").say(LoadBalancingFault::LoadBalancerNamedAnew { name: name.clone() });
    }
    settings::load_balancer(load_balancer, "attributes", at)
}

/// What the listeners say: of those for TLS the first one's certificates and policies hold for all.
fn listeners(targets: &[&Target<'_>]) -> Annotations {
    let of = |target: &&Target<'_>| target.load_balancer.listener.clone().unwrap_or_default();
    let protocol = |target: &&Target<'_>| of(target).protocol.unwrap_or(Protocol::Tcp);
    let mut annotations = Annotations::new();
    for target in targets {
        if let Some(actions) = of(target).default_actions {
            report_block("defaultActions", &actions, &target.at.member("listener"));
        }
    }
    if targets.iter().any(|target| protocol(target) == Protocol::TcpUdp) {
        annotations.push(("enable-tcp-udp-listener", "true".into()));
    }
    let with_tls: Vec<&&Target<'_>> = targets.iter().filter(|target| protocol(target) == Protocol::Tls).collect();
    for target in targets.iter().filter(|target| protocol(target) != Protocol::Tls) {
        let at = target.at.member("listener");
        let Listener { port: _, protocol: _, certificates, ssl_policy, alpn_policy, default_actions: _ } = of(target);
        let unmeant = [("certificates", certificates.map(|it| written(&it))), ("sslPolicy", ssl_policy), ("alpnPolicy", alpn_policy.map(|it| written(&it)))];
        for (member, value) in unmeant {
            if let Some(value) = value {
                at.member(member).say(LoadBalancingFault::BlockWithoutEffect { member, value });
            }
        }
    }
    let Some((first, others)) = with_tls.split_first() else { return annotations };
    let of_tls = |target: &&Target<'_>| Listener { port: None, ..of(target) };
    for other in others {
        report_difference("listener", Some(&of_tls(first)), Some(&of_tls(other)), other);
    }
    let Listener { port: _, protocol: _, certificates, ssl_policy, alpn_policy, default_actions: _ } = of(first);
    let at = first.at.member("listener");
    let certificates = certificate_arns(certificates.as_deref().unwrap_or_default(), &at);
    if certificates.is_empty() {
        at.say(ListenerFault::CertificateMissing);
    } else {
        annotations.push(("ssl-cert", certificates.join(",")));
        annotations.push(("ssl-ports", with_tls.iter().map(|target| port(target).to_string()).collect::<Vec<_>>().join(",")));
    }
    annotations.extend(ssl_policy.map(|policy| ("ssl-negotiation-policy", policy)));
    annotations.extend(alpn_policy.map(|policies| ("alpn-policy", policies.join(","))));
    annotations
}

fn target_group(target: &Target<'_>) -> Annotations {
    let said = target.load_balancer.target_group.as_ref();
    let mut annotations = settings::target_group(target, &NAMES);
    let listener = target.load_balancer.listener.as_ref().and_then(|listener| listener.protocol).unwrap_or(Protocol::Tcp);
    match (listener, said.and_then(|said| said.protocol)) {
        (_, None) | (Protocol::Tls, Some(Protocol::Tcp)) => {}
        (Protocol::Tls, Some(Protocol::Tls)) => annotations.push(("backend-protocol", "ssl".into())),
        (listener, Some(protocol)) if listener == protocol => {}
        (listener, Some(protocol)) => {
            let differs = LoadBalancingFault::TargetGroupProtocolDiffers { protocol: protocol.word(), listener: listener.word() };
            target.at.member("targetGroup").member("protocol").say(differs);
        }
    }
    annotations
}
