//! Grants: what nobody allowed is not made, and heals by itself when somebody does; what is allowed no longer is told of, and runs on.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, all_namespaces};
use crate::support::ledger::Requests;
use crate::support::moto::ACCOUNT;
use crate::support::{Result, SOON, Verb, ensure, eventually};

const ROLE: &str = "arn:aws:iam::123456789012:role/web";
const SECRET: &str = "prod/db-password";

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_denied_role_makes_nothing_until_it_is_granted),
        Trial::parallel(what_runs_runs_on_when_its_role_is_revoked),
        Trial::parallel(the_copies_go_with_the_grant_where_settings_say_so),
        Trial::parallel(a_grant_follows_the_labels_of_the_namespace),
    ]
}

/// A service whose tasks have a role and a secret, by a grant that is named like the namespace.
fn documents(scene: &Scene) -> String {
    let container = json!({"name": "web", "image": "web:1", "memory": 64, "healthCheck": {"command": ["CMD-SHELL", "true"]},
        "secrets": [{"name": "PASSWORD", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-password"}]});
    let definition = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "web"},
        "spec": {"taskRoleArn": ROLE, "containerDefinitions": [container], "kubernetes": {"grants": [scene.namespace]}}});
    let service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "web"},
        "spec": {"taskDefinition": "web", "desiredCount": 1}});
    json!({"apiVersion": "v1", "kind": "List", "items": [definition, service]}).to_string()
}

async fn grant(scene: &Scene, selector: Value, role: &str) -> Result<()> {
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": selector, "taskRoles": [role]}});
    scene.create("awsaccessgrants", &grant).await.map(drop)
}

/// What the task definition says that it lacks.
async fn denied(scene: &Scene, words: &str) -> Result<()> {
    eventually(format!("the task definition says: {words}"), SOON, async || {
        let definition = scene.condition("ecstaskdefinitions", "web", "Ready", "False", Some("AccessDenied")).await?;
        ensure(definition["status"]["conditions"].to_string().contains(words), &definition["status"])
    })
    .await
}

/// What was written but for status and events.
fn made(requests: Requests) -> Requests {
    requests.writes().of_objects().without("leases").without("events")
}

async fn a_denied_role_makes_nothing_until_it_is_granted(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let mark = scene.ledger.mark();
    scene.apply(&documents(&scene)).await?;
    denied(&scene, &format!("grant `{}` is not there", scene.namespace)).await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("AccessDenied")).await?;
    grant(&scene, all_namespaces(), "arn:aws:iam::123456789012:role/other").await?;
    denied(&scene, &format!("lacks `- {ROLE}` in its `taskRoles`")).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    made(scene.ledger.since(mark)).expect_none("a denied role")?;
    scene.patch("awsaccessgrants", &scene.namespace, &json!({"spec": {"taskRoles": [ROLE]}})).await?;
    scene.ready("ecsservices", "web").await?;
    scene.ready("ecstaskdefinitions", "web").await?;
    let pod = &scene.get("deployments", "web").await?["spec"]["template"]["spec"];
    let account = scene.get("serviceaccounts", pod["serviceAccountName"].as_str().unwrap_or_default()).await?;
    ensure(account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"] == ROLE, account)
}

async fn what_runs_runs_on_when_its_role_is_revoked(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    runs(&scene).await?;
    let (before, mark) = (scene.get("deployments", "web").await?, scene.ledger.mark());
    scene.delete("awsaccessgrants", &scene.namespace).await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("AccessRevoked")).await?;
    scene.condition("ecstaskdefinitions", "web", "Ready", "False", Some("AccessDenied")).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    made(scene.ledger.since(mark)).expect_none("a revoked role")?;
    let after = scene.get("deployments", "web").await?;
    ensure(before["metadata"]["generation"] == after["metadata"]["generation"], after)?;
    scene.get("secrets", "web-1").await?;
    // It is scaled all the same, and no deployment starts.
    scene.patch("ecsservices", "web", &json!({"spec": {"desiredCount": 2}})).await?;
    eventually("two tasks run", SOON, async || {
        let deployment = scene.get("deployments", "web").await?;
        ensure(deployment["status"]["readyReplicas"] == 2, &deployment["status"])
    })
    .await?;
    scene.change_image("web", "web:2").await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("AccessRevoked")).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    ensure(scene.find("controllerrevisions", "svc-web-2").await?.is_none(), "a deployment started")?;
    grant(&scene, all_namespaces(), ROLE).await?;
    scene.rolled_out("web", "svc-web-2").await?;
    scene.ready("ecsservices", "web").await.map(drop)
}

