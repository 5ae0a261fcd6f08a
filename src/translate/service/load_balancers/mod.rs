//! `loadBalancers`: a service that has some gets a Kubernetes Service; an Ingress where listener rules say how requests come
//! to it; a Service of type `LoadBalancer` where a network load balancer listens; and where that is chosen, bindings to the
//! target groups that there are.

mod class;
mod exposure;
mod ingress;
mod network;
mod settings;
mod target_group_binding;

use serde::Serialize;
use serde_json::json;

use super::metadata;
use crate::ecs;
use crate::ecs::arn::Arn;
use crate::ecs::service::AdvancedConfiguration;
use crate::k8s;
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::target_group::is_network;
use crate::translate::written::{json, written};
use crate::translate::{Desired, Inputs, Kind, Object, RenderedPort, Rendering, Waiting, names};
use exposure::Exposed;

/// A load balancer, with the ports of the pods that serve its requests.
struct Target<'a> {
    load_balancer: &'a ecs::ServiceLoadBalancer,
    /// The ports of one number, that for TCP first where there is one.
    ports: Vec<&'a RenderedPort>,
    is_network: bool,
    at: Place<'a>,
}

/// Adds what serves and exposes the pods; `at` is the service's specification.
pub(super) fn load_balancers(load_balancers: &[ecs::ServiceLoadBalancer], inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>, desired: &mut Desired) {
    let target = |(index, load_balancer)| target(load_balancer, rendering, at.member("loadBalancers").item(index));
    let targets: Vec<Target<'_>> = load_balancers.iter().enumerate().filter_map(target).collect();
    desired.objects.extend((!targets.is_empty()).then(|| service(&targets, inputs)));
    let exposed = exposure::exposure(load_balancers, inputs, at);
    if exposed.is_bound {
        desired.objects.extend(target_group_binding::bindings(&targets, inputs));
    }
    if let Some(class) = exposed.ingress {
        desired.objects.extend(ingress::ingresses(&targets, class, inputs));
    }
    if exposed.has_network {
        desired.objects.extend(network::services(&targets, inputs));
    }
    let is_of_aws = exposed.is_bound || exposed.has_network || exposed.ingress.is_some_and(|class| class::Class::of(class).is_aws);
    if is_of_aws && !targets.is_empty() {
        at.member("loadBalancers").say(LoadBalancingFault::ReadinessGateByNamespace);
    }
    for target in &targets {
        report_unused(target, &exposed);
    }
    desired.waiting.extend(exposed.waiting.map(|name| Waiting::IngressClass { name }));
}

/// The load balancer with its ports, where it names one that the pods have.
fn target<'a>(load_balancer: &'a ecs::ServiceLoadBalancer, rendering: &'a Rendering, at: Place<'a>) -> Option<Target<'a>> {
    let ecs::ServiceLoadBalancer {
        target_group_arn,
        load_balancer_name,
        container_name,
        container_port,
        advanced_configuration,
        // What exposes the service reads these.
        listener_rules: _,
        listener: _,
        target_group: _,
        load_balancer: _,
    } = load_balancer;
    if let Some((arn, reason)) = target_group_arn.as_ref().and_then(|arn| Some((arn, illegality(arn)?))) {
        at.member("targetGroupArn").say(LoadBalancingFault::TargetGroupArnNotLegal { arn: arn.clone(), reason });
    }
    if let Some(name) = load_balancer_name {
        at.member("loadBalancerName").say(LoadBalancingFault::ClassicLoadBalancer { name: name.clone() });
    }
    if let Some(configuration) = advanced_configuration {
        report_advanced_configuration(configuration, &at.member("advancedConfiguration"));
    }
    let (Some(container), Some(number)) = (container_name, *container_port) else {
        at.say(LoadBalancingFault::TargetMissing);
        return None;
    };
    let serves = |port: &&RenderedPort| port.container == *container && i64::from(port.container_port) == number;
    let mut ports: Vec<&RenderedPort> = rendering.ports.iter().filter(serves).collect();
    if ports.is_empty() {
        at.say(LoadBalancingFault::TargetUnknown { container: container.clone(), port: number });
        return None;
    }
    ports.sort_by_key(|port| port.protocol != "TCP");
    Some(Target { load_balancer, ports, is_network: is_network(load_balancer), at })
}

