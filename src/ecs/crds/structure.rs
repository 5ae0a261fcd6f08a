//! What holds for the whole schema, so that no type has to say it again.
//!
//! - Nothing is `nullable`: the server then prunes a `null`, which means unset (`nullable` with an enum refuses it).
//! - An optional enum admits `""`, which means unset. In a list it does not: an item is there or it is not.
//! - What is required is not empty: that would mean unset.
//! - A list is replaced as a whole (`atomic`) unless its type names the key of its items.
//! - Every string, list and map of the specification has a bound, so that the cost of rules has one.
//! - The specification has no defaults, the status one: `observedGeneration: -1` tells a new object from a finished one.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSON, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool};
use serde_json::json;

/// The bounds of what has none of its own.
const LONGEST_STRING: i64 = 32_768;
const LONGEST_LIST: i64 = 100;
const LARGEST_MAP: i64 = 100;

/// `metav1.Condition`, whose own words are written for Go programmers, told in short.
const CONDITION: [(&str, &str); 6] = [
    ("type", "`Ready`, `Reconciling` or `Stalled`."),
    ("status", "`True`, `False` or `Unknown`."),
    ("reason", "Why, in one word for programs."),
    ("message", "Why, in a sentence for people."),
    ("lastTransitionTime", "When the status last changed."),
    ("observedGeneration", "The generation of the specification that this condition speaks of."),
];

/// Makes what `kube` derived the schema that we serve. `spec` says what the specification is.
pub(super) fn complete(root: &mut JSONSchemaProps, spec: &str) {
    every(root, &mut |schema| {
        schema.nullable = None;
        schema.default = None;
        if schema.type_.as_deref() == Some("array") && schema.x_kubernetes_list_type.is_none() {
            schema.x_kubernetes_list_type = Some("atomic".into());
        }
        schema.enum_ = schema.enum_.take().map(|words| words.into_iter().filter(|word| !word.0.is_null()).collect());
    });
    if let Some(schema) = super::at(root, "spec") {
        every(schema, &mut bound);
        every(schema, &mut admit_unset_enums);
        every(schema, &mut refuse_unset_requirements);
        // The type's own words describe the kind; the derived ones say that they were derived.
        let kind = schema.description.replace(spec.into());
        root.description = kind;
    }
    if let Some(schema) = super::at(root, "status") {
        schema.description = Some("What became of the specification, written by the operator.".into());
        schema.default = Some(JSON(json!({ "observedGeneration": -1 })));
    }
    if let Some(schema) = super::at(root, "status.conditions[]") {
        schema.description = Some("One aspect of the state.".into());
        for (name, description) in CONDITION {
            if let Some(member) = super::at(schema, name) {
                member.description = Some(description.into());
            }
        }
    }
}

/// The schema of a list's items.
pub(super) fn items(schema: &mut JSONSchemaProps) -> Option<&mut JSONSchemaProps> {
    match schema.items.as_mut()? {
        JSONSchemaPropsOrArray::Schema(items) => Some(items),
        JSONSchemaPropsOrArray::Schemas(_) => None,
    }
}

/// Visits a schema and all within it.
fn every(schema: &mut JSONSchemaProps, visit: &mut impl FnMut(&mut JSONSchemaProps)) {
    visit(schema);
    for member in schema.properties.iter_mut().flat_map(|members| members.values_mut()) {
        every(member, visit);
    }
    if let Some(items) = items(schema) {
        every(items, visit);
    }
    if let Some(JSONSchemaPropsOrBool::Schema(values)) = &mut schema.additional_properties {
        every(values, visit);
    }
}

fn bound(schema: &mut JSONSchemaProps) {
    match schema.type_.as_deref() {
        Some("string") if schema.enum_.is_none() => _ = schema.max_length.get_or_insert(LONGEST_STRING),
        Some("array") => _ = schema.max_items.get_or_insert(LONGEST_LIST),
        Some("object") if schema.additional_properties.is_some() => _ = schema.max_properties.get_or_insert(LARGEST_MAP),
        _ => {}
    }
}

fn admit_unset_enums(schema: &mut JSONSchemaProps) {
    let required = schema.required.clone().unwrap_or_default();
    for (name, member) in schema.properties.iter_mut().flatten() {
        if let Some(words) = member.enum_.as_mut().filter(|_| !required.contains(name)) {
            words.push(JSON(json!("")));
        }
    }
}

fn refuse_unset_requirements(schema: &mut JSONSchemaProps) {
    for name in schema.required.iter().flatten() {
        let Some(member) = schema.properties.as_mut().and_then(|members| members.get_mut(name)) else { continue };
        match member.type_.as_deref() {
            Some("string") if member.enum_.is_none() => _ = member.min_length.get_or_insert(1),
            Some("array") => _ = member.min_items.get_or_insert(1),
            _ => {}
        }
    }
}
