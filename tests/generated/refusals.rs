//! Every rule by which the API server refuses a document is proved by a file of `tests/refusals`, whose first line has its words.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ecs_operator::ecs::crds;
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/refusals");

#[test]
fn every_rule_is_proved() {
    let mut proofs: BTreeMap<String, usize> = messages().into_iter().map(|message| (message, 0)).collect();
    let mut vague = Vec::new();
    for words in words() {
        let mut proved: Vec<&mut usize> = proofs.iter_mut().filter(|(message, _)| message.contains(&words)).map(|(_, count)| count).collect();
        match proved.as_mut_slice() {
            [] => {}
            [count] => **count += 1,
            _ => vague.push(words),
        }
    }
    assert!(vague.is_empty(), "words of several rules, take more of them: {vague:#?}");
    let unproved: Vec<&String> = proofs.iter().filter(|(_, count)| **count == 0).map(|(message, _)| message).collect();
    assert!(unproved.is_empty(), "no file of {FOLDER} is refused with: {unproved:#?}");
}

/// What the rules of all kinds say.
fn messages() -> BTreeSet<String> {
    let mut messages = BTreeSet::new();
    for definition in crds::all() {
        collect(&serde_json::to_value(&definition).expect("JSON"), &mut messages);
    }
    assert!(messages.len() > 100, "{} rules", messages.len());
    messages
}

fn collect(value: &Value, messages: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let rules = members.get("x-kubernetes-validations").and_then(Value::as_array).into_iter().flatten();
            messages.extend(rules.filter_map(|rule| rule["message"].as_str()).map(str::to_owned));
            members.values().for_each(|member| collect(member, messages));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, messages)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The words of each file that is refused.
fn words() -> Vec<String> {
    let files = fs::read_dir(Path::new(FOLDER)).expect("the folder").map(|entry| entry.expect("a file").path());
    let texts = files.map(|file| fs::read_to_string(file).expect("a text"));
    texts.filter_map(|text| text.lines().next().and_then(|line| line.strip_prefix("# refused: ")).map(str::to_owned)).collect()
}
