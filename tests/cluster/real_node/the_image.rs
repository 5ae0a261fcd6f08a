//! The operator as users run it: its image, in the cluster, by the chart.

use std::sync::Arc;

use serde_json::{Value, json};

use super::ecs_service::{self, NAME, SOON, container, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::image::operator_image;
use crate::support::{Result, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(the_operator_runs_from_its_image_and_a_service_comes_up).on_a_real_node()]
}

async fn the_operator_runs_from_its_image_and_a_service_comes_up(context: Arc<Context>) -> Result<()> {
    let cluster = context.cluster().await?;
    cluster.load_image(&tokio::task::spawn_blocking(operator_image).await??).await?;
    ecs_service::load_images(&cluster).await?;
    // beside the image's name these are the chart's defaults: two replicas, no root, nothing to write to
    context.install(&json!({"image": {"repository": "localhost/ecs-operator"}, "settings": {"imagePullPolicy": "IfNotPresent"}})).await?;
    let get = async |what: &[&str]| -> Result<Value> { Ok(serde_json::from_str(&context.kubectl(&[&["get", "--output=json"], what].concat()).await?)?) };
    eventually("both replicas of the operator are ready", SOON, async || {
        let ready = &get(&["deployment", "ecs-operator"]).await?["status"]["readyReplicas"];
        ensure(ready == 2, format!("{ready} are ready"))
    })
    .await?;
    let pods = get(&["pods", "--selector=app.kubernetes.io/name=ecs-operator"]).await?;
    for pod in pods["items"].as_array().into_iter().flatten() {
        let status = &pod["status"]["containerStatuses"][0];
        assert_eq!((&status["user"]["linux"]["uid"], &status["restartCount"]), (&json!(65532), &json!(0)), "{status}");
    }

    let service = ecs_service::service(context.namespace().await?, 1, &json!({"loadBalancers": null}));
    let objects = format!("{}\n---\n{service}", task_definition(&[container(&[], &json!({}))]));
    cluster.kubectl_with(&["--namespace", context.namespace().await?, "apply"], &objects).await?;
    eventually("the operator has brought the service up", SOON, async || {
        let status = get(&["ecsservice", NAME]).await?["status"].take();
        ensure(status["deployments"][0]["rolloutState"] == "COMPLETED" && status["runningCount"] == 1, status)
    })
    .await
}