/// Why this is no target group, where it is none.
fn illegality(arn: &str) -> Option<String> {
    match arn.parse::<Arn>() {
        Ok(parts) if parts.service == "elasticloadbalancing" && parts.resource.starts_with("targetgroup/") => None,
        Ok(_) => Some("it is the ARN of something else".into()),
        Err(error) => Some(error.to_string()),
    }
}

fn report_advanced_configuration(configuration: &AdvancedConfiguration, at: &Place<'_>) {
    let AdvancedConfiguration { alternate_target_group_arn, production_listener_rule, test_listener_rule, role_arn } = configuration;
    let members = [
        ("alternateTargetGroupArn", alternate_target_group_arn),
        ("productionListenerRule", production_listener_rule),
        ("testListenerRule", test_listener_rule),
        ("roleArn", role_arn),
    ];
    for (member, value) in members {
        if let Some(value) = value {
            at.member(member).say(LoadBalancingFault::AdvancedConfigurationNotYet { member, value: value.clone() });
        }
    }
}

/// Reports the members that speak of what is not made.
fn report_unused(target: &Target<'_>, exposed: &Exposed<'_>) {
    let ecs::ServiceLoadBalancer {
        target_group_arn,
        // Those of the service itself.
        load_balancer_name: _,
        container_name: _,
        container_port: _,
        advanced_configuration: _,
        listener_rules,
        listener,
        target_group,
        load_balancer,
    } = target.load_balancer;
    let has_ingress = !target.is_network && exposure::has_rules(target.load_balancer) && (exposed.ingress.is_some() || exposed.waiting.is_some());
    let has_network = target.is_network && listener.is_some() && exposed.has_network;
    if let Some(arn) = target_group_arn.as_ref().filter(|arn| !exposed.is_bound && illegality(arn).is_none()) {
        target.at.member("targetGroupArn").say(LoadBalancingFault::TargetGroupWithoutEffect { arn: arn.clone() });
    }
    if let Some(rules) = listener_rules.as_ref().filter(|_| !has_ingress) {
        report_block("listenerRules", rules, &target.at);
    }
    if has_ingress || has_network {
        return;
    }
    if let Some(listener) = listener {
        report_block("listener", listener, &target.at);
    }
    if let Some(load_balancer) = load_balancer {
        report_block("loadBalancer", load_balancer, &target.at);
    }
    if let Some(target_group) = target_group {
        target.at.member("targetGroup").say(LoadBalancingFault::TargetGroupForPodsOnly { value: written(target_group) });
    }
}

fn report_block(member: &'static str, block: &impl Serialize, at: &Place<'_>) {
    at.member(member).say(LoadBalancingFault::BlockWithoutEffect { member, value: written(block) });
}

/// The name of the load balancer that an entry is of, or where it has none who can reach it: entries of one are of one load balancer.
fn load_balancer_of(target: &Target<'_>) -> String {
    let load_balancer = target.load_balancer.load_balancer.as_ref();
    let name = load_balancer.and_then(|load_balancer| load_balancer.name.as_deref());
    let scheme = load_balancer.and_then(|load_balancer| load_balancer.scheme);
    name.map_or_else(|| format!("({})", json(&scheme)), str::to_ascii_lowercase)
}

/// Whether the load balancer of the entry has a name.
fn is_named(target: &Target<'_>) -> bool {
    target.load_balancer.load_balancer.as_ref().is_some_and(|load_balancer| load_balancer.name.is_some())
}

/// The Service: the containers' ports, reached by name, because while old and new pods serve side by side each has its own.
fn service(targets: &[Target<'_>], inputs: &Inputs<'_>) -> Object {
    let mut ports: Vec<k8s::ServicePort> = Vec::new();
    for port in targets.iter().flat_map(|target| &target.ports) {
        if ports.iter().all(|there| there.name.as_deref() != Some(&port.name)) {
            ports.push(k8s::ServicePort {
                name: Some(port.name.clone()),
                port: port.container_port.into(),
                protocol: Some(port.protocol.clone()),
                app_protocol: port.app_protocol.clone(),
                target_port: Some(k8s::IntOrString::String(port.name.clone())),
                ..Default::default()
            });
        }
    }
    let spec = k8s::ServiceSpec { type_: Some("ClusterIP".into()), selector: Some(names::selector(inputs.name)), ports: Some(ports), ..Default::default() };
    Object::new(Kind::Service, inputs.name, json!({ "metadata": metadata(inputs.name, inputs), "spec": spec }))
}
