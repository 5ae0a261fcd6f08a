//! A client that has every member checked, as `kubectl apply` has: what the server would drop in silence is an error.

use http::Request;
use kube::Client;
use kube::client::Body;
use serde_json::Value;

use crate::support::{Result, ensure};

/// Asks the server to create an object; with `dry_run` it only says what would come of it.
pub async fn create(client: &Client, namespace: &str, object: &Value, dry_run: bool) -> Result<Value> {
    let query = if dry_run { "&dryRun=All" } else { "" };
    let path = format!("{}?fieldValidation=Strict{query}", collection(namespace, object)?);
    send(client, Request::post(path), &of_its_own(namespace, object)).await
}

/// Asks the server to replace an object by one that it has another version of.
pub async fn replace(client: &Client, namespace: &str, object: &Value) -> Result<Value> {
    let name = object["metadata"]["name"].as_str().ok_or("the object has no name")?;
    let path = format!("{}/{name}?fieldValidation=Strict", collection(namespace, object)?);
    send(client, Request::put(path), object).await
}

/// What the server warns of when it is asked to create an object, of which nothing comes.
pub async fn warnings(client: &Client, namespace: &str, object: &Value) -> Result<Vec<String>> {
    let path = format!("{}?fieldValidation=Strict&dryRun=All", collection(namespace, object)?);
    let request =
        Request::post(path).header(http::header::CONTENT_TYPE, "application/json").body(Body::from(of_its_own(namespace, object).to_string().into_bytes()))?;
    let reply = client.send(request).await?;
    ensure(reply.status().is_success(), format!("the server answers {}", reply.status()))?;
    Ok(reply.headers().get_all(http::header::WARNING).iter().map(|warning| String::from_utf8_lossy(warning.as_bytes()).into_owned()).collect())
}

/// Grants belong to the cluster, and tests run side by side: each has those of its namespace.
fn of_its_own(namespace: &str, object: &Value) -> Value {
    let mut object = object.clone();
    if object["kind"] == "AWSAccessGrant"
        && let Some(name) = object["metadata"]["name"].as_str()
    {
        object["metadata"]["name"] = format!("{name}-{namespace}").into();
    }
    object
}

/// Kinds that belong to the cluster.
const OF_THE_CLUSTER: [&str; 3] = ["persistentvolume", "customresourcedefinition", "awsaccessgrant"];

/// The path of all objects of this kind. Our plurals and those of our children are regular enough to be guessed.
fn collection(namespace: &str, object: &Value) -> Result<String> {
    let text = |member: &str| object[member].as_str().ok_or_else(|| format!("the object has no {member}: {object}"));
    let (version, kind) = (text("apiVersion")?, text("kind")?.to_lowercase());
    let root = if version.contains('/') { "apis" } else { "api" };
    let plural = match (kind.strip_suffix('y'), kind.ends_with('s')) {
        (Some(stem), _) => format!("{stem}ies"),
        (None, true) => format!("{kind}es"),
        (None, false) => format!("{kind}s"),
    };
    let namespaces = if OF_THE_CLUSTER.contains(&kind.as_str()) { String::new() } else { format!("namespaces/{namespace}/") };
    Ok(format!("/{root}/{version}/{namespaces}{plural}"))
}

async fn send(client: &Client, request: http::request::Builder, object: &Value) -> Result<Value> {
    let request = request.header(http::header::CONTENT_TYPE, "application/json").body(object.to_string().into_bytes())?;
    Ok(client.request(request).await?)
}
