//! `crds/FIELDS.md`: every member of every kind, as the custom resource definitions have them, and every setting.

use ecs_operator::ecs::crds;
use ecs_operator::settings::Settings;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use serde_json::{Map, Value, json};

use crate::GENERATED;
use crate::markdown::{code, section, table};
use crate::values::{self, Described};

const INTRODUCTION: &str = "\
# Fields

Every member of our kinds, and every setting of the operator. `[]` stands for each item of a list.
`null`, `\"\"` and `[]` mean that a member is not set. What is marked **ours** is not in the API of ECS; all else has the name and
the shape that it has there. `kubectl explain` and `ecs-operator explain PATH` say the same;
[DIAGNOSTICS.md](DIAGNOSTICS.md) has what differs from ECS.
";

/// What the API of ECS does not have: the heading, the paths, and where it comes from.
const OURS: [(&str, &[&str], &str); 2] = [
    (
        "What Elastic Load Balancing keeps",
        &["loadBalancers[].listener", "loadBalancers[].listenerRules", "loadBalancers[].loadBalancer", "loadBalancers[].targetGroup"],
        "**Ours**, in the words of Elastic Load Balancing: ECS refers to these and does not keep them.",
    ),
    ("What Kubernetes adds", &["kubernetes"], "**Ours**: neither ECS nor AWS has it."),
];

/// A member: its path, its schema, and whether it must be there.
struct Member<'a> {
    path: String,
    schema: &'a JSONSchemaProps,
    is_required: bool,
}

/// The page.
pub fn page() -> String {
    let definitions = crds::all();
    let kinds = definitions.iter().map(|definition| definition.spec.names.kind.as_str());
    let links: Vec<String> = kinds.map(|kind| format!("- [{}](#{})", code(kind), kind.to_lowercase())).collect();
    let kinds: String = definitions.iter().map(of_kind).collect();
    format!("<!-- {GENERATED} -->\n\n{INTRODUCTION}\n{}\n- [Settings](#settings)\n{kinds}{}", links.join("\n"), settings())
}

fn of_kind(definition: &CustomResourceDefinition) -> String {
    let names = &definition.spec.names;
    let (kind, short) = (code(&names.kind), names.short_names.iter().flatten().map(|name| code(name)).collect::<Vec<_>>().join(", "));
    let root = root(definition);
    let (specification, status) = (property(root, "spec"), property(root, "status"));
    let about = [root, specification].map(described).join(" ");
    let mut members = members(specification);
    let ours = OURS.map(|(heading, paths, about)| {
        let is_within = |member: &str, path: &str| member.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        let of_these: Vec<Member<'_>> = members.extract_if(.., |member| paths.iter().any(|path| is_within(&member.path, path))).collect();
        let text = || section(3, &format!("{heading}: {kind}"), &format!("{about}\n\n{}", of_members(&of_these)));
        if of_these.is_empty() { String::new() } else { text() }
    });
    let of_status =
        self::members(status).into_iter().map(|Member { path, schema, is_required: _ }| vec![code(&path), type_name(schema), described(schema).into()]);
    [
        section(2, &kind, &format!("{about} For `kubectl`: {}, {short}.\n", code(&names.plural))),
        section(3, &format!("`spec` of {kind}"), &of_members(&members)),
        ours.concat(),
        section(3, &format!("What the API server refuses: {kind}"), &table(&["Member", "Rule"], refusals(root, ""))),
        section(3, &format!("`status` of {kind}"), &table(&["Member", "Type", "What it is"], of_status)),
    ]
    .concat()
}

fn root(definition: &CustomResourceDefinition) -> &JSONSchemaProps {
    let schema = definition.spec.versions[0].schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_ref());
    schema.expect("a schema")
}

fn property<'a>(schema: &'a JSONSchemaProps, name: &str) -> &'a JSONSchemaProps {
    schema.properties.as_ref().and_then(|properties| properties.get(name)).expect(name)
}

fn described(schema: &JSONSchemaProps) -> &str {
    schema.description.as_deref().unwrap_or_default()
}

