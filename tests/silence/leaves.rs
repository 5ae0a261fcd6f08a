//! The leaves of a document, and what else each could legally be.

use serde_json::{Value, json};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a member.
    Member(String),
    /// Into an item.
    Item(usize),
}

/// What is done to a leaf: it gets another value, or is taken out.
#[derive(Clone, Debug)]
pub struct Edit {
    pub path: Vec<Step>,
    pub value: Option<Value>,
}

/// All edits of a specification, by its schema.
pub fn edits(specification: &Value, schema: &Value) -> Vec<Edit> {
    let mut found = Vec::new();
    collect(specification, schema, &mut Vec::new(), &mut found);
    found
}

fn collect(value: &Value, schema: &Value, path: &mut Vec<Step>, found: &mut Vec<Edit>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                path.push(Step::Member(name.clone()));
                let inner = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
                collect(member, inner, path, found);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Item(index));
                collect(item, &schema["items"], path, found);
                path.pop();
            }
        }
        // It means that the member is not there.
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.push(Edit { path: path.clone(), value: None });
            if let Some(other) = other(value, schema) {
                found.push(Edit { path: path.clone(), value: Some(other) });
            }
        }
    }
}

/// Another value that the schema takes.
fn other(value: &Value, schema: &Value) -> Option<Value> {
    match value {
        Value::Bool(is) => Some(json!(!is)),
        Value::Number(number) => {
            let number = number.as_i64()?;
            let most = schema["maximum"].as_f64().unwrap_or(f64::MAX);
            #[expect(clippy::cast_precision_loss, reason = "bounds are small")]
            let next = if number as f64 + 1.0 > most { number - 1 } else { number + 1 };
            Some(json!(next))
        }
        Value::String(text) => match schema["enum"].as_array() {
            Some(words) => words.iter().find(|word| *word != value && *word != "").cloned(),
            None => Some(json!(other_text(text))),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Another text of the same kind: a number stays one.
fn other_text(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) => (number + 1).to_string(),
        Err(_) => format!("{text}x"),
    }
}

/// What stands at a path.
pub fn at<'a>(value: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Item(index) => value.get(index),
    })
}

/// Does an edit.
pub fn apply(value: &mut Value, path: &[Step], new: Option<&Value>) {
    let Some((last, before)) = path.split_last() else { return };
    let parent = before.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name),
        Step::Item(index) => value.get_mut(index),
    });
    match (parent, last, new) {
        (Some(Value::Object(members)), Step::Member(name), Some(new)) => drop(members.insert(name.clone(), new.clone())),
        (Some(Value::Object(members)), Step::Member(name), None) => drop(members.remove(name)),
        (Some(Value::Array(items)), Step::Item(index), Some(new)) => items[*index] = new.clone(),
        (Some(Value::Array(items)), Step::Item(index), None) => drop(items.remove(*index)),
        _ => unreachable!("the path was found in the value"),
    }
}

#[test]
fn edits_take_out_and_change_each_leaf() {
    let schema = json!({ "properties": { "a": { "items": {} }, "b": { "enum": ["x", "y", ""] }, "c": {} } });
    let value = json!({ "a": [1], "b": "x", "c": "" });
    let edited: Vec<Value> = edits(&value, &schema)
        .iter()
        .map(|Edit { path, value: new }| {
            let mut edited = value.clone();
            apply(&mut edited, path, new.as_ref());
            edited
        })
        .collect();
    let expected =
        [json!({ "a": [], "b": "x", "c": "" }), json!({ "a": [2], "b": "x", "c": "" }), json!({ "a": [1], "c": "" }), json!({ "a": [1], "b": "y", "c": "" })];
    assert_eq!(edited, expected);
}
