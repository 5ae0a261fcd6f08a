//! Containers of one task: the order in which a pod starts them, and ports that two of them want.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(pods_start_containers_in_the_order_that_they_depend_in), Trial::parallel(a_port_that_two_want_stops_the_new_revision_only)]
}

fn definition(containers: &Value) -> String {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
        "spec": {"networkMode": "awsvpc", "containerDefinitions": containers}})
    .to_string()
}

fn service() -> String {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "web"}, "spec": {"taskDefinition": "web", "desiredCount": 1}})
        .to_string()
}

/// The names in a list of containers.
fn names(containers: &Value) -> Vec<&str> {
    containers.as_array().into_iter().flatten().filter_map(|container| container["name"].as_str()).collect()
}

/// The pods that the server made, not the template alone: nothing was dropped or put in another order on the way.
async fn pods_start_containers_in_the_order_that_they_depend_in(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let containers = json!([
        {"name": "web", "image": "web:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
            "dependsOn": [{"containerName": "migrate", "condition": "SUCCESS"}, {"containerName": "proxy", "condition": "HEALTHY"}]},
        {"name": "migrate", "image": "web:1", "memory": 64, "essential": false, "dependsOn": [{"containerName": "proxy", "condition": "START"}]},
        {"name": "proxy", "image": "proxy:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]}},
    ]);
    scene.apply(&definition(&containers)).await?;
    scene.apply(&service()).await?;
    let pod = eventually("the task is a pod", SOON, async || {
        let pods = scene.list("pods").await?;
        let task = pods.into_iter().find(|pod| pod["metadata"]["labels"]["ecs-operator.dev/service"] == "web");
        task.ok_or_else(|| "no pod of the service".into())
    })
    .await?;
    assert_eq!(names(&pod["spec"]["initContainers"]), ["proxy", "migrate"], "{}", pod["spec"]);
    assert_eq!(names(&pod["spec"]["containers"]), ["web"]);
    assert_eq!(pod["spec"]["initContainers"][0]["restartPolicy"], "Always", "a sidecar, which runs on");
    assert!(pod["spec"]["initContainers"][0]["startupProbe"].is_object(), "what depends on its health waits for it");
    assert_eq!(pod["spec"]["initContainers"][1].get("restartPolicy"), None, "it runs to its end");
    Ok(())
}

async fn a_port_that_two_want_stops_the_new_revision_only(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let container = |name: &str, port: u16| json!({"name": name, "image": "web:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]}, "portMappings": [{"containerPort": port}]});
    scene.apply(&definition(&json!([container("web", 80), container("admin", 81)]))).await?;
    scene.apply(&service()).await?;
    scene.rolled_out("web", "svc-web-1").await?;
    let template = scene.get("deployments", "web").await?["spec"]["template"].clone();

    scene.apply(&definition(&json!([container("web", 80), container("admin", 80)]))).await?;
    let refused = scene.condition("ecstaskdefinitions", "web", "Stalled", "True", Some("InvalidSpecification")).await?;
    let told = refused["status"]["diagnostics"].to_string();
    ensure(told.contains("ports-collide"), &told)?;
    assert_eq!(scene.get("deployments", "web").await?["spec"]["template"], template, "what runs, runs on");
    Ok(())
}
