//! `serviceRegistries`: the name that clients know from Cloud Map goes on leading to the address of each task, by a headless Service.
//! The name itself is `kubernetes.discoveryName`: the ARN of a registry has an id only.

use super::named_service::{self, Address};
use crate::ecs::service::ServiceRegistry;
use crate::k8s;
use crate::translate::diagnostic::{DiscoveryFault, Place};
use crate::translate::written::written;
use crate::translate::{Desired, Inputs, RenderedPort, Rendering, names};

/// Adds the Service; `at` is the service's specification.
pub(super) fn services(registries: &[ServiceRegistry], inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>, desired: &mut Desired) {
    let discovery_name = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.discovery_name.as_deref());
    let name_at = at.member("kubernetes").member("discoveryName");
    let name = discovery_name.and_then(|name| {
        let service = names::service(name);
        match (&service, registries) {
            (None, _) => name_at.say(DiscoveryFault::DiscoveryNameNotLegal { name: name.into() }),
            (Some(_), []) => name_at.say(DiscoveryFault::DiscoveryNameWithoutRegistry { name: name.into() }),
            (Some(_), [_, ..]) => {}
        }
        service
    });
    for (index, registry) in registries.iter().enumerate() {
        let at = at.member("serviceRegistries").item(index);
        if index > 0 {
            at.say(DiscoveryFault::RegistryTwice);
        }
        service(registry, name.as_deref(), inputs, rendering, &at, desired);
    }
}

fn service(registry: &ServiceRegistry, name: Option<&str>, inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>, desired: &mut Desired) {
    let ServiceRegistry { registry_arn, port, container_name, container_port } = registry;
    let numbers = || [container_port, port].into_iter().flatten();
    let serves = |there: &&RenderedPort| {
        container_name.as_ref().is_none_or(|container| there.container == *container) && numbers().all(|number| i64::from(there.container_port) == *number)
    };
    let ports: Vec<&RenderedPort> = rendering.ports.iter().filter(serves).collect();
    // As it was written; without a word of it, the ports of all containers may be asked for.
    let said = numbers().map(|number| format!("port {number}")).chain(container_name.iter().map(|container| format!("container `{container}`")));
    let said = said.collect::<Vec<_>>().join(" of ");
    if !said.is_empty() && ports.is_empty() {
        return at.say(DiscoveryFault::RegistryPortUnknown { port: said });
    }
    let Some(name) = name else { return at.member("registryArn").say(DiscoveryFault::RegistryNameMissing { registry: written(registry) }) };
    let (registry, namespace) = (registry_arn.clone().unwrap_or_default(), inputs.namespace.to_owned());
    at.member("registryArn").say(DiscoveryFault::RegistryNamespaceDiffers { registry, name: name.into(), namespace: namespace.clone() });
    if !said.is_empty() {
        for port in &ports {
            let record = format!("_{}._{}.{name}.{namespace}.svc", port.name, port.protocol.to_lowercase());
            at.say(DiscoveryFault::RegistryRecordDiffers { port: said.clone(), record });
        }
    }
    named_service::add(name, Address::OfEach, ports.into_iter().map(service_port).collect(), inputs, desired, at);
}

/// A headless Service leads to the pods themselves: its ports are theirs.
fn service_port(port: &RenderedPort) -> k8s::ServicePort {
    k8s::ServicePort {
        name: Some(port.name.clone()),
        port: port.container_port.into(),
        protocol: Some(port.protocol.clone()),
        target_port: Some(k8s::IntOrString::String(port.name.clone())),
        ..Default::default()
    }
}
