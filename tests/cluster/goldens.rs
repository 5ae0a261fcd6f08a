//! Every object of the goldens is one that the API server of its version takes whole: it knows each member, and keeps
//! each. Kinds of others are there by the definitions in `tests/third-party`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::PostParams;
use kube::runtime::wait::{await_condition, conditions};
use kube::{Api, Client};
use serde_json::Value;
use tokio::time::timeout;

use crate::context::Context;
use crate::runner::Trial;
use crate::strict;
use crate::support::{ClusterOptions, Result, While, ensure};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
const THIRD_PARTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third-party");
const AT_ONCE: usize = 8;
const ESTABLISHED: Duration = Duration::from_secs(30);

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(every_object_is_taken_whole_by_1_34),
        Trial::parallel(every_object_is_taken_whole_by_1_36),
        Trial::parallel(every_object_is_taken_whole_by_1_37),
    ]
}

async fn every_object_is_taken_whole_by_1_34(context: Arc<Context>) -> Result<()> {
    every_object_is_taken_whole(context, Some("1.34"), "1.34").await
}

async fn every_object_is_taken_whole_by_1_36(context: Arc<Context>) -> Result<()> {
    every_object_is_taken_whole(context, None, "1.36").await
}

async fn every_object_is_taken_whole_by_1_37(context: Arc<Context>) -> Result<()> {
    every_object_is_taken_whole(context, Some("1.37"), "1.37").await
}

/// All faults are reported together.
async fn every_object_is_taken_whole(context: Arc<Context>, kubernetes: Option<&'static str>, version: &str) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::api_server(kubernetes)).await?;
    let client = cluster.client();
    let running = client.apiserver_version().await?.git_version;
    ensure(running.starts_with(&format!("v{version}.")), format!("the API server is of {running}"))?;
    install_third_party(&client).await?;
    let namespace = cluster.namespace_for("goldens").await?;
    let objects = objects(version)?;
    ensure(objects.len() > 50, format!("{} objects in {FOLDER}", objects.len()))?;
    let taken = stream::iter(&objects).map(|golden| async { take(&client, &namespace, &golden.object).await.during(golden.title()) });
    let faults: Vec<String> = taken.buffer_unordered(AT_ONCE).filter_map(async |result| result.err().map(|fault| fault.to_string())).collect().await;
    ensure(faults.is_empty(), format!("{} of {} objects:\n{}", faults.len(), objects.len(), faults.join("\n")))
}

/// An object that a case makes.
struct Golden {
    case: PathBuf,
    object: Value,
}

impl Golden {
    fn title(&self) -> String {
        let case = self.case.strip_prefix(FOLDER).unwrap_or(&self.case).display();
        format!("{case}: {} {}", self.object["kind"], self.object["metadata"]["name"])
    }
}

/// Installs the definitions of kinds of others, and waits until they are served.
async fn install_third_party(client: &Client) -> Result<()> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    for file in entries(Path::new(THIRD_PARTY))?.iter().filter(|file| file.extension().is_some_and(|extension| extension == "yaml")) {
        let text = fs::read_to_string(file)?;
        for definition in serde_saphyr::from_multiple::<Value>(&text).during(file.display())? {
            let definition: CustomResourceDefinition = serde_json::from_value(definition).during(file.display())?;
            let name = definition.metadata.name.clone().ok_or("a definition without a name")?;
            definitions.create(&PostParams::default(), &definition).await.during(&name)?;
            let established = await_condition(definitions.clone(), &name, conditions::is_crd_established());
            timeout(ESTABLISHED, established).await.map_err(|_| format!("{name} is not established after {ESTABLISHED:?}"))?.during(&name)?;
        }
    }
    Ok(())
}

async fn take(client: &Client, namespace: &str, object: &Value) -> Result<()> {
    let mut sent = object.clone();
    if sent["metadata"].get("namespace").is_some() {
        sent["metadata"]["namespace"] = namespace.into();
    }
    let reply = strict::create(client, namespace, &sent, true).await?;
    let mut lost = Vec::new();
    compare(&sent, &reply, "", &mut lost);
    ensure(lost.is_empty(), lost.join("; "))
}

/// Collects the paths of what was sent and is not in the reply. A list has the same length, a map may have more.
fn compare(sent: &Value, reply: &Value, path: &str, lost: &mut Vec<String>) {
    match (sent, reply) {
        (Value::Object(sent), Value::Object(reply)) => {
            for (member, value) in sent {
                compare(value, reply.get(member).unwrap_or(&Value::Null), &format!("{path}.{member}"), lost);
            }
        }
        (Value::Array(sent), Value::Array(reply)) if sent.len() == reply.len() => {
            for (index, (sent, reply)) in sent.iter().zip(reply).enumerate() {
                compare(sent, reply, &format!("{path}[{index}]"), lost);
            }
        }
        _ if sent == reply => {}
        _ => lost.push(format!("{path} was {sent} and is {reply}")),
    }
}

/// What is in `<concept>/<case>/objects.yaml`, or in the file of that version.
fn objects(version: &str) -> Result<Vec<Golden>> {
    let mut objects = Vec::new();
    for case in folders(Path::new(FOLDER))?.iter().map(|concept| folders(concept)).collect::<Result<Vec<_>>>()?.concat() {
        let own = case.join(format!("objects.{version}.yaml"));
        let file = if own.exists() { own } else { case.join("objects.yaml") };
        let text = fs::read_to_string(file).during(case.display())?;
        let documents: Vec<Value> = serde_saphyr::from_multiple(&text).during(case.display())?;
        objects.extend(documents.into_iter().filter(|document| !document.is_null()).map(|object| Golden { case: case.clone(), object }));
    }
    Ok(objects)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder).during(folder.display())?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
