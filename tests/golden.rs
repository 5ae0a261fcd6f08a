//! Goldens: `tests/golden/<concept>/<case>/` holds what comes in (`input.yaml`, or `input`, the name of a folder),
//! and what translation makes of it: `objects.yaml` and `diagnostics.yaml`. `UPDATE=1 cargo test --test golden`
//! rewrites those. They are for the newest version of Kubernetes; `objects.1.34.yaml` stands where an older one
//! gets others. A case may have `settings.yaml` and `ingress-classes.yaml` of its own.

#![expect(clippy::expect_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ecs_operator::ecs;
use ecs_operator::ecs::reference::TaskDefinitionReference;
use ecs_operator::grant::{self, Grants, Home, Labels, Named};
use ecs_operator::settings::Settings;
use ecs_operator::translate::{self, Diagnostic, Fault, IngressClass, Inputs, KubernetesVersion, Object, Origin, TaskDefinitionRevision, Translation, Waiting};
use ecs_operator::yaml;
use serde_json::{Value, json};
use similar::TextDiff;

/// The minor versions of Kubernetes that the cases are rendered for, the newest first.
const VERSIONS: [u32; 3] = [37, 36, 34];
/// What the controller says, not translation.
const OF_THE_CONTROLLER: [&str; 3] = ["newer-rendering-available", "replicas-set-by-another", "value-not-read"];

#[test]
fn every_case_is_as_its_folder_says() {
    let mut differences = String::new();
    for case in cases() {
        let [newest, others @ ..] = VERSIONS.map(|minor| (minor, case.translated(KubernetesVersion { minor })));
        let mut files = vec![("objects.yaml".to_owned(), Some(newest.1.0.clone())), ("diagnostics.yaml".into(), Some(newest.1.1.clone()))];
        for (minor, (objects, diagnostics)) in others {
            files.push((format!("objects.1.{minor}.yaml"), Some(objects).filter(|objects| *objects != newest.1.0)));
            files.push((format!("diagnostics.1.{minor}.yaml"), Some(diagnostics).filter(|diagnostics| *diagnostics != newest.1.1)));
        }
        for (file, made) in files {
            let path = case.folder.join(file);
            let golden = fs::read_to_string(&path).ok();
            if golden == made {
                continue;
            }
            match (std::env::var_os("UPDATE"), made) {
                (Some(_), Some(made)) => fs::write(&path, made).expect("the golden is written"),
                (Some(_), None) => fs::remove_file(&path).expect("the golden is removed"),
                (None, made) => {
                    let (golden, made) = (golden.unwrap_or_default(), made.unwrap_or_default());
                    let diff = TextDiff::from_lines(&golden, &made);
                    differences += &diff.unified_diff().context_radius(4).header(&path.display().to_string(), "made").to_string();
                }
            }
        }
    }
    assert!(differences.is_empty(), "\n{differences}\n`UPDATE=1 cargo test --test golden` rewrites the goldens.");
}

#[test]
fn every_fault_is_in_a_case() {
    let said: BTreeSet<String> = cases().iter().flat_map(Case::faults).collect();
    let unsaid: Vec<&str> = Fault::catalogue().map(|fault| fault.name).filter(|name| !said.contains(*name) && !OF_THE_CONTROLLER.contains(name)).collect();
    assert!(unsaid.is_empty(), "in no golden: {unsaid:?}");
}

/// A folder of goldens.
struct Case {
    folder: PathBuf,
}

/// A document of ours.
struct Document {
    kind: String,
    namespace: String,
    name: String,
    spec: Value,
}

/// What is translated: a service, with the task definition that it refers to.
struct Subject<'a> {
    document: &'a Document,
    service: ecs::Service,
    task_definition: &'a Document,
    family: String,
    specification: ecs::TaskDefinition,
}

impl Case {
    /// `objects.yaml` and `diagnostics.yaml` for a version of Kubernetes.
    fn translated(&self, kubernetes: KubernetesVersion) -> (String, String) {
        let documents = self.documents();
        let settings = self.settings();
        let classes = self.ingress_classes();
        let cluster = documents.iter().find(|document| document.kind == "ECSCluster").map(Document::read::<ecs::Cluster>);
        let grants = documents.iter().filter(|document| document.kind == "AWSAccessGrant");
        let grants: grant::All = grants.map(|document| (document.name.clone(), Ok(document.read()))).collect();
        let (mut accounts, mut objects, mut diagnostics) = (BTreeMap::new(), Vec::new(), Vec::new());
        for subject in subjects(&documents) {
            let Subject { document, service, task_definition, family, specification } = &subject;
            let home = Home::of(&settings);
            let named = Named::of(grant::names(specification), &grants, Labels::Name(&document.namespace), &home);
            let inputs = Inputs {
                namespace: &document.namespace,
                name: &document.name,
                service,
                task_definition: TaskDefinitionRevision { name: &task_definition.name, family, revision: 1, spec: specification },
                cluster: cluster.as_ref(),
                settings: &settings,
                grants: if grants.is_empty() { Grants::Unknown } else { Grants::Known(&named) },
                has_ack: false,
                kubernetes,
                ingress_classes: &classes,
                service_revision: 1,
                running_ports: &[],
            };
            let Translation { rendering, desired, diagnostics: said } = translate::translate(&inputs);
            // A task definition that several services use says the same for each.
            for entry in said.iter().map(|diagnostic| subject.diagnostic(diagnostic)) {
                if !diagnostics.contains(&entry) {
                    diagnostics.push(entry);
                }
            }
            if let Some(desired) = &desired {
                diagnostics.extend(desired.waiting.iter().map(|Waiting::IngressClass { name }| json!({ "waitsFor": format!("IngressClass/{name}") })));
            }
            let (Some(rendering), Some(desired)) = (rendering, desired) else { continue };
            let identities = translate::identities(&document.namespace, &task_definition.name, &rendering.service_account, &settings, false);
            accounts.insert(rendering.service_account.name.clone(), identities);
            let secrets = translate::secret::secrets(&document.namespace, &document.name, 1, &rendering);
            objects.extend(secrets.into_iter().map(|secret| secret.object).chain(desired.objects));
        }
        (text(accounts.values().flatten().chain(&objects)), yaml::to_string(&Value::Array(diagnostics)).expect("YAML"))
    }

