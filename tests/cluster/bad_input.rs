//! What the schema lets pass and translation does not: each fault is the condition of its own object, nothing is made
//! of it by half, and nobody else notices.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, condition_of};
use crate::support::{Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_fault_is_the_condition_of_its_own_object),
        Trial::parallel(a_bad_change_leaves_what_runs),
        Trial::parallel(of_two_with_one_family_the_older_has_it),
        Trial::parallel(of_two_clusters_the_older_is_in_force),
    ]
}

/// A document, and what its object must say about it.
struct Case {
    object: Value,
    condition: &'static str,
    reason: &'static str,
    /// What the message must name: a path where there is one.
    names: &'static str,
}

fn cases() -> Vec<Case> {
    let balanced = |container, port| json!({"taskDefinition": "good", "desiredCount": 1, "loadBalancers": [target(container, port)]});
    let secret = |source: &str| json!([{"name": "A", "valueFrom": source}]);
    let stalled = |object, names| Case { object, condition: "Stalled", reason: "InvalidSpecification", names };
    let waiting = |object, names| Case { object, condition: "Reconciling", reason: "TaskDefinitionNotFound", names };
    vec![
        stalled(service("no-such-port", &balanced("app", 81)), "spec.loadBalancers[0]"),
        stalled(service("no-such-container", &balanced("web", 80)), "spec.loadBalancers[0]"),
        stalled(with_secrets("json-key-alone", &secret("arn:aws:secretsmanager:us-east-1:123456789012:secret:db:key")), "secrets[0].valueFrom"),
        stalled(with_secrets("parameter-version", &secret("arn:aws:ssm:us-east-1:123456789012:parameter/db:3")), "secrets[0].valueFrom"),
        stalled(with_secrets("outside-the-folder", &secret("../password")), "secrets[0].valueFrom"),
        waiting(service("no-such-family", &json!({"taskDefinition": "nowhere", "desiredCount": 1})), "nowhere"),
        waiting(service("no-such-revision", &json!({"taskDefinition": "good:7", "desiredCount": 1})), "good:7"),
    ]
}