/// Of a revision that loses its role alone nothing goes.
async fn the_copies_go_with_the_grant_where_settings_say_so(context: Arc<Context>) -> Result<()> {
    let moto = context.moto().await?;
    let door = moto.door().await?;
    let scene = Scene::open_before(&door, &context, json!({"onRevoke": "Delete"}), &[]).await?;
    moto.seed().secret(ACCOUNT, "us-east-1", SECRET, "AbCdEf", "password").await?;
    let of_all = json!({"spec": {"roleArn": "arn:aws:iam::123456789012:role/reader", "secrets": [SECRET], "taskRoles": [ROLE]}});
    grant(&scene, all_namespaces(), ROLE).await?;
    scene.patch("awsaccessgrants", &scene.namespace, &of_all).await?;
    starts(&scene).await?;
    let (pods, mark) = (running(&scene).await?, scene.ledger.mark());
    scene.patch("awsaccessgrants", &scene.namespace, &json!({"spec": {"taskRoles": []}})).await?;
    let revoked = scene.condition("ecsservices", "web", "Ready", "False", Some("AccessRevoked")).await?;
    ensure(!revoked["status"]["conditions"].to_string().contains("are deleted"), &revoked["status"])?;
    scene.quiet(Duration::from_secs(2)).await?;
    made(scene.ledger.since(mark)).expect_none("a revoked role")?;
    scene.get("secrets", "web-1").await?;

    let mark = scene.ledger.mark();
    scene.delete("awsaccessgrants", &scene.namespace).await?;
    eventually("the Secret is gone", SOON, async || ensure(scene.find("secrets", "web-1").await?.is_none(), "it is there")).await?;
    eventually("the service says so", SOON, async || {
        let revoked = scene.condition("ecsservices", "web", "Ready", "False", Some("AccessRevoked")).await?;
        ensure(revoked["status"]["conditions"].to_string().contains("its Secrets are deleted"), &revoked["status"])
    })
    .await?;
    // Whatever makes the service be looked at again, it is deleted once.
    scene.patch("ecsservices", "web", &json!({"metadata": {"labels": {"looked": "at"}}, "spec": {"desiredCount": 1}})).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let made = made(scene.ledger.since(mark));
    made.clone().with_verb(Verb::Delete).expect_count(1, "a revoked grant")?;
    made.that(|request| request.resource != "secrets").expect_none("a revoked grant")?;
    ensure(running(&scene).await? == pods, "other tasks run")?;
    grant(&scene, all_namespaces(), ROLE).await?;
    scene.patch("awsaccessgrants", &scene.namespace, &of_all).await?;
    eventually("the Secret is there again", SOON, async || scene.get("secrets", "web-1").await.map(drop)).await?;
    scene.ready("ecsservices", "web").await?;
    ensure(running(&scene).await? == pods, "other tasks run")?;

    // While a deployment finds no node, the tasks before it need theirs too.
    scene.patch("ecstaskdefinitions", "web", &json!({"spec": {"runtimePlatform": {"cpuArchitecture": "ARM64"}}})).await?;
    both(&scene, true).await?;
    scene.condition("ecsservices", "web", "Reconciling", "True", Some("DeploymentInProgress")).await?;
    scene.delete("awsaccessgrants", &scene.namespace).await?;
    both(&scene, false).await?;
    grant(&scene, all_namespaces(), ROLE).await?;
    scene.patch("awsaccessgrants", &scene.namespace, &of_all).await?;
    both(&scene, true).await
}

/// Waits until the Secrets of both revisions are there, or neither of them.
async fn both(scene: &Scene, are_there: bool) -> Result<()> {
    eventually(format!("the Secrets of both revisions are there: {are_there}"), SOON, async || {
        let there = [scene.find("secrets", "web-1").await?.is_some(), scene.find("secrets", "web-2").await?.is_some()];
        ensure(there == [are_there; 2], format!("{there:?}"))
    })
    .await
}

async fn a_grant_follows_the_labels_of_the_namespace(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let team = |team: Value| json!({"metadata": {"labels": {"team": team}}});
    grant(&scene, json!({"matchLabels": {"team": scene.namespace}}), ROLE).await?;
    scene.apply(&documents(&scene)).await?;
    denied(&scene, "does not select this namespace").await?;
    scene.patch("namespaces", &scene.namespace, &team(json!(scene.namespace))).await?;
    scene.ready("ecsservices", "web").await?;
    scene.patch("namespaces", &scene.namespace, &team(Value::Null)).await?;
    scene.condition("ecsservices", "web", "Ready", "False", Some("AccessRevoked")).await.map(drop)
}

/// Grants the role, and waits until the service is as it should be and nothing more is done.
async fn runs(scene: &Scene) -> Result<()> {
    grant(scene, all_namespaces(), ROLE).await?;
    starts(scene).await
}

/// Waits until the service is as it should be and nothing more is done.
async fn starts(scene: &Scene) -> Result<()> {
    scene.apply(&documents(scene)).await?;
    scene.ready("ecsservices", "web").await?;
    scene.ready("ecstaskdefinitions", "web").await?;
    scene.quiet(Duration::from_secs(2)).await
}

/// The uids of the tasks' pods.
async fn running(scene: &Scene) -> Result<Vec<Value>> {
    let pods = scene.list("pods").await?;
    let mut uids: Vec<Value> = pods.iter().filter(|pod| pod["metadata"]["deletionTimestamp"].is_null()).map(|pod| pod["metadata"]["uid"].clone()).collect();
    uids.sort_by_key(Value::to_string);
    Ok(uids)
}
