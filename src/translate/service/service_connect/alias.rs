//! `clientAliases`: the name and port that clients use.

use super::Port;
use crate::ecs::service::service_connect::ClientAlias;
use crate::k8s;
use crate::translate::diagnostic::{DiscoveryFault, Place};
use crate::translate::service::named_service::{self, Address};
use crate::translate::written::written;
use crate::translate::{Desired, Inputs, names};

/// Adds the Service of an alias; `namespace` is the Cloud Map namespace as written.
pub(super) fn service(
    alias: &ClientAlias,
    discovery_name: &str,
    namespace: Option<&str>,
    port: &Port<'_>,
    inputs: &Inputs<'_>,
    at: &Place<'_>,
    desired: &mut Desired,
) {
    let ClientAlias { port: number, dns_name, test_traffic_rules } = alias;
    if let Some(rules) = test_traffic_rules {
        at.member("testTrafficRules").say(DiscoveryFault::ServiceConnectTestTraffic { configuration: written(rules) });
    }
    // The name of a namespace is not in its ARN.
    let namespace = namespace.filter(|namespace| !namespace.starts_with("arn:")).unwrap_or("<namespace>");
    let wanted = dns_name.clone().unwrap_or_else(|| format!("{discovery_name}.{namespace}"));
    let exact = exact_name(&wanted, inputs.namespace);
    let Some(name) = exact.clone().or_else(|| names::service(&names::dns_label(discovery_name))) else {
        return at.say(DiscoveryFault::ServiceConnectNameNotExpressible { wanted, port: *number });
    };
    if exact.is_none() {
        at.say(DiscoveryFault::ServiceConnectNameDiffers { name: name.clone(), wanted });
    }
    let service_port = k8s::ServicePort {
        name: Some(port.rendered.name.clone()),
        port: i32::try_from(*number).unwrap_or_default(),
        protocol: Some(port.rendered.protocol.clone()),
        target_port: Some(k8s::IntOrString::String(port.rendered.name.clone())),
        app_protocol: port.rendered.app_protocol.clone(),
        ..Default::default()
    };
    named_service::add(&name, Address::OfAll, vec![service_port], inputs, desired, at);
}

/// The name of the Service to which the search path of DNS leads from this name.
fn exact_name(wanted: &str, namespace: &str) -> Option<String> {
    let wanted = wanted.to_ascii_lowercase();
    let (label, rest) = wanted.split_once('.').unwrap_or((&wanted, ""));
    let ours = [String::new(), namespace.to_owned(), format!("{namespace}.svc")];
    names::service(label).filter(|_| ours.iter().any(|domain| domain == rest))
}

#[cfg(test)]
mod tests {
    use super::exact_name;

    #[test]
    fn short_names_and_those_of_the_namespace_are_exact() {
        for wanted in ["db", "DB", "db.shop", "db.shop.svc"] {
            assert_eq!(exact_name(wanted, "shop").as_deref(), Some("db"), "{wanted}");
        }
        for wanted in ["db.internal", "db.prod.shop", "my_db", "1db", "", "db.<namespace>"] {
            assert_eq!(exact_name(wanted, "shop"), None, "{wanted}");
        }
    }
}
