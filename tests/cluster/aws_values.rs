//! Values of AWS, which moto plays, on their way through the whole operator: a secret, a file of variables and the
//! credentials of a registry, read by the role of a grant; and what changes there, and that AWS is away.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, all_namespaces, condition_of};
use crate::support::moto::{ACCOUNT, AwsFault, Moto};
use crate::support::{Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(what_is_kept_in_aws_reaches_tasks_by_a_grant_and_follows_changes),
        Trial::parallel(a_forced_deployment_reads_anew_what_was_read_a_moment_ago),
    ]
}

const REGION: &str = "us-east-1";

fn documents(scene: &Scene, registry: &str) -> String {
    let container = json!({"name": "web", "image": "registry.example.com/web:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
        "secrets": [{"name": "PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db-AbCdEf:password::"}],
        "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::shop-config/web.env"}],
        "repositoryCredentials": {"credentialsParameter": registry}});
    let definition = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
        "spec": {"networkMode": "awsvpc", "containerDefinitions": [container], "kubernetes": {"grants": [scene.namespace]}}});
    let service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "web"}, "spec": {
        "taskDefinition": "web", "desiredCount": 1, "kubernetes": {"refresh": {"interval": "10s"}}}});
    json!({"apiVersion": "v1", "kind": "List", "items": [definition, service]}).to_string()
}

