//! The chart in the hands of the real helm: installed, upgraded, uninstalled, for one namespace and for all.

use std::sync::Arc;

use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::support::{Changes, Cluster, ClusterOptions, Ledger, Result, SOON, ensure, eventually};

const CHART: &str = "charts/ecs-operator";

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(lives_and_leaves_custom_resources_behind), Trial::alone(serves_every_namespace_when_told)]
}

async fn lives_and_leaves_custom_resources_behind(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let helm = async |verb: &[&str]| {
        let rest = ["--namespace", "operators", "--wait", "--timeout", "180s"];
        cluster.helm(&[verb, &rest].concat()).await
    };
    helm(&["install", "ecs-operator", CHART, "--create-namespace"]).await?;
    let replicas = ["--namespace", "operators", "get", "deployment", "ecs-operator", "-o", "jsonpath={.status.readyReplicas}"];
    assert_eq!(cluster.kubectl(&replicas).await?, "2", "helm waits until the chart's two pods are ready");

    cluster.kubectl_with(&["apply"], &task_definition("kept")).await?;
    helm(&["upgrade", "ecs-operator", CHART, "--set", "replicas=3"]).await?;
    assert_eq!(cluster.kubectl(&replicas).await?, "3", "helm waits until the third pod is ready");

    helm(&["uninstall", "ecs-operator"]).await?;
    let left = cluster.kubectl(&["get", "clusterroles,clusterrolebindings", "-l", "app.kubernetes.io/instance=ecs-operator", "-o", "name"]).await?;
    assert_eq!(left, "", "only what must outlive the chart does");
    there(&cluster, "kept").await?;

    helm(&["install", "ecs-operator", CHART]).await?;
    there(&cluster, "kept").await
}

/// Other operators would serve their namespaces too: this one runs when nobody else does.
async fn serves_every_namespace_when_told(context: Arc<Context>) -> Result<()> {
    let installation = context.install(&json!({"scope": "Cluster"})).await?;
    let cluster = installation.cluster();
    let ledger = Arc::new(Ledger::before(cluster)?);
    let operator = context.start(&installation, "everywhere", &ledger, Changes::default()).await?;
    operator.wait_ready(SOON).await?;
    let elsewhere = ["one", "two"];
    for name in elsewhere {
        cluster.namespace_for(name).await?;
        cluster.kubectl_with(&["--namespace", name, "apply"], &task_definition("everywhere")).await?;
    }
    for name in elsewhere {
        eventually(format!("the task definition in {name} is registered"), SOON, async || {
            let revisions = cluster.kubectl(&["--namespace", name, "get", "controllerrevisions", "-o", "name"]).await?;
            ensure(revisions.contains("td-everywhere-1"), revisions)
        })
        .await?;
        cluster.kubectl(&["delete", "namespace", name, "--wait=false"]).await?;
    }
    let refused = ledger.requests().that(|request| matches!(request.status, Some(401 | 403)));
    let refused = refused.that(|request| !request.namespace.as_deref().is_some_and(|namespace| elsewhere.contains(&namespace)));
    refused.expect_none("the chart gives every right that the operator needs")
}

async fn there(cluster: &Cluster, name: &str) -> Result<()> {
    cluster.kubectl(&["get", "ecstaskdefinition", name]).await.map(drop)
}

fn task_definition(name: &str) -> String {
    json!({
        "apiVersion": "ecs-operator.dev/v1alpha1",
        "kind": "ECSTaskDefinition",
        "metadata": {"name": name},
        "spec": {"containerDefinitions": [{"name": "main", "image": "none", "memory": 64}]},
    })
    .to_string()
}
