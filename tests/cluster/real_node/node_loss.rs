//! The node is lost and comes back: what a service says of it, and that its tasks go on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ecs_service::{self, NAME, container, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, condition_of};
use crate::support::{Changes, ClusterOptions, Result, SOON, ensure, eventually};

const COUNT: usize = 2;
/// Within this a service says that its node is lost.
const TOLD: Duration = Duration::from_mins(1);

pub fn trials() -> Vec<Trial> {
    vec![Trial::quiet(a_service_says_within_a_minute_that_its_node_is_lost_and_when_it_is_back).on_a_real_node()]
}

async fn a_service_says_within_a_minute_that_its_node_is_lost_and_when_it_is_back(context: Arc<Context>) -> Result<()> {
    // nobody else's pods are to be lost with it
    let cluster = context.own_cluster(ClusterOptions::real_node()).await?;
    ecs_service::load_images(&cluster).await?;
    let namespace = cluster.namespace_for("node-loss").await?;
    let values = json!({"replicas": 0, "settings": {"imagePullPolicy": "IfNotPresent"}});
    let scene = Scene::open_as(&context, cluster, namespace, values, Changes::default()).await?;
    let service = ecs_service::service(&scene.namespace, COUNT, &json!({"loadBalancers": null}));
    ecs_service::run(&scene, &task_definition(&[container(&[], &json!({}))]), &service).await?;
    scene.ready("ecsservices", NAME).await?;
    let before = tasks(&scene.list("pods").await?);

    let node = scene.cluster.real_node()?;
    let start = Instant::now();
    node.stop_kubelet();
    let lost = says(&scene, "False", "TasksPending", 0, TOLD).await?;
    println!("that its node is lost the service said after {:?}: {}", start.elapsed(), condition_of(&lost, "Ready").unwrap_or(&Value::Null)["message"]);
    let event = eventually("an event of the service says so", TOLD.saturating_sub(start.elapsed()), async || {
        let events = scene.list("events").await?;
        let found = events.iter().find(|event| {
            event["regarding"]["name"] == NAME && event["reason"] == "TasksUnavailable" && event["note"].as_str().is_some_and(|note| note.contains(LOST))
        });
        found.cloned().ok_or_else(|| json!(events).to_string().into())
    })
    .await?;
    assert_eq!(event["type"], "Warning", "{event}");

    let start = Instant::now();
    node.start_kubelet()?;
    says(&scene, "True", "SteadyState", COUNT, SOON).await?;
    println!("that it is whole again it said {:?} after the kubelet's return", start.elapsed());
    assert_eq!(tasks(&scene.list("pods").await?), before, "the same tasks, none restarted");
    Ok(())
}

/// Of the event, which is told when the first task is lost, the part that says where to look.
const LOST: &str = " of 2 tasks are running; `kubectl get pods -l ecs-operator.dev/service=web,";

async fn says(scene: &Scene, ready: &str, reason: &str, running: usize, deadline: Duration) -> Result<Value> {
    eventually(format!("the service says Ready={ready} for {reason}, and that {running} tasks run"), deadline, async || {
        let service = scene.get("ecsservices", NAME).await?;
        let condition = condition_of(&service, "Ready").unwrap_or(&Value::Null);
        let said = condition["status"] == ready && condition["reason"] == reason && service["status"]["runningCount"] == running;
        ensure(said, &service["status"])?;
        Ok(service)
    })
    .await
}

/// The uid of each pod, and how often its container was restarted.
pub fn tasks(pods: &[Value]) -> BTreeMap<String, i64> {
    let uid = |pod: &Value| pod["metadata"]["uid"].to_string();
    pods.iter().map(|pod| (uid(pod), pod["status"]["containerStatuses"][0]["restartCount"].as_i64().unwrap_or(-1))).collect()
}
