//! What others do to the children: repaired where it is ours, left alone where it is theirs.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, condition_of};
use crate::support::ledger::Request;
use crate::support::{Failure, Result, SOON, Verb, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_deleted_child_returns),
        Trial::parallel(a_deleted_secret_returns_when_a_pod_restarts),
        Trial::parallel(an_edited_child_is_repaired),
        Trial::parallel(what_others_put_there_stays),
        Trial::parallel(a_removed_member_goes_from_the_child),
        Trial::parallel(a_foreign_object_is_a_conflict),
    ]
}

const CHILDREN: [(&str, &str); 5] = [
    ("controllerrevisions", "svc-api-service-1"),
    ("deployments", "api-service"),
    ("services", "api-service"),
    ("ingresses", "api-service"),
    ("serviceaccounts", ""),
];

/// Deletes each kind of child, one after the other: it returns, and nothing but it was written.
async fn a_deleted_child_returns(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    for (resource, name) in CHILDREN {
        let name = if name.is_empty() { account(&scene).await? } else { name.to_owned() };
        let uid = scene.get(resource, &name).await?["metadata"]["uid"].clone();
        scene.quiet(Duration::from_secs(2)).await?;
        let mark = scene.ledger.mark();
        scene.delete(resource, &name).await?;
        eventually(format!("{resource}/{name} is there again"), SOON, async || match scene.find(resource, &name).await? {
            Some(object) if object["metadata"]["uid"] != uid => Ok(()),
            other => Err(Failure::from(format!("{}", other.is_some()))),
        })
        .await?;
        scene.ready("ecsservices", "api-service").await?;
        scene.quiet(Duration::from_secs(2)).await?;
        let writes = scene.ledger.since(mark).writes().without("leases").without("events").that(changes_something);
        writes.expect_count(1, format!("{resource} was deleted"))?;
        writes.of(resource).with_verb(Verb::Create).expect_count(1, format!("{resource} was deleted"))?;
    }
    Ok(())
}

/// A Secret is not watched: it returns when a pod is missed.
async fn a_deleted_secret_returns_when_a_pod_restarts(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    let mark = scene.ledger.mark();
    scene.delete("secrets", "api-service-1").await?;
    // On a busy machine the next pod may be there before anybody has seen that one is missed.
    eventually("the Secret is there again", SOON, async || {
        scene.cluster.kubectl(&["delete", "pods", "-n", &scene.namespace, "-l", "ecs-operator.dev/service=api-service", "--wait=false"]).await?;
        scene.get("secrets", "api-service-1").await.map(drop)
    })
    .await?;
    scene.ready("ecsservices", "api-service").await?;
    let writes = scene.ledger.since(mark).writes().without("leases").without("events").that(changes_something);
    writes.clone().with_verb(Verb::Create).expect_count(1, "a deleted Secret")?;
    writes.with_verb(Verb::Create).of("secrets").expect_count(1, "a deleted Secret")
}

/// Members that are ours are put back; what others put beside them stays.
async fn an_edited_child_is_repaired(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let account = account(&scene).await?;
    let edits: Vec<(&str, &str, Value)> = vec![
        ("deployments", "api-service", json!({"spec": {"strategy": {"rollingUpdate": {"maxSurge": 1}}}})),
        ("deployments", "api-service", json!({"spec": {"template": {"spec": {"nodeSelector": null}}}})),
        ("deployments", "api-service", json!({"spec": {"template": {"spec": {"priorityClassName": "system-node-critical"}}}})),
        ("deployments", "api-service", json!({"metadata": {"labels": {"app.kubernetes.io/managed-by": null}}})),
        ("controllerrevisions", "svc-api-service-1", json!({"metadata": {"labels": {"app.kubernetes.io/managed-by": null}}})),
        ("services", "api-service", json!({"spec": {"sessionAffinity": "ClientIP"}})),
        ("services", "api-service", json!({"metadata": {"labels": {"ecs-operator.dev/service": "other"}}})),
        ("ingresses", "api-service", json!({"metadata": {"annotations": {"alb.ingress.kubernetes.io/scheme": "internal"}}})),
        ("serviceaccounts", &account, json!({"metadata": {"annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/admin"}}})),
        ("serviceaccounts", &account, json!({"automountServiceAccountToken": true})),
    ];
    for (resource, name, edit) in edits {
        let before = essence(&scene.get(resource, name).await?);
        scene.quiet(Duration::from_secs(1)).await?;
        let mark = scene.ledger.mark();
        scene.patch(resource, name, &edit).await?;
        eventually(format!("{resource}/{name} is repaired after {edit}"), SOON, async || {
            let now = essence(&scene.get(resource, name).await?);
            ensure(now == before, now.to_string())
        })
        .await?;
        scene.ready("ecsservices", "api-service").await?;
        let writes = scene.ledger.since(mark).writes().without("leases").without("events").that(changes_something);
        let others = writes.that(|request| request.resource != resource || request.name.as_deref() != Some(name));
        others.expect_none(format!("{edit}"))?;
    }
    Ok(())
}

