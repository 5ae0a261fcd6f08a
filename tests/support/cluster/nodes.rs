//! The nodes that KWOK plays.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Node, NodeStatus};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::Client;
use kube::api::{Api, ListParams, ObjectMeta, PostParams};

use crate::support::{Result, While, ensure};

/// Creates `node-1` and so on, in three zones.
pub async fn create(client: &Client, count: usize) -> Result<()> {
    let nodes: Api<Node> = Api::all(client.clone());
    for number in 1..=count {
        nodes.create(&PostParams::default(), &node(number)).await.during("creating a node")?;
    }
    Ok(())
}

/// Fails with the name of a node that is not ready.
pub async fn all_ready(client: &Client) -> Result<()> {
    let nodes: Api<Node> = Api::all(client.clone());
    nodes.list(&ListParams::default()).await?.into_iter().try_for_each(ready)
}

/// Fails when there is no node of this name, or it is not ready.
pub async fn is_ready(client: &Client, name: &str) -> Result<()> {
    let nodes: Api<Node> = Api::all(client.clone());
    ready(nodes.get(name).await?)
}

fn ready(node: Node) -> Result<()> {
    let conditions = node.status.and_then(|status| status.conditions).unwrap_or_default();
    let ready = conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True");
    ensure(ready, format!("{} is not ready", node.metadata.name.unwrap_or_default()))
}

fn node(number: usize) -> Node {
    let name = format!("node-{number}");
    let labels = [
        ("kubernetes.io/arch", "amd64".to_owned()),
        ("kubernetes.io/os", "linux".to_owned()),
        ("kubernetes.io/hostname", name.clone()),
        ("topology.kubernetes.io/zone", format!("zone-{}", number % 3)),
    ];
    let labels = labels.map(|(label, value)| (label.to_owned(), value));
    let resources = [("cpu", "64"), ("memory", "256Gi"), ("pods", "500")];
    let resources: BTreeMap<_, _> = resources.map(|(resource, amount)| (resource.to_owned(), Quantity(amount.to_owned()))).into();
    Node {
        metadata: ObjectMeta { name: Some(name), labels: Some(labels.into()), ..ObjectMeta::default() },
        status: Some(NodeStatus { allocatable: Some(resources.clone()), capacity: Some(resources), ..NodeStatus::default() }),
        ..Node::default()
    }
}
