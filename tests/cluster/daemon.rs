//! Services of one task on each node.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(a_daemon_runs_on_each_node_and_rolls)]
}

async fn a_daemon_runs_on_each_node_and_rolls(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let definition = |image: &str| {
        json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "agent"},
            "spec": {"containerDefinitions": [{"name": "agent", "image": image, "memory": 64, "healthCheck": {"command": ["CMD", "true"]}}]}})
    };
    let service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "agent"},
        "spec": {"taskDefinition": "agent", "schedulingStrategy": "DAEMON", "deploymentConfiguration": {"minimumHealthyPercent": 0}}});
    scene.apply(&definition("agent:1").to_string()).await?;
    scene.apply(&service.to_string()).await?;
    scene.rolled_out("agent", "svc-agent-1").await?;

    let nodes = scene.list("nodes").await?.len();
    let pods = running(&scene).await?;
    assert_eq!(pods.len(), nodes, "a pod on each node");
    let status = scene.ready("ecsservices", "agent").await?["status"].clone();
    assert_eq!((&status["desiredCount"], &status["runningCount"], &status["deployments"][0]["desiredCount"]), (&json!(nodes), &json!(nodes), &json!(nodes)));
    assert_eq!(scene.find("deployments", "agent").await?, None, "it is no Deployment");

    scene.apply(&definition("agent:2").to_string()).await?;
    scene.rolled_out("agent", "svc-agent-2").await?;
    eventually("each pod runs the new image", SOON, async || {
        let images: Vec<Value> = running(&scene).await?.iter().map(|pod| pod["spec"]["containers"][0]["image"].clone()).collect();
        ensure(images.len() == nodes && images.iter().all(|image| image == "agent:2"), format!("{images:?}"))
    })
    .await
}

/// The tasks that nobody deletes; beside them the operator's own pods are in the namespace.
async fn running(scene: &Scene) -> Result<Vec<Value>> {
    let pods = scene.list("pods").await?;
    let is_task = |pod: &Value| pod["metadata"]["labels"]["ecs-operator.dev/service"] == "agent" && pod["metadata"].get("deletionTimestamp").is_none();
    Ok(pods.into_iter().filter(is_task).collect())
}
