//! Tasks of the application, several kinds of them in one namespace, each its own service without a load balancer.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::ecs_service::image;
use crate::scene::Scene;
use crate::support::{Result, SOON, While, eventually, fetch};

/// A container of this name that listens on this port, with these environment variables besides and these other members.
pub fn container(name: &str, port: u16, environment: &[(&str, &str)], members: &Value) -> Value {
    let port = port.to_string();
    let environment = environment.iter().copied().chain([("PORT", port.as_str()), ("NAME", name)]).map(|(name, value)| json!({"name": name, "value": value}));
    // a shorter time to stop lets tests end sooner
    let mut container = json!({"name": name, "image": image("1"), "stopTimeout": 5, "environment": environment.collect::<Value>()});
    json_patch::merge(&mut container, members);
    container
}

/// A task of these containers and with other members in `task`, and a service of it with other `members`, both of this name.
pub struct Service<'a> {
    pub name: &'a str,
    pub task: Value,
    pub containers: Vec<Value>,
    pub members: Value,
}

impl<'a> Service<'a> {
    /// One task with 256 MiB.
    pub fn of(name: &'a str, containers: &[Value]) -> Self {
        Self { name, task: json!({"memory": "256"}), containers: containers.to_vec(), members: json!({}) }
    }

    /// The two documents.
    fn documents(&self) -> String {
        let (api_version, name) = ("ecs-operator.dev/v1alpha1", self.name);
        let mut task = json!({"networkMode": "awsvpc", "containerDefinitions": self.containers});
        json_patch::merge(&mut task, &self.task);
        let mut service = json!({"taskDefinition": name, "desiredCount": 1});
        json_patch::merge(&mut service, &self.members);
        let task = json!({"apiVersion": api_version, "kind": "ECSTaskDefinition", "metadata": {"name": name}, "spec": task});
        let service = json!({"apiVersion": api_version, "kind": "ECSService", "metadata": {"name": name}, "spec": service});
        format!("{task}\n---\n{service}")
    }
}

/// Applies them, as a user would.
pub async fn apply(scene: &Scene, services: &[Service<'_>]) -> Result<()> {
    let documents: Vec<String> = services.iter().map(Service::documents).collect();
    scene.apply(&documents.join("\n---\n")).await.map(drop)
}

/// A task that runs.
#[derive(Clone, Debug)]
pub struct Task {
    /// The pod as it was when it was asked for.
    pub pod: Value,
    address: IpAddr,
}

/// Waits until all these tasks of the service are ready.
pub async fn ready(scene: &Scene, service: &str, count: usize) -> Result<Vec<Task>> {
    eventually(format!("{count} tasks of {service} are ready"), SOON, async || {
        let pods = pods(scene, service).await?;
        let ready = pods.iter().filter(|pod| is_ready(pod)).map(|pod| Ok(Task { address: address(pod)?, pod: pod.clone() }));
        let ready: Vec<Task> = ready.collect::<Result<_>>()?;
        if ready.len() == count { Ok(ready) } else { Err(pods.iter().map(|pod| pod["status"].to_string()).collect::<Vec<_>>().join("\n").into()) }
    })
    .await
}

/// Waits until the only task of the service is ready.
pub async fn one(scene: &Scene, service: &str) -> Result<Task> {
    ready(scene, service, 1).await?.pop().ok_or_else(|| "no task".into())
}

/// The only task of the service, once it has an address: it need not be ready.
pub async fn started(scene: &Scene, service: &str) -> Result<Task> {
    eventually(format!("a task of {service} has an address"), SOON, async || {
        let pod = pods(scene, service).await?.pop().ok_or("there is none")?;
        Ok(Task { address: address(&pod)?, pod })
    })
    .await
}

/// The pods of the service.
pub async fn pods(scene: &Scene, service: &str) -> Result<Vec<Value>> {
    let of_service = |pod: &Value| pod["metadata"]["labels"]["ecs-operator.dev/service"] == service;
    Ok(scene.list("pods").await?.into_iter().filter(of_service).collect())
}

/// Whether the pod is in traffic.
pub fn is_ready(pod: &Value) -> bool {
    pod["status"]["conditions"].as_array().is_some_and(|all| all.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True"))
}

/// The state of a container of the pod, as the kubelet tells it.
pub fn state<'a>(pod: &'a Value, container: &str) -> Result<&'a Value> {
    let lists = ["initContainerStatuses", "containerStatuses"].map(|list| pod["status"][list].as_array());
    let state = lists.into_iter().flatten().flatten().find(|state| state["name"] == container);
    Ok(state.ok_or_else(|| format!("nothing is told of {container}"))?)
}

fn address(pod: &Value) -> Result<IpAddr> {
    pod["status"]["podIP"].as_str().ok_or("the pod has no address")?.parse().during("the address of the pod")
}

impl Task {
    /// Its address, which its containers share.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// What the application that listens on this port answers to a path, once it listens.
    pub async fn ask(&self, port: u16, path: &str) -> Result<Value> {
        eventually(format!("port {port} answers to {path}"), SOON, async || self.ask_once(port, path).await).await
    }

    /// The same, without a second try.
    pub async fn ask_once(&self, port: u16, path: &str) -> Result<Value> {
        let address = format!("http://{}:{port}{path}", self.address);
        serde_json::from_str(&fetch(&address).await?).during(&address)
    }

    /// The process that listens on this port, as it sees itself.
    pub async fn process(&self, port: u16) -> Result<Value> {
        self.ask(port, "/-/process").await
    }
}
