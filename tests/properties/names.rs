//! What Kubernetes takes as names, labels and selectors.

use std::collections::BTreeSet;
use std::fmt::Debug;

use ecs_operator::translate::{Kind, Object, names};
use serde_json::Value;

/// The labels that something may be selected by: those that never change while a service lives.
const SELECTORS: [&str; 3] = [names::SERVICE_LABEL, names::TASK_SET_LABEL, names::NETWORK_LABEL];
const LARGEST_ANNOTATIONS: usize = 256 * 1024;

/// That every name of every object is legal, and given once.
pub fn check(objects: &[Object]) {
    let mut seen = BTreeSet::new();
    for Object { kind, name, body } in objects {
        assert!(seen.insert((*kind, name)), "{kind:?} {name} is made twice");
        assert_eq!(body["metadata"]["name"], **name);
        assert_eq!((&body["kind"], &body["apiVersion"]), (&Value::from(kind.name()), &Value::from(kind.api_version())));
        let is_legal = if *kind == Kind::Service { is_label(name) && !name.starts_with(|first: char| first.is_ascii_digit()) } else { is_domain(name) };
        assert!(is_legal, "{kind:?} {name}");
        check_metadata(&body["metadata"]);
        for key in strings(&body["data"]).map(|(key, _)| key).chain(strings(&body["binaryData"]).map(|(key, _)| key)) {
            assert!(is_key(key), "{key:?} is no key");
        }
        match kind {
            Kind::Deployment | Kind::DaemonSet => {
                check_metadata(&body["spec"]["template"]["metadata"]);
                check_pod(&body["spec"]["template"]["spec"]);
            }
            Kind::Service => {
                let ports = body["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
                all(ports, "name", is_label);
                let served: Vec<_> = ports.iter().map(|port| (&port["port"], port["protocol"].as_str().unwrap_or("TCP"))).collect();
                once(&served);
            }
            Kind::Ingress => {
                for rule in items(&body["spec"]["rules"]) {
                    if let Some(host) = rule["host"].as_str() {
                        assert!(is_domain(host.strip_prefix("*.").unwrap_or(host)), "{host:?} is no host");
                    }
                    all(items(&rule["http"]["paths"]), "path", |path| path.starts_with('/') && !path.chars().any(char::is_control));
                }
            }
            _ => {}
        }
    }
}

/// That nothing in an object selects pods by what changes from revision to revision.
pub fn check_selectors(value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let labels = match name.as_str() {
                    "matchLabels" => Some(member),
                    "selector" | "podSelector" | "labelSelector" if member.get("matchLabels").is_none() && member.get("matchExpressions").is_none() => {
                        Some(member)
                    }
                    _ => None,
                };
                for (label, _) in labels.into_iter().flat_map(strings) {
                    assert!(SELECTORS.contains(&label.as_str()), "{name} has {label}");
                }
                if name == "matchExpressions" {
                    all(items(member), "key", |key| SELECTORS.contains(&key));
                }
                // These select nodes.
                if name == "nodeAffinity" {
                    continue;
                }
                check_selectors(member);
            }
        }
        Value::Array(items) => items.iter().for_each(check_selectors),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn check_metadata(metadata: &Value) {
    for (key, value) in strings(&metadata["labels"]) {
        assert!(is_qualified(key), "{key:?} is no label");
        assert!(value.is_empty() || is_name(value), "label {key} is {value:?}");
    }
    let annotations: Vec<_> = strings(&metadata["annotations"]).collect();
    for (key, _) in &annotations {
        assert!(is_qualified(&key.to_ascii_lowercase()), "{key:?} is no annotation");
    }
    let size: usize = annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    assert!(size <= LARGEST_ANNOTATIONS, "{size} bytes of annotations");
}

