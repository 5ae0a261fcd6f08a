//! The members that the custom resource definitions have.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};

use crate::markdown::code;

/// A member: its path, its schema, and whether it must be there.
pub struct Member<'a> {
    pub path: String,
    pub schema: &'a JSONSchemaProps,
    pub is_required: bool,
}

pub fn root(definition: &CustomResourceDefinition) -> &JSONSchemaProps {
    let schema = definition.spec.versions[0].schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_ref());
    schema.expect("a schema")
}

pub fn property<'a>(schema: &'a JSONSchemaProps, name: &str) -> &'a JSONSchemaProps {
    schema.properties.as_ref().and_then(|properties| properties.get(name)).expect(name)
}

pub fn described(schema: &JSONSchemaProps) -> &str {
    schema.description.as_deref().unwrap_or_default()
}

/// All members within a schema.
pub fn members(schema: &JSONSchemaProps) -> Vec<Member<'_>> {
    let mut found = Vec::new();
    collect(schema, "", &mut found);
    found
}

fn collect<'a>(schema: &'a JSONSchemaProps, path: &str, found: &mut Vec<Member<'a>>) {
    for (name, member) in schema.properties.iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let is_required = schema.required.iter().flatten().any(|required| required == name);
        found.push(Member { path: path.clone(), schema: member, is_required });
        let (inner, suffix) = items(member).map_or((member, ""), |items| (items, "[]"));
        collect(inner, &(path + suffix), found);
    }
}

pub fn items(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match &schema.items {
        Some(JSONSchemaPropsOrArray::Schema(items)) => Some(items),
        Some(JSONSchemaPropsOrArray::Schemas(_)) | None => None,
    }
}

fn values_of_map(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
    match &schema.additional_properties {
        Some(JSONSchemaPropsOrBool::Schema(values)) => Some(values),
        Some(JSONSchemaPropsOrBool::Bool(_)) | None => None,
    }
}

pub fn type_name(schema: &JSONSchemaProps) -> String {
    match (items(schema), values_of_map(schema), schema.type_.as_deref()) {
        (Some(items), _, _) => format!("list of {}s", type_name(items)),
        (None, Some(values), _) => format!("map of {}s", type_name(values)),
        (None, None, Some(name)) => name.into(),
        (None, None, None) => "string or integer".into(),
    }
}

/// What the schema lets a member be.
pub fn bounds(schema: &JSONSchemaProps) -> Vec<String> {
    let words: Vec<String> = schema.enum_.iter().flatten().filter_map(|word| word.0.as_str()).filter(|word| !word.is_empty()).map(code).collect();
    let of_items = items(schema).or_else(|| values_of_map(schema)).filter(|inner| inner.properties.is_none()).map(bounds).unwrap_or_default();
    let ranges = [
        range(schema.minimum, schema.maximum, ""),
        range(schema.min_length, schema.max_length, " characters"),
        range(schema.min_items, schema.max_items, " items"),
        range(schema.min_properties, schema.max_properties, " entries"),
    ];
    let words = Some(words.join(", ")).filter(|words| !words.is_empty());
    words.into_iter().chain(ranges.into_iter().flatten()).chain(of_items.into_iter().map(|bound| format!("each {bound}"))).collect()
}

fn range<T: ToString>(least: Option<T>, most: Option<T>, unit: &str) -> Option<String> {
    match (least.map(|least| least.to_string()), most.map(|most| most.to_string())) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    }
}

/// Whether a path is that of the other member, or of one in it.
pub fn is_within(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
