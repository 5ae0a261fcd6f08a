//! `import`: `tests/import/<case>/` holds ECS documents (`input.*`) and what they become: `resources.yaml` and `diagnostics.yaml`.
//! `UPDATE=1 cargo test --test corpus` rewrites those. For every case, and for every document of a corpus where there is one beside the
//! checkout, the custom resources render as the documents themselves do.

use std::fs;
use std::path::{Path, PathBuf};

use ecs_operator::cli::output::{self, Format};
use ecs_operator::documents::Schemas;
use ecs_operator::translate::names::TASK_DEFINITION_ANNOTATION;
use ecs_operator::yaml;
use ecs_operator::yaml::tree::{self, Node};
use serde_json::{Value, json};
use similar::TextDiff;

use crate::documents::Read;
use crate::files::{corpus, entries};

#[test]
fn every_case_becomes_what_its_folder_says() {
    let (schemas, mut differences) = (Schemas::new(), String::new());
    for case in cases() {
        let read = Read::of(&schemas, &input(&case)).expect("readable");
        let (resources, reports) = read.imported(None);
        let report = |report: &ecs_operator::documents::Report| {
            let object = format!("{}/{}", report.object.kind, report.object.name);
            json!({ "name": report.name, "severity": report.severity, "object": object, "path": report.path, "line": report.place.line, "message": report.message })
        };
        let diagnostics = yaml::to_string(&reports.iter().map(report).collect::<Vec<_>>()).expect("YAML");
        for (file, made) in [("resources.yaml", resources), ("diagnostics.yaml", diagnostics)] {
            let golden = fs::read_to_string(case.join(file)).unwrap_or_default();
            if golden != made && std::env::var_os("UPDATE").is_some() {
                fs::write(case.join(file), made).expect("written");
            } else if golden != made {
                let header = case.join(file).display().to_string();
                differences += &TextDiff::from_lines(&golden, &made).unified_diff().header(&header, "made").to_string();
            }
        }
    }
    assert!(differences.is_empty(), "\n{differences}\n`UPDATE=1 cargo test --test corpus` rewrites the files.");
}

#[test]
fn what_is_imported_renders_as_the_documents_do() {
    // Two services of one family that run two revisions cannot both be had: that is a warning.
    let own = cases().into_iter().filter(|case| !case.ends_with("two revisions of a family")).map(|case| input(&case));
    let files: Vec<PathBuf> = own.chain(corpus("A")).chain(corpus("B")).collect();
    let (schemas, mut different) = (Schemas::new(), Vec::new());
    for file in &files {
        let Ok(raw) = Read::of(&schemas, file) else { continue };
        let (resources, _) = raw.imported(None);
        let (objects, reports) = raw.rendered();
        // A task definition alone is rendered as if a service used it; so it must be asked for here.
        let imagined = reports.iter().filter(|report| report.name == "service-imagined").map(|report| {
            let name = &report.object.name;
            let family = raw.family_of(name);
            let service = json!({ "apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": { "name": name },
                "spec": { "taskDefinition": family, "desiredCount": 1 } });
            format!("---\n{}", yaml::to_string(&service).expect("YAML"))
        });
        let text = resources + &imagined.collect::<String>();
        let again = if text.is_empty() { Vec::new() } else { Read::of_text(&schemas, "imported.yaml", &text).expect("readable").rendered().0 };
        if written(objects) != written(again) {
            different.push(file);
        }
    }
    assert!(files.len() > 4 && different.is_empty(), "{different:#?}");
}

#[test]
fn members_come_in_the_order_in_which_ecs_documents_them() {
    let documented = |operation: &str| -> Vec<String> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ecs-api").join(operation);
        let text = fs::read_to_string(file).expect("a list of members");
        text.lines().filter_map(|line| Some(line.split('\t').next()?.to_owned())).collect()
    };
    let operations = [("ECSTaskDefinition", documented("ecs.RegisterTaskDefinition.tsv")), ("ECSService", documented("ecs.CreateService.tsv"))];
    let (schemas, mut seen) = (Schemas::new(), 0);
    for file in cases().iter().map(|case| input(case)).chain(corpus("A")).chain(corpus("B")) {
        let Ok(read) = Read::of(&schemas, &file) else { continue };
        for resource in tree::read(&read.imported(None).0).expect("YAML") {
            let kind = resource.text("kind").expect("a kind");
            let Some((_, documented)) = operations.iter().find(|(name, _)| *name == kind) else { continue };
            seen += in_order(documented, resource.get("spec").expect("a specification"), "", &file);
        }
    }
    assert!(seen > 20, "{seen} members");
}

/// Asserts that the members below `node` are in the order of `documented`, as far as they are there, and counts them.
fn in_order(documented: &[String], node: &Node, path: &str, file: &Path) -> usize {
    let mut seen = 0;
    for item in node.items().unwrap_or_default() {
        seen += in_order(documented, item, &format!("{path}[]"), file);
    }
    let mut last = 0;
    for member in node.members() {
        let path = if path.is_empty() { member.name.clone() } else { format!("{path}.{}", member.name) };
        if let Some(line) = documented.iter().position(|documented| *documented == path) {
            assert!(line > last, "{path} comes too late in {}", file.display());
            (last, seen) = (line, seen + 1);
        }
        seen += in_order(documented, &member.node, &path, file);
    }
    seen
}

/// Objects as text; without the number of the task definition's revision, which a cluster gives anew.
fn written(mut objects: Vec<Value>) -> String {
    for object in &mut objects {
        let template = object.pointer_mut("/spec/template/metadata/annotations").and_then(Value::as_object_mut);
        if let Some(Value::String(revision)) = template.and_then(|annotations| annotations.get_mut(TASK_DEFINITION_ANNOTATION)) {
            *revision = revision.rsplit_once(':').expect("family:revision").0.to_owned();
        }
    }
    output::objects(&objects, Format::Yaml).expect("YAML")
}

fn cases() -> Vec<PathBuf> {
    entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import"))
}

fn input(case: &Path) -> PathBuf {
    entries(case).into_iter().find(|file| file.file_stem().is_some_and(|stem| stem == "input")).expect("an input")
}
