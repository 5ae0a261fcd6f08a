//! S6: what gives a container power over its node is off; a tenant tries every road to it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, policies_hold, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{SHOP, Scene, condition_of};
use crate::support::{Changes, Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s6_what_is_dangerous_is_refused_with_the_setting_that_allows_it),
        Trial::parallel(s6_file_systems_of_other_namespaces_are_not_mounted),
        Trial::parallel(s6_no_other_road_leads_there),
        Trial::parallel(s6_a_restricted_namespace_runs_the_shop_or_says_why_not),
    ]
}

/// What is asked for, below `spec` of a task definition, and the setting that the refusal names.
fn dangers() -> Vec<(&'static str, Value)> {
    let container = |members: Value| task_definition("danger", &members)["spec"].clone();
    let with = |members: Value, spec: Value| {
        let mut whole = container(members);
        json_patch::merge(&mut whole, &spec);
        whole
    };
    let mount = json!({"mountPoints": [{"sourceVolume": "v", "containerPath": "/host"}]});
    let volume = |volume: Value| json!({"volumes": [volume]});
    vec![
        ("privileged", container(json!({"privileged": true}))),
        ("privileged", container(json!({"dockerSecurityOptions": ["apparmor:unconfined"]}))),
        ("privileged", container(json!({"dockerSecurityOptions": ["label:disable"]}))),
        ("hostNamespaces", with(json!({}), json!({"pidMode": "host"}))),
        ("hostNamespaces", with(json!({}), json!({"ipcMode": "host"}))),
        ("hostPaths", with(mount.clone(), volume(json!({"name": "v", "host": {"sourcePath": "/"}})))),
        (
            "hostPaths",
            with(
                mount,
                volume(json!({"name": "v", "dockerVolumeConfiguration": {"scope": "task", "driver": "local",
                "driverOpts": {"type": "none", "o": "bind", "device": "/etc"}}})),
            ),
        ),
        ("devices", container(json!({"linuxParameters": {"devices": [{"hostPath": "/dev/mem"}]}}))),
        ("capabilities", container(json!({"linuxParameters": {"capabilities": {"add": ["SYS_ADMIN"]}}}))),
        ("capabilities", container(json!({"linuxParameters": {"capabilities": {"add": ["ALL"]}}}))),
        ("unsafeSysctls", container(json!({"systemControls": [{"namespace": "net.core.somaxconn", "value": "1"}]}))),
    ]
}

async fn s6_what_is_dangerous_is_refused_with_the_setting_that_allows_it(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let dangers = dangers();
    for (number, (_, spec)) in dangers.iter().enumerate() {
        let name = format!("danger-{number}");
        let mut definition = task_definition(&name, &json!({}));
        definition["spec"] = spec.clone();
        tenant.create(&ours(&scene, "ecstaskdefinitions"), &definition).await?.done(&spec.to_string())?;
        tenant.create(&ours(&scene, "ecsservices"), &service(&name)).await?.done(&name)?;
    }
    for (number, (setting, spec)) in dangers.iter().enumerate() {
        let name = format!("danger-{number}");
        scene.condition("ecsservices", &name, "Ready", "False", Some("TaskDefinitionInvalid")).await?;
        let refused = scene.condition("ecstaskdefinitions", &name, "Stalled", "True", None).await?;
        let diagnostics = refused["status"]["diagnostics"].as_array().cloned().unwrap_or_default();
        let is_named = diagnostics.iter().any(|said| said["name"] == "not-allowed" && said["message"].to_string().contains(&format!("`allow.{setting}`")));
        ensure(is_named, format!("{spec} is refused without `allow.{setting}`: {}", refused["status"]))?;
    }
    nothing_runs(&scene, "danger-").await
}

