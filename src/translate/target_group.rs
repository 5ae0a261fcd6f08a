//! `loadBalancers[].targetGroup`: what Elastic Load Balancing does where it is not told. The AWS Load Balancer Controller has other
//! defaults, so these are always written.

use std::collections::BTreeMap;

use crate::ecs;
use crate::ecs::load_balancing::{Attribute, LoadBalancerType, Matcher, Protocol, ProtocolVersion, TargetGroup};

/// The attribute that says how long a target is waited for.
const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";
/// Its value where it is not said, in seconds.
const DEFAULT_DEREGISTRATION_DELAY: i64 = 300;
/// The longest that Elastic Load Balancing takes.
const LONGEST_DEREGISTRATION_DELAY: i64 = 3600;
/// The port of a health check that asks where requests go.
pub(super) const TRAFFIC_PORT: &str = "traffic-port";

/// The health check of a target group, with the defaults of Elastic Load Balancing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HealthCheck {
    pub protocol: Protocol,
    /// A number, or [`TRAFFIC_PORT`].
    pub port: String,
    pub interval: i64,
    pub timeout: i64,
    pub healthy: i64,
    pub unhealthy: i64,
    /// What is asked for by HTTP, where it is.
    pub request: Option<Request>,
}

/// What a health check asks for by HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub path: String,
    /// The statuses that count as healthy, or the codes of gRPC.
    pub codes: String,
    pub is_grpc: bool,
}

impl HealthCheck {
    /// That of the load balancer's target group, or of one of which nothing is said.
    pub fn of(load_balancer: &ecs::ServiceLoadBalancer) -> Self {
        let unset = TargetGroup::default();
        let TargetGroup {
            protocol,
            protocol_version,
            health_check_protocol,
            health_check_port,
            health_check_path,
            health_check_interval_seconds,
            health_check_timeout_seconds,
            healthy_threshold_count,
            unhealthy_threshold_count,
            matcher,
            // Always checked; the others are not of the health check.
            health_check_enabled: _,
            port: _,
            target_type: _,
            ip_address_type: _,
            attributes: _,
        } = load_balancer.target_group.as_ref().unwrap_or(&unset);
        let is_network = is_network(load_balancer);
        let default_protocol = if is_network { Protocol::Tcp } else { Protocol::Http };
        let protocol = protocol.unwrap_or(default_protocol);
        let health_check_protocol = health_check_protocol.unwrap_or(default_protocol);
        let request = (!health_check_protocol.is_of_network()).then(|| {
            let is_grpc = *protocol_version == Some(ProtocolVersion::Grpc);
            let unset = Matcher::default();
            let Matcher { http_code, grpc_code } = matcher.as_ref().unwrap_or(&unset);
            let (path, codes, default_codes) = match (is_grpc, is_network) {
                (true, _) => ("/AWS.ALB/healthcheck", grpc_code, "12"),
                (false, true) => ("/", http_code, "200-399"),
                (false, false) => ("/", http_code, "200"),
            };
            Request { path: health_check_path.as_deref().unwrap_or(path).into(), codes: codes.as_deref().unwrap_or(default_codes).into(), is_grpc }
        });
        // Exports write 0 where nothing was said.
        let or = |number: Option<i64>, default: i64| number.filter(|number| *number > 0).unwrap_or(default);
        Self {
            protocol: health_check_protocol,
            port: health_check_port.clone().unwrap_or_else(|| TRAFFIC_PORT.into()),
            interval: or(*health_check_interval_seconds, 30),
            timeout: or(*health_check_timeout_seconds, if protocol == Protocol::Http { 6 } else { 10 }),
            healthy: or(*healthy_threshold_count, 5),
            unhealthy: or(*unhealthy_threshold_count, 2),
            request,
        }
    }
}

