//! The health check of a target group, for a container that has none of its own: ECS replaces tasks that fail it.

use super::probes::{Check, Times};
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::target_group::{HealthCheck, Request, TRAFFIC_PORT};
use crate::{ecs, k8s};

/// How often it is tried to connect to a port of which nothing else is known, in seconds; how long it may take; and how often it may
/// fail in a row.
const CONNECTION: (i32, i32, i32) = (10, 5, 3);

/// The check, at the port of that name unless the target group has another for it; `at` is the load balancer.
pub(super) fn check(load_balancer: &ecs::ServiceLoadBalancer, port: &str, at: &Place<'_>) -> Check {
    let HealthCheck { protocol, port: check_port, interval, timeout, healthy: _, unhealthy, request } = HealthCheck::of(load_balancer);
    let port = match check_port.parse() {
        Ok(number) if check_port != TRAFFIC_PORT => k8s::IntOrString::Int(number),
        Ok(_) | Err(_) => k8s::IntOrString::String(port.into()),
    };
    let at = at.member("targetGroup");
    let action = match request {
        Some(Request { path, codes, is_grpc: false }) if is_healthy_for_kubelet(&codes) => {
            at.say(LoadBalancingFault::HealthCheckByKubelet);
            let scheme = (protocol == ecs::load_balancing::Protocol::Https).then(|| "HTTPS".into());
            k8s::Probe { http_get: Some(k8s::HTTPGetAction { path: Some(path), port, scheme, ..Default::default() }), ..Default::default() }
        }
        Some(Request { path: _, codes, is_grpc: _ }) => {
            at.member("matcher").say(LoadBalancingFault::MatcherNotExpressible { codes });
            connection(port)
        }
        None => {
            at.say(LoadBalancingFault::ConnectionCheckByKubelet);
            connection(port)
        }
    };
    // One success is enough for a new target; the threshold is for those that were unhealthy. A readiness probe knows only one of both.
    Check { action, times: Times { interval, timeout, failures: unhealthy, start_period: 0 } }
}

/// The probe of a container that a load balancer checks in ways not known here: whatever they are, it must take connections first. Until
/// then it gets no requests, and a roll-out waits for it.
pub(super) fn is_connected_to(port: &str) -> k8s::Probe {
    let (period, timeout, failures) = CONNECTION;
    k8s::Probe {
        period_seconds: Some(period),
        timeout_seconds: Some(timeout),
        failure_threshold: Some(failures),
        ..connection(k8s::IntOrString::String(port.into()))
    }
}

fn connection(port: k8s::IntOrString) -> k8s::Probe {
    k8s::Probe { tcp_socket: Some(k8s::TCPSocketAction { port, host: None }), ..Default::default() }
}

/// Whether all the statuses count as healthy for the kubelet, which takes 200 to 399: it would restart healthy containers else.
fn is_healthy_for_kubelet(codes: &str) -> bool {
    let is_status = |code: &str| code.trim().parse().is_ok_and(|code: u16| (200..400).contains(&code));
    codes.split([',', '-']).all(is_status)
}

#[cfg(test)]
mod tests {
    use super::is_healthy_for_kubelet;

    #[test]
    fn statuses_from_200_to_399_are_those_of_the_kubelet() {
        assert!(["200", "200,301", "200-299", "200-399"].into_iter().all(is_healthy_for_kubelet));
        assert!(!["404", "200-499", "200,404", "12", ""].into_iter().any(is_healthy_for_kubelet));
    }
}
