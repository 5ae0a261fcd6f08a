//! What users of kubectl expect of our kinds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(waits_for_what_is_ready),
        Trial::parallel(scales_a_service),
        Trial::parallel(lists_and_explains_our_kinds),
        Trial::parallel(tells_what_happened_once_a_transition),
    ]
}

/// `wait` and `rollout status` return when the shop runs; for what can not run `wait` does not.
async fn waits_for_what_is_ready(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.apply_shop().await?;
    kubectl(&scene, &["wait", "--for=condition=Ready", "ecsservice,ecstaskdefinition", "--all", "--timeout=180s"]).await?;
    for service in ["api-service", "admin-service"] {
        let deployment = scene.get("deployments", service).await?;
        assert_eq!(deployment["status"]["readyReplicas"], deployment["spec"]["replicas"], "{service} was ready");
        let said = kubectl(&scene, &["rollout", "status", &format!("deployment/{service}"), "--timeout=180s"]).await?;
        ensure(said.contains("successfully rolled out"), said)?;
    }

    std::fs::remove_file(scene.secrets.path().join("prod/db-password"))?;
    scene.change_image("web-api", "web-api:v1.3.0").await?;
    scene.condition("ecsservices", "api-service", "Ready", "False", Some("SecretNotFound")).await?;
    let waited = kubectl(&scene, &["wait", "--for=condition=Ready", "ecsservice/api-service", "--timeout=1s"]).await;
    let complaint = waited.err().map(|error| error.to_string()).unwrap_or_default();
    ensure(complaint.contains("timed out"), format!("it waited for: {complaint}"))
}

/// `scale` changes the desired count, and tells how many run.
async fn scales_a_service(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    kubectl(&scene, &["scale", "ecsservice", "admin-service", "--replicas=5"]).await?;
    let service = scene.ready("ecsservices", "admin-service").await?;
    assert_eq!((&service["spec"]["desiredCount"], &service["status"]["desiredCount"]), (&5.into(), &5.into()));
    assert_eq!(scene.get("deployments", "admin-service").await?["status"]["readyReplicas"], 5);
    let scale: Value = serde_json::from_str(&kubectl(&scene, &["get", "ecsservice", "admin-service", "--subresource=scale", "-o", "json"]).await?)?;
    assert_eq!(scale["status"]["replicas"], 5);
    let selector = scale["status"]["selector"].as_str().unwrap_or_default();
    let pods = kubectl(&scene, &["get", "pods", "--selector", selector, "-o", "name"]).await?;
    assert_eq!(pods.lines().count(), 5, "{selector} selects the tasks, for autoscalers\n{pods}");

    kubectl(&scene, &["scale", "ecssvc/admin-service", "--current-replicas=5", "--replicas=0"]).await?;
    let service = scene.ready("ecsservices", "admin-service").await?;
    assert_eq!(service["status"]["desiredCount"], 0);
    eventually("no task is left", SOON, async || {
        let pods = kubectl(&scene, &["get", "pods", "--selector", selector, "-o", "name"]).await?;
        ensure(pods.is_empty(), pods)
    })
    .await
}

/// `get ecs` shows all our kinds with the numbers that ECS users look for; `explain` is the manual.
async fn lists_and_explains_our_kinds(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let all = kubectl(&scene, &["get", "ecs"]).await?;
    for object in ["ecsservice.ecs-operator.dev/api-service", "ecstaskdefinition.ecs-operator.dev/web-api"] {
        ensure(all.contains(object), format!("{object} is missing in\n{all}"))?;
    }
    let services = table(&kubectl(&scene, &["get", "ecssvc", "api-service"]).await?);
    let columns = ["NAME", "TASK-DEFINITION", "DESIRED", "RUNNING", "PENDING", "ROLLOUT", "READY", "REASON"];
    let values = ["api-service", "web-api:1", "3", "3", "0", "COMPLETED", "True", "SteadyState"];
    assert_eq!(services.iter().map(|row| &row[..row.len() - 1]).collect::<Vec<_>>(), [columns, values]);
    let definitions = table(&kubectl(&scene, &["get", "ecstd", "web-api"]).await?);
    ensure(definitions[1].iter().any(|value| value == "True"), format!("{definitions:?}"))?;

    let explained = kubectl(&scene, &["explain", "ecsservice.spec"]).await?;
    for member in ["desiredCount", "loadBalancers", "taskDefinition", "How many tasks are kept running"] {
        ensure(explained.contains(member), format!("{member} is missing in\n{explained}"))?;
    }
    let health_check = kubectl(&scene, &["explain", "ecstaskdefinition.spec.containerDefinitions.healthCheck.interval"]).await?;
    ensure(health_check.contains("Seconds between two checks"), health_check)
}

/// The words and cells of what kubectl prints as a table.
fn table(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// A creation and an image change: each transition is one event, in the words of ECS; `describe` shows them.
async fn tells_what_happened_once_a_transition(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    // the shop's files come in the order of their names: services first
    let told = |deployments: u64| BTreeMap::from([("TaskDefinitionNotFound", 1), ("DeploymentStarted", deployments), ("SteadyState", deployments)]);
    assert_eq!(reasons(&scene, "ECSService", "api-service").await?, owned(&told(1)));
    assert_eq!(reasons(&scene, "ECSTaskDefinition", "web-api").await?, owned(&BTreeMap::from([("Registered", 1)])));

    scene.change_image("web-api", "web-api:v1.3.0").await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    scene.ready("ecstaskdefinitions", "web-api").await?;
    scene.quiet(Duration::from_secs(2)).await?;
    assert_eq!(reasons(&scene, "ECSService", "api-service").await?, owned(&told(2)));

    let described = kubectl(&scene, &["describe", "ecsservice", "api-service"]).await?;
    let listed = kubectl(&scene, &["get", "events"]).await?;
    for words in ["(service api-service) has begun deployment svc-api-service-2", "(service api-service) has reached a steady state."] {
        ensure(described.contains(words), format!("`{words}` is missing in\n{described}"))?;
        ensure(listed.contains(words), format!("`{words}` is missing in\n{listed}"))?;
    }
    Ok(())
}

/// How often each reason was told of an object.
async fn reasons(scene: &Scene, kind: &str, name: &str) -> Result<BTreeMap<String, u64>> {
    let mut reasons = BTreeMap::new();
    for event in scene.list("events").await? {
        if event["regarding"]["kind"] == kind && event["regarding"]["name"] == name {
            *reasons.entry(event["reason"].as_str().unwrap_or_default().to_owned()).or_default() += event["series"]["count"].as_u64().unwrap_or(1);
        }
    }
    Ok(reasons)
}

fn owned(counts: &BTreeMap<&str, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect()
}

/// The real kubectl, in the namespace of the scene.
async fn kubectl(scene: &Scene, arguments: &[&str]) -> Result<String> {
    scene.cluster.kubectl(&[&["--namespace", &scene.namespace], arguments].concat()).await
}
