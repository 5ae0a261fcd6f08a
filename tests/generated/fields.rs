//! `crds/FIELDS.md`: every member of every kind, as the custom resource definitions have them, and every setting.

use std::collections::BTreeSet;

use ecs_operator::ecs::crds;
use ecs_operator::settings::Settings;
use ecs_operator::translate::Severity;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{CustomResourceDefinition, JSONSchemaProps};
use serde_json::{Map, Value, json};

use crate::GENERATED;
use crate::fates::{self, ASKED, FATES, Fate};
use crate::markdown::{code, section, table};
use crate::members::{Member, bounds, described, is_within, items, members, property, root, type_name};
use crate::values::{self, Described};

const INTRODUCTION: &str = "\
# Fields

Every member of our kinds, what becomes of it, and every setting of the operator. `[]` stands for each item of a list.
`null`, `\"\"` and `[]` mean that a member is not set. What is marked **ours** is not in the API of ECS; all else has the name and
the shape that it has there. `kubectl explain` has the types, `ecs-operator explain PATH` all that stands here.
";

const LEGEND: &str = "\
No fate is written by hand. Each leaf of some hundreds of documents is taken out, and changed to another legal value: what differs then, in
the objects and in what is said, is the member's doing. The tests do so at each change of the operator, and fail where a member does nothing.

- **Becomes** shows where in the Kubernetes objects a member is found, the most frequent places first. Without a kind it is a place in the
  specification of the pod. `containers[]` are the init containers too, `*Probe` is each of the three probes, and `…` stands for a name of
  your own. A member of members has the fate of those in it: where they differ, it is approximated.
- **Diagnostics** are what can be said because of the member, with a link to what it means and what to do: an *error* stops everything, a
  **warning** tells a difference, a note is good to know.
";

/// The fates: what they mean.
const MEANINGS: [(Fate, &str); 3] = [
    (Fate::Exact, "It becomes part of Kubernetes objects, which do what ECS does."),
    (Fate::Approximated, "It becomes part of Kubernetes objects, and in some cases they do something else than ECS: a warning says so where it is the case."),
    (Fate::Reported, "Nothing comes of it. A diagnostic with its path says so, and what to do."),
];

/// The severities, as the table has them.
const SEVERITIES: [(Severity, &str); 3] = [(Severity::Error, "*error*"), (Severity::Warning, "**warning**"), (Severity::Note, "note")];

/// The operations of ECS, by the kind that has their members.
const OPERATIONS: [(&str, &str); 3] =
    [("ECSTaskDefinition", "ecs:RegisterTaskDefinition"), ("ECSService", "ecs:CreateService, with `forceNewDeployment`"), ("ECSCluster", "ecs:CreateCluster")];

/// What the API of ECS does not have: the heading, the paths, and where it comes from.
const OURS: [(&str, &[&str], &str); 2] = [
    (
        "What Elastic Load Balancing keeps",
        &["loadBalancers[].listener", "loadBalancers[].listenerRules", "loadBalancers[].loadBalancer", "loadBalancers[].targetGroup"],
        "**Ours**, in the words of Elastic Load Balancing: ECS refers to these and does not keep them.",
    ),
    ("What Kubernetes adds", &["kubernetes"], "**Ours**: neither ECS nor AWS has it."),
];

/// The page.
pub fn page() -> String {
    let definitions = crds::all();
    let kinds = definitions.iter().map(|definition| definition.spec.names.kind.as_str());
    let links: Vec<String> = kinds.map(|kind| format!("- [{}](#{})", code(kind), kind.to_lowercase())).collect();
    let kinds: String = definitions.iter().map(of_kind).collect();
    let links = format!("{}\n- [Settings](#settings)\n", links.join("\n"));
    let fates = section(2, "What becomes of a member", &format!("{}\n{LEGEND}", meanings()));
    format!("<!-- {GENERATED} -->\n\n{INTRODUCTION}\n{links}{fates}\n{}{kinds}{}\n{}", counts(), settings(), references())
}

fn meanings() -> String {
    table(&["Fate", "What it means"], MEANINGS.map(|(fate, meaning)| vec![format!("**{}**", fate.word()), meaning.into()]))
}

/// How many members of the API of ECS have each fate, and how many of ours.
pub fn counts() -> String {
    let is_ours = |path: &str| OURS.iter().flat_map(|(_, paths, _)| *paths).any(|block| is_within(path, block));
    let row = |title: String, of_these: &dyn Fn(&fates::Member) -> bool| {
        let these: Vec<&fates::Member> = FATES.iter().filter(|member| of_these(member)).collect();
        let of = |fate: Fate| these.iter().filter(|member| member.fate == Some(fate)).count().to_string();
        [vec![title, these.len().to_string()], MEANINGS.map(|(fate, _)| of(fate)).to_vec()].concat()
    };
    let of_operations = OPERATIONS.map(|(kind, operation)| row(operation.into(), &|member| member.kind == kind && !is_ours(&member.path)));
    let ours = row("**ours**".into(), &|member| is_ours(&member.path));
    let header: Vec<&str> = ["Members of", "All"].into_iter().chain(MEANINGS.map(|(fate, _)| fate.word())).collect();
    table(&header, of_operations.into_iter().chain([ours]))
}