    /// The names in `diagnostics.yaml`, and in those of other versions.
    fn faults(&self) -> Vec<String> {
        let files = entries(&self.folder).into_iter().filter(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("diagnostics.")));
        let read = |file: PathBuf| serde_saphyr::from_str::<Vec<Value>>(&fs::read_to_string(file).expect("a file")).expect("a list of diagnostics");
        let diagnostics: Vec<Value> = files.flat_map(read).collect();
        diagnostics.iter().filter_map(|diagnostic| Some(diagnostic["name"].as_str()?.to_owned())).collect()
    }

    fn documents(&self) -> Vec<Document> {
        let named = fs::read_to_string(self.folder.join("input")).ok();
        let files = match named {
            Some(folder) => entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder.trim())),
            None => vec![self.folder.join("input.yaml")],
        };
        let texts = files.iter().map(|file| fs::read_to_string(file).expect("an input"));
        texts.flat_map(|text| serde_saphyr::from_multiple::<Value>(&text).expect("YAML")).map(|value| Document::of(&value)).collect()
    }

    fn settings(&self) -> Settings {
        let own = self.folder.join("settings.yaml");
        let file = if own.exists() { own } else { goldens().join("settings.yaml") };
        serde_saphyr::from_str(&fs::read_to_string(file).expect("settings")).expect("settings")
    }

    /// Those that the case says, else that of the AWS Load Balancer Controller.
    fn ingress_classes(&self) -> Vec<IngressClass> {
        let aws = "[{ name: alb, controller: ingress.k8s.aws/alb }]";
        let own = fs::read_to_string(self.folder.join("ingress-classes.yaml")).ok();
        let classes: Vec<Value> = serde_saphyr::from_str(own.as_deref().unwrap_or(aws)).expect("a list of classes");
        let text = |class: &Value, member: &str| class[member].as_str().unwrap_or_default().to_owned();
        let class = |class: &Value| IngressClass { name: text(class, "name"), controller: text(class, "controller"), default: class["default"] == true };
        classes.iter().map(class).collect()
    }
}

impl Document {
    fn of(value: &Value) -> Self {
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let namespace = Some(text("/metadata/namespace")).filter(|namespace| !namespace.is_empty());
        Self { kind: text("/kind"), namespace: namespace.unwrap_or_else(|| "default".into()), name: text("/metadata/name"), spec: value["spec"].clone() }
    }

    fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        ecs::unset::read(&self.spec).expect(&self.name)
    }
}

impl Subject<'_> {
    fn diagnostic(&self, diagnostic: &Diagnostic) -> Value {
        let Diagnostic { origin, path, fault } = diagnostic;
        let object = match origin {
            Origin::Service => format!("ECSService/{}", self.document.name),
            Origin::TaskDefinition => format!("ECSTaskDefinition/{}", self.task_definition.name),
            Origin::Cluster => "ECSCluster".into(),
        };
        json!({ "name": fault.name(), "severity": fault.severity(), "object": object, "path": path, "message": fault.message() })
    }
}

/// The services with their task definitions. One that names none, or one that is not there, has the first.
fn subjects(documents: &[Document]) -> Vec<Subject<'_>> {
    let of_kind = |kind: &'static str| documents.iter().filter(move |document| document.kind == kind);
    let family = |document: &Document| document.read::<ecs::TaskDefinition>().family.unwrap_or_else(|| document.name.clone());
    let subject = |document| {
        let service = Document::read::<ecs::Service>(document);
        let reference = service.task_definition.as_deref().and_then(|text| text.parse::<TaskDefinitionReference>().ok());
        let is_meant = |definition: &&Document| reference.as_ref().is_some_and(|reference| reference.family == family(definition));
        let task_definition = of_kind("ECSTaskDefinition").find(is_meant).or_else(|| of_kind("ECSTaskDefinition").next()).expect("a task definition");
        Subject { document, service, task_definition, family: family(task_definition), specification: task_definition.read() }
    };
    of_kind("ECSService").map(subject).collect()
}

/// The objects as YAML documents, in the order in which they are applied.
fn text<'a>(objects: impl Iterator<Item = &'a Object>) -> String {
    let text = objects.map(|object| yaml::to_string(&object.body).expect("YAML")).fold(String::new(), |text, object| text + "---\n" + &object);
    if text.is_empty() { "# Nothing is made.\n".into() } else { text }
}

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn cases() -> Vec<Case> {
    let folders = |folder: &Path| entries(folder).into_iter().filter(|entry| entry.is_dir()).collect::<Vec<_>>();
    folders(&goldens()).iter().flat_map(|concept| folders(concept)).map(|folder| Case { folder }).collect()
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries
}
