//! The values of secrets on their way to tasks: files of variables and credentials of registries become Secrets of the
//! service revision, what cannot be used stops the deployment and nothing else, and where a service has its values looked
//! at, one that changed starts a deployment.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, VALUE, condition_of};
use crate::support::{Result, SOON, Verb, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(files_and_credentials_become_secrets_of_the_revision),
        Trial::parallel(a_secret_that_goes_during_a_deployment_returns),
        Trial::parallel(a_line_that_cannot_be_used_stops_the_deployment_alone),
        Trial::parallel(a_value_that_changed_starts_a_deployment_where_it_is_asked_for),
    ]
}

const REGISTRY: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-AbCdEf";

fn definition(image: &str) -> Value {
    let files = ["web", "shared"].map(|name| json!({"type": "s3", "value": format!("arn:aws:s3:::bucket/env/{name}.env")}));
    let container = json!({"name": "web", "image": image, "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
        "environmentFiles": files, "repositoryCredentials": {"credentialsParameter": REGISTRY},
        "secrets": [{"name": "PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-password"}]});
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
        "spec": {"networkMode": "awsvpc", "containerDefinitions": [container]}})
}

fn service(kubernetes: &Value) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "web"},
        "spec": {"taskDefinition": "web", "desiredCount": 1, "kubernetes": kubernetes}})
}