/// Where the links to diagnostics lead.
fn references() -> String {
    let names: BTreeSet<&str> = FATES.iter().flat_map(|member| &member.diagnostics).map(|(_, name)| *name).collect();
    names.into_iter().map(|name| format!("[{name}]: DIAGNOSTICS.md#{name}\n")).collect::<Vec<_>>().concat()
}

/// What becomes of the members.
fn of_fates(kind: &str, members: &[Member<'_>]) -> String {
    let known = FATES.iter().filter(|fate| fate.kind == kind && members.iter().any(|member| member.path == fate.path));
    let row = |fates::Member { kind: _, path, fate, becomes, diagnostics }: &fates::Member| {
        let diagnostics = SEVERITIES.iter().filter_map(|(severity, word)| {
            let names: Vec<String> = diagnostics.iter().filter(|(of, _)| of == severity).map(|(_, name)| format!("[{name}]")).collect();
            (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")))
        });
        let becomes = becomes.iter().map(|path| code(path)).collect::<Vec<_>>();
        vec![code(path), fate.map_or("", Fate::word).into(), becomes.join(", "), diagnostics.collect::<Vec<_>>().join("; ")]
    };
    table(&["Member", "Fate", "Becomes", "Diagnostics"], known.map(row))
}

fn of_kind(definition: &CustomResourceDefinition) -> String {
    let names = &definition.spec.names;
    let (kind, short) = (code(&names.kind), names.short_names.iter().flatten().map(|name| code(name)).collect::<Vec<_>>().join(", "));
    let root = root(definition);
    let specification = property(root, "spec");
    let about = [root, specification].map(described).join(" ");
    let mut members = members(specification);
    let ours = OURS.map(|(heading, paths, about)| {
        let of_these: Vec<Member<'_>> = members.extract_if(.., |member| paths.iter().any(|path| is_within(&member.path, path))).collect();
        let text = || section(3, &format!("{heading}: {kind}"), &format!("{about}\n\n{}\n{}", of_fates(&names.kind, &of_these), of_members(&of_these)));
        if of_these.is_empty() { String::new() } else { text() }
    });
    let rows = |status| {
        self::members(status).into_iter().map(|Member { path, schema, is_required: _ }| vec![code(&path), type_name(schema), described(schema).into()])
    };
    let of_status = |status| section(3, &format!("`status` of {kind}"), &table(&["Member", "Type", "What it is"], rows(status)));
    let is_asked = names.kind == ASKED;
    let fates = if is_asked { String::new() } else { section(3, &format!("What becomes of {kind}"), &of_fates(&names.kind, &members)) };
    [
        section(2, &kind, &format!("{about} For `kubectl`: {}, {short}.\n", code(&names.plural))),
        fates,
        section(3, &format!("`spec` of {kind}"), &of_members(&members)),
        ours.concat(),
        section(3, &format!("What the API server refuses: {kind}"), &table(&["Member", "Rule"], refusals(root, ""))),
        root.properties.iter().flatten().filter(|(name, _)| *name == "status").map(|(_, status)| of_status(status)).collect(),
    ]
    .concat()
}

fn of_members(members: &[Member<'_>]) -> String {
    let rows = members.iter().map(|Member { path, schema, is_required }| {
        let required = is_required.then(|| "required".to_owned());
        let values: Vec<String> = required.into_iter().chain(bounds(schema)).collect();
        vec![code(path), type_name(schema), values.join("; "), described(schema).into()]
    });
    table(&["Member", "Type", "Values", "What it is"], rows)
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
    let mut all = Value::Object(all);
    // Each backend has members of its own, which are not there beside another.
    let secrets = all["secrets"].take();
    for (backend, member) in [("AWS", "aws"), ("ExternalSecrets", "externalSecrets"), ("File", "file")] {
        all["secrets"] = json!({ "backend": backend, member: secrets[member] });
        let settings = Settings::read(&all.to_string()).expect("the program takes every setting of the chart");
        assert_eq!(serde_json::to_value(settings).expect("JSON"), all);
    }
    assert_eq!(secrets.as_object().map(Map::len), Some(4), "{secrets}");
    let refusal = Settings::read("unknown: 1").expect_err("unknown settings are refused").to_string();
    let known = refusal.split("expected").nth(1).expect("the settings that are known").split('`').skip(1).step_by(2);
    for setting in known {
        assert!(all.get(setting).is_some(), "the chart lacks the setting `{setting}`");
    }
}
