//! Services with names that clients use: those of Service Connect and of registries. One name has one Service.

use serde_json::{Value, json};

use super::metadata;
use crate::k8s;
use crate::translate::diagnostic::{DiscoveryFault, Place};
use crate::translate::{Desired, Inputs, Kind, Object, names};

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// One address that stands for all tasks.
    OfAll,
    /// The address of each task: the Service is headless.
    OfEach,
}

/// Adds a Service of this name. If one is there already it gets the ports, and stays what it is.
pub(super) fn add(name: &str, address: Address, ports: Vec<k8s::ServicePort>, inputs: &Inputs<'_>, desired: &mut Desired, at: &Place<'_>) {
    let Some(there) = desired.objects.iter_mut().find(|object| object.kind == Kind::Service && object.name == name) else {
        desired.objects.push(service(name, address, ports, inputs));
        return;
    };
    if address == Address::OfEach && there.body.pointer("/spec/clusterIP").is_none() {
        at.say(DiscoveryFault::RegistrySharesService { name: name.into() });
    }
    let Some(taken) = there.body.pointer_mut("/spec/ports").and_then(Value::as_array_mut) else { return };
    for port in ports {
        let number = i64::from(port.port);
        let of_number = taken.iter().find(|taken| taken["port"] == number && taken["protocol"].as_str() == port.protocol.as_deref());
        match of_number {
            Some(same) if Some(&same["targetPort"]) == port.target_port.as_ref().map(|target| json!(target)).as_ref() => {}
            Some(_) => at.say(DiscoveryFault::ServicePortTwice { port: number, name: name.into() }),
            None => {
                let names_taken: Vec<String> = taken.iter().filter_map(|port| Some(port["name"].as_str()?.to_owned())).collect();
                let own = port.name.as_deref().map(|own| names::unique_port(own, &names_taken));
                taken.push(json!(k8s::ServicePort { name: own, ..port }));
            }
        }
    }
}

fn service(name: &str, address: Address, ports: Vec<k8s::ServicePort>, inputs: &Inputs<'_>) -> Object {
    let spec = k8s::ServiceSpec {
        type_: Some("ClusterIP".into()),
        cluster_ip: (address == Address::OfEach).then(|| "None".into()),
        selector: Some(names::selector(inputs.name)),
        ports: Some(ports).filter(|ports| !ports.is_empty()),
        ..Default::default()
    };
    Object::new(Kind::Service, name, json!({ "metadata": metadata(name, inputs), "spec": spec }))
}