/// Whether the load balancer is a network load balancer, by its type, else by the protocol of its listener or target group.
pub(super) fn is_network(load_balancer: &ecs::ServiceLoadBalancer) -> bool {
    let said = load_balancer.load_balancer.as_ref().and_then(|load_balancer| load_balancer.load_balancer_type);
    let of_listener = load_balancer.listener.as_ref().and_then(|listener| listener.protocol);
    let of_target_group = load_balancer.target_group.as_ref().and_then(|target_group| target_group.protocol);
    said.map_or_else(|| of_listener.or(of_target_group).is_some_and(Protocol::is_of_network), |said| said == LoadBalancerType::Network)
}

/// The attributes of the target group, the deregistration delay among them whether it is said or not.
pub(super) fn target_group_attributes(target_group: Option<&TargetGroup>) -> BTreeMap<String, String> {
    let said = target_group.and_then(|target_group| target_group.attributes.as_deref()).unwrap_or_default();
    let mut all = BTreeMap::from([(DEREGISTRATION_DELAY.to_owned(), DEFAULT_DEREGISTRATION_DELAY.to_string())]);
    all.extend(attributes(said));
    all
}

/// Attributes, the last of one key.
pub(super) fn attributes(said: &[Attribute]) -> BTreeMap<String, String> {
    said.iter().filter_map(|Attribute { key, value }| Some((key.clone()?, value.clone()?))).collect()
}

/// Seconds that a target is waited for, before its task is stopped.
pub(super) fn deregistration_delay(target_group: Option<&TargetGroup>) -> i64 {
    let said = target_group_attributes(target_group).get(DEREGISTRATION_DELAY).and_then(|value| value.parse().ok());
    said.unwrap_or(DEFAULT_DEREGISTRATION_DELAY).clamp(0, LONGEST_DEREGISTRATION_DELAY)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{HealthCheck, is_network};
    use crate::ecs::ServiceLoadBalancer;

    fn load_balancer(value: Value) -> ServiceLoadBalancer {
        serde_json::from_value(value).expect("a load balancer")
    }

    /// Protocol, timeout, and path and codes where it asks for some.
    fn health_check(value: Value) -> (&'static str, i64, Option<(String, String)>) {
        let HealthCheck { protocol, timeout, request, .. } = HealthCheck::of(&load_balancer(value));
        (protocol.word(), timeout, request.map(|request| (request.path, request.codes)))
    }

    #[test]
    fn defaults_are_those_of_elastic_load_balancing() {
        let asks = |path: &str, codes: &str| Some((path.to_owned(), codes.to_owned()));
        assert_eq!(health_check(json!({})), ("HTTP", 6, asks("/", "200")));
        assert_eq!(health_check(json!({"targetGroup": {"protocol": "HTTPS"}})), ("HTTP", 10, asks("/", "200")));
        assert_eq!(health_check(json!({"targetGroup": {"protocolVersion": "GRPC"}})), ("HTTP", 6, asks("/AWS.ALB/healthcheck", "12")));
        assert_eq!(health_check(json!({"listener": {"protocol": "TCP"}})), ("TCP", 10, None));
        let by_http = json!({"listener": {"protocol": "TLS"}, "targetGroup": {"healthCheckProtocol": "HTTP"}});
        assert_eq!(health_check(by_http), ("HTTP", 10, asks("/", "200-399")));
    }

    #[test]
    fn the_type_says_what_a_load_balancer_is_else_its_protocols() {
        let is_network = |value| is_network(&load_balancer(value));
        assert!(is_network(json!({"loadBalancer": {"type": "network"}})));
        assert!(is_network(json!({"listener": {"protocol": "TCP_UDP"}})));
        assert!(is_network(json!({"targetGroup": {"protocol": "TCP"}})));
        assert!(!is_network(json!({"targetGroup": {"protocol": "HTTPS"}})));
        assert!(!is_network(json!({"loadBalancer": {"type": "application"}, "targetGroup": {"protocol": "TCP"}})));
    }
}
