//! The backend `ExternalSecrets`, against the definition that the External Secrets operator publishes. The operator itself
//! is not here, because its Go modules are not published: what it would write into the status, and the Secret that it would
//! make, are written by hand.

use std::sync::Arc;

use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, all_namespaces};
use crate::support::{Changes, ClusterOptions, Result, SOON, Verb, ensure, eventually};
use crate::whole::external_secret_definition;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(a_deployment_waits_for_the_secret_that_others_make)]
}

fn definition(scene: &Scene, image: &str) -> Value {
    let container = json!({"name": "web", "image": image, "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
        "secrets": [{"name": "PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf:password::"}]});
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
        "spec": {"networkMode": "awsvpc", "containerDefinitions": [container], "kubernetes": {"grants": [scene.namespace]}}})
}

async fn a_deployment_waits_for_the_secret_that_others_make(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let namespace = cluster.namespace_for("external secrets").await?;
    let stores = json!({"backend": "ExternalSecrets", "file": null, "externalSecrets": {"secretsManager": {"name": "aws"}}});
    let scene = Scene::open_as(&context, cluster, namespace, json!({"settings": {"secrets": stores, "onRevoke": "Delete"}}), Changes::default()).await?;
    scene.apply(&definition(&scene, "web:1").to_string()).await?;
    let service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "web"}, "spec": {"taskDefinition": "web", "desiredCount": 1}});
    // The External Secrets operator reads by a right of its own: what it is asked for is an administrator's word all the same.
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": all_namespaces(), "roleArn": "arn:aws:iam::123456789012:role/shop", "secrets": ["db-*"]}});
    scene.apply(&grant.to_string()).await?;
    scene.apply(&service.to_string()).await?;
    scene.condition("ecsservices", "web", "Reconciling", "True", Some("KindNotInstalled")).await?;

    let file = external_secret_definition()?.display().to_string();
    scene.cluster.kubectl(&["apply", "--server-side", "-f", &file]).await?;
    scene.waits("web", "ExternalSecretNotReady", "nobody has looked at it yet").await?;
    assert_eq!(scene.find("deployments", "web").await?, None);
    let object = scene.get("externalsecrets", "web-1").await?;
    let data = json!([{"secretKey": "PASSWORD",
        "remoteRef": {"key": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf", "property": "password"}}]);
    for (path, expected) in [
        ("/spec/data/0/secretKey", &data[0]["secretKey"]),
        ("/spec/data/0/remoteRef/property", &data[0]["remoteRef"]["property"]),
        ("/spec/target/name", &json!("web-1")),
        ("/spec/target/creationPolicy", &json!("Owner")),
        ("/spec/refreshPolicy", &json!("CreatedOnce")),
    ] {
        ensure(object.pointer(path) == Some(expected), format!("{path} of {object}"))?;
    }
    says(&scene, "web-1", "False", "could not get secret data from provider").await?;
    scene.waits("web", "ExternalSecretNotReady", "could not get secret data from provider").await?;
    says(&scene, "web-1", "True", "secret synced").await?;
    scene.rolled_out("web", "svc-web-1").await?;

    // What runs, runs on and is scaled while the next deployment waits; a further one needs not wait for that.
    scene.apply(&definition(&scene, "web:2").to_string()).await?;
    scene.waits("web", "ExternalSecretNotReady", "`web-2`").await?;
    scene.patch("ecsservices", "web", &json!({"spec": {"desiredCount": 2}})).await?;
    eventually("two tasks of the first deployment", SOON, async || {
        let deployment = scene.get("deployments", "web").await?;
        let image = &deployment["spec"]["template"]["spec"]["containers"][0]["image"];
        ensure(deployment["spec"]["replicas"] == 2 && image == "web:1", deployment["spec"].to_string())
    })
    .await?;
    let mark = scene.ledger.mark();
    scene.apply(&definition(&scene, "web:3").to_string()).await?;
    scene.waits("web", "ExternalSecretNotReady", "`web-3`").await?;
    let asked = scene.ledger.since(mark).that(|request| request.resource == "externalsecrets" && request.name.as_deref() == Some("web-3"));
    asked.with_verb(Verb::Delete).expect_none("a Secret that is waited for")?;
    says(&scene, "web-3", "True", "secret synced").await?;
    scene.rolled_out("web", "svc-web-3").await?;

    // what others change of it is put back
    scene.patch("externalsecrets", "web-3", &json!({"metadata": {"labels": {"app.kubernetes.io/name": "another"}}})).await?;
    eventually("the ExternalSecret is mended", SOON, async || {
        let object = scene.get("externalsecrets", "web-3").await?;
        ensure(object["metadata"]["labels"]["app.kubernetes.io/name"] == "web", object["metadata"].to_string())
    })
    .await?;

    // and what nobody grants any more is asked for no more
    scene.delete("awsaccessgrants", &scene.namespace).await?;
    let gone = async || ensure(scene.find("externalsecrets", "web-3").await?.is_none(), "it is there");
    eventually("the ExternalSecret goes with the grant", SOON, gone).await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("AccessRevoked")).await.map(drop)
}

/// The status as the External Secrets operator writes it.
async fn says(scene: &Scene, name: &str, status: &str, message: &str) -> Result<()> {
    let condition =
        json!({"type": "Ready", "status": status, "reason": if status == "True" { "SecretSynced" } else { "SecretSyncedError" }, "message": message});
    let patch = json!({"status": {"conditions": [condition]}});
    scene.api("externalsecrets").patch_status(name, &PatchParams::default(), &Patch::Merge(&patch)).await?;
    Ok(())
}
