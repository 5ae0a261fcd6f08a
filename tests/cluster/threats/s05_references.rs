//! S5: no reference leaves its namespace: there is no member to say another one with, and no name that is read as one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, service, task_definition};
use crate::context::Context;
use crate::files::entries;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s5_no_reference_leaves_its_namespace), Trial::parallel(s5_no_member_and_no_object_says_another_namespace)]
}

/// Members whose name has the word and that mean something else: a kernel parameter, and a namespace of Cloud Map.
const OTHER_NAMESPACES: [&str; 2] = ["spec.containerDefinitions.systemControls.namespace", "spec.serviceConnectConfiguration.namespace"];

/// A tenant names the task definition of another namespace in every way that comes to mind.
async fn s5_no_reference_leaves_its_namespace(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let elsewhere = scene.cluster.namespace_for("threats-s5-elsewhere").await?;
    let secret = json!({"name": "A", "valueFrom": "prod/db-password"});
    let foreign = task_definition("foreign", &json!({"secrets": [secret]})).to_string();
    scene.cluster.kubectl_with(&["--namespace", &elsewhere, "apply"], &foreign).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let path = ours(&scene, "ecsservices");
    let arn = "arn:aws:ecs:us-east-1:123456789012:task-definition";
    let names = [
        "foreign".to_owned(),
        format!("{elsewhere}/foreign"),
        format!("{elsewhere}.foreign"),
        format!("../{elsewhere}/foreign"),
        format!("{arn}/{elsewhere}/foreign:1"),
        format!("{arn}/foreign:1"),
        "foreign:1".to_owned(),
    ];
    for (number, name) in names.iter().enumerate() {
        let mut object = service(&format!("reference-{number}"));
        object["spec"]["taskDefinition"] = json!(name);
        let answer = tenant.create(&path, &object).await?;
        if answer.status == 422 {
            continue;
        }
        answer.done(name)?;
        scene.condition("ecsservices", &format!("reference-{number}"), "Ready", "False", None).await?;
    }
    let made: Vec<Value> = scene.list("deployments").await?.into_iter().filter(|made| made["metadata"]["name"] != "ecs-operator").collect();
    ensure(made.is_empty(), format!("{made:?}"))?;
    scene.ledger.requests().in_namespace(&elsewhere).expect_none("nothing is asked of another namespace")?;
    scene.cluster.kubectl(&["delete", "namespace", &elsewhere, "--wait=false"]).await.map(drop)
}

/// The definitions have no member for it, and whatever the goldens make says one namespace throughout.
async fn s5_no_member_and_no_object_says_another_namespace(_: Arc<Context>) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut members = BTreeSet::new();
    for kind in ["ecsclusters", "ecsservices", "ecstaskdefinitions"] {
        let definition: Value = serde_saphyr::from_str(&fs::read_to_string(root.join(format!("crds/{kind}.yaml")))?)?;
        spoken_of(&definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"], "", &mut members);
    }
    assert_eq!(members.iter().map(String::as_str).collect::<Vec<_>>(), OTHER_NAMESPACES);

    let mut objects = 0;
    for file in entries(&root.join("tests/golden"))
        .iter()
        .filter(|concept| concept.is_dir())
        .flat_map(|concept| entries(concept))
        .map(|case| case.join("objects.yaml"))
        .filter(|file| file.is_file())
    {
        for object in serde_saphyr::from_multiple::<Value>(&fs::read_to_string(&file)?)? {
            objects += 1;
            let Some(own) = object["metadata"]["namespace"].as_str() else { continue };
            let mut others = Vec::new();
            strangers(&object, own, &mut others);
            ensure(others.is_empty(), format!("{}: {others:?}", file.display()))?;
        }
    }
    ensure(objects > 500, format!("{objects} objects"))
}

/// The paths of members below `spec` whose names speak of namespaces.
fn spoken_of(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if name.to_lowercase().contains("namespace") && path.starts_with("spec") {
            found.insert(path.clone());
        }
        spoken_of(member, &path, found);
        spoken_of(&member["items"], &path, found);
    }
}

/// The values of members called `namespace` that are another than the object's own.
fn strangers(value: &Value, own: &str, others: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if name == "namespace" && text != own => others.push(text.to_owned()),
                    _ => strangers(member, own, others),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strangers(item, own, others)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
