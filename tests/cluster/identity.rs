//! How tasks get their role: by the annotation of IRSA, by an association of EKS Pod Identity, or not at all. ACK is not here: what its
//! EKS controller would write is written by hand, into objects that a server took by the definition in `tests/third-party`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ecs_operator::translate::names::service_account;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, all_namespaces};
use crate::support::{Changes, ClusterOptions, Result, SOON, ensure, eventually};
use crate::whole::install;

const DEFINITION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third-party/podidentityassociations.yaml");
const ROLE: &str = "arn:aws:iam::123456789012:role/web";
const ASSOCIATIONS: &str = "podidentityassociations";
const ANNOTATIONS: [&str; 2] = ["eks.amazonaws.com/role-arn", "ecs-operator.dev/associated-role"];

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(the_cluster_of_a_namespace_chooses_how_tasks_get_their_role), Trial::parallel(tasks_wait_until_ack_has_associated_them)]
}

async fn the_cluster_of_a_namespace_chooses_how_tasks_get_their_role(context: Arc<Context>) -> Result<()> {
    let namespace = context.namespace().await?.to_owned();
    let settings = json!({"settings": {"eksClusterName": "shop"}});
    let scene = Scene::open_as(&context, context.cluster().await?, namespace, settings, Changes::default()).await?;
    granted(&scene).await?;
    let [account, associated] = [false, true].map(|is_associated| service_account("web", Some(ROLE), is_associated));
    scene.apply(&documents(&scene, "web")).await?;
    scene.ready("ecsservices", "web").await?;
    annotated(&scene, &account, ANNOTATIONS[0]).await?;

    // Without ACK the command is told, and nobody waits for what nobody makes.
    chosen(&scene, "podIdentity").await?;
    annotated(&scene, &associated, ANNOTATIONS[1]).await?;
    let command = format!("--cluster-name shop --namespace {} --service-account {associated} --role-arn {ROLE}", scene.namespace);
    says(&scene, "web", "task-role-needs-association", &command).await?;
    // What runs has its role as before, also where its pods are made again, until a deployment changes that.
    runs_as(&scene, &account).await?;
    annotated(&scene, &account, ANNOTATIONS[0]).await?;
    scene.change_image("web", "web:2").await?;
    scene.rolled_out("web", "svc-web-2").await?;
    runs_as(&scene, &associated).await?;

    chosen(&scene, "none").await?;
    says(&scene, "web", "task-role-withheld", ROLE).await?;
    scene.change_image("web", "web:3").await?;
    scene.rolled_out("web", "svc-web-3").await?;
    runs_as(&scene, "ecs-web").await?;
    let bare = &scene.get("serviceaccounts", "ecs-web").await?["metadata"]["annotations"];
    ensure(ANNOTATIONS.iter().all(|annotation| bare[*annotation].is_null()), bare)
}

async fn tasks_wait_until_ack_has_associated_them(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let namespace = cluster.namespace_for("pod identity").await?;
    let settings = json!({"settings": {"identity": "podIdentity", "eksClusterName": "shop"}});
    let scene = Scene::open_as(&context, cluster, namespace, settings, Changes::default()).await?;
    granted(&scene).await?;
    let (early, late) = (service_account("early", Some(ROLE), true), service_account("late", Some(ROLE), true));
    scene.apply(&documents(&scene, "early")).await?;
    scene.ready("ecsservices", "early").await?;
    says(&scene, "early", "task-role-needs-association", &early).await?;
    scene.quiet(Duration::from_secs(2)).await?;

    // That it is there now is found out with the next revision, for all.
    install(&scene.cluster.client(), Path::new(DEFINITION)).await?;
    scene.apply(&documents(&scene, "late")).await?;
    scene.waits("late", "PodIdentityAssociationNotReady", "nobody has looked at it yet").await?;
    ensure(scene.find("deployments", "late").await?.is_none(), "a task could start without its role")?;
    let association = scene.get(ASSOCIATIONS, &late).await?;
    let wanted = json!({"clusterName": "shop", "namespace": scene.namespace, "serviceAccount": late, "roleARN": ROLE});
    ensure(association["spec"] == wanted, &association)?;
    let owners = |object: &Value| object["metadata"]["ownerReferences"].clone();
    ensure(owners(&association) == owners(&scene.get("serviceaccounts", &late).await?), &association)?;
    for name in ["early", "late"] {
        says(&scene, name, "task-role-is-associated", "pods.eks.amazonaws.com").await?;
    }
    is_there(&scene, &early).await?;

    let unsynced = json!({"type": "ACK.ResourceSynced", "status": "Unknown"});
    ack_says(
        &scene,
        &late,
        &json!([unsynced, {"type": "ACK.Recoverable", "status": "True", "message": "not authorized to perform: eks:CreatePodIdentityAssociation"}]),
    )
    .await?;
    scene.waits("late", "PodIdentityAssociationNotReady", "not authorized to perform: eks:CreatePodIdentityAssociation").await?;
    ack_says(&scene, &late, &json!([{"type": "ACK.ResourceSynced", "status": "True"}])).await?;
    scene.ready("ecsservices", "late").await?;
    scene.ready("ecstaskdefinitions", "late").await?;

    // What ACK writes into it is no difference; what others change of it, and that they delete it, is mended.
    let mark = scene.ledger.mark();
    scene.patch(ASSOCIATIONS, &late, &json!({"spec": {"disableSessionTags": false, "tags": {}}})).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    scene.ledger.since(mark).writes().of_objects().without("leases").without("events").expect_none("what ACK writes")?;
    scene.patch(ASSOCIATIONS, &late, &json!({"spec": {"roleARN": "arn:aws:iam::123456789012:role/another"}})).await?;
    eventually("the association is mended", SOON, async || {
        let role = scene.get(ASSOCIATIONS, &late).await?["spec"]["roleARN"].clone();
        ensure(role == ROLE, role)
    })
    .await?;
    scene.delete(ASSOCIATIONS, &late).await?;
    is_there(&scene, &late).await?;

    // What the services run, they go on with: what goes with the task definition they make again.
    scene.delete("ecstaskdefinitions", "late").await?;
    eventually("the service has the association", SOON, async || {
        let association = scene.find(ASSOCIATIONS, &late).await?.unwrap_or_default();
        ensure(association["metadata"]["ownerReferences"][0]["kind"] == "ECSService", &association)
    })
    .await?;

    // Where the cluster of the namespace chooses IRSA, what runs keeps what it has.
    chosen(&scene, "irsa").await?;
    annotated(&scene, &service_account("early", Some(ROLE), false), ANNOTATIONS[0]).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    annotated(&scene, &early, ANNOTATIONS[1]).await?;
    is_there(&scene, &early).await?;
    chosen(&scene, "podIdentity").await?;

    // Of a role that nobody grants any more no association is made.
    scene.delete("awsaccessgrants", &scene.namespace).await?;
    scene.condition("ecsservices", "early", "Ready", "False", Some("AccessRevoked")).await?;
    scene.delete(ASSOCIATIONS, &early).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    ensure(scene.find(ASSOCIATIONS, &early).await?.is_none(), "it was made again")?;
    granted(&scene).await?;
    is_there(&scene, &early).await?;

    // And without ACK it is as it was.
    scene.cluster.kubectl(&["delete", "-f", DEFINITION]).await?;
    says(&scene, "early", "task-role-needs-association", &early).await?;
    scene.ready("ecsservices", "early").await.map(drop)
}

