//! Images of a registry that demands credentials: a task is started with those that are kept in AWS, is not started with
//! wrong ones, and its service says where to see why.

use std::sync::Arc;

use serde_json::{Value, json};

use super::ecs_service;
use super::tasks::{self, Service, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, condition_of};
use crate::support::image::application::application_image_as;
use crate::support::moto::ACCOUNT;
use crate::support::registry::{PASSWORD, Registry, USER};
use crate::support::{Result, SOON, ensure, eventually};

const REGION: &str = "us-east-1";
/// What the registry is given, under a name of this cluster.
const IMAGE: &str = "localhost/private:1";
const PORT: u16 = 8080;

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(tasks_are_started_from_a_private_registry_by_credentials_of_aws).on_a_real_node()]
}

async fn tasks_are_started_from_a_private_registry_by_credentials_of_aws(context: Arc<Context>) -> Result<()> {
    let moto = context.moto().await?;
    let (door, seed) = (moto.door().await?, moto.seed());
    let scene = ecs_service::open_before(&door, &context).await?;
    let registry = Registry::start(&scene.cluster).await?;
    // the variable makes it an image of its own, which the node has from nowhere else
    let archive = tokio::task::spawn_blocking(|| application_image_as(IMAGE, &[("FROM", "a-registry")])).await??;
    let image = registry.push(scene.cluster.real_node()?, &archive, IMAGE).await?;
    let folder = &scene.namespace;
    let right = seed.secret(ACCOUNT, REGION, &format!("{folder}/right"), "AbCdEf", &credentials(PASSWORD)).await?;
    let wrong = seed.secret(ACCOUNT, REGION, &format!("{folder}/wrong"), "GhIjKl", &credentials("canary-5f1c-of-nothing")).await?;
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": folder}, "spec": {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": folder}},
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/reader"), "secrets": [format!("{folder}/*")]}});
    scene.create("awsaccessgrants", &grant).await?;
    tasks::apply(&scene, &[service(&scene, "right", &image, &right), service(&scene, "wrong", &image, &wrong)]).await?;

    is_of_the_registry(&scene, "right").await?;
    // only who pulls gets blobs, and the registry has refused all who said nothing
    let gave = |line: &str| ["authorized request", "method=GET", "/v2/private/blobs/"].iter().all(|part| line.contains(part));
    ensure(registry.log().lines().any(gave), registry.log())?;

    // The node has the image now; for a task that may not have it that is no way to it.
    let why = eventually("the service says where to see why", SOON, async || {
        let service = scene.get("ecsservices", "wrong").await?;
        let message = condition_of(&service, "Ready").and_then(|ready| ready["message"].as_str()).unwrap_or_default().to_owned();
        let command = message.split('`').nth(1).and_then(|command| command.strip_prefix("kubectl ")).ok_or_else(|| service["status"].to_string())?;
        ensure(message.starts_with("0 of 1 tasks"), &message).map(|()| command.to_owned())
    })
    .await?;
    let why: Vec<&str> = why.split(' ').collect();
    eventually("what it says is where it is seen", SOON, async || {
        let shown = context.kubectl(&why).await?;
        ensure(shown.contains("ErrImagePull") || shown.contains("ImagePullBackOff"), shown)
    })
    .await?;
    eventually("the wrong password is refused", SOON, async || {
        ensure(registry.log().contains(&format!("error authenticating user \\\"{USER}\\\"")), registry.log())
    })
    .await?;

    seed.new_version(REGION, &wrong, &credentials(PASSWORD)).await?;
    scene.patch("ecsservices", "wrong", &json!({"spec": {"forceNewDeployment": true}})).await?;
    is_of_the_registry(&scene, "wrong").await?;
    eventually("the service is at its second revision", SOON, async || {
        let service = scene.get("ecsservices", "wrong").await?;
        ensure(service["status"]["serviceRevision"] == 2, &service["status"])
    })
    .await
}

fn credentials(password: &str) -> String {
    json!({"username": USER, "password": password}).to_string()
}

/// A service of one task, with this image by the credentials in this secret.
fn service<'a>(scene: &Scene, name: &'a str, image: &str, secret: &str) -> Service<'a> {
    let members = json!({"image": image, "repositoryCredentials": {"credentialsParameter": secret}});
    let mut service = Service::of(name, &[container(name, PORT, &[], &members)]);
    service.task["kubernetes"] = json!({"grants": [scene.namespace]});
    service
}

/// Waits until the application of the image answers.
async fn is_of_the_registry(scene: &Scene, service: &str) -> Result<()> {
    let process: Value = tasks::one(scene, service).await?.process(PORT).await?;
    ensure(process["environment"]["FROM"] == "a-registry", process)
}
