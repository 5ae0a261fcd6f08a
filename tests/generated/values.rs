//! The chart's values: `values.yaml` says each once, in the `# --` lines above its key. The README's table is made
//! of it, and the schema is held against it.

use ecs_operator::yaml::tree::{self, Content, Node};
use serde_json::Value;

use crate::markdown::{code, table};
use crate::text;

pub const README: &str = "charts/ecs-operator/README.md";
const VALUES: &str = "charts/ecs-operator/values.yaml";
const SCHEMA: &str = "charts/ecs-operator/values.schema.json";
/// The table stands between these lines of the README.
const BEGIN: &str = "<!-- The table is generated from values.yaml by cargo test (UPDATE=1 rewrites); do not edit it. -->\n";
const END: &str = "<!-- The end of the generated table. -->\n";

/// A value that users set: a scalar, any list, or an empty map.
pub struct Leaf {
    /// The path, with dots.
    pub key: String,
    pub default: Value,
    /// What stands above it, in one line.
    pub description: String,
}

impl Leaf {
    /// The type, in the table's words and in those of JSON schema.
    fn types(&self) -> (&'static str, &'static str) {
        match &self.default {
            Value::Null | Value::String(_) => ("string", "string"),
            Value::Number(_) => ("int", "integer"),
            Value::Bool(_) => ("bool", "boolean"),
            Value::Array(_) => ("list", "array"),
            Value::Object(_) => ("object", "object"),
        }
    }

    /// The type, in the table's words.
    pub fn type_name(&self) -> &'static str {
        self.types().0
    }
}

/// The README with the table of today's values.
pub fn readme() -> String {
    let readme = text(README);
    let (before, rest) = readme.split_once(BEGIN).expect("the README has the line that the table begins after");
    let (_, after) = rest.split_once(END).expect("the README has the line that the table ends before");
    let rows = leaves().into_iter().map(|leaf| vec![code(&leaf.key), leaf.type_name().into(), code(&leaf.default.to_string()), leaf.description]);
    format!("{before}{BEGIN}\n{}\n{END}{after}", table(&["key", "type", "default", "description"], rows))
}

/// The leaves of `values.yaml`, in its order.
pub fn leaves() -> Vec<Leaf> {
    let text = text(VALUES);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut leaves = Vec::new();
    collect(&tree::read(&text).expect("YAML")[0], "", &lines, &mut leaves);
    leaves
}

fn collect(node: &Node, path: &str, lines: &[&str], leaves: &mut Vec<Leaf>) {
    for member in node.members() {
        let key = if path.is_empty() { member.name.clone() } else { format!("{path}.{}", member.name) };
        if matches!(&member.node.content, Content::Members(members) if !members.is_empty()) {
            collect(&member.node, &key, lines, leaves);
        } else {
            leaves.push(Leaf { key, default: member.node.value(), description: description(&lines[..member.place.line - 1]) });
        }
    }
}

/// The comment at the end of the lines, where it is marked as a description.
fn description(lines: &[&str]) -> String {
    let start = lines.iter().rposition(|line| !line.starts_with('#')).map_or(0, |before| before + 1);
    let words = lines[start..].iter().map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ");
    words.strip_prefix("-- ").unwrap_or_default().to_owned()
}

/// The schema of the values.
pub fn schema() -> Value {
    serde_json::from_str(&text(SCHEMA)).expect("JSON")
}

/// What there is in the schema of a key.
pub enum Described<'a> {
    /// Nothing, and it is refused.
    Nowhere,
    /// Nothing, and whatever stands there is passed on to Kubernetes.
    Anything,
    By(&'a Value),
}

/// Looks a key up in the schema.
pub fn described<'a>(schema: &'a Value, key: &str) -> Described<'a> {
    let mut schema = schema;
    for step in key.split('.') {
        match schema["properties"].get(step) {
            Some(member) => schema = member,
            None if schema["additionalProperties"] == Value::Bool(false) => return Described::Nowhere,
            None => return Described::Anything,
        }
    }
    Described::By(schema)
}

/// The paths of a schema's members that have no members themselves.
fn paths(schema: &Value, path: &str) -> Vec<String> {
    let Some(members) = schema["properties"].as_object() else { return vec![path.into()] };
    let below = members.iter().map(|(name, member)| (if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, member));
    below.flat_map(|(path, member)| paths(member, &path)).collect()
}

#[test]
fn the_schema_says_of_each_value_what_the_values_say() {
    let schema = schema();
    let leaves = leaves();
    let mut faults = Vec::new();
    for leaf in &leaves {
        let Leaf { key, default: _, description } = leaf;
        let mut fault = |fault: &str| faults.push(format!("{key}: {fault}"));
        if description.is_empty() {
            fault("no `# --` line right above it in values.yaml");
        }
        match described(&schema, key) {
            Described::Nowhere => fault("not in values.schema.json"),
            Described::Anything => {}
            Described::By(member) => {
                if member["description"] != description.as_str() {
                    fault(&format!("values.yaml says `{description}`, values.schema.json {}", member["description"]));
                }
                let types = member["type"].as_array().cloned().unwrap_or_else(|| vec![member["type"].clone()]);
                if !types.contains(&leaf.types().1.into()) {
                    fault(&format!("in values.yaml it is {}, in values.schema.json {}", leaf.types().1, member["type"]));
                }
            }
        }
    }
    for path in paths(&schema, "") {
        // `global` is Helm's own
        if path != "global" && !leaves.iter().any(|leaf| leaf.key == path || leaf.key.starts_with(&format!("{path}."))) {
            faults.push(format!("{path}: in values.schema.json, and not in values.yaml"));
        }
    }
    assert!(faults.is_empty(), "the chart's values.yaml and values.schema.json differ:\n{}", faults.join("\n"));
}
