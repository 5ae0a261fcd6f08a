//! Every kind of object that the operator makes: made, mended when others change it, and removed when nothing wants it any
//! more. Each right of the operator has its use here or in another test; `rights` holds one against the other.

use std::sync::Arc;

use ecs_operator::translate::names::service_account;
use serde_json::{Value, json};

use crate::context::Context;
use crate::identity::ack_says;
use crate::runner::Trial;
use crate::scene::{Scene, all_namespaces};
use crate::support::{Changes, ClusterOptions, Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(is_made_mended_and_removed)]
}

const DEFINITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third-party");
/// How many deployments are kept besides the last one.
const KEPT: usize = 10;

async fn is_made_mended_and_removed(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    cluster.kubectl(&["apply", "--server-side", "-f", DEFINITIONS]).await?;
    let namespace = cluster.namespace_for("every kind").await?;
    let settings = json!({"identity": "podIdentity", "eksClusterName": "shop", "allow": {"fileSystems": {"*": ["*"]}}});
    let scene = Scene::open_as(&context, cluster, namespace, json!({"scope": "Cluster", "settings": settings}), Changes::default()).await?;
    let roles = [1, 2].map(role);
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": "every-kind"}, "spec": {"namespaceSelector": all_namespaces(), "taskRoles": roles}});
    scene.apply(&grant.to_string()).await?;
    scene.apply(&definition(1, 1).to_string()).await?;
    scene.apply(&service().to_string()).await?;
    let synced = json!([{"type": "ACK.ResourceSynced", "status": "True"}]);
    ack_says(&scene, &account(1), &synced).await?;
    scene.ready("ecsservices", "all").await?;
    let first = [
        "configmaps",
        "deployments",
        "ingresses",
        "networkpolicies",
        "persistentvolumeclaims",
        "poddisruptionbudgets",
        "podidentityassociations",
        "serviceaccounts",
        "services",
    ];
    for resource in first {
        is_mended(&scene, resource).await?;
    }

    let others = json!({"spec": {"kubernetes": {"exposure": "TargetGroupBinding", "securityGroups": "SecurityGroupPolicy"}}});
    scene.patch("ecsservices", "all", &others).await?;
    for resource in ["targetgroupbindings", "securitygrouppolicies"] {
        eventually(format!("{resource} are made"), SOON, async || ensure(!ours(&scene, resource).await?.is_empty(), "none")).await?;
        is_mended(&scene, resource).await?;
    }
    are_gone(&scene, &["ingresses", "networkpolicies"]).await?;

    let nothing = json!({"spec": {"kubernetes": {"exposure": "None", "securityGroups": "None"}, "loadBalancers": null,
        "deploymentConfiguration": {"minimumHealthyPercent": 0, "maximumPercent": 200}}});
    scene.patch("ecsservices", "all", &nothing).await?;
    are_gone(&scene, &["targetgroupbindings", "securitygrouppolicies", "services", "poddisruptionbudgets"]).await?;

    let uid = scene.get("ecsservices", "all").await?["metadata"]["uid"].clone();
    scene.create("daemonsets", &superfluous(&uid)).await?;
    are_gone(&scene, &["daemonsets"]).await?;

    // another role, file system and configuration; the earlier ones stay while a deployment that is kept may need them
    let earlier: Vec<(&str, String)> = first_names(&scene).await?;
    for image in 2..=KEPT + 3 {
        scene.apply(&definition(2, image).to_string()).await?;
        ack_says(&scene, &account(2), &synced).await?;
        let wanted = format!("app:{image}");
        eventually(format!("{wanted} is rolled out"), SOON, async || {
            let service = scene.get("ecsservices", "all").await?;
            let deployment = scene.get("deployments", "all").await?;
            let is_new = deployment["spec"]["template"]["spec"]["containers"].to_string().contains(&wanted);
            ensure(is_new && service["status"]["deployments"][0]["rolloutState"] == "COMPLETED", &service["status"])
        })
        .await?;
    }
    let (of_service, of_definition): (Vec<_>, Vec<_>) = earlier.into_iter().partition(|(_, name)| matches!(name.as_str(), "all-1" | "svc-all-1"));
    for (resource, name) in of_service {
        is_gone(&scene, resource, &name).await?;
    }
    // a task definition prunes what no service refers to any more when it is looked at next
    scene.patch("ecstaskdefinitions", "all", &json!({"metadata": {"labels": {"looked-at": "again"}}})).await?;
    for (resource, name) in of_definition {
        is_gone(&scene, resource, &name).await?;
    }
    Ok(())
}

