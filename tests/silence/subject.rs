//! What is tried: the documents of a golden, and what comes of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ecs_operator::cli::documents::Documents;
use ecs_operator::cli::resolution::Resolution;
use ecs_operator::cli::translation::Translation;
use ecs_operator::documents::{self, Schemas};
use ecs_operator::ecs::crds;
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, Diagnostic, Inputs, KubernetesVersion, Rendering, Severity};
use ecs_operator::yaml::tree::{Content, Member, Node, Place};
use serde_json::{Value, json};

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

thread_local! {
    /// Where the values of secrets are kept, which is asked by the operator and stands in no object.
    static SECRETS: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Renders pods, and remembers where the values of their secrets are kept.
fn render(inputs: &Inputs<'_>) -> (Option<Rendering>, Vec<Diagnostic>) {
    let (rendering, diagnostics) = translate::render(inputs);
    let data = |rendering: &Rendering| rendering.secrets.iter().map(|(key, secret)| (key.clone(), json!(secret.value_from))).collect::<Value>();
    SECRETS.with_borrow_mut(|secrets| secrets.extend(rendering.iter().map(|rendering| json!({ "kind": "Secret", "data": data(rendering) }))));
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
        let kind = match document["kind"].as_str() {
            Some(kind) => kind,
            None if document.get("containerDefinitions").is_some() => "ECSTaskDefinition",
            None => "ECSService",
        };
        (&self.specifications[kind], specification(document))
    }

    pub fn outcome(&self, subject: &Subject, documents: &[Value]) -> Outcome {
        let read = documents::of_roots(&self.schemas, 0, "", documents.iter().map(node).collect());
        let documents = Documents::of_read(&self.schemas, &subject.name, read);
        let mut resolution = Resolution::of(&documents);
        let mut reports = [documents.reports.clone(), std::mem::take(&mut resolution.reports)].concat();
        let translation = Translation { resolution, settings: &subject.settings, kubernetes: KubernetesVersion::NEWEST, render };
        let mut objects = Vec::new();
        reports.extend(translation.run(&mut |object| objects.push(object)));
        objects.extend(SECRETS.take());
        let said = reports.into_iter().map(|report| (report.severity, report.name, report.object, report.path, report.message)).collect();
        Outcome { objects, said }
    }
}

/// The tree that the text of a document is read into, without the text: most of the time would go into reading it.
fn node(value: &Value) -> Node {
    let content = match value {
        Value::Array(items) => Content::List(items.iter().map(node).collect()),
        Value::Object(members) => {
            Content::Members(members.iter().map(|(name, value)| Member { name: name.clone(), place: Place::default(), node: node(value) }).collect())
        }
        scalar => Content::Scalar(scalar.clone()),
    };
    Node { content, place: Place::default() }
}

/// The specification of a document.
pub fn specification(document: &Value) -> &Value {
    if document.get("kind").is_some() { &document["spec"] } else { document }
}

/// The specification of a document, to be changed.
pub fn specification_mut(document: &mut Value) -> &mut Value {
    if document.get("kind").is_some() { &mut document["spec"] } else { document }
}

/// Every golden.
pub fn goldens() -> Vec<Subject> {
    let allowed = allowed();
    let goldens = entries(&repository("tests/golden")).into_iter().filter(|path| path.is_dir()).flat_map(|concept| entries(&concept));
    let subject = |case: PathBuf| {
        let own = case.join("settings.yaml");
        let settings = if own.exists() { settings(&own) } else { allowed.clone() };
        let input = fs::read_to_string(case.join("input")).ok();
        let files = input.map_or_else(|| vec![case.join("input.yaml")], |folder| entries(&repository(folder.trim())));
        let documents = files.iter().flat_map(|file| serde_saphyr::from_multiple::<Value>(&fs::read_to_string(file).expect("an input")).expect("YAML"));
        Subject { name: case.display().to_string(), documents: documents.collect(), settings }
    };
    goldens.map(subject).collect()
}

/// The settings of the goldens, which allow all that is dangerous.
pub fn allowed() -> Settings {
    settings(&repository("tests/golden/settings.yaml"))
}

fn settings(file: &Path) -> Settings {
    Settings::read(&fs::read_to_string(file).expect("a file")).expect("settings")
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries
}
