//! Where the objects of two translations differ, in the words of Kubernetes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The members that are maps with keys of anybody's choice.
const MAPS: [&str; 5] = ["annotations", "data", "labels", "matchLabels", "nodeSelector"];
/// The domains of keys that say what they are.
const DOMAINS: [&str; 7] =
    ["alb.ingress.kubernetes.io", "aws.amazon.com", "ecs-operator.dev", "eks.amazonaws.com", "kubernetes.io", "nvidia.com", "service.beta.kubernetes.io"];

/// The paths of all members that are in only one of the two, or differ: `Service spec.ports[].name`, those of the pods without
/// their workload.
pub fn paths(before: &[Value], after: &[Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut unpaired: Vec<&Value> = after.iter().collect();
    let mut lonely = Vec::new();
    for object in before {
        match unpaired.iter().position(|other| identity(other) == identity(object)) {
            Some(index) => compare(object, unpaired.remove(index), &kind(object), &mut found),
            None => lonely.push(object),
        }
    }
    // One that has another name is still the same.
    for object in lonely {
        match unpaired.iter().position(|other| kind(other) == kind(object)) {
            Some(index) => compare(object, unpaired.remove(index), &kind(object), &mut found),
            None => found.extend([kind(object)]),
        }
    }
    found.extend(unpaired.into_iter().map(kind));
    found.iter().map(|path| in_short(path)).collect()
}

fn kind(object: &Value) -> String {
    object["kind"].as_str().unwrap_or_default().into()
}

fn identity(object: &Value) -> [&Value; 3] {
    [&object["kind"], &object["metadata"]["namespace"], &object["metadata"]["name"]]
}

fn compare(before: &Value, after: &Value, path: &str, found: &mut BTreeSet<String>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(before), Value::Object(after)) => {
            for (name, member) in before {
                let path = member_path(path, name);
                match after.get(name) {
                    Some(other) => compare(member, other, &path, found),
                    None => whole(member, &path, found),
                }
            }
            for (name, member) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                whole(member, &member_path(path, name), found);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.iter().chain(after).all(Value::is_object) => items(before, after, &format!("{path}[]"), found),
        _ => found.extend([path.to_owned()]),
    }
}

/// Items that have a name of their own are compared with those of that name, others in their order.
fn items(before: &[Value], after: &[Value], path: &str, found: &mut BTreeSet<String>) {
    let key = ["mountPath", "name"].into_iter().find(|key| before.iter().chain(after).all(|item| item.get(*key).is_some()));
    let mut unpaired: Vec<&Value> = after.iter().collect();
    let mut lonely = Vec::new();
    for item in before {
        match key.and_then(|key| unpaired.iter().position(|other| other[key] == item[key])) {
            Some(index) => compare(item, unpaired.remove(index), path, found),
            None => lonely.push(item),
        }
    }
    for (item, other) in lonely.iter().zip(&unpaired) {
        compare(item, other, path, found);
    }
    if lonely.len() != unpaired.len() {
        found.insert(path.into());
    }
}

/// What is only on one side: its leaves where they are few, else itself.
fn whole(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let mut leaves = BTreeSet::new();
    collect(value, path, &mut leaves);
    found.extend(if leaves.len() <= 2 { leaves } else { BTreeSet::from([path.into()]) });
}

fn collect(value: &Value, path: &str, leaves: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !Map::is_empty(members) => members.iter().for_each(|(name, member)| collect(member, &member_path(path, name), leaves)),
        Value::Array(items) if items.iter().any(Value::is_object) => items.iter().for_each(|item| collect(item, &format!("{path}[]"), leaves)),
        _ => leaves.extend([path.to_owned()]),
    }
}

/// The members of maps stand in brackets.
fn member_path(path: &str, name: &str) -> String {
    let separator = if path.contains(' ') { "." } else { " " };
    match path.rsplit(['.', ' ']).next() {
        Some(last) if MAPS.contains(&last) => format!("{path}[{}]", key(name)),
        _ if name.contains('/') => format!("{path}[{name}]"),
        _ => format!("{path}{separator}{name}"),
    }
}

/// The key of a map; of one that differs from document to document only what is the same.
fn key(name: &str) -> String {
    let Some((domain, word)) = name.split_once('/').filter(|(domain, _)| DOMAINS.iter().any(|known| domain.ends_with(known))) else { return "…".into() };
    match word.split_once('.') {
        _ if ["logs.ecs-operator.dev", "tag.ecs-operator.dev"].contains(&domain) => format!("{domain}/…"),
        Some((word @ ("actions" | "conditions" | "transforms"), _)) => format!("{domain}/{word}.…"),
        Some(_) | None => name.into(),
    }
}

/// The path without what stands before the pods, and with one word for both sorts of containers and for all probes.
fn in_short(path: &str) -> String {
    let template = ["Deployment", "DaemonSet"].iter().find_map(|kind| path.strip_prefix(kind)?.strip_prefix(" spec.template."));
    let path = template.map_or_else(|| path.to_owned(), |path| path.strip_prefix("spec.").map_or_else(|| format!("Pod {path}"), str::to_owned));
    let mut path = path.strip_prefix("initContainers[]").map_or(path.clone(), |rest| format!("containers[]{rest}"));
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        path = path.replace(probe, "*Probe");
    }
    let path = path.replace(" metadata.annotations[", " annotations[").replace(" metadata.labels[", " labels[");
    let long = ["affinity.nodeAffinity", "affinity.podAffinity", "affinity.podAntiAffinity"].into_iter().find(|long| path.starts_with(long));
    long.map_or(path, str::to_owned)
}

#[test]
fn a_difference_has_the_words_of_kubernetes() {
    let deployment = |pod: Value| json!({ "kind": "Deployment", "metadata": { "name": "a" }, "spec": { "template": { "spec": pod } } });
    let of_pods = |before: Value, after: Value| paths(&[deployment(before)], &[deployment(after)]).into_iter().collect::<Vec<_>>();
    let container = |content: Value| json!({ "initContainers": [{ "name": "a", "x": content }, { "name": "b" }] });
    assert_eq!(of_pods(container(json!(1)), container(json!(2))), ["containers[].x"]);
    assert_eq!(of_pods(container(json!(1)), json!({ "initContainers": [{ "name": "b" }] })), ["containers[]"]);
    assert_eq!(of_pods(json!({}), json!({ "resources": { "limits": { "nvidia.com/gpu": 1 } } })), ["resources.limits[nvidia.com/gpu]"]);
    let service = |name: &str, key: &str| json!({ "kind": "Service", "metadata": { "name": name, "annotations": { key: "" } } });
    let key = "alb.ingress.kubernetes.io/actions.rule-1";
    let renamed = paths(&[service("a", "team")], &[service("b", key)]);
    let expected = ["Service annotations[alb.ingress.kubernetes.io/actions.…]", "Service annotations[…]", "Service metadata.name"];
    assert_eq!(renamed.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(paths(&[service("a", "b")], &[]).into_iter().collect::<Vec<_>>(), ["Service"]);
}