async fn is_gone(scene: &Scene, resource: &str, name: &str) -> Result<()> {
    eventually(format!("{resource}/{name} is gone"), SOON, async || ensure(scene.find(resource, name).await?.is_none(), "it is there")).await
}

/// What others change of an object of ours is put back.
async fn is_mended(scene: &Scene, resource: &str) -> Result<()> {
    let name = ours(scene, resource).await?.into_iter().next().ok_or_else(|| format!("no {resource} was made"))?;
    let label = "app.kubernetes.io/name";
    let before = scene.get(resource, &name).await?["metadata"]["labels"][label].clone();
    scene.patch(resource, &name, &json!({"metadata": {"labels": {label: "another"}}})).await?;
    eventually(format!("{resource}/{name} is mended"), SOON, async || {
        let now = scene.get(resource, &name).await?["metadata"]["labels"][label].clone();
        ensure(now == before, now)
    })
    .await
}

async fn are_gone(scene: &Scene, resources: &[&str]) -> Result<()> {
    for resource in resources {
        eventually(format!("the {resource} are gone"), SOON, async || {
            let left = ours(scene, resource).await?;
            ensure(left.is_empty(), left.join(", "))
        })
        .await?;
    }
    Ok(())
}

/// The names of the objects that the operator made.
async fn ours(scene: &Scene, resource: &str) -> Result<Vec<String>> {
    let objects = scene.list(resource).await?;
    let ours = objects.iter().filter(|object| object["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "ecs-operator");
    Ok(ours.filter_map(|object| object["metadata"]["name"].as_str()).map(str::to_owned).collect())
}

/// What only the first deployment needs.
async fn first_names(scene: &Scene) -> Result<Vec<(&'static str, String)>> {
    let mut names = vec![("secrets", "all-1".to_owned()), ("controllerrevisions", "svc-all-1".to_owned()), ("controllerrevisions", "td-all-1".to_owned())];
    for resource in ["configmaps", "persistentvolumeclaims", "persistentvolumes", "podidentityassociations", "serviceaccounts"] {
        names.extend(ours(scene, resource).await?.into_iter().map(|name| (resource, name)));
    }
    Ok(names)
}

/// A DaemonSet that looks like one of the service, which wants none.
fn superfluous(uid: &Value) -> Value {
    let labels = json!({"app.kubernetes.io/managed-by": "ecs-operator"});
    let owner = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "name": "all", "uid": uid, "controller": true});
    let template = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "a", "image": "none"}]}});
    json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "all", "labels": labels, "ownerReferences": [owner]},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}})
}

/// The name of the ServiceAccount of such a task definition.
fn account(set: usize) -> String {
    service_account("all", Some(&role(set)), true)
}

fn role(set: usize) -> String {
    format!("arn:aws:iam::123456789012:role/role-{set}")
}

fn definition(set: usize, image: usize) -> Value {
    let options = json!({"config-file-type": "s3", "config-file-value": format!("arn:aws:s3:::shop-config/extra-{set}.conf")});
    let router = json!({"name": "router", "image": "fluent-bit:1", "memory": 64, "firelensConfiguration": {"type": "fluentbit", "options": options}});
    let application = json!({"name": "app", "image": format!("app:{image}"), "memory": 64, "healthCheck": {"command": ["CMD", "true"]},
        "portMappings": [{"containerPort": 8080}], "logConfiguration": {"logDriver": "awsfirelens"},
        "secrets": [{"name": "PASSWORD", "valueFrom": "prod/db-password"}], "mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]});
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSTaskDefinition", "metadata": {"name": "all"}, "spec": {
        "networkMode": "awsvpc",
        "kubernetes": {"grants": ["every-kind"]},
        "taskRoleArn": role(set),
        "volumes": [{"name": "data", "efsVolumeConfiguration": {"fileSystemId": format!("fs-0123abc{set}"), "transitEncryption": "ENABLED"}}],
        "containerDefinitions": [application, router],
    }})
}

fn service() -> Value {
    let rule = json!({"priority": 1, "conditions": [{"field": "path-pattern", "values": ["/x"]}]});
    let group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef";
    json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "metadata": {"name": "all"}, "spec": {
        "taskDefinition": "all",
        "desiredCount": 2,
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d"], "securityGroups": ["sg-0123abcd"]}},
        "loadBalancers": [{"targetGroupArn": group, "containerName": "app", "containerPort": 8080, "listenerRules": [rule]}],
        "kubernetes": {"exposure": "Ingress", "securityGroups": "NetworkPolicy"},
    }})
}
