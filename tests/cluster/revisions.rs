//! Revisions: of task definitions, and of services with their frozen pod templates.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Changes, Operator, Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(pinned_services_stay_and_followers_roll),
        Trial::parallel(what_only_a_service_kept_goes_with_it),
        Trial::parallel(a_changed_count_or_grace_period_rolls_nothing),
        Trial::parallel(a_newer_operator_rolls_nothing),
        Trial::parallel(a_panic_is_one_objects_condition),
    ]
}

fn definition(name: &str, image: &str) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": name},
        "spec": {"containerDefinitions": [{"name": "app", "image": image, "memory": 64}]}})
}

fn service(name: &str, task_definition: &str) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": name},
        "spec": {"taskDefinition": task_definition, "desiredCount": 1}})
}

async fn image(scene: &Scene, deployment: &str) -> Result<Value> {
    Ok(scene.get("deployments", deployment).await?["spec"]["template"]["spec"]["containers"][0]["image"].clone())
}

async fn runs(scene: &Scene, deployment: &str, wanted: &str) -> Result<()> {
    eventually(format!("{deployment} runs {wanted}"), SOON, async || {
        let image = image(scene, deployment).await?;
        ensure(image == wanted, image.to_string())
    })
    .await
}

/// A service pinned to a revision stays; one that follows the family rolls; an ARN is as good as a name.
async fn pinned_services_stay_and_followers_roll(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.apply(&definition("web", "app:1").to_string()).await?;
    let arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1";
    for (name, reference) in [("pinned", "web:1"), ("follower", "web"), ("by-arn", arn)] {
        scene.apply(&service(name, reference).to_string()).await?;
        runs(&scene, name, "app:1").await?;
    }
    scene.apply(&definition("web", "app:2").to_string()).await?;
    runs(&scene, "follower", "app:2").await?;
    scene.ready("ecstaskdefinitions", "web").await?;
    scene.quiet(Duration::from_secs(2)).await?;
    assert_eq!(image(&scene, "pinned").await?, "app:1");
    assert_eq!(image(&scene, "by-arn").await?, "app:1");
    assert_eq!(scene.get("ecstaskdefinitions", "web").await?["status"]["revision"], 2);

    // A revert is a new number; nothing changed is no revision at all.
    scene.apply(&definition("web", "app:1").to_string()).await?;
    runs(&scene, "follower", "app:1").await?;
    scene.apply(&definition("web", "app:1").to_string()).await?;
    scene.patch("ecstaskdefinitions", "web", &json!({"metadata": {"labels": {"touched": "yes"}}})).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    assert_eq!(scene.get("ecstaskdefinitions", "web").await?["status"]["revision"], 3);
    scene.patch("ecsservices", "pinned", &json!({"spec": {"taskDefinition": "web:2"}})).await?;
    runs(&scene, "pinned", "app:2").await
}

/// The last ten revisions stay, and those that services refer to: the others go when the last service does.
async fn what_only_a_service_kept_goes_with_it(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.apply(&definition("web", "app:1").to_string()).await?;
    scene.apply(&service("pinned", "web:1").to_string()).await?;
    runs(&scene, "pinned", "app:1").await?;
    for number in 2..13 {
        scene.apply(&definition("web", &format!("app:{number}")).to_string()).await?;
        eventually(format!("revision {number} is there"), SOON, async || scene.get("controllerrevisions", &format!("td-web-{number}")).await.map(drop)).await?;
    }
    eventually("the second is gone", SOON, async || ensure(scene.find("controllerrevisions", "td-web-2").await?.is_none(), "it is there")).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    scene.get("controllerrevisions", "td-web-1").await?;
    scene.delete("ecsservices", "pinned").await?;
    eventually("the first is gone", SOON, async || ensure(scene.find("controllerrevisions", "td-web-1").await?.is_none(), "it is there")).await
}

