//! `portMappings`: the ports that a container listens on. A pod has an address of its own, so no port of the node
//! is ever taken.

use super::Pod;
use crate::translate::diagnostic::{ContainerFault, Place, TaskFault};
use crate::translate::{RenderedPort, names};
use crate::{ecs, k8s};

/// The ports of the container; each is noted in `pod`, with a name that is unique there.
pub(super) fn port_mappings(mappings: &[ecs::PortMapping], container: &str, is_awsvpc: bool, pod: &mut Pod, at: &Place<'_>) -> Option<Vec<k8s::ContainerPort>> {
    let mut ports = Vec::new();
    for (index, ecs::PortMapping { container_port, host_port, protocol, name, app_protocol, container_port_range: _ }) in mappings.iter().enumerate() {
        let at = at.item(index);
        if let Some(port) = host_port.filter(|port| !is_awsvpc || (*port != 0 && Some(*port) != *container_port)) {
            at.member("hostPort").say(ContainerFault::HostPortWithoutEffect { port });
        }
        if app_protocol.is_some() {
            at.member("appProtocol").say(ContainerFault::ApplicationProtocolWithoutEffect);
        }
        let number = container_port.unwrap_or_default();
        let Some(port) = u16::try_from(number).ok().filter(|port| *port > 0) else {
            at.member("containerPort").say(ContainerFault::PortNotLegal { port: number });
            continue;
        };
        let protocol = match protocol.unwrap_or_default() {
            ecs::TransportProtocol::Tcp => "TCP",
            ecs::TransportProtocol::Udp => "UDP",
        };
        if let Some(taken) = pod.ports.iter().find(|taken| taken.container_port == port && taken.protocol == protocol) {
            if taken.container == container {
                at.say(ContainerFault::PortMappedTwice { port });
            } else {
                at.member("containerPort").say(TaskFault::PortsCollide { port, other: taken.container.clone() });
            }
            continue;
        }
        let taken: Vec<String> = pod.ports.iter().map(|port| port.name.clone()).collect();
        let wanted = name.as_deref().and_then(|name| names::port(name, port)).or_else(|| names::port(container, port));
        let name = names::unique_port(wanted.as_deref().unwrap_or("port"), &taken);
        ports.push(k8s::ContainerPort { container_port: port.into(), name: Some(name.clone()), protocol: Some(protocol.into()), ..Default::default() });
        pod.ports.push(RenderedPort { container: container.into(), container_port: port, protocol: protocol.into(), name });
    }
    (!ports.is_empty()).then_some(ports)
}
