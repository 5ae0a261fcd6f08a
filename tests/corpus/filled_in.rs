//! The documents of the corpus so that they can be translated: bare, with their placeholders filled in, and each service with a task
//! definition that has what it speaks of.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use ecs_operator::documents;
use ecs_operator::yaml::tree;
use serde_json::{Value, json};

use crate::files;

/// The documents of each file of the classes A and B that is YAML or JSON.
pub fn corpus() -> Vec<(PathBuf, Vec<Value>)> {
    let files = files::corpus("A").into_iter().chain(files::corpus("B"));
    let of_file = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let node = tree::read(&text).ok()?.into_iter().next()?;
        Some((file, with_what_it_refers_to(filled_in(bare(node.value())))))
    };
    files.filter_map(of_file).collect()
}

/// The document itself, out of what the commands of AWS wrap around it, without the members that nobody can set.
fn bare(document: Value) -> Value {
    let inner = match &document {
        Value::Object(members) if members.contains_key("taskDefinition") && members["taskDefinition"].is_object() => document["taskDefinition"].clone(),
        Value::Object(members) if members.get("services").is_some_and(Value::is_array) => document["services"][0].clone(),
        _ => document,
    };
    let kind = if inner.get("containerDefinitions").is_some() { documents::Kind::TaskDefinition } else { documents::Kind::Service };
    match inner {
        Value::Object(members) => members.into_iter().filter(|(name, _)| !documents::described::read_only(kind).contains(&name.as_str())).collect(),
        other => other,
    }
}

const FILLING: &str = "123456789012";

/// The document with a number for each placeholder, which stands well for names, accounts and tags.
fn filled_in(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let mut filled = String::new();
            let mut rest = text.as_str();
            let found = |text: &str| {
                [("<", ">"), ("${", "}"), ("{{", "}}"), ("$$$$", "$$$$"), ("$$$", "$$$")]
                    .into_iter()
                    .filter_map(|(open, close)| {
                        let start = text.find(open)?;
                        let end = start + open.len() + text[start + open.len()..].find(close)? + close.len();
                        Some((start, end))
                    })
                    .min_by_key(|(start, end)| (*start, Reverse(*end)))
            };
            while let Some((start, end)) = found(rest) {
                filled += &rest[..start];
                filled += FILLING;
                rest = &rest[end..];
            }
            Value::String(with_an_account(filled + rest))
        }
        Value::Array(items) => items.into_iter().map(filled_in).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, filled_in(member))).collect(),
        other => other,
    }
}

/// The text, an ARN with the number of an account where that is only spoken of.
fn with_an_account(text: String) -> String {
    let mut parts: Vec<&str> = text.split(':').collect();
    match parts.as_mut_slice() {
        ["arn", _, service, _, account, _, ..] if *service != "s3" && !account.bytes().all(|byte| byte.is_ascii_digit()) => *account = FILLING,
        _ => return text,
    }
    parts.join(":")
}

/// A task definition stands alone; a service comes with a task definition that has what it speaks of. Its own name, and that of the task
/// definition, may be kept elsewhere, as ecspresso does.
fn with_what_it_refers_to(mut document: Value) -> Vec<Value> {
    if document.get("containerDefinitions").is_some() || !document.is_object() {
        return vec![document];
    }
    for name in ["serviceName", "taskDefinition"].into_iter().filter(|name| document[*name].as_str().is_none_or(str::is_empty)).collect::<Vec<_>>() {
        document[name] = "app".into();
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut ports: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let references = ["loadBalancers", "serviceRegistries"].into_iter().flat_map(|member| document[member].as_array().cloned().unwrap_or_default());
    for reference in references {
        if let Some(container) = text(&reference["containerName"]) {
            ports.entry(container).or_default().extend(reference["containerPort"].as_i64());
        }
    }
    if ports.is_empty() {
        ports.insert("app".into(), BTreeSet::from([80]));
    }
    let mut names = document
        .pointer("/serviceConnectConfiguration/services")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|service| text(&service["portName"]));
    let containers = ports.into_iter().map(|(name, ports)| {
        let mappings = ports.into_iter().map(|port| match names.next() {
            Some(name) => json!({ "containerPort": port, "name": name }),
            None => json!({ "containerPort": port }),
        });
        json!({ "name": name, "image": "app:1", "portMappings": mappings.collect::<Vec<_>>() })
    });
    let family = text(&document["taskDefinition"]).map(|reference| {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        name.split_once(':').map_or(name.clone(), |(family, _)| family.to_owned())
    });
    let volumes = document["volumeConfigurations"].as_array().into_iter().flatten().map(|volume| json!({ "name": volume["name"], "configuredAtLaunch": true }));
    let definition = json!({
        "family": family.unwrap_or_else(|| "app".into()),
        "memory": "512",
        "containerDefinitions": containers.collect::<Vec<_>>(),
        "volumes": volumes.collect::<Vec<_>>(),
    });
    vec![definition, document]
}
