//! The schemas of the custom resource definitions are as the API wants them.

use ecs_operator::ecs::crds;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use serde_json::Value;

/// The schema of the specification without rules, which only a server evaluates: the program reads it.
pub fn specification(definition: &CustomResourceDefinition) -> String {
    let version = serde_json::to_value(&definition.spec.versions[0]).expect("JSON");
    let mut schema = version["schema"]["openAPIV3Schema"]["properties"]["spec"].clone();
    take_out_rules(&mut schema);
    schema.to_string() + "\n"
}

fn take_out_rules(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.remove("x-kubernetes-validations");
            members.values_mut().for_each(take_out_rules);
        }
        Value::Array(items) => items.iter_mut().for_each(take_out_rules),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn definitions_are_small_enough_for_the_annotation_of_kubectl_apply() {
    for definition in crds::all() {
        let size = serde_json::to_string(&definition).expect("JSON").len();
        assert!(size < 250_000, "{}: {size} bytes", definition.spec.names.plural);
    }
}

#[test]
fn schemas_are_as_the_api_wants_them() {
    for definition in crds::all() {
        let version = serde_json::to_value(&definition.spec.versions[0]).expect("JSON");
        let root = &version["schema"]["openAPIV3Schema"];
        let kind = &definition.spec.names.kind;
        assert_eq!(root["required"], serde_json::json!(["spec"]), "{kind}");
        // A grant is asked, and nothing becomes of it.
        let status = if kind == "AWSAccessGrant" { Value::Null } else { serde_json::json!({ "observedGeneration": -1 }) };
        assert_eq!(root["properties"]["status"]["default"], status, "{kind}");
        let mut faults = Vec::new();
        faults_of_node(root, kind, true, &mut faults);
        faults_of_specification(&root["properties"]["spec"], &format!("{kind}.spec"), &mut faults);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// What no schema may have or lack, specification and status alike.
fn faults_of_node(schema: &Value, path: &str, described: bool, faults: &mut Vec<String>) {
    let mut fault = |fault: &str| faults.push(format!("{path}: {fault}"));
    if schema.get("nullable").is_some() {
        fault("nullable");
    }
    if described && schema["description"].as_str().is_none_or(|text| text.is_empty() || text.contains("Auto-generated")) {
        fault("no description");
    }
    if (schema.get("x-kubernetes-preserve-unknown-fields").is_some() && !path.ends_with(".hookDetails"))
        || schema.get("anyOf").is_some()
        || schema.get("oneOf").is_some()
    {
        fault("not one closed shape");
    }
    let is_map_list = path.ends_with(".containerDefinitions") || path.ends_with(".conditions") && path.contains(".status.");
    let list_type = if is_map_list { "map" } else { "atomic" };
    if schema["type"] == "array" && schema["x-kubernetes-list-type"] != list_type {
        fault(&format!("list type {}, not {list_type}", schema["x-kubernetes-list-type"]));
    }
    for (path, described, member) in within(schema, path) {
        faults_of_node(member, &path, described, faults);
    }
}

/// What the specification may not have or lack besides.
fn faults_of_specification(schema: &Value, path: &str, faults: &mut Vec<String>) {
    let mut fault = |fault: &str| faults.push(format!("{path}: {fault}"));
    if schema.get("default").is_some() {
        fault("has a default");
    }
    let bound = match schema["type"].as_str() {
        Some("string") if schema.get("enum").is_none() => Some("maxLength"),
        Some("array") => Some("maxItems"),
        Some("object") if schema.get("additionalProperties").is_some() => Some("maxProperties"),
        Some("integer") => Some("maximum"),
        _ => None,
    };
    if let Some(bound) = bound.filter(|bound| schema.get(*bound).is_none()) {
        fault(&format!("no {bound}"));
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = schema["required"].as_array().is_some_and(|required| required.contains(&name.as_str().into()));
        if let Some(words) = member["enum"].as_array()
            && words.contains(&"".into()) == is_required
        {
            fault(&format!("the enum `{name}` {} \"\"", if is_required { "is required and admits" } else { "does not admit" }));
        }
    }
    for (path, _, member) in within(schema, path) {
        faults_of_specification(member, &path, faults);
    }
}

/// The schemas right within a schema, their paths, and whether they need a description: values of maps and items
/// of plain lists are described where they are named.
fn within<'a>(schema: &'a Value, path: &str) -> Vec<(String, bool, &'a Value)> {
    let members = schema["properties"].as_object().into_iter().flatten().map(|(name, member)| (format!("{path}.{name}"), true, member));
    let items = schema.get("items").map(|items| (format!("{path}[]"), items["type"] == "object", items));
    let values = schema.get("additionalProperties").map(|values| (format!("{path}{{}}"), false, values));
    members.chain(items).chain(values).collect()
}