/// What ECS does not start a deployment for restarts no pod.
async fn a_changed_count_or_grace_period_rolls_nothing(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let template = scene.get("deployments", "api-service").await?["spec"]["template"].clone();
    let change = json!({"spec": {"desiredCount": 4, "healthCheckGracePeriodSeconds": 90, "deploymentConfiguration": {"maximumPercent": 150}}});
    scene.patch("ecsservices", "api-service", &change).await?;
    eventually("the count has changed", SOON, async || {
        let deployment = scene.get("deployments", "api-service").await?;
        let (replicas, surge) = (deployment["spec"]["replicas"].clone(), deployment["spec"]["strategy"]["rollingUpdate"]["maxSurge"].clone());
        ensure(replicas == 4 && surge == 2, format!("{replicas} {surge}"))
    })
    .await?;
    scene.ready("ecsservices", "api-service").await?;
    assert_eq!(scene.get("deployments", "api-service").await?["spec"]["template"], template);
    assert_eq!(scene.list("replicasets").await?.iter().filter(|set| set["metadata"]["labels"]["ecs-operator.dev/service"] == "api-service").count(), 1);
    scene.patch("ecsservices", "api-service", &json!({"spec": {"forceNewDeployment": true}})).await?;
    scene.rolled_out("api-service", "svc-api-service-2").await.map(drop)
}

/// A newer operator renders another template: taking over a running shop it rolls nothing and writes nothing but the
/// note; the next deployment has what it adds.
async fn a_newer_operator_rolls_nothing(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let before = scene.get("deployments", "api-service").await?;
    let mark = scene.ledger.mark();
    scene.operator.terminate(SOON).await?;
    let newer = Operator::start(&scene.installation, "newer", Path::new(&newer_binary()?), &scene.ledger, Changes::default()).await?;
    newer.wait_ready(SOON).await?;
    let noted = async |service: &str| {
        eventually(format!("{service} has the note"), SOON, async || {
            let diagnostics = scene.get("ecsservices", service).await?["status"]["diagnostics"].to_string();
            ensure(diagnostics.contains("newer-rendering-available"), diagnostics)
        })
        .await
    };
    noted("api-service").await?;
    noted("admin-service").await?;
    scene.quiet(Duration::from_secs(3)).await?;
    let writes = scene.ledger.since(mark).writes().without("leases").without("events");
    writes.clone().that(|request| request.subresource.as_deref() != Some("status")).expect_none("a newer operator")?;
    assert_eq!(scene.get("deployments", "api-service").await?["metadata"]["generation"], before["metadata"]["generation"]);

    scene.change_image("web-api", "web-api:v1.3.0").await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    let container = scene.get("deployments", "api-service").await?["spec"]["template"]["spec"]["containers"][0].clone();
    assert!(container["env"].to_string().contains("ADDED_BY_A_NEWER_OPERATOR"), "{container}");
    Ok(())
}

/// A panic in one reconcile is that object's condition; the others do not notice.
async fn a_panic_is_one_objects_condition(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.operator.terminate(SOON).await?;
    let newer = Operator::start(&scene.installation, "newer", Path::new(&newer_binary()?), &scene.ledger, Changes::default()).await?;
    newer.wait_ready(SOON).await?;
    scene.apply(&definition("web", "app:1").to_string()).await?;
    scene.apply(&service("panics", "web").to_string()).await?;
    let panicked = scene.condition("ecsservices", "panics", "Ready", "False", Some("InternalError")).await?;
    ensure(panicked["status"].to_string().contains("told to"), &panicked["status"])?;
    scene.apply(&service("lives", "web").to_string()).await?;
    runs(&scene, "lives", "app:1").await?;
    newer.check_alive()
}

/// The test build of the operator, which cargo builds as an example beside the tests.
pub fn newer_binary() -> Result<String> {
    let tests = std::env::current_exe()?;
    let profile = tests.parent().and_then(Path::parent).ok_or("the test binary is in target/<profile>/deps")?;
    let binary = profile.join("examples/newer-operator");
    if binary.exists() { Ok(binary.display().to_string()) } else { Err(format!("{} is not built: cargo test builds it", binary.display()).into()) }
}
