//! What exposes the service outside the cluster: an Ingress where there are listener rules and a class to serve
//! them, else nothing. Never a guess: without rules there is no Ingress.

use crate::ecs;
use crate::ecs::kubernetes::{ClusterKubernetes, Exposure, ServiceKubernetes};
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::{IngressClass, Inputs};

/// What exposes a service.
pub(super) enum Exposed<'a> {
    /// Nothing.
    No,
    /// An Ingress of that class.
    By(&'a IngressClass),
    /// An Ingress of a class that is not there.
    Waiting {
        /// The name of the class.
        class: String,
    },
}

/// What exposes the service; `at` is its specification.
pub(super) fn exposure<'a>(load_balancers: &[ecs::ServiceLoadBalancer], inputs: &Inputs<'a>, at: &Place<'_>) -> Exposed<'a> {
    let unset = ServiceKubernetes::default();
    // `podSecurity` belongs to the pods.
    let ServiceKubernetes { exposure, ingress_class_name, pod_security: _, security_groups: _, essential_policy: _, discovery_name: _, restarted_at: _ } =
        inputs.service.kubernetes.as_ref().unwrap_or(&unset);
    let of_cluster = inputs
        .cluster
        .and_then(|cluster| cluster.kubernetes.as_ref())
        .and_then(|ClusterKubernetes { exposure, pod_security: _, security_groups: _, essential_policy: _ }| *exposure);
    let has_rules = load_balancers.iter().any(has_rules);
    let not_exposed = |reason: &'static str| {
        at.member("loadBalancers").say(LoadBalancingFault::ServiceNotExposed { reason });
        Exposed::No
    };

    if exposure.or(of_cluster).or(inputs.settings.exposure) == Some(Exposure::None) {
        if has_rules {
            at.member("loadBalancers").say(LoadBalancingFault::RulesWithoutEffect);
        }
        return Exposed::No;
    }
    if load_balancers.is_empty() {
        if *exposure == Some(Exposure::Ingress) {
            at.member("kubernetes").member("exposure").say(LoadBalancingFault::NothingToExpose);
        }
        return Exposed::No;
    }
    if !has_rules {
        return not_exposed("it has no `listenerRules`");
    }
    let class = |name: &String| inputs.ingress_classes.iter().find(|class| class.name == *name);
    match ingress_class_name.as_ref().or(inputs.settings.ingress_class_name.as_ref()) {
        Some(name) => class(name).map_or_else(|| Exposed::Waiting { class: name.clone() }, Exposed::By),
        None => match inputs.ingress_classes.iter().find(|class| class.default) {
            Some(class) => Exposed::By(class),
            None => not_exposed("no ingress class is named, and the cluster has no default one"),
        },
    }
}

/// Whether the load balancer has listener rules.
pub(super) fn has_rules(load_balancer: &ecs::ServiceLoadBalancer) -> bool {
    load_balancer.listener_rules.as_ref().is_some_and(|rules| !rules.is_empty())
}
