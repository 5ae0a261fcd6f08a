//! The check of a specification against the schema of its kind: what a Kubernetes server would refuse or leave out.
//!
//! `null`, `""` and `[]` mean "unset", as everywhere, so they are never at fault, only missing where something is required.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool};
use serde_json::{Number, Value};

use super::fault::Fault;
use super::kind::Kind;
use crate::nearest::nearest;
use crate::yaml::tree::{Content, Node, Place};

/// The schemas of the specifications of our kinds. Each is read when it is first asked for, from what was generated of our types: to
/// generate it takes many times as long as all else that `render` does.
#[derive(Debug, Default)]
pub struct Schemas {
    by_kind: [OnceLock<Option<JSONSchemaProps>>; Kind::ALL.len()],
}

/// Something at fault, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path of the member.
    pub path: String,
    /// Where it was written.
    pub place: Place,
    /// What is at fault.
    pub fault: Fault,
}

impl Schemas {
    /// The schemas of today's custom resource definitions.
    pub fn new() -> Self {
        Self::default()
    }

    /// The schema of the specification of a kind.
    pub fn of(&self, kind: Kind) -> Option<&JSONSchemaProps> {
        let text = match kind {
            Kind::Cluster => include_str!("schemas/ECSCluster.json"),
            Kind::Service => include_str!("schemas/ECSService.json"),
            Kind::TaskDefinition => include_str!("schemas/ECSTaskDefinition.json"),
            Kind::AccessGrant => include_str!("schemas/AWSAccessGrant.json"),
        };
        // A test holds the files against the types.
        self.by_kind.get(kind as usize)?.get_or_init(|| serde_json::from_str(text).ok()).as_ref()
    }

    /// All that is at fault in a specification that stands at `path`.
    pub fn check(&self, kind: Kind, specification: &Node, path: &str) -> Vec<Finding> {
        let mut walk = Walk { findings: Vec::new() };
        if let Some(schema) = self.of(kind) {
            walk.node(schema, specification, Path::Root(path), specification.place);
        }
        walk.findings
    }
}

/// The path of a member of what stands at `path`.
pub fn member_path(path: &str, member: &str) -> String {
    if path.is_empty() { member.to_owned() } else { format!("{path}.{member}") }
}

/// Whether a value means that its member is not there.
pub fn is_unset(node: &Node) -> bool {
    match &node.content {
        Content::Scalar(Value::Null) => true,
        Content::Scalar(Value::String(text)) => text.is_empty(),
        Content::List(items) => items.is_empty(),
        Content::Scalar(_) | Content::Members(_) => false,
    }
}

/// Whether a member is there with capitals where it has none; it is reported by the name it has.
pub fn is_in_another_case(node: &Node, name: &str) -> bool {
    node.members().iter().any(|member| member.name != name && member.name.eq_ignore_ascii_case(name))
}

struct Walk {
    findings: Vec<Finding>,
}

/// Where the walk is. Made into a text only where something is at fault.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root(&'a str),
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(path) => formatter.write_str(path),
            Self::Member(Path::Root(""), name) => formatter.write_str(name),
            Self::Member(path, name) => write!(formatter, "{path}.{name}"),
            Self::Item(path, index) => write!(formatter, "{path}[{index}]"),
        }
    }
}

impl Walk {
    fn report(&mut self, path: Path<'_>, place: Place, fault: Fault) {
        self.findings.push(Finding { path: path.to_string(), place, fault });
    }

    /// Checks `node`; `place` is where it is best shown, which for a member is its name.
    fn node(&mut self, schema: &JSONSchemaProps, node: &Node, path: Path<'_>, place: Place) {
        if is_unset(node) {
            return;
        }
        let found = type_of(node);
        let string_or_integer = schema.x_kubernetes_int_or_string == Some(true);
        let fits = match schema.type_.as_deref() {
            _ if string_or_integer => matches!(found, "string" | "integer"),
            Some("number") => matches!(found, "number" | "integer"),
            Some(expected) => found == expected,
            None => true,
        };
        if !fits {
            let expected = if string_or_integer { "a string or an integer" } else { schema.type_.as_deref().map_or("another type", in_words) };
            let found = if found == "integer" { "a number" } else { in_words(found) };
            return self.report(path, place, Fault::WrongType { expected, found });
        }
        match &node.content {
            Content::Members(_) => self.members(schema, node, path, place),
            Content::List(items) => self.items(schema, items, path, place),
            Content::Scalar(Value::String(text)) => self.text(schema, text, path, place),
            Content::Scalar(Value::Number(number)) => self.number(schema, number, path, place),
            Content::Scalar(_) => {}
        }
    }

