//! `serviceConnectConfiguration`: each alias by which clients reach the service becomes a Service of that name, with the alias's own
//! port. There is no proxy beside the tasks.

mod alias;
mod proxy;

use crate::ecs::container_definition::ApplicationProtocol;
use crate::ecs::service::ServiceConnectConfiguration;
use crate::ecs::service::service_connect::{ClientAlias, ServiceConnectService};
use crate::translate::diagnostic::{DiscoveryFault, DocumentFault, Place};
use crate::translate::written::written;
use crate::translate::{Desired, Inputs, RenderedPort, Rendering};

/// A port of the pods that others can reach by names.
struct Port<'a> {
    rendered: &'a RenderedPort,
    protocol: Option<ApplicationProtocol>,
}

/// Adds the Services of the aliases; `at` is the configuration.
pub(super) fn services(configuration: &ServiceConnectConfiguration, inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>, desired: &mut Desired) {
    let ServiceConnectConfiguration { enabled, namespace, services, log_configuration, access_log_configuration, container_configurations } = configuration;
    if !enabled {
        return at.say(DocumentFault::SwitchedOff { configuration: written(configuration) });
    }
    if let Some(namespace) = namespace.clone() {
        at.member("namespace").say(DiscoveryFault::ServiceConnectNamespace { namespace, ours: inputs.namespace.into() });
    }
    proxy::report_setting("logConfiguration", log_configuration.as_ref(), at);
    proxy::report_setting("accessLogConfiguration", access_log_configuration.as_ref(), at);
    proxy::report_setting("containerConfigurations", container_configurations.as_ref(), at);
    let services = services.as_deref().unwrap_or_default();
    if services.is_empty() {
        at.say(DiscoveryFault::ServiceConnectClient);
    }
    for (index, service) in services.iter().enumerate() {
        let at = at.member("services").item(index);
        let ServiceConnectService { port_name, discovery_name, client_aliases, ingress_port_override, timeout, tls } = service;
        proxy::report_setting("ingressPortOverride", ingress_port_override.as_ref(), &at);
        proxy::report(timeout.as_ref(), tls.as_ref(), &at);
        let Some(port) = port(port_name, inputs, rendering) else {
            at.member("portName").say(DiscoveryFault::ServiceConnectPortUnknown { port: port_name.clone() });
            continue;
        };
        report_balancing(port.protocol, &at.member("portName"));
        let discovery_name = discovery_name.as_deref().unwrap_or(port_name);
        // Without an alias the port is the task's own, as in the examples of AWS.
        let unsaid = [ClientAlias { port: port.rendered.container_port.into(), ..ClientAlias::default() }];
        let aliases = client_aliases.as_deref().filter(|aliases| !aliases.is_empty());
        for (index, alias) in aliases.unwrap_or(&unsaid).iter().enumerate() {
            let at = if aliases.is_some() { at.member("clientAliases").item(index) } else { at.clone() };
            alias::service(alias, discovery_name, namespace.as_deref(), &port, inputs, &at, desired);
        }
    }
}

/// The port of the pods that a port mapping of this name is rendered as.
fn port<'a>(name: &str, inputs: &Inputs<'_>, rendering: &'a Rendering) -> Option<Port<'a>> {
    let containers = inputs.task_definition.spec.container_definitions.iter();
    let mut mappings = containers.flat_map(|container| container.port_mappings.iter().flatten().map(move |mapping| (&container.name, mapping)));
    let (container, mapping) = mappings.find(|(_, mapping)| mapping.name.as_deref() == Some(name))?;
    let is_rendered = |port: &&RenderedPort| port.container == *container && mapping.container_port == Some(port.container_port.into());
    Some(Port { rendered: rendering.ports.iter().find(is_rendered)?, protocol: mapping.app_protocol })
}

fn report_balancing(protocol: Option<ApplicationProtocol>, at: &Place<'_>) {
    match protocol {
        Some(ApplicationProtocol::Http2) => at.say(DiscoveryFault::ConnectionsBalanced { protocol: "http2" }),
        Some(ApplicationProtocol::Grpc) => at.say(DiscoveryFault::ConnectionsBalanced { protocol: "grpc" }),
        Some(ApplicationProtocol::Http) | None => {}
    }
}