fn check_pod(pod: &Value) {
    let volumes = items(&pod["volumes"]);
    all(volumes, "name", is_label);
    once(&volumes.iter().map(|volume| &volume["name"]).collect::<Vec<_>>());
    let containers: Vec<&Value> = items(&pod["initContainers"]).iter().chain(items(&pod["containers"])).collect();
    assert!(!items(&pod["containers"]).is_empty(), "no container");
    once(&containers.iter().map(|container| &container["name"]).collect::<Vec<_>>());
    for container in containers {
        assert!(container["name"].as_str().is_some_and(is_label), "container {}", container["name"]);
        assert!(container["image"].as_str().is_some_and(|image| !image.is_empty() && image.trim() == image), "image {}", container["image"]);
        let ports = items(&container["ports"]);
        all(ports, "name", |name| is_label(name) && name.len() <= 15 && name.bytes().any(|byte| byte.is_ascii_lowercase()) && !name.contains("--"));
        once(&ports.iter().filter_map(|port| port["name"].as_str()).collect::<Vec<_>>());
        let variables = items(&container["env"]);
        all(variables, "name", |name| name.chars().all(|character| (' '..='~').contains(&character) && character != '='));
        for key in variables.iter().filter_map(|variable| variable.pointer("/valueFrom/secretKeyRef/key")?.as_str()) {
            assert!(is_key(key), "{key:?} is no key");
        }
        let mounts = items(&container["volumeMounts"]);
        all(mounts, "mountPath", |path| !path.contains(':'));
        once(&mounts.iter().map(|mount| &mount["mountPath"]).collect::<Vec<_>>());
        for mount in mounts {
            assert!(volumes.iter().any(|volume| volume["name"] == mount["name"]), "no volume for {mount}");
        }
        for resource in ["limits", "requests"].iter().flat_map(|kind| strings(&container["resources"][*kind])).map(|(resource, _)| resource) {
            assert!(is_qualified(resource), "{resource:?} is no resource");
        }
    }
    for alias in items(&pod["hostAliases"]) {
        assert!(alias["ip"].as_str().is_some_and(|ip| ip.parse::<std::net::IpAddr>().is_ok()), "{alias}");
        assert!(items(&alias["hostnames"]).iter().all(|name| name.as_str().is_some_and(is_domain)), "{alias}");
    }
    let names = ["hostname", "serviceAccountName", "subdomain"].into_iter().filter_map(|member| pod[member].as_str());
    names.for_each(|name| assert!(is_domain(name), "{name:?}"));
    all(items(&pod["imagePullSecrets"]), "name", is_domain);
    all(items(&pod["topologySpreadConstraints"]), "topologyKey", is_qualified);
    all(items(&pod["tolerations"]), "key", is_qualified);
    for (key, value) in strings(&pod["nodeSelector"]) {
        assert!(is_qualified(key) && (value.is_empty() || is_name(value)), "node selector {key}: {value}");
    }
}

/// That what the items have as `member`, where they have it, is legal.
fn all(items: &[Value], member: &str, is_legal: impl Fn(&str) -> bool) {
    for value in items.iter().filter_map(|item| item[member].as_str()) {
        assert!(!value.is_empty() && is_legal(value), "{member} {value:?}");
    }
}

fn once<T: PartialEq + Debug>(items: &[T]) {
    for (index, item) in items.iter().enumerate() {
        assert!(!items[..index].contains(item), "{item:?} is there twice");
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn strings(value: &Value) -> impl Iterator<Item = (&String, &str)> {
    value.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key, value.as_str()?)))
}

/// RFC 1123, a label.
fn is_label(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(legal) && !text.starts_with('-') && !text.ends_with('-')
}

/// RFC 1123, a subdomain.
fn is_domain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

/// The part after the slash of a qualified name, and the value of a label.
fn is_name(text: &str) -> bool {
    let is_end = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    let legal = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    text.len() <= 63 && text.chars().all(legal) && is_end(text.chars().next()) && is_end(text.chars().last())
}

/// A name, with or without a domain before it.
fn is_qualified(text: &str) -> bool {
    text.split_once('/').map_or_else(|| is_name(text), |(domain, name)| is_domain(domain) && is_name(name))
}

/// The key of a Secret or `ConfigMap`.
fn is_key(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (1..=253).contains(&text.len()) && text.bytes().all(legal) && text != "." && !text.starts_with("..")
}