    fn members(&mut self, schema: &JSONSchemaProps, node: &Node, path: Path<'_>, place: Place) {
        let nothing = BTreeMap::new();
        let known = schema.properties.as_ref().unwrap_or(&nothing);
        let values = match &schema.additional_properties {
            Some(JSONSchemaPropsOrBool::Schema(values)) => Some(values.as_ref()),
            Some(JSONSchemaPropsOrBool::Bool(_)) | None => None,
        };
        let anything =
            schema.x_kubernetes_preserve_unknown_fields == Some(true) || matches!(schema.additional_properties, Some(JSONSchemaPropsOrBool::Bool(true)));
        for member in node.members() {
            let at = Path::Member(&path, &member.name);
            match known.get(&member.name).or(values) {
                Some(schema) => self.node(schema, &member.node, at, member.place),
                None if anything || is_unset(&member.node) => {}
                None => {
                    let nearest = nearest(&member.name, known.keys().map(String::as_str)).map(str::to_owned);
                    self.report(at, member.place, Fault::UnknownMember { member: shortened(&member.name), nearest, read_only: false });
                }
            }
        }
        if let Some(most) = schema.max_properties.filter(|most| exceeds(node.members().len(), *most)) {
            self.out_of_range(path, place, format!("{} members are too many", node.members().len()), format!("at most {most}"));
        }
        for name in schema.required.iter().flatten() {
            if node.get(name).is_none_or(is_unset) && !is_in_another_case(node, name) {
                let about = known.get(name).and_then(|schema| schema.description.as_deref()).map(first_sentence).unwrap_or_default();
                self.report(Path::Member(&path, name), place, Fault::MissingMember { member: name.clone(), about });
            }
        }
    }

    fn items(&mut self, schema: &JSONSchemaProps, items: &[Node], path: Path<'_>, place: Place) {
        let item_schema = match &schema.items {
            Some(JSONSchemaPropsOrArray::Schema(item)) => Some(item.as_ref()),
            Some(JSONSchemaPropsOrArray::Schemas(_)) | None => None,
        };
        for (index, item) in items.iter().enumerate() {
            if let Some(item_schema) = item_schema {
                self.node(item_schema, item, Path::Item(&path, index), item.place);
            }
        }
        if let Some(most) = schema.max_items.filter(|most| exceeds(items.len(), *most)) {
            self.out_of_range(path, place, format!("{} items are too many", items.len()), format!("at most {most}"));
        }
        for key in schema.x_kubernetes_list_map_keys.iter().flatten() {
            let mut seen = BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                if let Some(member) = item.member(key)
                    && let Some(value) = member.node.as_text()
                    && !seen.insert(value)
                {
                    let fault = Fault::DoubledItem { key: key.clone(), value: shortened(value) };
                    self.report(Path::Member(&Path::Item(&path, index), key), member.place, fault);
                }
            }
        }
    }

    fn text(&mut self, schema: &JSONSchemaProps, text: &str, path: Path<'_>, place: Place) {
        if let Some(words) = &schema.enum_ {
            let words: Vec<&str> = words.iter().filter_map(|word| word.0.as_str()).filter(|word| !word.is_empty()).collect();
            if !words.contains(&text) {
                let nearest = nearest(text, words.iter().copied()).map(str::to_owned);
                let words = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
                self.report(path, place, Fault::UnknownWord { word: shortened(text), words, nearest });
            }
            return;
        }
        let length = text.chars().count();
        if let Some(most) = schema.max_length.filter(|most| exceeds(length, *most)) {
            self.out_of_range(path, place, format!("{length} characters are too many"), format!("at most {most}"));
        } else if let Some(least) = schema.min_length.filter(|least| i64::try_from(length).is_ok_and(|length| length < *least)) {
            self.out_of_range(path, place, format!("{length} characters are too few"), format!("at least {least}"));
        }
    }

    fn number(&mut self, schema: &JSONSchemaProps, number: &Number, path: Path<'_>, place: Place) {
        let Some(value) = number.as_f64() else { return };
        let too_small = schema.minimum.is_some_and(|least| value < least);
        let too_large = schema.maximum.is_some_and(|most| value > most);
        if too_small || too_large {
            let range = match (schema.minimum, schema.maximum) {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                (Some(least), None) => format!("at least {least}"),
                (None, Some(most)) => format!("at most {most}"),
                (None, None) => String::new(),
            };
            self.out_of_range(path, place, format!("{number} is out of range"), range);
        }
    }

    fn out_of_range(&mut self, path: Path<'_>, place: Place, what: String, range: String) {
        self.report(path, place, Fault::OutOfRange { what, range });
    }
}