async fn what_is_kept_in_aws_reaches_tasks_by_a_grant_and_follows_changes(context: Arc<Context>) -> Result<()> {
    let moto = Moto::start().await?;
    let (door, seed) = (moto.door().await?, moto.seed());
    let secret = seed.secret(ACCOUNT, REGION, "shop/db", "AbCdEf", r#"{"password": "first"}"#).await?;
    let registry = seed.secret(ACCOUNT, REGION, "shop/registry", "GhIjKl", r#"{"username": "me", "password": "of the registry"}"#).await?;
    seed.bucket("shop-config").await?;
    seed.object("shop-config", "web.env", b"LEVEL=info\n").await?;

    let scene = Scene::open_before(&door, &context, json!({}), &[]).await?;
    scene.apply(&documents(&scene, &registry)).await?;
    scene.condition("ecstaskdefinitions", "web", "Ready", "False", Some("AccessDenied")).await?;
    ensure(door.requests().is_empty(), "AWS is asked for what no grant allows")?;
    let role = format!("arn:aws:iam::{ACCOUNT}:role/shop");
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": all_namespaces(), "roleArn": role, "secrets": ["shop/*"], "buckets": ["shop-config/web.env"]}});
    scene.create("awsaccessgrants", &grant).await?;
    scene.rolled_out("web", "svc-web-1").await?;
    assert_eq!(value(&scene, "web-1", "PASSWORD").await?, "first");
    assert_eq!(value(&scene, "web-1-env-", "LEVEL").await?, "info");
    assert_eq!(value(&scene, "web-1-env-", "AWS_REGION").await?, REGION);
    let configuration: Value = serde_json::from_str(&value(&scene, "web-1-pull-", ".dockerconfigjson").await?)?;
    assert_eq!(configuration["auths"]["registry.example.com"]["password"], "of the registry");

    seed.new_version(REGION, &secret, r#"{"password": "second"}"#).await?;
    scene.rolled_out("web", "svc-web-2").await?;
    assert_eq!((value(&scene, "web-2", "PASSWORD").await?, value(&scene, "web-1", "PASSWORD").await?), ("second".into(), "first".into()));

    // While AWS is away nothing happens to what runs; what changed meanwhile is found when it is back.
    door.on_request(|_| AwsFault::ServerError);
    seed.object("shop-config", "web.env", b"LEVEL=debug\n").await?;
    eventually("the values cannot be compared", SOON * 2, async || {
        ensure(scene.operator.log_tail(10_000).contains("could not be compared"), "the log does not say so")
    })
    .await?;
    let service = scene.get("ecsservices", "web").await?;
    let ready = condition_of(&service, "Ready").map(|ready| ready["status"].clone());
    assert_eq!((service["status"]["serviceRevision"].clone(), ready), (json!(2), Some(json!("True"))), "{}", service["status"]);
    door.clear_faults();
    eventually("the change is found", SOON * 4, async || {
        let service = scene.get("ecsservices", "web").await?;
        ensure(service["status"]["serviceRevision"] == 3, &service["status"])
    })
    .await?;
    scene.rolled_out("web", "svc-web-3").await?;
    ensure(value(&scene, "web-3-env-", "LEVEL").await? == "debug", "another value")?;
    // The grant says no account: a bucket of another one than that of the settings would not have been read.
    let files = door.requests().of("GET object");
    ensure(!files.is_empty() && files.0.iter().all(|request| request.bucket_owner.as_deref() == Some(ACCOUNT)), &files)
}

/// An answer of AWS is shared for a minute. Who forces a deployment wants the values of now, whatever else he changes with it.
async fn a_forced_deployment_reads_anew_what_was_read_a_moment_ago(context: Arc<Context>) -> Result<()> {
    let moto = Moto::start().await?;
    let (door, seed) = (moto.door().await?, moto.seed());
    let secret = seed.secret(ACCOUNT, REGION, "forced/db", "AbCdEf", "first").await?;
    let scene = Scene::open_before(&door, &context, json!({}), &[]).await?;
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": all_namespaces(), "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/forced"), "secrets": ["forced/*"]}});
    scene.create("awsaccessgrants", &grant).await?;
    let definition = |image: &str| {
        let container = json!({"name": "web", "image": image, "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
            "secrets": [{"name": "PASSWORD", "valueFrom": secret}]});
        json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
            "spec": {"containerDefinitions": [container], "kubernetes": {"grants": [scene.namespace]}}})
    };
    let service = |name: &str| {
        json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": name},
            "spec": {"taskDefinition": "web:1", "desiredCount": 1}})
    };
    let items = [definition("registry.example.com/web:1"), service("alone"), service("both")];
    scene.apply(&json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).await?;
    for name in ["alone", "both"] {
        scene.rolled_out(name, &format!("svc-{name}-1")).await?;
        assert_eq!(value(&scene, &format!("{name}-1"), "PASSWORD").await?, "first");
    }
    scene.apply(&definition("registry.example.com/web:2").to_string()).await?;
    eventually("there is a second revision", SOON, async || {
        let definition = scene.get("ecstaskdefinitions", "web").await?;
        ensure(definition["status"]["revision"] == 2, &definition["status"])
    })
    .await?;

    // each is forced a moment after the other one's value was read
    let also = json!({"forceNewDeployment": true, "taskDefinition": "web:2"});
    for (name, changed, new) in [("alone", json!({"forceNewDeployment": true}), "second"), ("both", also, "third")] {
        seed.new_version(REGION, &secret, new).await?;
        scene.patch("ecsservices", name, &json!({"spec": changed})).await?;
        scene.rolled_out(name, &format!("svc-{name}-2")).await?;
        assert_eq!(
            (value(&scene, &format!("{name}-2"), "PASSWORD").await?, value(&scene, &format!("{name}-1"), "PASSWORD").await?),
            (new.into(), "first".into())
        );
    }
    let image = scene.get("deployments", "both").await?["spec"]["template"]["spec"]["containers"][0]["image"].clone();
    ensure(image == "registry.example.com/web:2", image)
}

/// A value in the Secret whose name is this one, or begins so where it ends with a hash.
async fn value(scene: &Scene, name: &str, key: &str) -> Result<String> {
    let is_meant = |found: &str| if name.ends_with('-') { found.starts_with(name) } else { found == name };
    let secrets = scene.list("secrets").await?;
    let secret = secrets.iter().find(|secret| secret["metadata"]["name"].as_str().is_some_and(is_meant)).ok_or_else(|| format!("there is no Secret {name}"))?;
    let value: k8s_openapi::ByteString = serde_json::from_value(secret["data"][key].clone())?;
    Ok(String::from_utf8_lossy(&value.0).into_owned())
}
