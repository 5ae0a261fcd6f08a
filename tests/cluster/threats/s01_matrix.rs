//! S1, with every spelling that the grants are tested with: each that a grant denies is asked for by a service of its own, and AWS
//! hears of none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, service, task_definition};
use super::s01_deputy::scene;
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s1_for_no_spelling_that_is_denied_aws_is_asked)]
}

const GRANTS: &str = include_str!("../../../src/grant/tests/grants.yaml");
const CELLS: &str = include_str!("../../../src/grant/tests/cells.tsv");
/// How many are written at a time.
const AT_ONCE: usize = 16;

/// A spelling that a grant denies.
struct Denied {
    name: String,
    grant: String,
    spelling: &'static str,
}

async fn s1_for_no_spelling_that_is_denied_aws_is_asked(context: Arc<Context>) -> Result<()> {
    let (scene, _moto, door) = scene(&context).await?;
    let grants = apply_grants(&scene).await?;
    let lines: Vec<&str> = CELLS.lines().filter(|line| !line.starts_with('#')).collect();
    let mut denied = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        let (letters, spelling) = line.split_once('\t').ok_or("letters and a spelling")?;
        ensure(letters.len() == grants.len(), line)?;
        let others = grants.iter().enumerate().zip(letters.chars()).filter(|(_, letter)| *letter != 'Y');
        denied.extend(others.map(|((column, grant), _)| Denied { name: format!("cell-{row}-{column}"), grant: grant.clone(), spelling }));
    }
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    tenant.may_use(&scene.cluster, &scene.namespace, "tenant", &grants).await?;
    let asked = stream::iter(&denied).map(|denied| ask(&scene, &tenant, denied)).buffer_unordered(AT_ONCE);
    let asked: Vec<&str> = asked.try_filter_map(async |name| Ok(name)).try_collect().await?;
    eventually("each is denied", SOON, async || {
        for kind in ["ecstaskdefinitions", "ecsservices"] {
            let told: BTreeMap<String, Value> = scene.list(kind).await?.into_iter().map(|object| (name_of(&object), ready(&object))).collect();
            let waits = asked.iter().find(|name| told.get(**name).is_none_or(|ready| ready["status"] != "False"));
            ensure(waits.is_none(), format!("{kind} {waits:?}: {:?}", waits.and_then(|name| told.get(*name))))?;
        }
        Ok(())
    })
    .await?;
    scene.quiet(Duration::from_secs(2)).await?;
    for kind in ["secrets", "deployments", "serviceaccounts", "controllerrevisions"] {
        let made: Vec<String> = scene.list(kind).await?.iter().map(name_of).filter(|name| name.contains("cell-")).collect();
        ensure(made.is_empty(), format!("{kind} of what is denied: {made:?}"))?;
    }
    door.requests().expect(&[], "AWS is asked nothing for what is denied")?;
    let cells = lines.len() * grants.len();
    println!(
        "{} spellings, {} grants, {cells} cells: {} are denied, {} of them by the API server; AWS was asked nothing",
        lines.len(),
        grants.len(),
        denied.len(),
        denied.len() - asked.len()
    );
    ensure(cells >= 200 && asked.len() >= 200, "too few to tell")
}

/// Makes the grants for the namespace of the scene; their names.
async fn apply_grants(scene: &Scene) -> Result<Vec<String>> {
    let columns: Vec<Value> = serde_saphyr::from_str(GRANTS)?;
    let mut names = Vec::new();
    for column in columns {
        let name = format!("{}-{}", scene.namespace, column["name"].as_str().unwrap_or_default());
        let mut spec = column["spec"].clone();
        // the API server takes no grant that lets something be read, and by nobody
        if spec.get("roleArn").is_none() {
            spec = json!({"taskRoles": spec["taskRoles"]});
        }
        spec["namespaceSelector"] = json!({"matchLabels": {"kubernetes.io/metadata.name": scene.namespace}});
        let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": name}, "spec": spec});
        scene.create("awsaccessgrants", &grant).await?;
        names.push(name);
    }
    Ok(names)
}

/// Asks for the spelling by a task definition that names the grant, and a service of it. `None`: the API server refuses it.
async fn ask<'a>(scene: &Scene, tenant: &Person, Denied { name, grant, spelling }: &'a Denied) -> Result<Option<&'a str>> {
    let container = match spelling {
        role if role.contains(":iam:") || role.contains(":sts:") => json!({}),
        file if file.contains(":s3:") => json!({"environmentFiles": [{"type": "s3", "value": file}]}),
        value_from => json!({"secrets": [{"name": "A", "valueFrom": value_from}]}),
    };
    let mut definition = task_definition(name, &container);
    definition["spec"]["kubernetes"] = json!({"grants": [grant]});
    if container == json!({}) {
        definition["spec"]["taskRoleArn"] = json!(spelling);
    }
    let answer = tenant.create(&ours(scene, "ecstaskdefinitions"), &definition).await?;
    if answer.status == 422 {
        return Ok(None);
    }
    answer.done(spelling)?;
    tenant.create(&ours(scene, "ecsservices"), &service(name)).await?.done(spelling)?;
    Ok(Some(name))
}

fn name_of(object: &Value) -> String {
    object["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

fn ready(object: &Value) -> Value {
    let conditions = object["status"]["conditions"].as_array();
    conditions.into_iter().flatten().find(|condition| condition["type"] == "Ready").cloned().unwrap_or_default()
}