/// The conditions that ACK writes into the status of an association.
pub async fn ack_says(scene: &Scene, name: &str, conditions: &Value) -> Result<()> {
    is_there(scene, name).await?;
    let patch = json!({"status": {"conditions": conditions}});
    scene.api(ASSOCIATIONS).patch_status(name, &PatchParams::default(), &Patch::Merge(&patch)).await?;
    Ok(())
}

async fn is_there(scene: &Scene, name: &str) -> Result<()> {
    eventually(format!("{name} is associated"), SOON, async || ensure(scene.find(ASSOCIATIONS, name).await?.is_some(), "it is not there")).await
}

/// A grant of the role, named like the namespace.
async fn granted(scene: &Scene) -> Result<()> {
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": all_namespaces(), "taskRoles": [ROLE]}});
    scene.create("awsaccessgrants", &grant).await.map(drop)
}

/// A task definition whose tasks have the role.
fn definition(scene: &Scene, name: &str) -> Value {
    let container = json!({"name": "web", "image": "web:1", "memory": 64, "healthCheck": {"command": ["CMD-SHELL", "true"]}});
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": name},
        "spec": {"taskRoleArn": ROLE, "containerDefinitions": [container], "kubernetes": {"grants": [scene.namespace]}}})
}

/// A service of that.
fn documents(scene: &Scene, name: &str) -> String {
    let definition = definition(scene, name);
    let service = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": name},
        "spec": {"taskDefinition": name, "desiredCount": 1}});
    json!({"apiVersion": "v1", "kind": "List", "items": [definition, service]}).to_string()
}

/// The cluster of the namespace chooses.
async fn chosen(scene: &Scene, identity: &str) -> Result<()> {
    let cluster =
        json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSCluster", "metadata": {"name": "shop"}, "spec": {"kubernetes": {"identity": identity}}});
    scene.apply(&cluster.to_string()).await.map(drop)
}

/// That the tasks of the service `web` run under this ServiceAccount.
async fn runs_as(scene: &Scene, account: &str) -> Result<()> {
    let pod = &scene.get("deployments", "web").await?["spec"]["template"]["spec"];
    ensure(pod["serviceAccountName"] == account, pod)
}

/// Waits until a ServiceAccount has the role by this annotation, and by no other.
async fn annotated(scene: &Scene, account: &str, annotation: &str) -> Result<()> {
    eventually(format!("{account} has {annotation}"), SOON, async || {
        let annotations = scene.get("serviceaccounts", account).await?["metadata"]["annotations"].clone();
        let is_as_wanted = |one: &&str| if *one == annotation { annotations[*one] == ROLE } else { annotations[*one].is_null() };
        ensure(ANNOTATIONS.iter().all(is_as_wanted), annotations)
    })
    .await
}

/// Waits until a task definition says this, with these words.
async fn says(scene: &Scene, definition: &str, name: &str, words: &str) -> Result<()> {
    eventually(format!("{definition} says {name}"), SOON, async || {
        let status = scene.ready("ecstaskdefinitions", definition).await?["status"].clone();
        let diagnostics = status["diagnostics"].as_array().into_iter().flatten();
        let is_said = diagnostics.filter(|diagnostic| diagnostic["name"] == name).any(|diagnostic| diagnostic["message"].to_string().contains(words));
        ensure(is_said, status)
    })
    .await
}