/// A service with a secret, two files of variables and the credentials of a registry.
async fn open(context: &Context, kubernetes: &Value) -> Result<Scene> {
    let scene = Scene::open(context).await?;
    std::fs::create_dir_all(scene.secrets.path().join("bucket/env"))?;
    write(&scene, "bucket/env/web.env", "# of the service\nLEVEL=info\nTOKEN=\"canary-5f1c of the file\"\nLEVEL=debug\n")?;
    write(&scene, "bucket/env/shared.env", "LEVEL=hidden\r\nREGION=eu\r\n")?;
    write(&scene, "registry", r#"{"username": "me", "password": "canary-5f1c of the registry"}"#)?;
    scene.apply(&definition("registry.example.com/web:1").to_string()).await?;
    scene.apply(&service(kubernetes).to_string()).await?;
    scene.rolled_out("web", "svc-web-1").await?;
    Ok(scene)
}

/// Puts a value in the place of another, at once: half of it is never read.
fn write(scene: &Scene, path: &str, text: &str) -> Result<()> {
    let (file, new) = (scene.secrets.path().join(path), scene.secrets.path().join("new"));
    std::fs::write(&new, text)?;
    Ok(std::fs::rename(new, file)?)
}

/// The values in a Secret of a service revision, of those whose name begins so.
async fn values(scene: &Scene, name: &str) -> Result<Value> {
    let secrets = scene.list("secrets").await?;
    let named: Vec<&Value> = secrets.iter().filter(|secret| secret["metadata"]["name"].as_str().is_some_and(|found| found.starts_with(name))).collect();
    let [secret] = named.as_slice() else { return Err(format!("{} Secrets are named {name}…", named.len()).into()) };
    ensure(secret["immutable"] == true, secret["metadata"].to_string())?;
    ensure(secret["metadata"]["ownerReferences"][0]["kind"] == "ECSService", secret["metadata"].to_string())?;
    let data: std::collections::BTreeMap<String, k8s_openapi::ByteString> = serde_json::from_value(secret["data"].clone())?;
    Ok(data.into_iter().map(|(key, value)| (key, json!(String::from_utf8_lossy(&value.0)))).collect::<serde_json::Map<_, _>>().into())
}

async fn files_and_credentials_become_secrets_of_the_revision(context: Arc<Context>) -> Result<()> {
    let scene = open(&context, &json!({})).await?;
    let pod = scene.get("deployments", "web").await?["spec"]["template"]["spec"].clone();
    let of_files = pod["containers"][0]["envFrom"][0]["secretRef"]["name"].as_str().unwrap_or_default().to_owned();
    assert!(of_files.starts_with("web-1-env-") && pod["containers"][0]["envFrom"].as_array().is_some_and(|sources| sources.len() == 1), "{pod}");
    let region = "us-east-1";
    let variables = json!({"LEVEL": "debug", "TOKEN": "\"canary-5f1c of the file\"", "REGION": "eu", "AWS_REGION": region, "AWS_DEFAULT_REGION": region});
    assert_eq!(values(&scene, &of_files).await?, variables);
    let of_registry = pod["imagePullSecrets"][0]["name"].as_str().unwrap_or_default().to_owned();
    assert_eq!(pod["imagePullSecrets"], json!([{"name": of_registry}]));
    assert_eq!(scene.get("secrets", &of_registry).await?["type"], "kubernetes.io/dockerconfigjson");
    let configuration: Value = serde_json::from_str(values(&scene, &of_registry).await?[".dockerconfigjson"].as_str().unwrap_or_default())?;
    assert_eq!(configuration["auths"]["registry.example.com"]["password"], "canary-5f1c of the registry");
    assert_eq!(values(&scene, "web-1").await.err().map(|error| error.to_string()).as_deref(), Some("3 Secrets are named web-1…"));

    // ECS reads when a task starts: a deployment that is asked for has the values of its own time, the one before keeps its own.
    write(&scene, "bucket/env/shared.env", "REGION=us\n")?;
    scene.quiet(Duration::from_secs(2)).await?;
    assert_eq!(scene.get("ecsservices", "web").await?["status"]["serviceRevision"], 1, "nothing is looked at unasked");
    scene.patch("ecsservices", "web", &json!({"spec": {"forceNewDeployment": true}})).await?;
    scene.rolled_out("web", "svc-web-2").await?;
    assert_eq!(values(&scene, "web-2-env-").await?["REGION"], "us");
    assert_eq!(values(&scene, "web-1-env-").await?["REGION"], "eu");

    // What somebody deletes of them is made again once tasks are missing.
    let second = |name: &str| name.replacen("web-1", "web-2", 1);
    for name in [second(&of_files), second(&of_registry)] {
        scene.delete("secrets", &name).await?;
    }
    eventually("both Secrets are there again", SOON, async || {
        scene.cluster.kubectl(&["delete", "pods", "-n", &scene.namespace, "-l", "ecs-operator.dev/service=web", "--wait=false"]).await?;
        let names = [second(&of_files), second(&of_registry)];
        let there = scene.list("secrets").await?.iter().filter(|secret| names.iter().any(|name| secret["metadata"]["name"] == *name)).count();
        ensure(there == 2, format!("{there} are"))
    })
    .await?;
    assert_eq!(values(&scene, "web-2-env-").await?["REGION"], "us");
    nothing_is_told_of(&scene, "canary").await
}

async fn a_secret_that_goes_during_a_deployment_returns(context: Arc<Context>) -> Result<()> {
    let scene = open(&context, &json!({})).await?;
    // No other pod is made, and the old one serves on.
    let quota = format!("--hard=pods={}", scene.list("pods").await?.len());
    scene.cluster.kubectl(&["create", "quota", "full", "-n", &scene.namespace, &quota]).await?;
    scene.apply(&definition("registry.example.com/web:2").to_string()).await?;
    eventually("the Deployment has the second revision", SOON, async || {
        let deployment = scene.get("deployments", "web").await?;
        ensure(deployment["spec"]["template"].to_string().contains("web:2"), deployment["spec"].to_string())
    })
    .await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let checks = || scene.ledger.requests().of("secrets").with_verb(Verb::Patch);
    checks().expect_none("what was made a moment ago is there")?;
    scene.delete("secrets", "web-2").await?;
    eventually("the Secret is there again", SOON, async || scene.get("secrets", "web-2").await.map(drop)).await?;
    let primary = scene.get("ecsservices", "web").await?["status"]["deployments"][0].clone();
    ensure(primary["id"] == "svc-web-2" && primary["rolloutState"] != "COMPLETED", primary.to_string())?;
    // Each of the three is asked for once a minute, however often the service is looked at.
    ensure(checks().len() <= 6, checks().to_string())?;
    scene.cluster.kubectl(&["delete", "quota", "full", "-n", &scene.namespace]).await?;
    scene.rolled_out("web", "svc-web-2").await?;
    nothing_is_told_of(&scene, "canary").await
}

async fn a_line_that_cannot_be_used_stops_the_deployment_alone(context: Arc<Context>) -> Result<()> {
    let scene = open(&context, &json!({})).await?;
    let template = scene.get("deployments", "web").await?["spec"]["template"].clone();
    write(&scene, "bucket/env/shared.env", "REGION=us\nexport VALUE=canary-5f1c\n")?;
    scene.apply(&definition("registry.example.com/web:2").to_string()).await?;
    let stopped = scene.condition("ecsservices", "web", "Reconciling", "True", Some("EnvironmentFileUnusable")).await?;
    let message = condition_of(&stopped, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
    for part in ["spec.containerDefinitions[0].environmentFiles[1].value", "arn:aws:s3:::bucket/env/shared.env", "line 2", "rename"] {
        ensure(message.contains(part), format!("{part} in {message}"))?;
    }
    // What runs, runs on, and is what the service wants it to be.
    scene.patch("ecsservices", "web", &json!({"spec": {"desiredCount": 3}})).await?;
    eventually("the running revision has three tasks", SOON, async || {
        let deployment = scene.get("deployments", "web").await?;
        ensure(deployment["spec"]["replicas"] == 3, deployment["spec"].to_string())
    })
    .await?;
    assert_eq!(scene.get("deployments", "web").await?["spec"]["template"], template);
    assert_eq!(values(&scene, "web-2").await.err().map(|error| error.to_string()).as_deref(), Some("0 Secrets are named web-2…"), "none is half made");
    scene.delete("secrets", "web-1").await?;
    eventually("what runs has its Secret again", SOON, async || {
        scene.cluster.kubectl(&["delete", "pods", "-n", &scene.namespace, "-l", "ecs-operator.dev/service=web", "--wait=false"]).await?;
        scene.get("secrets", "web-1").await.map(drop)
    })
    .await?;

    // Credentials that are none are told of in the same way.
    write(&scene, "bucket/env/shared.env", "REGION=us\n")?;
    write(&scene, "registry", r#"{"user": "me", "password": "canary-5f1c of the registry"}"#)?;
    let stopped = scene.condition("ecsservices", "web", "Reconciling", "True", Some("SecretUnreadable")).await?;
    let message = condition_of(&stopped, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
    ensure(message.contains(REGISTRY) && message.contains("`username`"), &message)?;
    write(&scene, "registry", r#"{"username": "me", "password": "canary-5f1c of the registry"}"#)?;
    scene.rolled_out("web", "svc-web-2").await?;
    nothing_is_told_of(&scene, "canary").await
}

async fn a_value_that_changed_starts_a_deployment_where_it_is_asked_for(context: Arc<Context>) -> Result<()> {
    let scene = open(&context, &json!({"refresh": {"interval": "10s"}})).await?;
    // A Secret without any value is compared too.
    write(&scene, "bucket/empty.env", "# nothing yet\n")?;
    let container = json!({"name": "empty", "image": "empty:1", "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
        "environment": [{"name": "AWS_REGION", "value": "r"}], "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/empty.env"}]});
    let empty = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "empty"}, "spec": {"containerDefinitions": [container]}});
    scene.apply(&empty.to_string()).await?;
    let spec = json!({"taskDefinition": "empty", "desiredCount": 1, "kubernetes": {"refresh": {"interval": "10s"}}});
    scene.apply(&json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "empty"}, "spec": spec}).to_string()).await?;
    scene.rolled_out("empty", "svc-empty-1").await?;
    let compared = |name: &str| {
        let patches = scene.ledger.requests().of("secrets").with_verb(Verb::Patch);
        patches.that(|request| request.name.as_deref().is_some_and(|found| found.starts_with(name))).len()
    };
    let looked_at = async |name: &str, secrets: usize| {
        let before = compared(name);
        let what = format!("the Secrets of {name} are compared");
        eventually(what, SOON, async || ensure(compared(name) >= before + secrets, format!("{} patches", compared(name) - before))).await
    };
    looked_at("empty-1", 2).await?;
    looked_at("web-1", 6).await?;
    for service in ["web", "empty"] {
        assert_eq!(scene.get("ecsservices", service).await?["status"]["serviceRevision"], 1, "what is the same starts nothing");
    }

    for (revision, path, text) in [
        ("svc-web-2", "prod/db-password", "another canary-5f1c"),
        ("svc-web-3", "registry", r#"{"username": "me", "password": "another canary-5f1c"}"#),
        // a variable that is gone is a difference too
        ("svc-web-4", "bucket/env/web.env", "LEVEL=debug\n"),
    ] {
        write(&scene, path, text)?;
        scene.rolled_out("web", revision).await?;
    }
    assert_eq!(values(&scene, "web-4-env-").await?.get("TOKEN"), None);
    let told = scene
        .list("events")
        .await?
        .iter()
        .filter(|event| event["note"].as_str().is_some_and(|note| note.contains("the value of a secret has changed")))
        .count();
    ensure(told >= 1, "no event tells why a deployment began")?;

    // What cannot be read is no difference, and the turn is not lost: the next one is in a day.
    std::fs::remove_file(scene.secrets.path().join("prod/db-password"))?;
    let every = async |interval: &str| scene.patch("ecsservices", "web", &json!({"spec": {"kubernetes": {"refresh": {"interval": interval}}}})).await;
    every("24h").await?;
    let log = || scene.operator.log_tail(100_000);
    eventually("the log tells that values could not be compared", SOON, async || ensure(log().contains("could not be compared"), "it does not")).await?;
    let service = scene.get("ecsservices", "web").await?;
    assert_eq!(
        (service["status"]["serviceRevision"].clone(), condition_of(&service, "Ready").map(|ready| ready["status"].clone())),
        (json!(4), Some(json!("True")))
    );
    write(&scene, "prod/db-password", "another canary-5f1c")?;
    looked_at("web-4", 3).await?;
    assert_eq!(scene.get("ecsservices", "web").await?["status"]["serviceRevision"], 4, "it is there again, and the same");

    // Neither is one that a deployment stands in the way of: here no other pod is made, and then it is.
    let quota = format!("--hard=pods={}", scene.list("pods").await?.len());
    scene.cluster.kubectl(&["create", "quota", "full", "-n", &scene.namespace, &quota]).await?;
    scene.patch("ecsservices", "web", &json!({"spec": {"forceNewDeployment": true}})).await?;
    eventually("a deployment is under way", SOON, async || scene.get("secrets", "web-5").await.map(drop)).await?;
    write(&scene, "prod/db-password", "one more canary-5f1c")?;
    every("25h").await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("DeploymentInProgress")).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    scene.cluster.kubectl(&["delete", "quota", "full", "-n", &scene.namespace]).await?;
    scene.rolled_out("web", "svc-web-6").await?;
    nothing_is_told_of(&scene, "canary").await?;
    nothing_is_told_of(&scene, VALUE).await
}

/// No object but Secrets, no event and no line of the log has the value.
pub async fn nothing_is_told_of(scene: &Scene, value: &str) -> Result<()> {
    for resource in ["ecsservices", "ecstaskdefinitions", "controllerrevisions", "deployments", "events", "configmaps"] {
        for object in scene.list(resource).await? {
            ensure(!object.to_string().contains(value), format!("{resource}/{} has the value", object["metadata"]["name"]))?;
        }
    }
    ensure(!scene.operator.log_tail(100_000).contains(value), "the log has the value")
}
