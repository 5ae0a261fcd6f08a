//! The tree of objects: what each of ours owns, and what that owns in turn.

use std::collections::BTreeMap;

use kube::Client;
use kube::api::{DynamicObject, ListParams};
use serde_json::Value;

use crate::kinds::Kind;
use crate::screen::{bold, dim};
use crate::support::{Result, While};

/// Every object by the uid of its owner.
type Families = BTreeMap<String, Vec<(Kind, DynamicObject)>>;

/// Draws what the shop's objects own.
pub async fn draw(client: &Client) -> Result<String> {
    let families = families(client).await?;
    let mut lines = Vec::new();
    for root in [Kind::TASK_DEFINITION, Kind::SERVICE] {
        for object in list(client, root).await? {
            lines.push(bold(&title(root, &object)));
            branches(&families, &object, "", &mut lines);
        }
    }
    Ok(lines.join("\n"))
}

async fn families(client: &Client) -> Result<Families> {
    let mut families = Families::new();
    for kind in Kind::OWNED {
        for object in list(client, kind).await? {
            let owner = object.metadata.owner_references.iter().flatten().find(|owner| owner.controller == Some(true));
            if let Some(owner) = owner {
                families.entry(owner.uid.clone()).or_default().push((kind, object));
            }
        }
    }
    Ok(families)
}

async fn list(client: &Client, kind: Kind) -> Result<Vec<DynamicObject>> {
    Ok(kind.api(client.clone()).list(&ListParams::default()).await.during(kind.name)?.items)
}

fn branches(families: &Families, owner: &DynamicObject, indent: &str, lines: &mut Vec<String>) {
    let children = owner.metadata.uid.as_ref().and_then(|uid| families.get(uid)).map(Vec::as_slice).unwrap_or_default();
    for (number, (kind, object)) in children.iter().enumerate() {
        let (branch, below) = if number + 1 == children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines.push(format!("{indent}{branch}{}  {}", title(*kind, object), dim(&detail(*kind, object))));
        branches(families, object, &format!("{indent}{below}"), lines);
    }
}

fn title(kind: Kind, object: &DynamicObject) -> String {
    format!("{} {}", kind.name, object.metadata.name.as_deref().unwrap_or_default())
}

/// What is worth knowing of an object, in a few words.
fn detail(kind: Kind, object: &DynamicObject) -> String {
    let data = &object.data;
    let text = |path: &str| data.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |path: &str| data.pointer(path).and_then(Value::as_i64).unwrap_or_default();
    match kind.name {
        "ControllerRevision" => format!("revision {}", number("/revision")),
        "ServiceAccount" => role(object),
        "Secret" => format!("{} (its value is not shown)", keys(data.pointer("/data"))),
        "Service" => format!("port {} to the container port {}", number("/spec/ports/0/port"), text("/spec/ports/0/targetPort")),
        "Ingress" => format!("class {}, path {}", text("/spec/ingressClassName"), text("/spec/rules/0/http/paths/0/path")),
        "PodDisruptionBudget" => format!("{} may be away while nodes are drained", number("/status/disruptionsAllowed")),
        "Deployment" => format!("{} of {} ready, {}", number("/status/readyReplicas"), number("/spec/replicas"), image(data)),
        "ReplicaSet" => format!("{} of {} ready", number("/status/readyReplicas"), number("/spec/replicas")),
        "Pod" => format!("{} on {}", text("/status/phase"), text("/spec/nodeName")),
        _ => String::new(),
    }
}

/// The IAM role that a `ServiceAccount` stands for.
fn role(account: &DynamicObject) -> String {
    let role = account.metadata.annotations.as_ref().and_then(|annotations| annotations.get("eks.amazonaws.com/role-arn"));
    role.cloned().unwrap_or_else(|| "no role".to_owned())
}

fn keys(map: Option<&Value>) -> String {
    let keys = map.and_then(Value::as_object).into_iter().flat_map(|map| map.keys().cloned());
    keys.collect::<Vec<_>>().join(", ")
}

/// The last part of the first container's image.
fn image(workload: &Value) -> String {
    let image = workload.pointer("/spec/template/spec/containers/0/image").and_then(Value::as_str).unwrap_or_default();
    image.rsplit('/').next().unwrap_or_default().to_owned()
}
