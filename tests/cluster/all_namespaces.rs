//! One operator for all namespaces: each has its own shop, and one that is deleted whole leaves nothing.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::ledger::Request;
use crate::support::{Changes, ClusterOptions, Result, Verb, ensure};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(two_shops_are_served_and_one_goes_without_a_trace)]
}

/// How many writes a namespace that ends may refuse: one for each object of the shop, until the news have come.
const IN_VAIN: usize = 4;

/// What the operator makes.
const MADE: [&str; 7] = ["controllerrevisions", "serviceaccounts", "secrets", "services", "ingresses", "poddisruptionbudgets", "deployments"];

async fn two_shops_are_served_and_one_goes_without_a_trace(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let operators = cluster.namespace_for("operators").await?;
    let mut scene = Scene::open_as(&context, cluster, operators, json!({"scope": "Cluster"}), Changes::default()).await?;
    for shop in ["shop-that-goes", "shop-that-stays"] {
        scene.cluster.namespace_for(shop).await?;
        shop.clone_into(&mut scene.namespace);
        scene.shop_ready().await?;
    }
    scene.quiet(Duration::from_secs(2)).await?;
    let refused = scene.ledger.requests().that(|request| request.status == Some(403));
    refused.expect_none("the chart gives every right that an operator for all namespaces needs")?;

    let mark = scene.ledger.mark();
    scene.cluster.kubectl(&["delete", "namespace", "shop-that-goes", "--timeout=180s"]).await?;
    scene.quiet(Duration::from_secs(3)).await?;
    let since = scene.ledger.since(mark);
    since.clone().in_namespace("shop-that-stays").that_work().expect_none("the other shop is left alone")?;
    let writes = since.in_namespace("shop-that-goes").writes();
    let made = |request: &Request| request.verb == Verb::Create && request.status == Some(201) && MADE.contains(&request.resource.as_str());
    writes.clone().that(made).expect_none("nothing is made for a namespace that ends")?;
    let in_vain = writes.refused().without("events");
    ensure(in_vain.len() <= IN_VAIN, format!("{} writes in vain for a namespace that ends\n{in_vain}", in_vain.len()))?;
    scene.ready("ecsservices", "api-service").await?;

    // a namespace of the same name is another one
    scene.cluster.namespace_for("shop-that-goes").await?;
    "shop-that-goes".clone_into(&mut scene.namespace);
    scene.shop_ready().await?;
    scene.operator.check_alive()
}
