//! Two clusters with a real node each, at the same time.

use std::sync::Arc;
use std::time::Instant;

use k8s_openapi::api::core::v1::Node;
use kube::api::{Api, ListParams};

use super::web;
use crate::context::Context;
use crate::runner::Trial;
use crate::support::{Cluster, ClusterOptions, Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(know_nothing_of_each_other).on_a_real_node()]
}

async fn know_nothing_of_each_other(context: Arc<Context>) -> Result<()> {
    let boot = || context.own_cluster(ClusterOptions::real_node());
    let (one, other) = tokio::try_join!(boot(), boot())?;
    // the same name, so that each could be taken for the other
    let namespaces = tokio::try_join!(one.namespace_for("twin"), other.namespace_for("twin"))?;
    let namespace = &namespaces.0;
    tokio::try_join!(web::run(&one, namespace), web::run(&other, namespace))?;
    let (of_one, of_other) = tokio::try_join!(web::all_answer(&one, namespace), web::all_answer(&other, namespace))?;
    assert!(of_one.is_disjoint(&of_other), "{of_one:?} and {of_other:?}");

    let start = Instant::now();
    one.real_node()?.stop_kubelet();
    eventually("the loss of the node is seen", SOON, async || ensure(!node_is_ready(&one).await?, "it is ready")).await?;
    println!("that the kubelet has ended was seen after {:?}", start.elapsed());
    assert!(node_is_ready(&other).await?, "the other node is not lost");
    one.real_node()?.start_kubelet()?;
    eventually("the node has come back", SOON, async || ensure(node_is_ready(&one).await?, "it is not ready")).await?;
    assert_eq!(web::all_answer(&one, namespace).await?, of_one, "no pod was made anew");
    Ok(())
}

async fn node_is_ready(cluster: &Cluster) -> Result<bool> {
    let nodes: Api<Node> = Api::all(cluster.client());
    let nodes = nodes.list(&ListParams::default()).await?;
    let conditions = nodes.items.iter().filter_map(|node| node.status.as_ref()?.conditions.as_ref()).flatten();
    Ok(conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True"))
}
