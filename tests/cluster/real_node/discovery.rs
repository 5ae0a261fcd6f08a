//! Names: those of Cloud Map and of Service Connect lead from one task to others.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::ecs_service::open;
use super::tasks::{self, Service, Task, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::{Result, SOON, ensure, eventually};

const REGISTRY: &str = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-utcrh6wavdkggqtk";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_task_calls_each_task_of_another_service_by_its_cloud_map_name).on_a_real_node(),
        Trial::parallel(a_task_calls_another_service_by_its_service_connect_alias_and_port).on_a_real_node(),
    ]
}

async fn a_task_calls_each_task_of_another_service_by_its_cloud_map_name(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let members = json!({"desiredCount": 2, "serviceRegistries": [{"registryArn": REGISTRY}], "kubernetes": {"discoveryName": "orders"}});
    let orders = Service { members, ..Service::of("orders-of-the-shop", &[served("orders", "orders")]) };
    tasks::apply(&scene, &[orders, client()]).await?;
    let tasks = tasks::ready(&scene, "orders-of-the-shop", 2).await?;
    let client = tasks::one(&scene, "client").await?;

    // the Kubernetes namespace has the name of the one in Cloud Map
    for name in ["orders".to_owned(), format!("orders.{}", scene.namespace)] {
        leads_to(&client, &name, &tasks).await?;
        let answer = call(&client, &format!("http://{name}:8080/")).await?;
        assert_eq!(answer["body"]["name"], "orders", "{answer}");
    }
    // as in Cloud Map, it leads to no task that has gone
    scene.patch("ecsservices", "orders-of-the-shop", &json!({"spec": {"desiredCount": 1}})).await?;
    leads_to(&client, "orders", &tasks::ready(&scene, "orders-of-the-shop", 1).await?).await
}

/// Waits until the name stands for the addresses of these tasks and no others.
async fn leads_to(client: &Task, name: &str, tasks: &[Task]) -> Result<()> {
    let expected: BTreeSet<String> = tasks.iter().map(|task| task.address().to_string()).collect();
    eventually(format!("{name} leads to {expected:?}"), SOON, async || {
        let answer = client.ask(8080, &format!("/-/addresses?name={name}")).await?;
        let found = answer["addresses"].as_array().into_iter().flatten().filter_map(|address| address.as_str().map(str::to_owned));
        ensure(found.collect::<BTreeSet<String>>() == expected, answer)
    })
    .await?;
    println!("{name} leads to {expected:?}");
    Ok(())
}

async fn a_task_calls_another_service_by_its_service_connect_alias_and_port(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let connected = |name, services: Value| {
        let configuration = json!({"enabled": true, "namespace": scene.namespace, "services": services});
        Service { members: json!({"serviceConnectConfiguration": configuration}), ..Service::of(name, &[served(name, "http")]) }
    };
    let services = [
        connected("aliased", json!([{"portName": "http", "discoveryName": "in-cloud-map", "clientAliases": [{"port": 80, "dnsName": "backend"}]}])),
        connected("unaliased", json!([{"portName": "http", "discoveryName": "catalogue"}])),
        connected("elsewhere", json!([{"portName": "http", "discoveryName": "stock", "clientAliases": [{"port": 80, "dnsName": "stock.prod.local"}]}])),
        Service { members: json!({"serviceConnectConfiguration": {"enabled": true, "namespace": scene.namespace}}), ..client() },
    ];
    tasks::apply(&scene, &services).await?;
    for service in ["aliased", "unaliased", "elsewhere"] {
        tasks::one(&scene, service).await?;
    }
    let client = tasks::one(&scene, "client").await?;

    // the client's port is the alias's, not the container's; without an alias the name is `discoveryName.namespace`
    let catalogue = format!("http://catalogue.{}:8080/", scene.namespace);
    for (url, service) in [("http://backend/", "aliased"), (&*catalogue, "unaliased"), ("http://stock/", "elsewhere")] {
        eventually(format!("{service} answers at {url}"), SOON, async || {
            let answer = call(&client, url).await?;
            ensure(answer["body"]["name"] == service, answer)
        })
        .await?;
        println!("{url} led to {service}");
    }
    for url in ["http://backend:8080/", "http://stock.prod.local/"] {
        let answer = call(&client, url).await?;
        println!("{url}: {}", answer["error"]);
        assert!(answer["error"].is_string(), "nothing is at {url}: {answer}");
    }
    let diagnostics = scene.get("ecsservices", "elsewhere").await?["status"]["diagnostics"].to_string();
    assert!(diagnostics.contains("clients reach this at `stock`, not at `stock.prod.local`"), "{diagnostics}");
    Ok(())
}

/// A container that answers at its port, which has this name.
fn served(name: &str, port: &str) -> Value {
    container(name, 8080, &[], &json!({"portMappings": [{"name": port, "containerPort": 8080, "appProtocol": "http"}]}))
}

fn client() -> Service<'static> {
    Service::of("client", &[container("client", 8080, &[], &json!({}))])
}

/// What the task is answered at this address.
async fn call(client: &Task, url: &str) -> Result<Value> {
    client.ask(8080, &format!("/-/call?url={url}")).await
}