fn of_members(members: &[Member<'_>]) -> String {
    let rows = members.iter().map(|Member { path, schema, is_required }| {
        let required = is_required.then(|| "required".to_owned());
        let values: Vec<String> = required.into_iter().chain(bounds(schema)).collect();
        vec![code(path), type_name(schema), values.join("; "), described(schema).into()]
    });
    table(&["Member", "Type", "Values", "What it is"], rows)
}

/// All members within a schema.
fn members(schema: &JSONSchemaProps) -> Vec<Member<'_>> {
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

fn items(schema: &JSONSchemaProps) -> Option<&JSONSchemaProps> {
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

fn type_name(schema: &JSONSchemaProps) -> String {
    match (items(schema), values_of_map(schema), schema.type_.as_deref()) {
        (Some(items), _, _) => format!("list of {}s", type_name(items)),
        (None, Some(values), _) => format!("map of {}s", type_name(values)),
        (None, None, Some(name)) => name.into(),
        (None, None, None) => "string or integer".into(),
    }
}

/// What the schema lets a member be.
fn bounds(schema: &JSONSchemaProps) -> Vec<String> {
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

/// The rules that the API server runs, by the member that they speak of.
fn refusals(schema: &JSONSchemaProps, path: &str) -> Vec<Vec<String>> {
    let own = schema.x_kubernetes_validations.iter().flatten().map(|rule| {
        let member = format!("{path}{}", rule.field_path.as_deref().unwrap_or_default());
        let member = member.strip_prefix(".spec.").or_else(|| member.strip_prefix('.')).unwrap_or("metadata.name");
        vec![code(member), rule.message.clone().unwrap_or_default()]
    });
    let within = schema.properties.iter().flatten().flat_map(|(name, member)| refusals(member, &format!("{path}.{name}")));
    let of_items = items(schema).into_iter().flat_map(|items| refusals(items, &format!("{path}[]")));
    own.chain(within).chain(of_items).collect()
}

/// The settings, in the words of the chart's values: they have the same shape.
fn settings() -> String {
    let schema = values::schema();
    let rows = values::leaves().into_iter().filter_map(|leaf| {
        let key = leaf.key.strip_prefix("settings.")?;
        Some(vec![code(key), leaf.type_name().into(), words_of_setting(&schema, &leaf.key).join(", "), leaf.description.clone()])
    });
    let about =
        "The file that `run`, `render` and `check` take with `--settings`; the chart writes it of its value `settings`. A key that is not known is an error.";
    section(2, "Settings", &format!("{about}\n\n{}", table(&["Setting", "Type", "Values", "What it is"], rows)))
}

fn words_of_setting(schema: &Value, key: &str) -> Vec<String> {
    let Described::By(member) = values::described(schema, key) else { return Vec::new() };
    member["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).filter(|word| !word.is_empty()).map(code).collect()
}

#[test]
fn what_is_ours_is_there() {
    let definitions = crds::all();
    let paths: Vec<String> = definitions.iter().flat_map(|definition| members(property(root(definition), "spec"))).map(|member| member.path).collect();
    for path in OURS.iter().flat_map(|(_, paths, _)| *paths) {
        assert!(paths.iter().any(|there| there == path), "{path}");
    }
}

/// A value that the schema of a setting admits, with every member that it has.
fn sample(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("array") => json!([sample(&schema["items"])]),
        Some("object") if schema["additionalProperties"].is_object() => json!({ "a": sample(&schema["additionalProperties"]) }),
        Some("object") => schema["properties"].as_object().into_iter().flatten().map(|(name, member)| (name.clone(), sample(member))).collect(),
        Some("integer") => json!(1),
        Some("boolean") => json!(true),
        _ => schema["enum"].as_array().and_then(|words| words.last().cloned()).unwrap_or_else(|| json!("/a")),
    }
}

#[test]
fn the_chart_has_each_setting_and_no_other() {
    let schema = values::schema();
    let mut all = Map::new();
    for leaf in values::leaves() {
        let Some(key) = leaf.key.strip_prefix("settings.") else { continue };
        let Described::By(member) = values::described(&schema, &leaf.key) else { panic!("{key} is not described") };
        let value = sample(member);
        let steps: Vec<&str> = key.split('.').collect();
        let (last, parents) = steps.split_last().expect("a key");
        let parent = parents.iter().fold(&mut all, |map, step| map.entry(*step).or_insert_with(|| json!({})).as_object_mut().expect("a map"));
        parent.insert((*last).into(), value);
    }
    let all = Value::Object(all);
    let settings = Settings::read(&all.to_string()).expect("the program takes every setting of the chart");
    assert_eq!(serde_json::to_value(settings).expect("JSON"), all);
    let refusal = Settings::read("unknown: 1").expect_err("unknown settings are refused").to_string();
    let known = refusal.split("expected").nth(1).expect("the settings that are known").split('`').skip(1).step_by(2);
    for setting in known {
        assert!(all.get(setting).is_some(), "the chart lacks the setting `{setting}`");
    }
}
