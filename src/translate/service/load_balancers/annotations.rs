//! `loadBalancer`, `listener` and `targetGroup`: annotations of the AWS Load Balancer Controller. An Ingress of
//! another class cannot say them.

use std::collections::BTreeMap;

use super::Target;
use super::class::Class;
use crate::ecs::load_balancing::{Certificate, Listener, ListenerProtocol, LoadBalancer, LoadBalancerType, Scheme};
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::target_group::{HealthCheck, attributes};
use crate::translate::{Inputs, names};

const PREFIX: &str = "alb.ingress.kubernetes.io/";
/// EKS Auto Mode, which takes no groups from an Ingress.
const AUTO_MODE: &str = "eks.amazonaws.com/alb";
/// The last priority that has an order of its own.
const EXACT_PRIORITIES: i64 = 1000;
/// The last priority that Elastic Load Balancing takes.
const LAST_PRIORITY: i64 = 50_000;

/// The annotations of the Ingress.
pub(super) fn annotations(target: &Target<'_>, lowest_priority: i64, class: Class<'_>, inputs: &Inputs<'_>) -> Option<BTreeMap<String, String>> {
    if !class.is_aws {
        report_settings(target, class);
        return None;
    }
    let of_load_balancer = load_balancer(target, lowest_priority, class, inputs);
    let of_listener = listener(target.load_balancer.listener.as_ref(), &target.at.member("listener"));
    let annotations = of_load_balancer.into_iter().chain(of_listener).chain(target_group(target));
    Some(annotations.map(|(name, value)| (format!("{PREFIX}{name}"), value)).collect())
}

fn load_balancer(target: &Target<'_>, lowest_priority: i64, class: Class<'_>, inputs: &Inputs<'_>) -> Vec<(&'static str, String)> {
    let unset = LoadBalancer::default();
    // `application` is the only type that there is so far.
    let LoadBalancer { name, scheme, load_balancer_type: None | Some(LoadBalancerType::Application) } =
        target.load_balancer.load_balancer.as_ref().unwrap_or(&unset);
    let at = target.at.member("loadBalancer");
    let mut annotations = vec![("target-type", "ip".to_owned())];
    match scheme {
        Some(Scheme::InternetFacing) => annotations.push(("scheme", "internet-facing".into())),
        Some(Scheme::Internal) => annotations.push(("scheme", "internal".into())),
        None => at.say(LoadBalancingFault::SchemeMissing),
    }
    if let Some(name) = name {
        let group = names::load_balancer_group(inputs.namespace, name);
        if class.controller == AUTO_MODE {
            at.member("name").say(LoadBalancingFault::GroupBelongsToClass { group });
        } else {
            annotations.push(("group.name", group));
        }
        annotations.push(("group.order", group_order(lowest_priority).to_string()));
    }
    annotations
}

/// The place of a service's rules among those that share its load balancer, -1000 to 1000.
fn group_order(priority: i64) -> i64 {
    let priority = priority.clamp(1, LAST_PRIORITY);
    if priority <= EXACT_PRIORITIES { priority - EXACT_PRIORITIES - 1 } else { (priority - EXACT_PRIORITIES) * 1000 / (LAST_PRIORITY - EXACT_PRIORITIES) }
}

fn listener(listener: Option<&Listener>, at: &Place<'_>) -> Vec<(&'static str, String)> {
    let unset = Listener::default();
    let Listener { port, protocol, certificates, ssl_policy } = listener.unwrap_or(&unset);
    let (protocol, default_port) = match protocol {
        None | Some(ListenerProtocol::Http) => ("HTTP", 80),
        Some(ListenerProtocol::Https) => ("HTTPS", 443),
    };
    // Exports write 0 where nothing was said.
    let port = port.filter(|port| *port > 0).unwrap_or(default_port);
    let certificates: Vec<&str> = certificates.iter().flatten().filter_map(|Certificate { certificate_arn }| certificate_arn.as_deref()).collect();
    if protocol == "HTTPS" && certificates.is_empty() {
        at.say(LoadBalancingFault::CertificateMissing);
    }
    let mut annotations = vec![("listen-ports", format!(r#"[{{"{protocol}":{port}}}]"#))];
    if !certificates.is_empty() {
        annotations.push(("certificate-arn", certificates.join(",")));
    }
    annotations.extend(ssl_policy.iter().map(|policy| ("ssl-policy", policy.clone())));
    annotations
}

fn target_group(target: &Target<'_>) -> Vec<(&'static str, String)> {
    let target_group = target.load_balancer.target_group.as_ref();
    if target_group.is_none() {
        target.at.say(LoadBalancingFault::TargetGroupUnknown);
    }
    let HealthCheck { path, interval, timeout, healthy, unhealthy } = HealthCheck::of(target_group);
    let attributes: Vec<String> = attributes(target_group).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    vec![
        ("healthcheck-path", path),
        ("healthcheck-interval-seconds", interval.to_string()),
        ("healthcheck-timeout-seconds", timeout.to_string()),
        ("healthy-threshold-count", healthy.to_string()),
        ("unhealthy-threshold-count", unhealthy.to_string()),
        ("target-group-attributes", attributes.join(",")),
    ]
}

/// Reports what an Ingress of a class that is not of AWS cannot say.
fn report_settings(target: &Target<'_>, class: Class<'_>) {
    let lost = |at: Place<'_>, setting: &str| at.say(LoadBalancingFault::SettingNotExpressible { setting: setting.into(), class: class.name.into() });
    if let Some(LoadBalancer { name, scheme, load_balancer_type: _ }) = &target.load_balancer.load_balancer {
        let at = target.at.member("loadBalancer");
        if scheme.is_some() {
            lost(at.member("scheme"), "who can reach the load balancer");
        }
        if name.is_some() {
            lost(at.member("name"), "which load balancer it is of");
        }
    }
    if let Some(Listener { port, protocol, certificates, ssl_policy }) = &target.load_balancer.listener {
        let at = target.at.member("listener");
        if port.is_some_and(|port| port > 0 && port != 80) || *protocol == Some(ListenerProtocol::Https) {
            lost(at.clone(), "the listener's port and protocol");
        }
        if certificates.as_ref().is_some_and(|certificates| !certificates.is_empty()) {
            lost(at.member("certificates"), "certificates of AWS");
        }
        if ssl_policy.is_some() {
            lost(at.member("sslPolicy"), "the security policy");
        }
    }
    if target.load_balancer.target_group.is_some() {
        lost(target.at.member("targetGroup"), "how the load balancer checks the pods");
    }
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
