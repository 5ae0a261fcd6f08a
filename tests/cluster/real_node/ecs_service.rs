//! The application of the tests as a service of ECS, behind the ingress controller.

use serde_json::{Value, json};

use super::history::{History, Seen};
use crate::context::Context;
use crate::scene::{Scene, behind};
use crate::support::cluster::real_node::INGRESS_CLASS;
use crate::support::image::application_image;
use crate::support::moto::Door;
use crate::support::{Changes, Cluster, Load, Result, SOON, eventually, fetch};

/// Its name, that of its task definition, and that of the container that answers.
pub const NAME: &str = "web";
/// Seconds from the deregistration of a task until its stop signal.
pub const DEREGISTRATION_DELAY: u32 = 5;

const PORT: u16 = 8080;

/// A scene on the real node, with images of the application in the versions 1 and 2.
pub async fn open(context: &Context) -> Result<Scene> {
    open_with(context, &json!({})).await
}

/// The same, with other settings of the operator.
pub async fn open_with(context: &Context, settings: &Value) -> Result<Scene> {
    open_as(context, settings, Changes::default()).await
}

/// The same, with values of AWS behind this door, and images that are asked for at each start, as in ECS.
pub async fn open_before(door: &Door, context: &Context) -> Result<Scene> {
    let (mut settings, changes) = behind(door);
    settings["imagePullPolicy"] = json!("Always");
    open_as(context, &settings, changes).await
}

async fn open_as(context: &Context, settings: &Value, changes: Changes) -> Result<Scene> {
    let cluster = context.cluster().await?;
    let namespace = context.namespace().await?.to_owned();
    load_images(&cluster).await?;
    // no merge patch: what is null in the settings takes away what scenes have
    let mut of_node = settings.clone();
    for (member, value) in [("imagePullPolicy", "IfNotPresent"), ("ingressClassName", INGRESS_CLASS)] {
        if of_node[member].is_null() {
            of_node[member] = json!(value);
        }
    }
    // The operator runs beside the cluster, so that its pods would have nothing to do. It is alone: with a lease it would end
    // whenever the machine is too busy to renew that in time.
    let values = json!({"replicas": 0, "leaderElection": {"enabled": false}, "settings": of_node});
    Scene::open_as(context, cluster, namespace, values, changes).await
}

/// Gives the node the application in the versions 1 and 2.
pub async fn load_images(cluster: &Cluster) -> Result<()> {
    for version in ["1", "2"] {
        let archive = tokio::task::spawn_blocking(|| application_image(version)).await??;
        cluster.load_image(&archive).await?;
    }
    Ok(())
}

/// The image of this version.
pub fn image(version: &str) -> String {
    format!("localhost/application:{version}")
}

/// A task definition with these containers.
pub fn task_definition(containers: &[Value]) -> Value {
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": NAME},
        "spec": {"networkMode": "awsvpc", "containerDefinitions": containers}})
}

/// The container that answers, of version 1, with these environment variables besides and these other members.
pub fn container(environment: &[(&str, &str)], members: &Value) -> Value {
    let port = PORT.to_string();
    let environment = environment.iter().copied().chain([("PORT", port.as_str())]).map(|(name, value)| json!({"name": name, "value": value}));
    let mut container = json!({"name": NAME, "image": image("1"), "cpu": 32, "memory": 64,
        "portMappings": [{"containerPort": PORT}], "environment": environment.collect::<Value>()});
    json_patch::merge(&mut container, members);
    container
}

/// The service, at the path of its namespace's name, with these other members.
pub fn service(namespace: &str, count: usize, members: &Value) -> Value {
    let load_balancer = json!({
        "containerName": NAME, "containerPort": PORT, "loadBalancer": {"name": NAME}, "listener": {"protocol": "HTTP", "port": 80},
        "targetGroup": {"healthCheckPath": "/health", "healthCheckIntervalSeconds": 5, "healthCheckTimeoutSeconds": 4,
            // a busy machine makes checks fail that the tasks would pass
            "unhealthyThresholdCount": 10,
            "attributes": [{"key": "deregistration_delay.timeout_seconds", "value": DEREGISTRATION_DELAY.to_string()}]},
        "listenerRules": [{"priority": 1, "conditions": [{"field": "path-pattern", "values": [format!("/{namespace}/*")]}]}],
    });
    let mut service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": NAME},
        "spec": {"taskDefinition": NAME, "desiredCount": count, "loadBalancers": [load_balancer]}});
    json_patch::merge(&mut service["spec"], members);
    service
}

/// Applies both, and waits until all tasks answer through the ingress controller. The history begins with it.
pub async fn run(scene: &Scene, task_definition: &Value, service: &Value) -> Result<History> {
    let history = History::of(scene.cluster.client(), &scene.namespace, NAME);
    scene.apply(&format!("{task_definition}\n---\n{service}")).await?;
    deployed(scene, None).await?;
    if !service["spec"]["loadBalancers"].is_null() {
        let address = address(scene)?;
        eventually(format!("{address} answers"), SOON, async || fetch(&address).await).await?;
    }
    Ok(history)
}

/// Where the service is found.
pub fn address(scene: &Scene) -> Result<String> {
    Ok(format!("{}/{}/", scene.cluster.real_node()?.ingress(), scene.namespace))
}

/// Requests to the service through the ingress controller.
pub fn load(scene: &Scene, a_second: u32) -> Result<Load> {
    Load::start(&address(scene)?, a_second)
}

/// Where a path of a task's own server is found.
pub fn path_of(task: &Seen, path: &str) -> String {
    format!("http://{}:{PORT}{path}", task.address().unwrap_or_default())
}

/// Waits until a deployment other than this one is completed, and returns its id.
pub async fn deployed(scene: &Scene, before: Option<&str>) -> Result<String> {
    eventually("the next deployment of the service is completed", SOON, async || {
        let service = scene.get("ecsservices", NAME).await?;
        let primary = &service["status"]["deployments"][0];
        let id = primary["id"].as_str().filter(|id| Some(*id) != before && primary["rolloutState"] == "COMPLETED");
        id.map(str::to_owned).ok_or_else(|| service["status"].to_string().into())
    })
    .await
}

/// Gives the service's container another image, and waits until the deployment of it is completed.
pub async fn change_image(scene: &Scene, version: &str, before: &str) -> Result<String> {
    scene.change_image(NAME, &image(version)).await?;
    deployed(scene, Some(before)).await
}
