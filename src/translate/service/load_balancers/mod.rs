//! `loadBalancers`: a service that has some gets a Kubernetes Service, and an Ingress where listener rules say how
//! requests come to it.

mod annotations;
mod class;
mod exposure;
mod ingress;
mod patterns;
mod rules;

use crate::ecs;
use crate::ecs::arn::Arn;
use crate::k8s;
use crate::translate::diagnostic::{LoadBalancingFault, Place};
use crate::translate::{Desired, Inputs, Kind, Object, RenderedPort, Rendering, Waiting, names};
use exposure::Exposed;

/// A load balancer, with the port of the pods that serves its requests.
struct Target<'a> {
    load_balancer: &'a ecs::ServiceLoadBalancer,
    port: &'a RenderedPort,
    at: Place<'a>,
}

/// Adds the Service and the Ingress; `at` is the service's specification.
pub(super) fn load_balancers(load_balancers: &[ecs::ServiceLoadBalancer], inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>, desired: &mut Desired) {
    let target = |(index, load_balancer)| target(load_balancer, rendering, at.member("loadBalancers").item(index));
    let targets: Vec<Target<'_>> = load_balancers.iter().enumerate().filter_map(target).collect();
    desired.objects.extend((!targets.is_empty()).then(|| service(&targets, inputs)));
    match exposure::exposure(load_balancers, inputs, at) {
        Exposed::No => {}
        Exposed::Waiting { class } => desired.waiting.push(Waiting::IngressClass { name: class }),
        Exposed::By(class) => desired.objects.extend(ingress::ingress(&targets, class, inputs)),
    }
}

/// The load balancer with its port, where it names one that the pods have.
fn target<'a>(load_balancer: &'a ecs::ServiceLoadBalancer, rendering: &'a Rendering, at: Place<'a>) -> Option<Target<'a>> {
    let ecs::ServiceLoadBalancer {
        target_group_arn,
        load_balancer_name,
        container_name,
        container_port,
        advanced_configuration: _,
        // What exposes the service reads these.
        listener_rules: _,
        listener: _,
        target_group: _,
        load_balancer: _,
    } = load_balancer;
    if let Some(arn) = target_group_arn {
        report_target_group(arn, &at.member("targetGroupArn"));
    }
    if load_balancer_name.is_some() {
        at.member("loadBalancerName").say(LoadBalancingFault::ClassicLoadBalancer);
    }
    let (Some(container), Some(number)) = (container_name, *container_port) else {
        at.say(LoadBalancingFault::TargetMissing);
        return None;
    };
    let serves = |port: &&RenderedPort| port.container == *container && i64::from(port.container_port) == number;
    let ports = || rendering.ports.iter().filter(serves);
    let port = ports().find(|port| port.protocol == "TCP").or_else(|| ports().next());
    if port.is_none() {
        at.say(LoadBalancingFault::TargetUnknown { container: container.clone(), port: number });
    }
    Some(Target { load_balancer, port: port?, at })
}

fn report_target_group(arn: &str, at: &Place<'_>) {
    let reason = match arn.parse::<Arn>() {
        Ok(parts) if parts.service == "elasticloadbalancing" && parts.resource.starts_with("targetgroup/") => {
            return at.say(LoadBalancingFault::TargetGroupWithoutEffect);
        }
        Ok(_) => "it is the ARN of something else".into(),
        Err(error) => error.to_string(),
    };
    at.say(LoadBalancingFault::TargetGroupArnNotLegal { arn: arn.into(), reason });
}

/// The Service: the containers' ports, reached by name, because while old and new pods serve side by side each has its own.
fn service(targets: &[Target<'_>], inputs: &Inputs<'_>) -> Object {
    let mut ports: Vec<k8s::ServicePort> = Vec::new();
    for Target { load_balancer: _, port, at: _ } in targets {
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
    let service = k8s::Service { metadata: metadata(inputs), spec: Some(spec), status: None };
    Object::new(Kind::Service, inputs.name, service)
}

fn metadata(inputs: &Inputs<'_>) -> k8s::ObjectMeta {
    k8s::ObjectMeta {
        name: Some(inputs.name.into()),
        namespace: Some(inputs.namespace.into()),
        labels: Some(names::service_labels(inputs.name)),
        ..Default::default()
    }
}
