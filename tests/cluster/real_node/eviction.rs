//! The operator in the cluster, as users run it: the pod that leads is evicted, another takes over, and tasks go on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::ecs_service::{self, NAME, container, task_definition};
use super::node_loss::tasks;
use super::the_image::{get, replicas_are_ready};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::image::operator_image;
use crate::support::{Cluster, Result, SOON, ensure, eventually};

const COUNT: usize = 2;

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(another_replica_takes_over_from_an_operator_that_is_evicted_and_no_task_restarts).on_a_real_node()]
}

async fn another_replica_takes_over_from_an_operator_that_is_evicted_and_no_task_restarts(context: Arc<Context>) -> Result<()> {
    let cluster = context.cluster().await?;
    cluster.load_image(&tokio::task::spawn_blocking(operator_image).await??).await?;
    ecs_service::load_images(&cluster).await?;
    let namespace = context.namespace().await?;
    context.install(&json!({"image": {"repository": "localhost/ecs-operator"}, "settings": {"imagePullPolicy": "IfNotPresent"}})).await?;
    replicas_are_ready(&context).await?;
    let objects =
        format!("{}\n---\n{}", task_definition(&[container(&[], &json!({}))]), ecs_service::service(namespace, COUNT, &json!({"loadBalancers": null})));
    cluster.kubectl_with(&["--namespace", namespace, "apply"], &objects).await?;
    runs(&context, COUNT).await?;
    let before = tasks_of(&context).await?;

    let leader = leader(&context).await?;
    let start = Instant::now();
    evict(&cluster, namespace, &leader).await?;
    let next = eventually("another replica leads", SOON, async || {
        let now = self::leader(&context).await?;
        ensure(!now.is_empty() && now != leader, format!("{now} leads"))?;
        Ok(now)
    })
    .await?;
    println!("{next} leads {:?} after the eviction of {leader}", start.elapsed());
    eventually("a pod has the place of the evicted one", SOON, async || {
        let pods = get(&context, &["pods", "--selector=app.kubernetes.io/name=ecs-operator"]).await?;
        let there = pods["items"].as_array().into_iter().flatten().any(|pod| pod["metadata"]["name"] == leader.as_str());
        ensure(!there, "the evicted pod is there")
    })
    .await?;
    replicas_are_ready(&context).await?;
    assert_eq!(tasks_of(&context).await?, before, "no task was made anew or restarted");
    context.kubectl(&["scale", "ecsservice", NAME, "--replicas=3"]).await?;
    runs(&context, COUNT + 1).await?;
    let after = tasks_of(&context).await?;
    assert!(before.iter().all(|task| after.get(task.0) == Some(task.1)), "{before:?} became {after:?}");
    Ok(())
}

/// Asks for an eviction, as `kubectl drain` does.
async fn evict(cluster: &Cluster, namespace: &str, pod: &str) -> Result<()> {
    let eviction = json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": namespace}});
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/eviction");
    let request = http::Request::post(path).header("Content-Type", "application/json").body(eviction.to_string().into_bytes())?;
    cluster.client().request_text(request).await?;
    Ok(())
}

async fn leader(context: &Context) -> Result<String> {
    let leases = get(context, &["leases"]).await?;
    let holders = leases["items"].as_array().into_iter().flatten().filter_map(|lease| lease["spec"]["holderIdentity"].as_str());
    Ok(holders.collect())
}

async fn runs(context: &Context, count: usize) -> Result<()> {
    eventually(format!("the service runs {count} tasks"), SOON, async || {
        let status = get(context, &["ecsservice", NAME]).await?["status"].take();
        ensure(status["deployments"][0]["rolloutState"] == "COMPLETED" && status["runningCount"] == count, status)
    })
    .await
}

async fn tasks_of(context: &Context) -> Result<BTreeMap<String, i64>> {
    let pods = get(context, &["pods", &format!("--selector=ecs-operator.dev/service={NAME}")]).await?;
    Ok(tasks(pods["items"].as_array().ok_or("no list")?))
}