/// What belongs to others survives a change of ours: a restart by kubectl, foreign labels, an autoscaler's replicas.
async fn what_others_put_there_stays(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.cluster.kubectl(&["rollout", "restart", "-n", &scene.namespace, "deployment/api-service"]).await?;
    scene.patch("deployments", "api-service", &json!({"metadata": {"labels": {"team": "shop"}, "annotations": {"note": "x"}}})).await?;
    scene.cluster.kubectl(&["scale", "-n", &scene.namespace, "deployment/api-service", "--replicas=5"]).await?;
    scene.ready("ecsservices", "api-service").await?;
    scene.change_image("web-api", "web-api:v1.3.0").await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    let deployment = scene.get("deployments", "api-service").await?;
    assert_eq!(deployment["metadata"]["labels"]["team"], "shop");
    assert_eq!(deployment["metadata"]["annotations"]["note"], "x");
    assert_eq!(deployment["spec"]["replicas"], 5, "the scale subresource owns the count");
    assert!(deployment["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"].is_string());
    let service = scene.get("ecsservices", "api-service").await?;
    assert!(service["status"]["diagnostics"].to_string().contains("replicas-set-by-another"), "{}", service["status"]);

    scene.cluster.kubectl(&["scale", "-n", &scene.namespace, "ecsservice/api-service", "--replicas=2"]).await?;
    eventually("desiredCount has changed, and wins", SOON, async || {
        let replicas = scene.get("deployments", "api-service").await?["spec"]["replicas"].clone();
        ensure(replicas == 2, replicas.to_string())
    })
    .await
}

/// A member taken out of the specification goes from the child.
async fn a_removed_member_goes_from_the_child(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let mut containers = scene.get("ecstaskdefinitions", "web-api").await?["spec"]["containerDefinitions"].clone();
    for member in ["healthCheck", "user"] {
        containers[0].as_object_mut().ok_or("a container")?.remove(member).ok_or("the shop has it")?;
    }
    scene.patch("ecstaskdefinitions", "web-api", &json!({"spec": {"containerDefinitions": containers}})).await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    let container = scene.get("deployments", "api-service").await?["spec"]["template"]["spec"]["containers"][0].clone();
    // Without a check of the container's own, the load balancer's takes its place.
    for probe in ["livenessProbe", "startupProbe", "readinessProbe"] {
        assert_eq!(container[probe].get("exec"), None, "{container}");
    }
    assert_eq!(container["securityContext"].get("runAsUser"), None, "{container}");
    Ok(())
}

/// A foreign object of a name that we need is not touched; nothing after it is made; when it goes, the service heals.
async fn a_foreign_object_is_a_conflict(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let foreign = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api-service"}, "spec": {"ports": [{"port": 1}], "selector": {"a": "b"}}});
    let before = scene.create("services", &foreign).await?;
    scene.apply_shop().await?;
    let service = scene.condition("ecsservices", "api-service", "Ready", "False", Some("Conflict")).await?;
    assert_eq!(condition_of(&service, "Reconciling").map(|condition| &condition["status"]), Some(&json!("True")));
    assert_eq!(scene.get("services", "api-service").await?, before);
    for after in ["ingresses", "deployments"] {
        assert_eq!(scene.find(after, "api-service").await?, None, "nothing after it in the order is made");
    }
    scene.ready("ecsservices", "admin-service").await?;
    scene.delete("services", "api-service").await?;
    scene.ready("ecsservices", "api-service").await.map(drop)
}

async fn account(scene: &Scene) -> Result<String> {
    let deployment = scene.get("deployments", "api-service").await?;
    Ok(deployment["spec"]["template"]["spec"]["serviceAccountName"].as_str().unwrap_or_default().to_owned())
}

/// Whether a request can change a child: a patch that only tests writes nothing.
fn changes_something(request: &Request) -> bool {
    let tests_only = request.body.as_ref().and_then(Value::as_array).is_some_and(|operations| operations.iter().all(|operation| operation["op"] == "test"));
    request.subresource.is_none() && !tests_only
}

/// An object without what changes with every write.
fn essence(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(metadata) = object["metadata"].as_object_mut() {
        for key in ["managedFields", "resourceVersion", "generation"] {
            metadata.remove(key);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("deployment.kubernetes.io/revision");
        }
    }
    object.as_object_mut().map(|object| object.remove("status"));
    object
}
