//! What the settings of application and network load balancers have in common.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Target, report_block};
use crate::ecs::load_balancing::{Certificate, Listener, LoadBalancer, TargetGroup, TargetType};
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::target_group::{HealthCheck, Request, attributes, target_group_attributes};
use crate::translate::word::word;
use crate::translate::written::written;

/// The ARNs of the certificates, the default one first.
pub(super) fn certificate_arns(certificates: &[Certificate], at: &Place<'_>) -> Vec<String> {
    let default = certificates.iter().position(|certificate| certificate.is_default == Some(true));
    for (index, Certificate { certificate_arn: _, is_default }) in certificates.iter().enumerate() {
        if let Some(is_default) = is_default.filter(|_| default.is_none_or(|default| default == 0 || default != index)) {
            report_block("isDefault", &is_default, &at.member("certificates").item(index));
        }
    }
    let mut ordered: Vec<(usize, &Certificate)> = certificates.iter().enumerate().collect();
    ordered.sort_by_key(|(index, _)| Some(*index) != default);
    ordered.into_iter().filter_map(|(_, certificate)| certificate.certificate_arn.clone()).collect()
}

/// Annotations by their names without prefix.
pub(super) type Annotations = Vec<(&'static str, String)>;

/// The annotations for a load balancer as a whole but for its name; `attributes_name` is what that of its attributes is called.
pub(super) fn load_balancer(load_balancer: &LoadBalancer, attributes_name: &'static str, at: &Place<'_>) -> Annotations {
    // Its name decides what shares it, which the two kinds of load balancers say in different ways.
    let LoadBalancer { name: _, scheme, load_balancer_type: _, subnets, security_groups: groups, ip_address_type, attributes: said } = load_balancer;
    let mut annotations = Annotations::new();
    match scheme {
        Some(scheme) => annotations.push(("scheme", word(scheme))),
        None => at.say(LoadBalancingFault::SchemeMissing),
    }
    annotations.extend(subnets.iter().map(|subnets| ("subnets", subnets.join(","))));
    annotations.extend(groups.iter().flat_map(|groups| security_groups(groups)));
    annotations.extend(ip_address_type.iter().map(|addresses| ("ip-address-type", word(addresses))));
    annotations.extend(said.iter().map(|said| (attributes_name, map(&attributes(said)))));
    annotations
}

/// The annotations for a load balancer's own security groups.
fn security_groups(groups: &[String]) -> [(&'static str, String); 2] {
    // Without the second, nobody lets the load balancer reach the pods.
    [("security-groups", groups.join(",")), ("manage-backend-security-group-rules", "true".into())]
}

/// The value of an annotation that is a map.
pub(super) fn map(members: &BTreeMap<String, String>) -> String {
    members.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

/// The names of those annotations of a target group that application and network load balancers have different ones for.
pub(super) struct Names {
    pub interval: &'static str,
    pub timeout: &'static str,
    pub healthy: &'static str,
    pub unhealthy: &'static str,
    pub codes: &'static str,
}

/// The annotations of the target's group. Its health check is always said: the controller has other defaults than Elastic Load Balancing.
pub(super) fn target_group(target: &Target<'_>, names: &Names) -> Vec<(&'static str, String)> {
    let said = target.load_balancer.target_group.as_ref();
    match said {
        Some(said) => report_target_group(said, &target.at.member("targetGroup")),
        None => target.at.say(LoadBalancingFault::TargetGroupUnknown),
    }
    let HealthCheck { protocol, port, interval, timeout, healthy, unhealthy, request } = HealthCheck::of(target.load_balancer);
    let mut annotations = vec![
        ("healthcheck-protocol", protocol.word().to_owned()),
        ("healthcheck-port", port),
        (names.interval, interval.to_string()),
        (names.timeout, timeout.to_string()),
        (names.healthy, healthy.to_string()),
        (names.unhealthy, unhealthy.to_string()),
        ("target-group-attributes", map(&target_group_attributes(said))),
    ];
    if let Some(Request { path, codes, is_grpc: _ }) = request {
        annotations.extend([("healthcheck-path", path), (names.codes, codes)]);
    }
    annotations
}

/// Reports what says nothing where pods are registered by their own address and port.
fn report_target_group(target_group: &TargetGroup, at: &Place<'_>) {
    let unmeant = [
        ("port", target_group.port.map(|port| port.to_string())),
        ("healthCheckEnabled", target_group.health_check_enabled.map(|is_enabled| is_enabled.to_string())),
        ("targetType", target_group.target_type.filter(|target_type| *target_type != TargetType::Ip).map(|target_type| written(&target_type))),
        ("ipAddressType", target_group.ip_address_type.map(|addresses| written(&addresses))),
    ];
    for (member, value) in unmeant {
        if let Some(value) = value {
            at.member(member).say(LoadBalancingFault::TargetGroupMemberWithoutEffect { member, value });
        }
    }
}

/// Reports settings that are not those of the first target with which this one shares what they speak of.
pub(super) fn report_difference<T: PartialEq + Serialize>(member: &'static str, first: Option<&T>, own: Option<&T>, target: &Target<'_>) {
    if let Some(own) = own.filter(|own| first != Some(own)) {
        target.at.member(member).say(LoadBalancingFault::SettingsOfFirstHold { member, value: written(own) });
    }
}

/// Reports settings that a class which is not of AWS cannot be told. A plain listener is one that it need not be told of.
pub(super) fn report_lost(target: &Target<'_>, class: &str, is_plain: impl Fn(&Listener) -> bool) {
    let lost = |member: &str, setting: &'static str, value: String| {
        target.at.member(member).say(LoadBalancingFault::SettingNotExpressible { setting, value, class: class.into() });
    };
    if let Some(load_balancer) = &target.load_balancer.load_balancer {
        lost("loadBalancer", "which load balancer serves", written(load_balancer));
    }
    if let Some(listener) = target.load_balancer.listener.as_ref().filter(|listener| !is_plain(listener)) {
        lost("listener", "how the load balancer listens", written(listener));
    }
    if let Some(target_group) = &target.load_balancer.target_group {
        lost("targetGroup", "how the load balancer checks the pods", written(target_group));
    }
}
