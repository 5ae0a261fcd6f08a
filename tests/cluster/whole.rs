//! Whether a server takes objects whole: it knows each member, and keeps each. Kinds of others are there by the
//! definitions in `tests/third-party` and in the module of the External Secrets operator.

use std::fs;
use std::path::{Path, PathBuf};

use futures::{StreamExt, stream};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::PostParams;
use kube::runtime::wait::{await_condition, conditions};
use kube::{Api, Client};
use serde_json::Value;
use tokio::time::timeout;

use crate::files::entries;
use crate::strict;
use crate::support::tools::external_secrets_definitions;
use crate::support::{Result, SOON, While, ensure};

const THIRD_PARTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third-party");
const AT_ONCE: usize = 8;

/// An object, and what it is called where it is at fault.
pub struct Made {
    pub title: String,
    pub object: Value,
}

impl Made {
    /// An object that comes from somewhere.
    pub fn of(origin: &str, object: Value) -> Self {
        Self { title: format!("{origin}: {} {}", object["kind"], object["metadata"]["name"]), object }
    }
}

/// The file with the External Secrets operator's own definition of `ExternalSecret`.
pub fn external_secret_definition() -> Result<PathBuf> {
    Ok(external_secrets_definitions()?.join("external-secrets.io_externalsecrets.yaml"))
}

/// Installs the definitions of kinds of others, and waits until they are served.
pub async fn install_third_party(client: &Client) -> Result<()> {
    let files = entries(Path::new(THIRD_PARTY)).into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    for file in files.chain([external_secret_definition()?]) {
        install(client, &file).await?;
    }
    Ok(())
}

/// Installs the definitions in a file, and waits until they are served.
pub async fn install(client: &Client, file: &Path) -> Result<()> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    let text = fs::read_to_string(file)?;
    for definition in serde_saphyr::from_multiple::<Value>(&text).during(file.display())? {
        let definition: CustomResourceDefinition = serde_json::from_value(definition).during(file.display())?;
        let name = definition.metadata.name.clone().ok_or("a definition without a name")?;
        definitions.create(&PostParams::default(), &definition).await.during(&name)?;
        let established = await_condition(definitions.clone(), &name, conditions::is_crd_established());
        timeout(SOON, established).await.map_err(|_| format!("{name} is not established after {SOON:?}"))?.during(&name)?;
    }
    Ok(())
}

/// That the server takes every object whole, each in a namespace that is there. All faults are reported together.
pub async fn all_are_taken(client: &Client, namespace: &str, objects: &[Made]) -> Result<()> {
    let taken = stream::iter(objects).map(|made| async { take(client, namespace, &made.object).await.during(&made.title) });
    let faults: Vec<String> = taken.buffer_unordered(AT_ONCE).filter_map(async |result| result.err().map(|fault| fault.to_string())).collect().await;
    ensure(faults.is_empty(), format!("{} of {} objects:\n{}", faults.len(), objects.len(), faults.join("\n")))
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
