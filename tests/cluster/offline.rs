//! The command line makes offline what the controller makes in a cluster.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ecs_operator::yaml;
use serde_json::{Value, json};

use crate::context::{BINARY, Context};
use crate::runner::Trial;
use crate::scene::{SHOP, Scene, settings};
use crate::support::process::{leashed, output};
use crate::support::{Result, Verb, ensure};

/// What `render` prints; revisions are the controller's own book-keeping.
const PRINTED: [&str; 6] = ["serviceaccounts", "secrets", "services", "ingresses", "poddisruptionbudgets", "deployments"];

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(render_prints_what_the_controller_makes)]
}

/// Byte for byte, but for what only a running controller has: owners, its own note, values of secrets.
async fn render_prints_what_the_controller_makes(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let (made, printed) = (made(&scene), printed(&scene).await?);
    assert_eq!(made.keys().collect::<Vec<_>>(), printed.keys().collect::<Vec<_>>(), "the objects");
    ensure(made.len() == 11, format!("{:?}", made.keys()))?;
    for (title, wanted) in &made {
        let (wanted, printed) = (yaml::to_string(wanted)?, yaml::to_string(&printed[title])?);
        ensure(wanted == printed, format!("{title} was made as\n{wanted}\nand printed as\n{printed}"))?;
    }
    Ok(())
}

/// What the controller asked the server to create, before the server added anything.
fn made(scene: &Scene) -> BTreeMap<String, Value> {
    let creations = scene.ledger.requests().with_verb(Verb::Create).in_namespace(&scene.namespace);
    let ours = creations.that(|request| PRINTED.contains(&request.resource.as_str()) && request.status == Some(201));
    ours.iter().filter_map(|request| request.body.clone()).map(|object| (title(&object), without_the_controllers_own(object))).collect()
}

async fn printed(scene: &Scene) -> Result<BTreeMap<String, Value>> {
    let file = tempfile::NamedTempFile::with_suffix_in(".yaml", scene.cluster.folder())?;
    std::fs::write(file.path(), yaml::to_string(&settings(scene.secrets.path()))?)?;
    let text = render(&scene.namespace, file.path()).await?;
    let objects: Vec<Value> = serde_saphyr::from_multiple(&text)?;
    Ok(objects.into_iter().map(|object| (title(&object), without_values(object))).collect())
}

async fn render(namespace: &str, settings: &Path) -> Result<String> {
    let mut command = leashed(BINARY);
    command.args(["render", "-f", SHOP, "--kube-version", "1.36", "--namespace", namespace]).arg("--settings").arg(settings);
    output(command).await
}

fn without_the_controllers_own(mut object: Value) -> Value {
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.remove("ownerReferences");
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("ecs-operator.dev/applied");
        }
        if metadata.get("annotations") == Some(&json!({})) {
            metadata.remove("annotations");
        }
    }
    without_values(object)
}

/// The keys of a Secret are the same; where its values were written as text, the server keeps them as `data`.
fn without_values(mut object: Value) -> Value {
    if let Some(secret) = object.as_object_mut().filter(|object| object["kind"] == "Secret") {
        let written = ["data", "stringData"].map(|member| secret.remove(member)).into_iter().flatten();
        let keys = written.filter_map(|values| values.as_object().cloned()).flatten().map(|(key, _)| (key, json!("")));
        let keys: Value = keys.collect();
        secret.insert("data".into(), keys);
    }
    object
}

fn title(object: &Value) -> String {
    format!("{}/{}", object["kind"].as_str().unwrap_or_default(), object["metadata"]["name"].as_str().unwrap_or_default())
}
