//! Arbitrary specifications, made from the schemas that a Kubernetes server holds them against: each member is there or not, values
//! are within and at their bounds, and texts are plausible or nasty. What is added to the schemas is covered by it

use std::collections::BTreeMap;

use ecs_operator::ecs::{self, crds, unset};
use ecs_operator::translate::Origin;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::taken_out::{around, take_out};
use crate::words::{DEVICES, MOUNT_OPTIONS, NASTY, SERVERS, plausible};

/// What a rule requires, and not the schema.
const REQUIRED: [&str; 3] = ["desiredCount", "image", "taskDefinition"];

/// The documents of one service, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Specification {
    pub service: Value,
    pub task_definition: Value,
    pub cluster: Value,
}

impl Specification {
    /// The document that is spoken of.
    fn document(&mut self, origin: Origin) -> &mut Value {
        match origin {
            Origin::Service => &mut self.service,
            Origin::TaskDefinition => &mut self.task_definition,
            Origin::Cluster => &mut self.cluster,
        }
    }

    /// Without the member at a path such as `spec.cpu`, or without as much around it as has to go with it. `None` where nothing can.
    pub fn without(&self, origin: Origin, path: &str) -> Option<Self> {
        let mut path = path.strip_prefix("spec.")?;
        loop {
            let mut specification = self.clone();
            if !take_out(specification.document(origin), path) {
                return None;
            }
            if specification.read().is_ok() {
                return Some(specification);
            }
            path = around(path)?;
        }
    }

    /// The documents in their own types.
    pub fn read(&self) -> Result<(ecs::Service, ecs::TaskDefinition, ecs::Cluster), serde_json::Error> {
        Ok((unset::read(&self.service)?, unset::read(&self.task_definition)?, unset::read(&self.cluster)?))
    }
}

/// Specifications as the schemas have them.
pub fn specifications() -> impl Strategy<Value = Specification> {
    let schema = |definition: &CustomResourceDefinition| {
        let version = serde_json::to_value(&definition.spec.versions[0]).expect("JSON");
        (definition.spec.names.kind.clone(), version["schema"]["openAPIV3Schema"]["properties"]["spec"].clone())
    };
    let schemas: BTreeMap<String, Value> = crds::all().iter().map(schema).collect();
    let documents = (value(&schemas["ECSService"], ""), value(&schemas["ECSTaskDefinition"], ""), value(&schemas["ECSCluster"], ""));
    documents.prop_map(|(service, task_definition, cluster)| Specification { service, task_definition, cluster })
}

/// Those in which the first container mounts a volume of Docker's own driver.
pub fn mounting() -> impl Strategy<Value = Specification> {
    (specifications(), mounted()).prop_map(|(mut specification, options)| {
        specification.task_definition["volumes"] = json!([{ "name": "data", "dockerVolumeConfiguration": { "driverOpts": options } }]);
        specification.task_definition["containerDefinitions"][0]["mountPoints"] = json!([{ "sourceVolume": "data", "containerPath": "/data" }]);
        specification
    })
}

/// Options by which that driver mounts something.
fn mounted() -> impl Strategy<Value = Value> {
    let word = || text(&json!({}), "driverOpts").prop_filter_map("no text", |word| word.as_str().map(str::to_owned));
    let server = prop_oneof![select(SERVERS.as_slice()).prop_map(str::to_owned), word()];
    let device = prop_oneof![select(DEVICES.as_slice()).prop_map(str::to_owned), word()];
    let words = prop_oneof![3 => vec(select(MOUNT_OPTIONS.as_slice()).prop_map(str::to_owned), 0..4), 1 => vec(word(), 0..4)];
    (select(vec!["nfs", "nfs4"]), server, device, words).prop_map(|(type_, server, device, words)| {
        let words = [&[format!("addr={server}")], &words[..]].concat().join(",");
        json!({ "type": type_, "device": device, "o": words })
    })
}

/// The values that a schema has for the member of that name.
fn value(schema: &Value, name: &str) -> BoxedStrategy<Value> {
    if let Some(words) = schema["enum"].as_array() {
        return select(words.clone()).boxed();
    }
    if schema["x-kubernetes-int-or-string"] == true {
        return prop_oneof![integer(schema), text(schema, name)].boxed();
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, name),
        Some("array") => vec(value(&schema["items"], name), count(schema, "minItems", 0)..4).prop_map(Value::Array).boxed(),
        Some("string") => text(schema, name),
        Some("integer" | "number") => integer(schema),
        Some("boolean") => any::<bool>().prop_map(Value::Bool).boxed(),
        Some(other) => panic!("no values of type {other}"),
        None => select(vec![json!(null), json!("text"), json!({ "a": [1, "", null] })]).boxed(),
    }
}

/// What is required is there, other members now and then.
fn object(schema: &Value, name: &str) -> BoxedStrategy<Value> {
    let Some(members) = schema["properties"].as_object() else {
        let pair = (text(&json!({ "maxLength": 100 }), name), value(&schema["additionalProperties"], name));
        let pairs = vec(pair.prop_filter_map("no text", |(key, value)| Some((key.as_str()?.to_owned(), value))), 0..4);
        return pairs.prop_map(Value::from_iter).boxed();
    };
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let member = |(name, schema): (&String, &Value)| {
        let value = value(schema, name);
        let value = if required.contains(&name.as_str().into()) || REQUIRED.contains(&name.as_str()) {
            value.prop_map(Some).boxed()
        } else {
            weighted(0.2, value).boxed()
        };
        let name = name.clone();
        value.prop_map(move |value| Some((name.clone(), value?)))
    };
    let members: Vec<_> = members.iter().map(member).collect();
    members.prop_map(|members| members.into_iter().flatten().collect()).boxed()
}

/// Numbers that people use, and the bounds with the numbers beside them.
fn integer(schema: &Value) -> BoxedStrategy<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are whole and small")]
    let bound = |name: &str, otherwise: i64| schema[name].as_f64().map_or(otherwise, |bound| bound as i64);
    let range = bound("minimum", i64::MIN)..=bound("maximum", i64::MAX);
    let ends = [*range.start(), range.start().saturating_add(1), range.end().saturating_sub(1), *range.end()];
    let numbers = [-1, 0, 1, 2, 5, 30, 64, 80, 100, 256, 443, 512, 1024, 8080].into_iter().chain(ends);
    select(numbers.filter(|number| range.contains(number)).collect::<Vec<_>>()).prop_map(Value::from).boxed()
}

/// What may stand in a member of that name; and now and then anything, as long as it may be.
fn text(schema: &Value, name: &str) -> BoxedStrategy<Value> {
    let (least, most) = (count(schema, "minLength", 0), count(schema, "maxLength", 100));
    let (plausible, nasty) = (select(plausible(name)).prop_map(str::to_owned), select(NASTY.as_slice()).prop_map(str::to_owned));
    let text = prop_oneof![20 => plausible, 3 => nasty, 1 => any::<char>().prop_map(String::from), 1 => Just("a".repeat(most.min(3000)))];
    text.prop_map(move |text| text.chars().take(most).chain("a".repeat(least).chars().skip(text.chars().count())).collect::<String>().into()).boxed()
}

fn count(schema: &Value, bound: &str, otherwise: usize) -> usize {
    schema[bound].as_u64().and_then(|bound| usize::try_from(bound).ok()).unwrap_or(otherwise)
}
