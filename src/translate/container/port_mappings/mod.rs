//! `portMappings`: the ports that a container listens on. A pod has an address of its own, so a port of the node is
//! taken only where ECS has one task a node anyhow: with network mode `host`, and by a `DAEMON`.

mod host_port;
mod range;

use super::{Pod, Task};
use crate::translate::diagnostic::{ContainerFault, Place, TaskFault};
use crate::translate::{RenderedPort, names};
use crate::{ecs, k8s};

/// The ports of the container; each is noted in `pod`, with a name that is unique there.
pub(super) fn port_mappings(mappings: &[ecs::PortMapping], container: &str, task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) -> Option<Vec<k8s::ContainerPort>> {
    let mut ports = Vec::new();
    for (index, mapping) in mappings.iter().enumerate() {
        let at = at.item(index);
        let ecs::PortMapping { container_port, host_port, protocol, name, app_protocol, container_port_range } = mapping;
        let numbers = match container_port_range {
            Some(range) => range::ports(range, task.network_mode, &at.member("containerPortRange")),
            None => port(*container_port, &at.member("containerPort")).into_iter().collect(),
        };
        let [first, ..] = numbers.as_slice() else { continue };
        let host_port = host_port::host_port(*host_port, *first, task, &at.member("hostPort"));
        let app_protocol = app_protocol.map(|protocol| app_protocol_of_services(protocol, container, mapping, task, &at.member("appProtocol")));
        let protocol = match protocol.unwrap_or_default() {
            ecs::TransportProtocol::Tcp => "TCP",
            ecs::TransportProtocol::Udp => "UDP",
        };
        for port in numbers {
            if let Some(taken) = pod.ports.iter().find(|taken| taken.container_port == port && taken.protocol == protocol) {
                if taken.container == container {
                    let mapping = ecs::unset::without_unset(serde_json::json!(mapping));
                    at.say(ContainerFault::PortMappedTwice { port, mapping: mapping.to_string() });
                } else {
                    at.say(TaskFault::PortsCollide { port, other: taken.container.clone() });
                }
                continue;
            }
            let name = port_name(name.as_deref(), container, port, protocol, task, pod);
            ports.push(k8s::ContainerPort {
                container_port: port.into(),
                host_port: host_port.map(|host_port| host_port.of(port)),
                name: Some(name.clone()),
                protocol: Some(protocol.into()),
                ..Default::default()
            });
            pod.ports.push(RenderedPort {
                container: container.into(),
                container_port: port,
                protocol: protocol.into(),
                name,
                app_protocol: app_protocol.map(str::to_owned),
            });
        }
    }
    (!ports.is_empty()).then_some(ports)
}

/// The name of a port in the pod. One that running pods have keeps it, whatever the mapping is called by now: Services find
/// old and new pods by the name. Any other is named after its mapping or its container, and never like one that runs.
fn port_name(mapping: Option<&str>, container: &str, port: u16, protocol: &str, task: &Task<'_>, pod: &Pod) -> String {
    let running = task.inputs.running_ports;
    let is_this = |running: &&RenderedPort| running.container == container && running.container_port == port && running.protocol == protocol;
    let is_free = |name: &str| pod.ports.iter().all(|taken| taken.name != name);
    if let Some(running) = running.iter().find(is_this).filter(|running| is_free(&running.name)) {
        return running.name.clone();
    }
    let stays = |running: &&RenderedPort| task.has_port(&running.container, running.container_port, &running.protocol);
    let taken: Vec<String> = pod.ports.iter().chain(running.iter().filter(stays)).map(|port| port.name.clone()).collect();
    let wanted = mapping.and_then(|name| names::port(name, port)).or_else(|| names::port(container, port));
    names::unique_port(wanted.as_deref().unwrap_or("port"), &taken)
}

fn port(number: Option<i64>, at: &Place<'_>) -> Option<u16> {
    let number = number.unwrap_or_default();
    let port = u16::try_from(number).ok().filter(|port| *port > 0);
    if port.is_none() {
        at.say(ContainerFault::PortNotLegal { port: number });
    }
    port
}

/// The protocol above TCP as a Service's `appProtocol` has it; where no Service has the port, nobody reads it.
fn app_protocol_of_services(protocol: ecs::ApplicationProtocol, container: &str, mapping: &ecs::PortMapping, task: &Task<'_>, at: &Place<'_>) -> &'static str {
    let (ours, theirs) = match protocol {
        ecs::ApplicationProtocol::Http => ("http", "http"),
        ecs::ApplicationProtocol::Http2 => ("kubernetes.io/h2c", "http2"),
        ecs::ApplicationProtocol::Grpc => ("grpc", "grpc"),
    };
    let service = task.inputs.service;
    let balanced = service.load_balancers.iter().flatten().any(|balancer| {
        balancer.container_name.as_deref() == Some(container) && balancer.container_port.is_some() && balancer.container_port == mapping.container_port
    });
    let connect = service.service_connect_configuration.as_ref().and_then(|connect| connect.services.as_ref());
    let connected = connect.into_iter().flatten().any(|connected| mapping.name.as_ref() == Some(&connected.port_name));
    if !balanced && !connected {
        at.say(ContainerFault::ApplicationProtocolWithoutEffect { protocol: theirs });
    }
    ours
}
