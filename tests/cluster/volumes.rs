//! File systems of tasks: a volume of the cluster comes before its claim and goes after it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Changes, ClusterOptions, Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(a_volume_comes_before_its_claim_and_goes_after_it), Trial::parallel(who_serves_one_namespace_asks_for_volumes)]
}

fn definition(file_system: &str) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "files"},
    "spec": {
        "containerDefinitions": [{"name": "app", "image": "app:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]}, "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}],
        "volumes": [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": file_system, "transitEncryption": "ENABLED"}}],
    }})
}

/// Settings by which every namespace may mount these.
fn allowed() -> Value {
    json!({"allow": {"fileSystems": {"*": ["fs-0123abcd", "fs-99999999"]}}})
}

fn service() -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "files"}, "spec": {"taskDefinition": "files", "desiredCount": 1}})
}

/// The claim and the volume of a pod template.
async fn claimed(scene: &Scene) -> Result<(String, String)> {
    let deployment = scene.get("deployments", "files").await?;
    let claim = deployment.pointer("/spec/template/spec/volumes/0/persistentVolumeClaim/claimName").and_then(Value::as_str).ok_or("no claim")?.to_owned();
    let claims = scene.get("persistentvolumeclaims", &claim).await?;
    Ok((claim, claims["spec"]["volumeName"].as_str().ok_or("no volume")?.to_owned()))
}

/// A changed file system is another claim; the old one stays while a kept revision may need it, and all go with the service.
async fn a_volume_comes_before_its_claim_and_goes_after_it(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let namespace = cluster.namespace_for("files").await?;
    let scene = Scene::open_as(&context, cluster, namespace, json!({"scope": "Cluster", "settings": allowed()}), Changes::default()).await?;
    scene.apply(&definition("fs-0123abcd").to_string()).await?;
    scene.apply(&service().to_string()).await?;
    scene.rolled_out("files", "svc-files-1").await?;
    let (claim, volume) = claimed(&scene).await?;
    eventually("the claim is bound to the volume made for it", SOON, async || {
        let claim = scene.get("persistentvolumeclaims", &claim).await?;
        ensure(claim["status"]["phase"] == "Bound", claim.to_string())
    })
    .await?;
    let made = scene.get("persistentvolumes", &volume).await?;
    assert_eq!(made["spec"]["csi"]["volumeHandle"], "fs-0123abcd");
    assert_eq!(made["spec"]["persistentVolumeReclaimPolicy"], "Retain");

    scene.apply(&definition("fs-99999999").to_string()).await?;
    scene.rolled_out("files", "svc-files-2").await?;
    let (other_claim, other_volume) = claimed(&scene).await?;
    assert!(claim != other_claim && volume != other_volume, "another file system is another claim");
    assert!(scene.find("persistentvolumeclaims", &claim).await?.is_some(), "a rollback would need it");

    scene.delete("ecsservices", "files").await?;
    eventually("claims and volumes are gone with the service", SOON, async || {
        let (claims, volumes) = (scene.list("persistentvolumeclaims").await?, scene.list("persistentvolumes").await?);
        ensure(claims.is_empty() && volumes.is_empty(), format!("{} claims, {} volumes", claims.len(), volumes.len()))
    })
    .await?;

    let mut others = made;
    others["metadata"] = json!({"name": volume, "labels": others["metadata"]["labels"]});
    others["spec"]["claimRef"] = json!({"namespace": "others", "name": claim});
    others["status"] = json!({});
    scene.apply(&others.to_string()).await?;
    scene.apply(&definition("fs-0123abcd").to_string()).await?;
    scene.apply(&service().to_string()).await?;
    let service = scene.condition("ecsservices", "files", "Ready", "False", Some("Conflict")).await?;
    let conditions = service["status"]["conditions"].to_string();
    assert!(conditions.contains(&volume), "{conditions}");
    Ok(())
}

/// Without rights in the whole cluster the volume is an administrator's to make; everything else is made all the same.
async fn who_serves_one_namespace_asks_for_volumes(context: Arc<Context>) -> Result<()> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?.to_owned());
    let scene = Scene::open_as(&context, cluster, namespace, json!({"settings": allowed()}), Changes::default()).await?;
    scene.apply(&definition("fs-0123abcd").to_string()).await?;
    scene.apply(&service().to_string()).await?;
    let service = scene.condition("ecsservices", "files", "Ready", "False", Some("Forbidden")).await?;
    let message = service["status"]["conditions"].to_string();
    assert!(message.contains("let an administrator apply it"), "{message}");
    eventually("claim and Deployment are there", SOON, async || claimed(&scene).await.map(drop)).await
}
