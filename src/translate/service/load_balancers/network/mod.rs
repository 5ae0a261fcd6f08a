//! Network load balancers: a Service of type `LoadBalancer` for each, where `listener` says that it listens. The first is
//! `<service>-nlb`.

mod annotations;

use serde_json::json;

use crate::ecs::load_balancing::{Listener, Protocol};
use crate::k8s;
use crate::translate::diagnostic::LoadBalancingFault;
use crate::translate::{Inputs, Kind, Object, RenderedPort, names};

use super::class::AUTO_MODE;
use super::settings::report_lost;
use super::{Target, load_balancer_of};
use crate::translate::service::metadata;

/// The class of the AWS Load Balancer Controller.
const CONTROLLER_CLASS: &str = "service.k8s.aws/nlb";
/// The class of EKS Auto Mode.
const AUTO_MODE_CLASS: &str = "eks.amazonaws.com/nlb";

/// The Services, one for each network load balancer.
pub(super) fn services(targets: &[Target<'_>], inputs: &Inputs<'_>) -> Vec<Object> {
    let class = class(inputs);
    let mut of_load_balancers: Vec<(String, Vec<&Target<'_>>)> = Vec::new();
    for target in targets.iter().filter(|target| target.is_network && target.load_balancer.listener.is_some()) {
        let key = load_balancer_of(target);
        match of_load_balancers.iter_mut().find(|(other, _)| *other == key) {
            Some((_, targets)) => targets.push(target),
            None => of_load_balancers.push((key, vec![target])),
        }
    }
    let name = |index: usize, key: &str| match index {
        0 => format!("{}-nlb", inputs.name),
        _ => format!("{}-{}", inputs.name, names::hash(key)),
    };
    let services = of_load_balancers.iter().enumerate();
    services.filter_map(|(index, (key, targets))| service(&name(index, key), targets, class, inputs)).collect()
}

fn service(name: &str, targets: &[&Target<'_>], class: &str, inputs: &Inputs<'_>) -> Option<Object> {
    let mut ports: Vec<k8s::ServicePort> = Vec::new();
    for target in targets {
        for (port, number) in listened(target) {
            let taken: Vec<String> = ports.iter().filter_map(|port| port.name.clone()).collect();
            ports.push(k8s::ServicePort {
                name: Some(names::unique_port(&port.name, &taken)),
                port: number,
                protocol: Some(port.protocol.clone()),
                target_port: Some(k8s::IntOrString::String(port.name.clone())),
                ..Default::default()
            });
        }
    }
    let is_of_aws = [CONTROLLER_CLASS, AUTO_MODE_CLASS].contains(&class);
    let annotations = if is_of_aws {
        Some(annotations::annotations(targets))
    } else {
        for target in targets {
            report_lost(target, class, is_plain);
        }
        None
    };
    let spec = k8s::ServiceSpec {
        type_: Some("LoadBalancer".into()),
        load_balancer_class: Some(class.into()),
        // Pods are registered by their address.
        allocate_load_balancer_node_ports: is_of_aws.then_some(false),
        selector: Some(names::selector(inputs.name)),
        ports: Some(ports).filter(|ports| !ports.is_empty()),
        ..Default::default()
    };
    spec.ports.as_ref()?;
    let metadata = k8s::ObjectMeta { annotations, ..metadata(name, inputs) };
    Some(Object::new(Kind::Service, name, json!({ "metadata": metadata, "spec": spec })))
}

/// The class of the Services: that of the settings, else that of the controller whose ingress class the cluster has.
fn class<'a>(inputs: &Inputs<'a>) -> &'a str {
    let is_auto_mode = || {
        let is_class = |controller: &str| inputs.ingress_classes.iter().any(|class| class.controller == controller);
        is_class(AUTO_MODE) && !is_class("ingress.k8s.aws/alb")
    };
    inputs.settings.load_balancer_class.as_deref().unwrap_or_else(|| if is_auto_mode() { AUTO_MODE_CLASS } else { CONTROLLER_CLASS })
}

/// The ports of the pods that a listener leads to, each with the listener's own.
fn listened<'a>(target: &Target<'a>) -> Vec<(&'a RenderedPort, i32)> {
    let at = target.at.member("listener");
    let protocol = target.load_balancer.listener.as_ref().and_then(|listener| listener.protocol).unwrap_or(Protocol::Tcp);
    let transports: &[&'static str] = match protocol {
        Protocol::Tcp | Protocol::Tls => &["TCP"],
        Protocol::Udp => &["UDP"],
        Protocol::TcpUdp => &["TCP", "UDP"],
        Protocol::Http | Protocol::Https => {
            at.member("protocol").say(LoadBalancingFault::ListenerProtocolNotLegal { protocol: protocol.word(), of: "network" });
            &[]
        }
    };
    let number = port(target);
    let port_for = |transport: &'static str| {
        let port = target.ports.iter().find(|port| port.protocol == transport).copied();
        if port.is_none() {
            let container_port = target.load_balancer.container_port.unwrap_or_default();
            at.member("protocol").say(LoadBalancingFault::PortProtocolMissing { protocol: transport, port: container_port });
        }
        Some((port?, i32::try_from(number).unwrap_or(i32::MAX)))
    };
    transports.iter().filter_map(|transport| port_for(transport)).collect()
}

/// The port of the listener.
fn port(target: &Target<'_>) -> i64 {
    let said = target.load_balancer.listener.as_ref().and_then(|listener| listener.port);
    // Exports write 0 where nothing was said.
    said.filter(|port| *port > 0).or(target.load_balancer.container_port).unwrap_or_default()
}

/// Whether nothing is said of a listener but what any Service says.
fn is_plain(listener: &Listener) -> bool {
    listener.protocol != Some(Protocol::Tls) && *listener == Listener { port: listener.port, protocol: listener.protocol, ..Listener::default() }
}
