//! What is tried: the documents of a golden, or of a file of the corpus with what it refers to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ecs_operator::cli::input::Source;
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::{self, Schemas};
use ecs_operator::ecs::crds;
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, Diagnostic, Inputs, KubernetesVersion, Rendering, Severity};
use serde_json::{Value, json};

use crate::files::{corpus, entries};

/// Documents that are translated together.
pub struct Subject {
    pub name: String,
    pub documents: Vec<Value>,
    pub settings: Settings,
}

/// All that comes of documents, but for the lines in which something stands.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub objects: Vec<Value>,
    pub said: BTreeSet<(Severity, &'static str, documents::Object, String, String)>,
}

impl Outcome {
    pub fn is_refused(&self) -> bool {
        self.said.iter().any(|(severity, ..)| *severity == Severity::Error)
    }
}

thread_local! {
    /// Where the values of secrets are kept, which is asked by the operator and stands in no object.
    static SECRETS: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Renders pods, and remembers where the values of their secrets are kept.
fn render(inputs: &Inputs<'_>) -> (Option<Rendering>, Vec<Diagnostic>) {
    let (rendering, diagnostics) = translate::render(inputs);
    SECRETS.with_borrow_mut(|secrets| secrets.extend(rendering.iter().map(|rendering| json!(rendering.secrets))));
    (rendering, diagnostics)
}

/// Translates; the schemas are made once.
pub struct Translator {
    schemas: Schemas,
    specifications: BTreeMap<String, Value>,
}

impl Translator {
    pub fn new() -> Self {
        let specification = |definition: k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition| {
            let version = serde_json::to_value(&definition.spec.versions[0]).expect("JSON");
            (definition.spec.names.kind, version["schema"]["openAPIV3Schema"]["properties"]["spec"].clone())
        };
        Self { schemas: Schemas::new(), specifications: crds::all().into_iter().map(specification).collect() }
    }

    /// The schema of a document's specification, and the specification.
    pub fn schema<'a>(&'a self, document: &'a Value) -> (&'a Value, &'a Value) {
        match document["kind"].as_str() {
            Some(kind) => (&self.specifications[kind], &document["spec"]),
            None if document.get("containerDefinitions").is_some() => (&self.specifications["ECSTaskDefinition"], document),
            None => (&self.specifications["ECSService"], document),
        }
    }

    pub fn outcome(&self, subject: &Subject, documents: &[Value]) -> Outcome {
        let text = documents.iter().fold(String::new(), |text, document| text + "---\n" + &document.to_string() + "\n");
        let (documents, mut reports) = documents::read(&self.schemas, 0, &text).expect("JSON");
        let namespaces: Vec<String> = documents.iter().map(|document| document.namespace.clone().unwrap_or_else(|| "default".into())).collect();
        let sources = [Source { name: subject.name.clone(), text: String::new() }];
        let mut resolution = Resolution::of(&documents, &namespaces, &sources);
        reports.append(&mut resolution.reports);
        let translation = Translation { resolution, settings: &subject.settings, kubernetes: KubernetesVersion::NEWEST, render };
        let (mut objects, said) = translation.run();
        objects.extend(SECRETS.take());
        reports.extend(said);
        let said = reports.into_iter().map(|report| (report.severity, report.name, report.object, report.path, report.message)).collect();
        Outcome { objects, said }
    }
}

/// The specification of a document, to be changed.
pub fn specification_mut(document: &mut Value) -> &mut Value {
    if document.get("kind").is_some() { &mut document["spec"] } else { document }
}

/// Every golden that is not about another ingress class than the settings name, and the documents of the corpus.
pub fn all() -> Vec<Subject> {
    let allowed = settings(&repository("tests/golden/settings.yaml"));
    let goldens = entries(&repository("tests/golden")).into_iter().filter(|path| path.is_dir()).flat_map(|concept| entries(&concept));
    let of_goldens = goldens.map(|case| {
        let own = case.join("settings.yaml");
        let settings = if own.exists() { settings(&own) } else { allowed.clone() };
        let input = fs::read_to_string(case.join("input")).ok();
        let files = input.map_or_else(|| vec![case.join("input.yaml")], |folder| entries(&repository(folder.trim())));
        let documents = files.iter().flat_map(|file| serde_saphyr::from_multiple::<Value>(&fs::read_to_string(file).expect("an input")).expect("YAML"));
        Subject { name: case.display().to_string(), documents: documents.collect(), settings }
    });
    let of_corpus = corpus("A").into_iter().chain(corpus("B")).filter_map(|file| {
        let text = fs::read_to_string(&file).expect("UTF-8");
        let node = ecs_operator::yaml::tree::read(&text).ok()?.into_iter().next()?;
        let documents = with_what_it_refers_to(filled_in(bare(node.value())));
        Some(Subject { name: file.display().to_string(), documents, settings: allowed.clone() })
    });
    of_goldens.chain(of_corpus).collect()
}

fn settings(file: &Path) -> Settings {
    Settings::read(&fs::read_to_string(file).expect("a file")).expect("settings")
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
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

/// The document with a number for each placeholder, which stands well for names, accounts and tags.
fn filled_in(value: Value) -> Value {
    const FILLING: &str = "123456789012";
    match value {
        Value::String(text) => {
            let mut filled = String::new();
            let mut rest = text.as_str();
            let found = |text: &str| {
                [("<", ">"), ("${", "}"), ("{{", "}}")]
                    .into_iter()
                    .filter_map(|(open, close)| {
                        let start = text.find(open)?;
                        let end = start + text[start..].find(close)? + close.len();
                        Some((start, end))
                    })
                    .min()
            };
            while let Some((start, end)) = found(rest) {
                filled += &rest[..start];
                filled += FILLING;
                rest = &rest[end..];
            }
            Value::String(filled + rest)
        }
        Value::Array(items) => items.into_iter().map(filled_in).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, filled_in(member))).collect(),
        other => other,
    }
}

/// A task definition stands alone; a service comes with a task definition that has what it speaks of.
fn with_what_it_refers_to(document: Value) -> Vec<Value> {
    if document.get("containerDefinitions").is_some() || !document.is_object() {
        return vec![document];
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