fn exceeds(count: usize, most: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count > most)
}

/// The type of a value, in the words of JSON schema.
fn type_of(node: &Node) -> &'static str {
    match &node.content {
        Content::List(_) => "array",
        Content::Members(_) | Content::Scalar(Value::Object(_)) => "object",
        Content::Scalar(Value::String(_)) => "string",
        Content::Scalar(Value::Bool(_)) => "boolean",
        Content::Scalar(Value::Number(number)) if number.is_i64() || number.is_u64() => "integer",
        Content::Scalar(Value::Number(_)) => "number",
        Content::Scalar(Value::Null | Value::Array(_)) => "null",
    }
}

fn in_words(type_name: &str) -> &'static str {
    match type_name {
        "array" => "a list",
        "object" => "an object",
        "string" => "a string",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        _ => "nothing",
    }
}

/// A text as messages quote it: not longer than a line, and without line breaks.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(MOST).collect();
    if text.chars().nth(MOST).is_some() { format!("{line}…") } else { line }
}

/// The first sentence of a description.
pub fn first_sentence(text: &str) -> String {
    let text = text.replace('\n', " ");
    match text.find(". ") {
        Some(end) => text.chars().take(text.get(..=end).map_or(0, |sentence| sentence.chars().count())).collect(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::Schemas;
    use crate::documents::Kind;
    use crate::yaml::tree::read;

    fn findings(kind: Kind, text: &str) -> Vec<(String, &'static str)> {
        let node = read(text).expect("readable").remove(0);
        Schemas::new().check(kind, &node, "spec").into_iter().map(|finding| (finding.path, finding.fault.name())).collect()
    }

    #[test]
    fn what_is_unset_is_never_at_fault() {
        let text = "{family: '', cpu: null, volumes: [], containerDefinitions: [{name: a, image: b, mountPoints: [], logConfiguration: {logDriver: ''}}]}";
        assert_eq!(findings(Kind::TaskDefinition, text), []);
        assert_eq!(findings(Kind::TaskDefinition, "{containerDefinitions: []}"), [("spec.containerDefinitions".into(), "missing-member")]);
    }

    #[test]
    fn every_fault_is_found_with_its_path() {
        let text = "{cpu: 1.5, memory: '512', containerDefinitions: [{name: a, imgae: b, environment: [{name: N, value: 1}]}, {name: a, \
                     portMappings: [{containerPort: 70000, protocol: TCP}]}, x], requiresCompatibilities: EC2}";
        let expected = [
            ("spec.cpu", "wrong-type"),
            ("spec.containerDefinitions[0].imgae", "unknown-member"),
            ("spec.containerDefinitions[0].environment[0].value", "wrong-type"),
            ("spec.containerDefinitions[1].portMappings[0].containerPort", "out-of-range"),
            ("spec.containerDefinitions[1].portMappings[0].protocol", "unknown-word"),
            ("spec.containerDefinitions[2]", "wrong-type"),
            ("spec.containerDefinitions[1].name", "doubled-item"),
            ("spec.requiresCompatibilities", "wrong-type"),
        ];
        let expected: Vec<_> = expected.iter().map(|(path, name)| ((*path).to_owned(), *name)).collect();
        assert_eq!(findings(Kind::TaskDefinition, text), expected);
    }
}
