//! The definitions have each member of the API of ECS, with its type and its words, and none more but those that are ours.

use std::collections::{BTreeMap, BTreeSet};

use ecs_operator::ecs::crds;
use serde_json::Value;

use crate::text;

/// What is ours, by kind: the blocks that the API of ECS does not have, and the one member that only `UpdateService` has.
const OURS: [(&str, &[&str]); 2] = [
    ("ECSTaskDefinition", &["kubernetes"]),
    (
        "ECSService",
        &[
            "forceNewDeployment",
            "kubernetes",
            "loadBalancers[].listener",
            "loadBalancers[].listenerRules",
            "loadBalancers[].loadBalancer",
            "loadBalancers[].targetGroup",
        ],
    ),
];

/// A member: its type in the words of the lists, and the words that it may be.
type Shape = (String, BTreeSet<String>);

#[test]
fn every_member_of_the_api_is_in_the_definitions_and_no_other() {
    let mut faults = Vec::new();
    for (kind, operation, members) in [("ECSTaskDefinition", "RegisterTaskDefinition", 169), ("ECSService", "CreateService", 166)] {
        let api = api(&format!("tests/ecs-api/ecs.{operation}.tsv"));
        assert_eq!(api.len(), members, "{operation}");
        let mut ours = definition(kind);
        let blocks = OURS.iter().find(|(of, _)| *of == kind).map(|(_, blocks)| *blocks).unwrap_or_default();
        for block in blocks {
            assert!(ours.contains_key(*block), "{kind} has no {block}");
        }
        ours.retain(|path, _| !blocks.iter().any(|block| path.strip_prefix(block).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))));
        let paths: BTreeSet<&String> = api.keys().chain(ours.keys()).collect();
        for path in paths {
            match (api.get(path), ours.get(path)) {
                (Some(api), Some(ours)) if api == ours => {}
                (api, ours) => faults.push(format!("{kind}.{path}: ECS has {api:?}, we have {ours:?}")),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_required_that_the_name_of_the_object_supplies() {
    for kind in ["ECSTaskDefinition", "ECSService"] {
        let required = specification(kind)["required"].as_array().cloned().unwrap_or_default();
        for supplied in ["family", "serviceName"] {
            assert!(!required.contains(&supplied.into()), "{kind}.{supplied}");
        }
    }
}

fn api(file: &str) -> BTreeMap<String, Shape> {
    let line = |line: &str| {
        let columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [path, type_name, _, words] = <[String; 4]>::try_from(columns).expect("four columns");
        // Numbers of either width are numbers; a task's size is read from both.
        let type_name = if matches!(path.as_str(), "cpu" | "memory") { "string or integer".into() } else { type_name };
        (path, (type_name, words.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect()))
    };
    text(file).lines().skip(1).map(line).collect()
}

fn specification(kind: &str) -> Value {
    let definition = crds::all().into_iter().find(|definition| definition.spec.names.kind == kind).expect(kind);
    let version = serde_json::to_value(&definition.spec.versions[0]).expect("JSON");
    version["schema"]["openAPIV3Schema"]["properties"]["spec"].clone()
}

fn definition(kind: &str) -> BTreeMap<String, Shape> {
    let mut found = BTreeMap::new();
    collect(&specification(kind), "", &mut found);
    found
}

fn collect(schema: &Value, path: &str, found: &mut BTreeMap<String, Shape>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let is_list = member["type"] == "array";
        let inner = if is_list { &member["items"] } else { member };
        let words = inner["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).filter(|word| !word.is_empty()).map(str::to_owned);
        found.insert(path.clone(), (type_name(member), words.collect()));
        collect(inner, &if is_list { path + "[]" } else { path }, found);
    }
}

fn type_name(schema: &Value) -> String {
    if schema["x-kubernetes-int-or-string"] == true {
        return "string or integer".into();
    }
    match schema["type"].as_str() {
        Some("array") => format!("list<{}>", type_name(&schema["items"])),
        Some("object") if schema.get("additionalProperties").is_some() => format!("map<string,{}>", type_name(&schema["additionalProperties"])),
        // A member of any shape is a structure in the lists.
        Some("object") | None => "structure".into(),
        Some("number") => "double".into(),
        Some(name) => name.into(),
    }
}
