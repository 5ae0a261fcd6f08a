//! S8: what a tenant writes becomes no annotation that steers the ingress controllers of others, and joins no load balancer
//! of another namespace.

use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s8_no_text_becomes_an_annotation_or_another_load_balancer)]
}

const SNIPPET: &str = "nginx.ingress.kubernetes.io/configuration-snippet";

async fn s8_no_text_becomes_an_annotation_or_another_load_balancer(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let hostile = "x\n    nginx.ingress.kubernetes.io/configuration-snippet: evil";
    let container = json!({"portMappings": [{"containerPort": 80}], "dockerLabels": {SNIPPET: "evil", "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/admin", "a": hostile}});
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition("text", &container)).await?.done("the task definition")?;
    let mut object = service("text");
    object["metadata"]["annotations"] =
        json!({SNIPPET: "evil", "alb.ingress.kubernetes.io/group.name": "platform", "external-dns.alpha.kubernetes.io/hostname": "bank.example"});
    object["metadata"]["labels"] = json!({"argocd.argoproj.io/instance": "platform"});
    object["spec"]["tags"] = json!([{"key": SNIPPET, "value": "evil"}, {"key": "b", "value": "x, alb.ingress.kubernetes.io/group.name=platform"}]);
    let rule = json!({"priority": 1, "conditions": [{"field": "path-pattern", "values": ["/x"]}]});
    object["spec"]["loadBalancers"] = json!([{"containerName": "main", "containerPort": 80, "listenerRules": [rule], "loadBalancer": {"name": "platform"}}]);
    tenant.create(&ours(&scene, "ecsservices"), &object).await?.done("the service")?;
    scene.ready("ecsservices", "text").await?;

    for resource in ["ingresses", "services", "deployments", "serviceaccounts", "poddisruptionbudgets"] {
        for made in scene.list(resource).await?.iter().filter(|made| made["metadata"]["name"] != "ecs-operator") {
            let (annotations, labels) = (&made["metadata"]["annotations"], &made["metadata"]["labels"]);
            for key in [SNIPPET, "external-dns.alpha.kubernetes.io/hostname", "eks.amazonaws.com/role-arn", "argocd.argoproj.io/instance"] {
                ensure(annotations.get(key).is_none() && labels.get(key).is_none(), format!("{resource} has {key}: {annotations} {labels}"))?;
            }
        }
    }
    let ingress = scene.get("ingresses", "text").await?;
    let annotations = ingress["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
    let group = annotations.get("alb.ingress.kubernetes.io/group.name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let own = format!("{}.platform", scene.namespace);
    ensure(group.starts_with(own.get(..20).unwrap_or(&own)), format!("the group of another namespace: {group}"))?;
    let known = |key: &str| key.starts_with("alb.ingress.kubernetes.io/") || key.starts_with("ecs-operator.dev/");
    ensure(annotations.keys().all(|key| known(key)), format!("{annotations:?}"))
}
