//! Forged revisions: a ControllerRevision of ours holds the pod template that runs, so nobody else makes one.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::people::{Person, policies_hold, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s6_a_forged_revision_is_refused),
        Trial::parallel(s6_what_belongs_to_others_of_revisions_stays_theirs),
        Trial::parallel(s17_the_secrets_of_a_revision_that_cannot_be_read_go_with_it),
    ]
}

const LABEL: &str = "app.kubernetes.io/managed-by";

/// By everybody, and be he an administrator: made, labelled, given an owner, renumbered.
async fn s6_a_forged_revision_is_refused(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    policies_hold(&scene).await?;
    let (cluster, namespace) = (&scene.cluster, &scene.namespace);
    let tenant = Person::with_roles(cluster, namespace, "tenant", &["admin"]).await?;
    tenant.may(cluster, namespace, "tenant", "*", "controllerrevisions.apps").await?;
    let administrator = Person::administrator(cluster);
    let path = format!("/apis/apps/v1/namespaces/{namespace}/controllerrevisions");
    let genuine = scene.get("controllerrevisions", "svc-api-service-1").await?;
    let owner = genuine["metadata"]["ownerReferences"].clone();
    let mut renamed = owner.clone();
    renamed[0]["controller"] = json!(false);
    let label = json!({LABEL: "ecs-operator"});
    for person in [&tenant, &administrator] {
        for (labels, owners, words) in [
            (label.clone(), json!([]), "labels"),
            (json!({}), owner.clone(), "owner"),
            (label.clone(), owner.clone(), "owner"),
            (json!({}), renamed.clone(), "owner"),
        ] {
            let mut forged = json!({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 9, "data": genuine["data"],
                "metadata": {"name": "svc-api-service-9", "labels": labels, "ownerReferences": owners}});
            person.create(&path, &forged).await?.forbidden(&format!("{labels} {owners}"), words)?;
            // in two steps
            forged["metadata"] = json!({"name": "plain"});
            person.create(&path, &forged).await?.done("a plain revision")?;
            let plain = format!("{path}/plain");
            let steps = json!({"metadata": {"labels": labels, "ownerReferences": owners}});
            person.patch(&plain, &steps).await?.forbidden(&steps.to_string(), words)?;
            person.ask(Method::DELETE, &plain, None).await?.done("deleting it")?;
        }
        let renumbered = person.patch(&format!("{path}/svc-api-service-1"), &json!([{"op": "replace", "path": "/revision", "value": 7}])).await?;
        renumbered.forbidden("another number", "changes what")?;
        let filled = person.patch(&format!("{path}/svc-api-service-1"), &json!([{"op": "replace", "path": "/data", "value": {"rendering": {}}}])).await?;
        ensure(filled.status == 422 && filled.message().contains("immutable"), format!("other data: {filled:?}"))?;
    }
    scene.ready("ecsservices", "api-service").await.map(drop)
}

/// Labels of others, labels of ours that somebody takes away and the operator puts back, revisions of `DaemonSets`.
async fn s6_what_belongs_to_others_of_revisions_stays_theirs(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    policies_hold(&scene).await?;
    let administrator = Person::administrator(&scene.cluster);
    let revision = format!("/apis/apps/v1/namespaces/{}/controllerrevisions/svc-api-service-1", scene.namespace);
    let labelled = administrator.patch(&revision, &json!({"metadata": {"labels": {"team": "shop"}, "annotations": {"note": "x"}}})).await?;
    labelled.done("a label of others")?;
    administrator.patch(&revision, &json!({"metadata": {"labels": {LABEL: null}}})).await?.done("our label is taken away")?;
    eventually("the operator puts its label back", SOON, async || {
        let labels = scene.get("controllerrevisions", "svc-api-service-1").await?["metadata"]["labels"].clone();
        ensure(labels[LABEL] == "ecs-operator" && labels["team"] == "shop", labels)
    })
    .await?;

    let mut agent = service("agent");
    agent["spec"] = json!({"taskDefinition": "agent", "schedulingStrategy": "DAEMON"});
    scene.apply(&task_definition("agent", &json!({})).to_string()).await?;
    scene.apply(&agent.to_string()).await?;
    eventually("the DaemonSet has a revision of its own, with our label", SOON, async || {
        let revisions = scene.list("controllerrevisions").await?;
        let is_of_set = |revision: &&Value| revision["metadata"]["ownerReferences"][0]["kind"] == "DaemonSet";
        let of_set: Vec<&Value> = revisions.iter().filter(is_of_set).collect();
        ensure(of_set.iter().any(|revision| revision["metadata"]["labels"][LABEL] == "ecs-operator"), format!("{of_set:?}"))
    })
    .await
}

/// As another operator may have made it: its Secrets are known by their names alone, and those that it names and are not its own stay.
async fn s17_the_secrets_of_a_revision_that_cannot_be_read_go_with_it(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.apply(&task_definition("web", &json!({})).to_string()).await?;
    scene.apply(&service("web").to_string()).await?;
    scene.rolled_out("web", "svc-web-1").await?;
    let metadata = scene.get("controllerrevisions", "svc-web-1").await?["metadata"].clone();
    let made = |kind: &str, name: &str| json!({"kind": kind, "metadata": {"name": name, "labels": metadata["labels"], "ownerReferences": metadata["ownerReferences"]}});
    let operator = Person::operator(&scene.cluster, &scene.namespace).await?;
    let (secrets, revisions) =
        (format!("/api/v1/namespaces/{}/secrets", scene.namespace), format!("/apis/apps/v1/namespaces/{}/controllerrevisions", scene.namespace));
    let of_it = ["web-0", "web-0-env-01234567", "web-0-pull-01234567"];
    for name in of_it {
        let mut secret = made("Secret", name);
        secret["apiVersion"] = json!("v1");
        operator.create(&secrets, &secret).await?.done(name)?;
    }
    scene.apply(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "of-others"}}).to_string()).await?;

    // Eleven are kept, and this one is the oldest.
    let names = ["web-0-env-01234567", "of-others"].map(|name| (name.to_owned(), json!({"of": "another operator"})));
    let rendering = json!({"template": 7, "environmentFiles": serde_json::Map::from_iter(names), "registries": {"web-0-pull-01234567": null}});
    for name in std::iter::once("svc-web-0".to_owned()).chain((0..10).map(|number| format!("svc-web-0-{number}"))) {
        let mut revision = made("ControllerRevision", &name);
        revision["apiVersion"] = json!("apps/v1");
        revision["revision"] = json!(0);
        revision["data"] = if name == "svc-web-0" { json!({"rendering": rendering}) } else { json!({"rendering": 7}) };
        operator.create(&revisions, &revision).await?.done(&name)?;
    }
    eventually("the revision is gone", SOON, async || ensure(scene.find("controllerrevisions", "svc-web-0").await?.is_none(), "it is there")).await?;
    for name in of_it {
        ensure(scene.find("secrets", name).await?.is_none(), format!("{name} is there"))?;
    }
    scene.get("secrets", "of-others").await.map(drop)
}
