//! S10: whoever has the operator's token reads no Secret, and changes nothing that the operator did not make.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::people::{Person, policies_hold};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{Scene, api_resource};
use crate::support::tools::external_secrets_definitions;
use crate::support::{Changes, ClusterOptions, Result, SOON, ensure};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s10_the_operators_token_opens_nothing_that_the_operator_did_not_make),
        Trial::parallel(s10_the_operators_token_cannot_become_more),
        Trial::parallel(s10_the_operators_token_makes_no_pods_with_powers),
    ]
}

const DEFINITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third-party");
const LABEL: &str = "app.kubernetes.io/managed-by";

/// An object of each kind that the operator writes.
fn kinds(namespace: &str) -> Vec<(&'static str, Value)> {
    let pod = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"serviceAccountName": "ecs-a", "containers": [{"name": "a", "image": "none"}]}});
    let selector = json!({"matchLabels": {"a": "b"}});
    let claim = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    let volume = json!({"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "csi": {"driver": "none", "volumeHandle": "a"}});
    vec![
        ("secrets", json!({"stringData": {"key": "canary-5f1c of somebody else"}})),
        ("configmaps", json!({"data": {"key": "value"}})),
        ("serviceaccounts", json!({})),
        ("persistentvolumeclaims", json!({"spec": claim})),
        ("persistentvolumes", json!({"spec": volume})),
        ("services", json!({"spec": {"ports": [{"port": 1}]}})),
        ("ingresses", json!({"spec": {"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}}})),
        ("networkpolicies", json!({"spec": {"podSelector": {}}})),
        ("poddisruptionbudgets", json!({"spec": {"selector": selector, "maxUnavailable": 1}})),
        ("deployments", json!({"spec": {"replicas": 0, "selector": selector, "template": pod}})),
        ("daemonsets", json!({"spec": {"selector": selector, "template": pod}})),
        ("controllerrevisions", json!({"revision": 1, "data": {"a": "b"}})),
        (
            "targetgroupbindings",
            json!({"spec": {"targetGroupARN": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/0123456789abcdef",
            "serviceRef": {"name": "a", "port": 80}, "targetType": "ip"}}),
        ),
        (
            "externalsecrets",
            json!({"spec": {"secretStoreRef": {"name": "aws", "kind": "SecretStore"}, "target": {"name": "a"}, "data": [{"secretKey": "a", "remoteRef": {"key": "a"}}]}}),
        ),
        ("podidentityassociations", association(namespace, "its-own")),
        ("securitygrouppolicies", json!({"spec": {"podSelector": {}, "securityGroups": {"groupIds": ["sg-0123456789abcdef0"]}}})),
    ]
}

/// What has a ServiceAccount of this namespace get a role.
fn association(namespace: &str, account: &str) -> Value {
    json!({"spec": {"clusterName": "shop", "namespace": namespace, "serviceAccount": account, "roleARN": "arn:aws:iam::123456789012:role/a"}})
}

/// That the service controls an object, or what passes for one of another kind of ours.
fn controlled_by(service: &Value, kind: &str) -> Value {
    let metadata = &service["metadata"];
    json!([{"apiVersion": "ecs-operator.dev/v1alpha1", "kind": kind, "name": metadata["name"], "uid": metadata["uid"], "controller": true}])
}

fn path(scene: &Scene, plural: &str) -> String {
    let resource = api_resource(plural);
    let root = if resource.group.is_empty() { "/api" } else { "/apis" };
    let namespaces = if plural == "persistentvolumes" { String::new() } else { format!("namespaces/{}/", scene.namespace) };
    format!("{root}/{}/{namespaces}{plural}", resource.api_version)
}

fn object(plural: &str, name: &str, labels: &Value, owners: &Value, members: &Value) -> Value {
    let resource = api_resource(plural);
    let mut object =
        json!({"apiVersion": resource.api_version, "kind": resource.kind, "metadata": {"name": name, "labels": labels, "ownerReferences": owners}});
    json_patch::merge(&mut object, members);
    object
}

async fn scene(context: &Context, name: &str) -> Result<Scene> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let of_external_secrets = external_secrets_definitions()?.join("external-secrets.io_externalsecrets.yaml");
    cluster.kubectl(&["apply", "--server-side", "-f", DEFINITIONS, "-f", &of_external_secrets.display().to_string()]).await?;
    let namespace = cluster.namespace_for(name).await?;
    let scene = Scene::open_as(context, cluster, namespace, json!({"scope": "Cluster"}), Changes::default()).await?;
    scene.shop_ready().await?;
    policies_hold(&scene).await?;
    Ok(scene)
}

/// Of each kind: foreign, with our label alone, with an owner of ours alone; and what is ours all the same.
async fn s10_the_operators_token_opens_nothing_that_the_operator_did_not_make(context: Arc<Context>) -> Result<()> {
    let scene = scene(&context, "s10 objects").await?;
    scene.operator.terminate(SOON).await?;
    let (thief, administrator) = (Person::operator(&scene.cluster, &scene.namespace).await?, Person::administrator(&scene.cluster));
    let service = scene.get("ecsservices", "api-service").await?;
    let owner = controlled_by(&service, "ECSService");
    let (label, nothing) = (json!({LABEL: "ecs-operator"}), json!({LABEL: "Helm"}));
    for (plural, members) in kinds(&scene.namespace) {
        let collection = path(&scene, plural);
        let is_volume = plural == "persistentvolumes";
        let mut strangers = vec![(&nothing, json!([]))];
        if !is_volume {
            // nobody but the operator gives a revision what makes it one of ours
            strangers.extend((plural != "controllerrevisions").then(|| (&label, json!([]))));
            strangers.extend((plural == "secrets").then(|| (&nothing, owner.clone())));
        }
        for (number, (labels, owners)) in strangers.into_iter().enumerate() {
            let name = format!("foreign-{number}");
            let foreign = object(plural, &name, labels, &owners, &members);
            thief.create(&collection, &foreign).await?.forbidden(&format!("creating {plural}"), "leash")?;
            administrator.create(&collection, &foreign).await?.done(plural)?;
            is_closed(&thief, plural, &format!("{collection}/{name}"), &label, &owner).await?;
            administrator.ask(Method::DELETE, &format!("{collection}/{name}"), None).await?.done("deleting it")?;
        }
        let owners = if is_volume { json!([]) } else { owner.clone() };
        let own = object(plural, "its-own", &label, &owners, &members);
        thief.create(&collection, &own).await?.done(&format!("what the operator does with {plural}"))?;
        if !is_volume {
            thief.patch(&format!("{collection}/its-own"), &json!({"metadata": {"labels": {"a": "b"}}})).await?.done(plural)?;
            let loses = thief.patch(&format!("{collection}/its-own"), &json!({"metadata": {"ownerReferences": null}})).await?;
            loses.forbidden("its owner is taken away", "leash")?;
        }
        thief.ask(Method::DELETE, &format!("{collection}/its-own"), None).await?.done(plural)?;
    }
    for (namespace, account) in [("kube-system", "elsewhere"), (scene.namespace.as_str(), "ecs-operator")] {
        let elsewhere = object("podidentityassociations", "elsewhere", &label, &owner, &association(namespace, account));
        let associates = thief.create(&path(&scene, "podidentityassociations"), &elsewhere).await?;
        associates.forbidden("a role for another ServiceAccount", "leash")?;
    }
    let cluster = controlled_by(&service, "ECSCluster");
    let of_cluster = object("configmaps", "of-a-cluster", &label, &cluster, &json!({}));
    thief.create(&path(&scene, "configmaps"), &of_cluster).await?.forbidden("an owner of a kind that owns nothing", "leash")
}

/// Who makes pods could be whom he has them run as, and take the node: the operator's own are neither.
async fn s10_the_operators_token_makes_no_pods_with_powers(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    policies_hold(&scene).await?;
    // it would delete what no specification asks for
    scene.operator.terminate(SOON).await?;
    let thief = Person::operator(&scene.cluster, &scene.namespace).await?;
    let service = scene.get("ecsservices", "api-service").await?;
    let owner = controlled_by(&service, "ECSService");
    let plain = json!({"serviceAccountName": "ecs-web-api", "containers": [{"name": "a", "image": "none"}]});
    let secure = |context: Value| json!({"containers": [{"name": "a", "image": "none", "securityContext": context}]});
    let host = json!({"name": "node", "hostPath": {"path": "/"}});
    let powers = [
        json!({"serviceAccountName": "clusterrole-aggregation-controller"}),
        json!({"serviceAccountName": "default"}),
        json!({"hostNetwork": true}),
        json!({"hostPID": true}),
        json!({"hostIPC": true}),
        json!({"volumes": [host]}),
        secure(json!({"privileged": true})),
        secure(json!({"capabilities": {"add": ["SYS_ADMIN"]}})),
        json!({"initContainers": [{"name": "b", "image": "none", "securityContext": {"privileged": true}}]}),
    ];
    for plural in ["deployments", "daemonsets"] {
        let with = |power: &Value| {
            let mut pod = plain.clone();
            json_patch::merge(&mut pod, power);
            let template = json!({"metadata": {"labels": {"a": "b"}}, "spec": pod});
            object(plural, "powers", &json!({LABEL: "ecs-operator"}), &owner, &json!({"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}))
        };
        let collection = path(&scene, plural);
        thief.create(&collection, &with(&secure(json!({"capabilities": {"add": ["CHOWN"]}})))).await?.done("pods as the operator makes them")?;
        let made = format!("{collection}/powers");
        for power in &powers {
            thief.create(&format!("{collection}?dryRun=All"), &with(power)).await?.forbidden(&format!("{plural} with {power}"), "leash")?;
            let changed = thief.patch(&format!("{made}?dryRun=All"), &json!({"spec": {"template": {"spec": power}}})).await?;
            changed.forbidden(&format!("{plural} that get {power}"), "leash")?;
        }
        thief.ask(Method::DELETE, &made, None).await?.done(plural)?;
    }
    Ok(())
}

/// Nothing of it can be read by a patch, changed, taken over or deleted.
async fn is_closed(thief: &Person, plural: &str, path: &str, label: &Value, owner: &Value) -> Result<()> {
    let (collection, _) = path.rsplit_once('/').ok_or("a path")?;
    let read = thief.ask(Method::GET, path, None).await?;
    read.forbidden(&format!("reading {plural}"), "cannot get")?;
    thief.ask(Method::GET, collection, None).await?.forbidden(&format!("listing {plural}"), "cannot list")?;
    if plural == "secrets" {
        for list in [collection.to_owned(), format!("{collection}?watch=true&timeoutSeconds=1"), "/api/v1/secrets".to_owned()] {
            let listed = thief.ask(Method::GET, &list, None).await?;
            ensure(listed.status == 403, format!("{list}: {}", listed.status))?;
        }
    }
    // of a volume RBAC already grants no change
    let words = if plural == "persistentvolumes" { "cannot patch" } else { "leash" };
    let takes_over = json!({"metadata": {"labels": label, "ownerReferences": owner}});
    for patch in [json!([]), json!({}), json!({"metadata": {"labels": {"a": "b"}}}), json!({"metadata": {"labels": label}}), takes_over] {
        for dry_run in ["", "?dryRun=All"] {
            let answer = thief.patch(&format!("{path}{dry_run}"), &patch).await?;
            answer.forbidden(&format!("{plural} patched by {patch}"), words)?;
            ensure(!answer.body.to_string().contains("somebody else"), "the value is in the refusal")?;
        }
    }
    thief.ask(Method::PUT, path, Some(&json!({}))).await?.forbidden(&format!("replacing {plural}"), "cannot update")?;
    thief.ask(Method::DELETE, path, None).await?.forbidden(&format!("deleting {plural}"), "leash")?;
    thief.ask(Method::DELETE, collection, None).await?.forbidden(&format!("deleting all {plural}"), "cannot deletecollection")
}

/// No roles, no tokens, no shells, no definitions, no policies, no other identity; of our kinds only the status.
async fn s10_the_operators_token_cannot_become_more(context: Arc<Context>) -> Result<()> {
    let scene = scene(&context, "s10 rights").await?;
    let thief = Person::operator(&scene.cluster, &scene.namespace).await?;
    let namespace = &scene.namespace;
    let of = |group: &str, rest: &str| format!("/apis/{group}/{rest}");
    let roles = "rbac.authorization.k8s.io/v1";
    let empty = json!({});
    let creations = [
        of(roles, "clusterroles"),
        of(roles, "clusterrolebindings"),
        of(roles, &format!("namespaces/{namespace}/roles")),
        of(roles, &format!("namespaces/{namespace}/rolebindings")),
        format!("/api/v1/namespaces/{namespace}/pods"),
        format!("/api/v1/namespaces/{namespace}/pods/ecs-operator/exec?command=sh&stdin=true"),
        format!("/api/v1/namespaces/{namespace}/pods/ecs-operator/attach"),
        format!("/api/v1/namespaces/{namespace}/pods/ecs-operator/portforward"),
        format!("/api/v1/namespaces/{namespace}/pods/ecs-operator/eviction"),
        format!("/api/v1/namespaces/{namespace}/serviceaccounts/default/token"),
        format!("/api/v1/namespaces/{namespace}/serviceaccounts/ecs-operator/token"),
        "/api/v1/namespaces".to_owned(),
        "/api/v1/nodes".to_owned(),
        of("apiextensions.k8s.io/v1", "customresourcedefinitions"),
        of("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations"),
        of("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations"),
        of("admissionregistration.k8s.io/v1", "validatingadmissionpolicies"),
        of("certificates.k8s.io/v1", "certificatesigningrequests"),
        of("batch/v1", &format!("namespaces/{namespace}/jobs")),
        of("ecs-operator.dev/v1alpha1", &format!("namespaces/{namespace}/ecsservices")),
    ];
    for path in creations {
        thief.create(&path, &empty).await?.forbidden(&path, "cannot create")?;
    }
    let policy = format!("ecs-operator.{namespace}.leash");
    for path in [
        of("admissionregistration.k8s.io/v1", &format!("validatingadmissionpolicies/{policy}")),
        of("admissionregistration.k8s.io/v1", &format!("validatingadmissionpolicybindings/{policy}")),
        of("ecs-operator.dev/v1alpha1", &format!("namespaces/{namespace}/ecsservices/api-service")),
        of("coordination.k8s.io/v1", "namespaces/kube-system/leases/kube-scheduler"),
        of(roles, &format!("clusterroles/{namespace}:ecs-operator")),
    ] {
        thief.ask(Method::DELETE, &path, None).await?.forbidden(&path, "cannot delete")?;
        thief.patch(&path, &empty).await?.forbidden(&path, "cannot patch")?;
    }
    for path in ["/api/v1/pods", "/api/v1/nodes", "/api/v1/namespaces", "/apis/rbac.authorization.k8s.io/v1/clusterroles"] {
        thief.ask(Method::GET, path, None).await?.forbidden(path, "cannot list")?;
    }
    let somebody = Person::operator_as(&scene.cluster, namespace, "system:admin").await?;
    somebody.ask(Method::GET, "/api/v1/pods", None).await?.forbidden("impersonation", "cannot impersonate")?;
    let event = json!({"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {"name": "forged"}, "eventTime": "2026-01-01T00:00:00.000000Z", "type": "Normal",
        "reason": "Forged", "action": "Forge", "reportingController": "kubelet", "reportingInstance": "x", "note": "x",
        "regarding": {"apiVersion": "v1", "kind": "Pod", "name": "x", "namespace": namespace}});
    thief.create(&of("events.k8s.io/v1", &format!("namespaces/{namespace}/events")), &event).await?.forbidden("an event of others", "leash")
}
