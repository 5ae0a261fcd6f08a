//! S7: an object of others that has a name which a service needs is neither changed nor deleted, whatever its kind.

use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s7_what_others_named_alike_is_left_alone), Trial::parallel(s7_a_secret_that_was_planted_is_not_used)]
}

/// Each of the names that the shop's API will need.
fn foreign() -> Vec<(&'static str, Value)> {
    let pod = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "a", "image": "none"}]}});
    let selector = json!({"matchLabels": {"a": "b"}});
    let object = |version: &str, kind: &str, name: &str, rest: Value| {
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": {"app.kubernetes.io/managed-by": "Helm"}}});
        json_patch::merge(&mut object, &rest);
        object
    };
    let backend = json!({"service": {"name": "x", "port": {"number": 80}}});
    vec![
        ("secrets", object("v1", "Secret", "api-service-1", json!({"type": "kubernetes.io/tls", "stringData": {"tls.crt": "x", "tls.key": "y"}}))),
        ("services", object("v1", "Service", "api-service", json!({"spec": {"ports": [{"port": 1}], "selector": {"a": "b"}}}))),
        ("ingresses", object("networking.k8s.io/v1", "Ingress", "api-service", json!({"spec": {"defaultBackend": backend}}))),
        ("poddisruptionbudgets", object("policy/v1", "PodDisruptionBudget", "api-service", json!({"spec": {"selector": selector, "maxUnavailable": 1}}))),
        ("deployments", object("apps/v1", "Deployment", "api-service", json!({"spec": {"replicas": 0, "selector": selector, "template": pod}}))),
    ]
}

async fn s7_what_others_named_alike_is_left_alone(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let mut before = Vec::new();
    for (resource, object) in foreign() {
        scene.create(resource, &object).await?;
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        before.push((resource, name.clone(), stable(scene.get(resource, &name).await?)));
    }
    scene.apply_shop().await?;
    for (resource, name, foreign) in &before {
        let said = scene.condition("ecsservices", "api-service", "Ready", "False", Some("Conflict")).await?;
        eventually(format!("{resource}/{name} is the conflict"), SOON, async || {
            let service = scene.get("ecsservices", "api-service").await?;
            ensure(service["status"]["conditions"].to_string().contains(&format!("`{name}` exists and is not ours")), &service["status"])
        })
        .await?;
        ensure(said["status"]["runningCount"] == 0, &said["status"])?;
        ensure(stable(scene.get(resource, name).await?) == *foreign, format!("{resource}/{name} was changed"))?;
        // the next in the order is met when this one is out of the way
        scene.delete(resource, name).await?;
    }
    scene.ready("ecsservices", "api-service").await?;

    // and what is deleted is what was made, never what has taken its name meanwhile
    let path = format!("{}/admin-service", ours(&scene, "ecsservices"));
    tenant.ask(http::Method::DELETE, &path, None).await?.done("deletion of a service")
}

/// Who may create Secrets makes the next revision's before the operator does, so that it looks like the operator's.
async fn s7_a_secret_that_was_planted_is_not_used(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    scene.shop_ready().await?;
    let mut planted = scene.get("secrets", "api-service-1").await?;
    let values = planted["data"].clone();
    planted["metadata"] = json!({"name": "api-service-2", "labels": planted["metadata"]["labels"], "ownerReferences": planted["metadata"]["ownerReferences"]});
    planted["data"] = json!({"NODE_OPTIONS": "LS1yZXF1aXJlPS90bXAvYS5qcw=="});
    tenant.create(&format!("/api/v1/namespaces/{}/secrets", scene.namespace), &planted).await?.done("a Secret of the next revision's name")?;
    scene.change_image("web-api", "shop/web-api:2").await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    let found = scene.get("secrets", "api-service-2").await?;
    ensure(found["data"] == values && found["immutable"] == true, "the Secret has the values of the shop's secret, and no others")
}

/// An object without what controllers write into it.
fn stable(mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.remove("status");
    }
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|member, _| ["name", "uid", "labels", "generation", "ownerReferences"].contains(&member.as_str()));
    }
    object
}
