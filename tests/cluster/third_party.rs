//! Kinds that others bring: a service that asks for one waits until it is there.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Changes, ClusterOptions, Result, SOON, ensure, eventually};

const DEFINITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third-party");

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(a_service_waits_for_a_kind_and_loses_it_when_it_no_longer_asks)]
}

async fn a_service_waits_for_a_kind_and_loses_it_when_it_no_longer_asks(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let namespace = cluster.namespace_for("kinds of others").await?;
    let scene = Scene::open_in(&context, cluster, namespace, Changes::default()).await?;
    let definition = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
        "spec": {"containerDefinitions": [{"name": "web", "image": "web:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]}, "portMappings": [{"containerPort": 80}]}]}});
    let service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "web"},
        "spec": {"taskDefinition": "web", "desiredCount": 1, "kubernetes": {"exposure": "TargetGroupBinding"}, "loadBalancers": [{
            "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef", "containerName": "web", "containerPort": 80}]}});
    scene.apply(&definition.to_string()).await?;
    scene.apply(&service.to_string()).await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("KindNotInstalled")).await?;

    scene.cluster.kubectl(&["apply", "--server-side", "-f", DEFINITIONS]).await?;
    scene.ready("ecsservices", "web").await?;
    let bindings = scene.list("targetgroupbindings").await?;
    ensure(bindings.len() == 1 && bindings[0]["spec"]["multiClusterTargetGroup"] == true, format!("{bindings:?}"))?;

    // What somebody changes is repaired: the kind is watched by now.
    let name = bindings[0]["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    scene.patch("targetgroupbindings", &name, &json!({"spec": {"multiClusterTargetGroup": false}})).await?;
    eventually("the binding is repaired", SOON, async || {
        let binding = scene.get("targetgroupbindings", &name).await?;
        ensure(binding["spec"]["multiClusterTargetGroup"] == true, binding.to_string())
    })
    .await?;
    scene.quiet(Duration::from_secs(2)).await?;
    scene.patch("ecsservices", "web", &json!({"spec": {"kubernetes": {"exposure": "None"}}})).await?;
    eventually("the binding is gone", SOON, async || {
        let left = scene.list("targetgroupbindings").await?;
        ensure(left.is_empty(), format!("{left:?}"))
    })
    .await
}
