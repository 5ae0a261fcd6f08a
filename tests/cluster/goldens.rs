//! Every object of the goldens is one that the API server takes whole: it knows each member, and keeps each.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::{StreamExt, stream};
use kube::Client;
use serde_json::Value;

use crate::context::Context;
use crate::runner::Trial;
use crate::strict;
use crate::support::{Result, While, ensure};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
const AT_ONCE: usize = 8;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(every_object_is_taken_whole)]
}

/// All faults are reported together.
async fn every_object_is_taken_whole(context: Arc<Context>) -> Result<()> {
    let (client, namespace) = (context.client().await?, context.namespace().await?);
    let objects = objects()?;
    ensure(objects.len() > 50, format!("{} objects in {FOLDER}", objects.len()))?;
    let taken = stream::iter(&objects).map(|golden| async { take(&client, namespace, &golden.object).await.during(golden.title()) });
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

async fn take(client: &Client, namespace: &str, object: &Value) -> Result<()> {
    let mut sent = object.clone();
    sent["metadata"]["namespace"] = namespace.into();
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

/// What is in `<concept>/<case>/objects.yaml`.
fn objects() -> Result<Vec<Golden>> {
    let mut objects = Vec::new();
    for case in folders(Path::new(FOLDER))?.iter().map(|concept| folders(concept)).collect::<Result<Vec<_>>>()?.concat() {
        let text = fs::read_to_string(case.join("objects.yaml")).during(case.display())?;
        let documents: Vec<Value> = serde_saphyr::from_multiple(&text).during(case.display())?;
        objects.extend(documents.into_iter().filter(|document| !document.is_null()).map(|object| Golden { case: case.clone(), object }));
    }
    Ok(objects)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut folders: Vec<PathBuf> = entries.into_iter().filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}
