//! S8: what a tenant writes becomes no annotation that steers the ingress controllers of others, and joins no load balancer
//! of another namespace.

use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Changes, Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s8_no_text_becomes_an_annotation_or_another_load_balancer), Trial::parallel(s8_a_host_is_asked_for_by_the_namespace_that_was_given_it)]
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

/// The cluster gives the host of an Ingress its DNS record and its place on a load balancer, whoever made the Ingress.
async fn s8_a_host_is_asked_for_by_the_namespace_that_was_given_it(context: Arc<Context>) -> Result<()> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?.to_owned());
    let hostnames = json!({&namespace: ["*.shop.example"], "bank": ["bank.example"]});
    let scene = Scene::open_as(&context, cluster, namespace, json!({"settings": {"allow": {"hostnames": hostnames}}}), Changes::default()).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let container = json!({"portMappings": [{"containerPort": 80}]});
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition("hosts", &container)).await?.done("the task definition")?;
    let of_hosts = |hosts: &[&str]| {
        let rule = json!({"priority": 1, "conditions": [{"field": "host-header", "values": hosts}]});
        json!({"taskDefinition": "hosts", "desiredCount": 1, "loadBalancers": [{"containerName": "main", "containerPort": 80, "listenerRules": [rule]}]})
    };
    let mut object = service("hosts");
    object["spec"] = of_hosts(&["www.shop.example", "bank.example"]);
    tenant.create(&ours(&scene, "ecsservices"), &object).await?.done("the service")?;
    let refused = scene.condition("ecsservices", "hosts", "Stalled", "True", None).await?;
    let words = format!("`bank.example` is not among the host names of this namespace (setting `allow.hostnames.{}`)", scene.namespace);
    ensure(refused["status"].to_string().contains(&words), &refused["status"])?;
    for resource in ["ingresses", "deployments"] {
        ensure(scene.find(resource, "hosts").await?.is_none(), format!("{resource} of a host that is not given"))?;
    }
    tenant.patch(&format!("{}/hosts", ours(&scene, "ecsservices")), &json!({"spec": of_hosts(&["www.shop.example"])})).await?.done("its own host")?;
    scene.ready("ecsservices", "hosts").await?;
    ensure(scene.get("ingresses", "hosts").await?["spec"]["rules"][0]["host"] == "www.shop.example", "the host")
}