/// All at once, and beside them a service that has no fault.
async fn a_fault_is_the_condition_of_its_own_object(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.apply(&definition("good", "app:1").to_string()).await?;
    let cases = cases();
    let mut documents: Vec<String> = cases.iter().map(|case| case.object.to_string()).collect();
    documents.push(service("neighbour", &json!({"taskDefinition": "good", "desiredCount": 2})).to_string());
    scene.apply(&documents.join("\n---\n")).await?;
    scene.ready("ecsservices", "neighbour").await?;
    for case in &cases {
        let (resource, name) = (resource(&case.object), name(&case.object));
        let said = scene.condition(resource, name, case.condition, "True", Some(case.reason)).await?;
        let message = condition_of(&said, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
        ensure(message.contains(case.names), format!("{name}: `{}` is not named in {message}", case.names))?;
    }
    scene.quiet(Duration::from_secs(2)).await?;
    nothing_is_made_of(&scene, &cases).await?;
    let generation = scene.get("deployments", "neighbour").await?["metadata"]["generation"].clone();
    ensure(generation == 1, format!("the neighbour was written to: generation {generation}"))?;
    scene.operator.check_alive()?;

    scene.patch("ecsservices", "no-such-port", &json!({"spec": {"loadBalancers": [target("app", 80)]}})).await?;
    scene.ready("ecsservices", "no-such-port").await?;
    scene.patch("ecsservices", "no-such-family", &json!({"spec": {"taskDefinition": "good"}})).await?;
    scene.ready("ecsservices", "no-such-family").await.map(drop)
}

/// Whoever owns an object made it; of a faulty one there is none.
async fn nothing_is_made_of(scene: &Scene, cases: &[Case]) -> Result<()> {
    let mut made = Vec::new();
    for resource in ["controllerrevisions", "serviceaccounts", "secrets", "services", "ingresses", "deployments"] {
        for object in scene.list(resource).await? {
            let owner = &object["metadata"]["ownerReferences"][0];
            if cases.iter().any(|case| owner["kind"] == case.object["kind"] && owner["name"] == name(&case.object)) {
                made.push(format!("{resource}/{} of {}", name(&object), owner["name"]));
            }
        }
    }
    ensure(made.is_empty(), made.join(", "))
}

/// A running service that is changed into nonsense says so and runs on; what does not need a deployment still works.
async fn a_bad_change_leaves_what_runs(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let spec = |deployment: &Value| deployment["spec"]["template"].clone();
    let before = scene.get("deployments", "api-service").await?;
    let mut load_balancers = scene.get("ecsservices", "api-service").await?["spec"]["loadBalancers"].clone();
    load_balancers[0]["containerPort"] = json!(8081);
    scene.patch("ecsservices", "api-service", &json!({"spec": {"loadBalancers": load_balancers}})).await?;
    scene.condition("ecsservices", "api-service", "Stalled", "True", Some("InvalidSpecification")).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    assert_eq!(scene.get("deployments", "api-service").await?["metadata"]["generation"], before["metadata"]["generation"]);
    assert_eq!(scene.find("controllerrevisions", "svc-api-service-2").await?, None, "no deployment is begun");

    scene.patch("ecsservices", "api-service", &json!({"spec": {"desiredCount": 4}})).await?;
    eventually("it is scaled all the same", SOON, async || {
        let deployment = scene.get("deployments", "api-service").await?;
        ensure(deployment["spec"]["replicas"] == 4 && deployment["status"]["readyReplicas"] == 4, &deployment["status"])
    })
    .await?;
    assert_eq!(spec(&scene.get("deployments", "api-service").await?), spec(&before));
    load_balancers[0]["containerPort"] = json!(8080);
    scene.patch("ecsservices", "api-service", &json!({"spec": {"loadBalancers": load_balancers}})).await?;
    scene.ready("ecsservices", "api-service").await?;
    assert_eq!(spec(&scene.get("deployments", "api-service").await?), spec(&before), "what is as before rolls nothing");
    Ok(())
}

/// The younger is told who has it, and takes over when the older goes.
async fn of_two_with_one_family_the_older_has_it(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let claim = |name, image| {
        let mut definition = definition(name, image);
        definition["spec"]["family"] = json!("shared");
        definition.to_string()
    };
    scene.apply(&claim("first", "app:first")).await?;
    scene.ready("ecstaskdefinitions", "first").await?;
    scene.apply(&claim("second", "app:second")).await?;
    let second = scene.condition("ecstaskdefinitions", "second", "Ready", "False", Some("Conflict")).await?;
    ensure(second["status"].to_string().contains("`first`"), &second["status"])?;
    scene.apply(&service("app", &json!({"taskDefinition": "shared", "desiredCount": 1})).to_string()).await?;
    scene.ready("ecsservices", "app").await?;
    let image = async || Ok::<_, crate::support::Failure>(scene.get("deployments", "app").await?["spec"]["template"]["spec"]["containers"][0]["image"].clone());
    assert_eq!(image().await?, "app:first");
    scene.ready("ecstaskdefinitions", "first").await?;
    scene.delete("ecstaskdefinitions", "first").await?;
    let second = scene.ready("ecstaskdefinitions", "second").await?;
    assert_eq!(second["status"]["revision"], 2, "a service revision names the first");
    eventually("the service follows the family", SOON, async || {
        let image = image().await?;
        ensure(image == "app:second", image)
    })
    .await
}

/// The same with clusters; services are not held up by it.
async fn of_two_clusters_the_older_is_in_force(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let cluster = |name: &str| object("ECSCluster", name, &json!({"clusterName": name})).to_string();
    scene.apply(&cluster("first")).await?;
    scene.ready("ecsclusters", "first").await?;
    scene.apply(&cluster("second")).await?;
    let second = scene.condition("ecsclusters", "second", "Ready", "False", Some("Conflict")).await?;
    ensure(second["status"].to_string().contains("`first`"), &second["status"])?;
    scene.ready("ecsclusters", "first").await?;
    scene.apply(&format!("{}\n---\n{}", definition("good", "app:1"), service("app", &json!({"taskDefinition": "good", "desiredCount": 1})))).await?;
    scene.ready("ecsservices", "app").await?;
    scene.delete("ecsclusters", "first").await?;
    scene.ready("ecsclusters", "second").await.map(drop)
}

fn definition(name: &str, image: &str) -> Value {
    // without a check a task counts only after 40 s
    let check = json!({"command": ["CMD-SHELL", "true"]});
    let container = json!({"name": "app", "image": image, "memory": 64, "portMappings": [{"containerPort": 80}], "healthCheck": check});
    object("ECSTaskDefinition", name, &json!({"containerDefinitions": [container]}))
}

fn target(container: &str, port: u16) -> Value {
    let group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app/0123456789abcdef";
    json!({"targetGroupArn": group, "containerName": container, "containerPort": port})
}

fn with_secrets(name: &str, secrets: &Value) -> Value {
    let mut definition = definition(name, "app:1");
    definition["spec"]["containerDefinitions"][0]["secrets"] = secrets.clone();
    definition
}

fn service(name: &str, spec: &Value) -> Value {
    object("ECSService", name, spec)
}

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

fn resource(object: &Value) -> &'static str {
    if object["kind"] == "ECSService" { "ecsservices" } else { "ecstaskdefinitions" }
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}
