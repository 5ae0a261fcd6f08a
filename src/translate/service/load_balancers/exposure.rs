//! What exposes the service outside the cluster: an Ingress where there are listener rules and a class to serve
//! them, a network load balancer where one listens, else nothing. Never a guess: without rules there is no Ingress. Target
//! groups that exist are bound to only where that is chosen, for it takes a share of their traffic.

use crate::ecs;
use crate::ecs::kubernetes::{ClusterKubernetes, Exposure, ServiceKubernetes};
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::target_group::is_network;
use crate::translate::{IngressClass, Inputs};

/// What exposes a service.
#[derive(Default)]
pub(super) struct Exposed<'a> {
    /// Ingresses of that class.
    pub ingress: Option<&'a IngressClass>,
    /// The name of the class of its Ingresses, where there is no such class.
    pub waiting: Option<String>,
    /// Network load balancers.
    pub has_network: bool,
    /// The target groups that its load balancers name.
    pub is_bound: bool,
}

/// What exposes the service; `at` is its specification.
pub(super) fn exposure<'a>(load_balancers: &[ecs::ServiceLoadBalancer], inputs: &Inputs<'a>, at: &Place<'_>) -> Exposed<'a> {
    let unset = ServiceKubernetes::default();
    // `podSecurity` belongs to the pods.
    let ServiceKubernetes {
        exposure,
        ingress_class_name,
        pod_security: _,
        security_groups: _,
        essential_policy: _,
        discovery_name: _,
        refresh: _,
        restarted_at: _,
    } = inputs.service.kubernetes.as_ref().unwrap_or(&unset);
    let of_cluster = inputs
        .cluster
        .and_then(|cluster| cluster.kubernetes.as_ref())
        .and_then(|ClusterKubernetes { exposure, pod_security: _, security_groups: _, essential_policy: _, identity: _ }| *exposure);
    if load_balancers.is_empty() {
        let asked = match exposure {
            Some(Exposure::Ingress) => Some("Ingress"),
            Some(Exposure::TargetGroupBinding) => Some("TargetGroupBinding"),
            Some(Exposure::None) | None => None,
        };
        if let Some(exposure) = asked {
            at.member("kubernetes").member("exposure").say(LoadBalancingFault::NothingToExpose { exposure });
        }
        return Exposed::default();
    }
    match exposure.or(of_cluster).or(inputs.settings.exposure) {
        Some(Exposure::None) => return Exposed::default(),
        Some(Exposure::TargetGroupBinding) => return Exposed { is_bound: true, ..Exposed::default() },
        Some(Exposure::Ingress) | None => {}
    }
    let mut exposed = Exposed { has_network: load_balancers.iter().any(listens), ..Exposed::default() };
    let not_exposed = |reason: &'static str| at.member("loadBalancers").say(LoadBalancingFault::ServiceNotExposed { reason });
    if !load_balancers.iter().any(|load_balancer| has_rules(load_balancer) && !is_network(load_balancer)) {
        if !exposed.has_network {
            let of_network = load_balancers.iter().any(is_network);
            not_exposed(if of_network { "its network load balancer has no `listener`" } else { "it has no `listenerRules`" });
        }
        return exposed;
    }
    let class = |name: &String| inputs.ingress_classes.iter().find(|class| class.name == *name);
    match ingress_class_name.as_ref().or(inputs.settings.ingress_class_name.as_ref()) {
        Some(name) => match class(name) {
            Some(class) => exposed.ingress = Some(class),
            None => exposed.waiting = Some(name.clone()),
        },
        None => match inputs.ingress_classes.iter().find(|class| class.default) {
            Some(class) => exposed.ingress = Some(class),
            None => not_exposed("no ingress class is named, and the cluster has no default one"),
        },
    }
    exposed
}

/// Whether the load balancer has listener rules.
pub(super) fn has_rules(load_balancer: &ecs::ServiceLoadBalancer) -> bool {
    load_balancer.listener_rules.as_ref().is_some_and(|rules| !rules.is_empty())
}

/// Whether the load balancer is a network load balancer that is said to listen.
fn listens(load_balancer: &ecs::ServiceLoadBalancer) -> bool {
    load_balancer.listener.is_some() && is_network(load_balancer)
}