/// The driver mounts whatever it is told, by a right of its own.
async fn s6_file_systems_of_other_namespaces_are_not_mounted(context: Arc<Context>) -> Result<()> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?.to_owned());
    let given = json!({&namespace: ["fs-0123abcd"], "bank": ["fs-ba9c0000", "files.bank.example"]});
    let scene = Scene::open_as(&context, cluster, namespace, json!({"settings": {"allow": {"fileSystems": given}}}), Changes::default()).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let nfs = |server: &str| json!({"dockerVolumeConfiguration": {"driverOpts": {"type": "nfs", "device": ":/", "o": format!("addr={server}")}}});
    let arn = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-ba9c0000";
    for (name, volume, denied) in [
        ("efs", json!({"efsVolumeConfiguration": {"fileSystemId": "fs-ba9c0000"}}), Some("fs-ba9c0000")),
        ("s3", json!({"s3filesVolumeConfiguration": {"fileSystemArn": arn}}), Some("fs-ba9c0000")),
        ("nfs", nfs("files.bank.example"), Some("files.bank.example")),
        ("address", nfs("10.0.0.7"), Some("10.0.0.7")),
        ("own", json!({"efsVolumeConfiguration": {"fileSystemId": "fs-0123abcd"}}), None),
    ] {
        let mut definition = task_definition(name, &json!({"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}));
        definition["spec"]["volumes"] = json!([volume]);
        definition["spec"]["volumes"][0]["name"] = json!("data");
        tenant.create(&ours(&scene, "ecstaskdefinitions"), &definition).await?.done(name)?;
        tenant.create(&ours(&scene, "ecsservices"), &service(name)).await?.done(name)?;
        let Some(denied) = denied else { continue };
        let refused = scene.condition("ecstaskdefinitions", name, "Stalled", "True", None).await?;
        let words = format!("`{denied}` is not among the file systems of this namespace (setting `allow.fileSystems.{}`)", scene.namespace);
        ensure(refused["status"].to_string().contains(&words), &refused["status"])?;
    }
    // This operator serves one namespace: the volume is an administrator's to make, the claim is there.
    scene.condition("ecsservices", "own", "Ready", "False", Some("Forbidden")).await?;
    let claims = scene.list("persistentvolumeclaims").await?;
    let names: Vec<&str> = claims.iter().filter_map(|claim| claim["metadata"]["labels"]["ecs-operator.dev/service"].as_str()).collect();
    ensure(names == ["own"], format!("{names:?} have claims"))
}

/// The service, an `ECSCluster`, the status, raw annotations and pod members, labels and owners of ours on what is foreign.
async fn s6_no_other_road_leads_there(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    policies_hold(&scene).await?;
    scene.shop_ready().await?;
    let (cluster, namespace) = (&scene.cluster, &scene.namespace);
    let tenant = Person::with_roles(cluster, namespace, "tenant", &["admin"]).await?;
    let (services, clusters) = (ours(&scene, "ecsservices"), ours(&scene, "ecsclusters"));

    let of_cluster = |kubernetes: Value| json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSCluster", "metadata": {"name": "mine"}, "spec": {"kubernetes": kubernetes}});
    let strictly = |path: &str| format!("{path}?fieldValidation=Strict&dryRun=All");
    for allow in [json!({"allow": {"privileged": ["*"]}}), json!({"podSecurity": "privileged"})] {
        let refused = tenant.create(&strictly(&clusters), &of_cluster(allow.clone())).await?;
        ensure(matches!(refused.status, 400 | 422), format!("{allow}: {refused:?}"))?;
    }
    for member in ["annotations", "podSpec", "template", "privileged", "serviceAccountName", "ingressAnnotations"] {
        let mut object = service("raw");
        object["spec"]["kubernetes"] = json!({member: {"nginx.ingress.kubernetes.io/configuration-snippet": "x"}});
        let refused = tenant.create(&strictly(&services), &object).await?;
        ensure(refused.status == 400 && refused.message().contains("unknown field"), format!("{member}: {refused:?}"))?;
    }

    let status = json!({"status": {"serviceRevision": 9, "conditions": []}});
    for (plural, name) in [("ecsservices", "api-service"), ("ecstaskdefinitions", "web-api")] {
        tenant.patch(&format!("{}/{name}/status", ours(&scene, plural)), &status).await?.forbidden("a status", "cannot patch")?;
    }

    // a Deployment that looks like ours, and asks for what he might run by himself: nothing of it is taken over or served
    let genuine = scene.get("ecsservices", "api-service").await?;
    let mut forged = scene.get("deployments", "api-service").await?;
    forged["metadata"] = json!({"name": "forged", "labels": forged["metadata"]["labels"], "annotations": {"ecs-operator.dev/applied": "forged"},
        "ownerReferences": [{"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "name": "api-service", "uid": genuine["metadata"]["uid"], "controller": true}]});
    tenant.create(&format!("/apis/apps/v1/namespaces/{namespace}/deployments"), &forged).await?.done("a Deployment of his own")?;
    eventually("what the service does not want is pruned", SOON, async || {
        let left = scene.find("deployments", "forged").await?;
        ensure(left.is_none(), "it is there")
    })
    .await?;
    scene.ready("ecsservices", "api-service").await.map(drop)
}

/// The real admission of Pod Security, in a namespace that enforces `restricted`.
async fn s6_a_restricted_namespace_runs_the_shop_or_says_why_not(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open_with(&context, Changes::default()).await?;
    let label = "pod-security.kubernetes.io/enforce=restricted";
    scene.cluster.kubectl(&["label", "namespace", &scene.namespace, label]).await?;
    scene.apply_shop().await?;
    let refused = eventually("the service says why no pod is made", SOON, async || {
        let service = scene.get("ecsservices", "api-service").await?;
        let message = condition_of(&service, "Ready").map(|ready| ready["message"].to_string()).unwrap_or_default();
        if message.contains("violates PodSecurity") { Ok(service) } else { Err(service["status"].to_string().into()) }
    })
    .await?;
    ensure(refused["status"]["conditions"].to_string().contains("restricted"), &refused["status"])?;
    ensure(refused["status"]["runningCount"] == 0, &refused["status"])?;
    let mut daemon = service("daemon");
    daemon["spec"] = json!({"taskDefinition": "daemon", "schedulingStrategy": "DAEMON"});
    scene.apply(&task_definition("daemon", &json!({})).to_string()).await?;
    scene.apply(&daemon.to_string()).await?;
    eventually("the daemon says where to look", SOON, async || {
        let service = scene.get("ecsservices", "daemon").await?;
        ensure(service["status"]["conditions"].to_string().contains("kubectl describe daemonset daemon"), &service["status"])
    })
    .await?;
    let described = scene.cluster.kubectl(&["--namespace", &scene.namespace, "describe", "daemonset", "daemon"]).await?;
    ensure(described.contains("violates PodSecurity"), described)?;
    scene.delete("ecsservices", "daemon").await?;

    let restricted = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSCluster", "metadata": {"name": "shop"}, "spec": {"kubernetes": {"podSecurity": "restricted"}}});
    scene.apply(&restricted.to_string()).await?;
    scene.shop_ready().await.map_err(|error| format!("{SHOP} with `podSecurity: restricted`: {error}").into())
}

async fn nothing_runs(scene: &Scene, prefix: &str) -> Result<()> {
    for resource in ["deployments", "daemonsets", "replicasets"] {
        let made = scene.list(resource).await?;
        let made: Vec<&Value> =
            made.iter().map(|object| &object["metadata"]["name"]).filter(|name| name.as_str().is_some_and(|name| name.starts_with(prefix))).collect();
        ensure(made.is_empty(), format!("{resource}: {made:?}"))?;
    }
    Ok(())
}
