//! S4: who may write our kinds and not what they stand for has the operator make it for him. He must not.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, policies_hold, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Changes, Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s4_an_author_makes_nothing_that_he_could_not_make_himself),
        Trial::parallel(s4_what_settings_choose_is_asked_about_where_it_is_made),
        Trial::parallel(s4_who_changes_an_object_is_its_author),
        Trial::parallel(s4_what_is_no_change_of_what_runs_is_not_asked_about),
    ]
}

const REGISTRY: &str = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1234";
/// What `edit` has no right to, for it is of others.
const OF_OTHERS: [&str; 2] = ["targetgroupbindings", "securitygrouppolicies"];

/// What is asked for each right: the words of the refusal, and an object that needs it.
fn asked() -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let rule = json!({"priority": 1, "conditions": [{"field": "path-pattern", "values": ["/x"]}]});
    let balancer = |rules: Value| json!([{"containerName": "main", "containerPort": 80, "listenerRules": rules}]);
    let with = |name: &str, spec: Value| {
        let mut service = service(name);
        json_patch::merge(&mut service["spec"], &spec);
        service
    };
    let cluster = |spec: Value| json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSCluster", "metadata": {"name": "plain"}, "spec": spec});
    let secret = json!({"name": "A", "valueFrom": "prod/db-password"});
    let log = json!({"logDriver": "splunk", "options": {"splunk-url": "x"}, "secretOptions": [secret]});
    let of_definition = [
        ("secrets", json!({"secrets": [secret]})),
        ("secrets", json!({"environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::bucket/a.env"}]})),
        ("secrets", json!({"repositoryCredentials": {"credentialsParameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/registry"}})),
        ("secrets", json!({"logConfiguration": log})),
    ];
    let definitions =
        of_definition.into_iter().map(|(missing, container)| (missing, "ecstaskdefinitions", "deployments.apps", task_definition("uses", &container)));
    let with_volume = |volume: Value| {
        let mut definition = task_definition("mounts", &json!({}));
        definition["spec"]["volumes"] = json!([volume]);
        ("persistentvolumeclaims", "ecstaskdefinitions", "deployments.apps", definition)
    };
    let nfs = json!({"driverOpts": {"type": "nfs4", "device": ":/data", "o": "addr=files.example.com"}});
    let volumes = [
        json!({"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-0123abcd"}}),
        json!({"name": "data", "s3filesVolumeConfiguration": {"fileSystemArn": "arn:aws:s3files:us-east-1:123456789012:file-system/fs-0123abcd"}}),
        json!({"name": "data", "dockerVolumeConfiguration": nfs}),
    ];
    let others = [
        ("deployments", "ecstaskdefinitions", "secrets", task_definition("plain", &json!({}))),
        ("deployments", "ecsservices", "secrets", service("plain")),
        ("deployments", "ecsclusters", "secrets", cluster(json!({"clusterName": "shop"}))),
        ("daemonsets", "ecsservices", "deployments.apps", with("daemon", json!({"schedulingStrategy": "DAEMON", "desiredCount": null}))),
        ("services", "ecsservices", "deployments.apps", with("balanced", json!({"loadBalancers": balancer(json!([]))}))),
        ("services", "ecsservices", "deployments.apps", with("found", json!({"serviceRegistries": [{"registryArn": REGISTRY}]}))),
        ("targetgroupbindings", "ecsservices", "deployments.apps", with("bound", json!({"kubernetes": {"exposure": "TargetGroupBinding"}}))),
        ("targetgroupbindings", "ecsclusters", "deployments.apps", cluster(json!({"kubernetes": {"exposure": "TargetGroupBinding"}}))),
        ("securitygrouppolicies", "ecsservices", "deployments.apps", with("guarded", json!({"kubernetes": {"securityGroups": "SecurityGroupPolicy"}}))),
        ("ingresses", "ecsservices", "deployments.apps,services", with("routed", json!({"loadBalancers": balancer(json!([rule]))}))),
    ];
    definitions.chain(volumes.map(with_volume)).chain(others).collect()
}

async fn s4_an_author_makes_nothing_that_he_could_not_make_himself(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    policies_hold(&scene).await?;
    let editor = Person::with_roles(&scene.cluster, &scene.namespace, "editor", &EDIT).await?;
    for (number, (missing, plural, rights, object)) in asked().into_iter().enumerate() {
        let name = format!("author-{number}");
        let author = Person::with_roles(&scene.cluster, &scene.namespace, &name, &["ecs-operator-edit", "ecs-operator-admin"]).await?;
        author.may(&scene.cluster, &scene.namespace, &name, "create", rights).await?;
        let path = format!("{}?dryRun=All", ours(&scene, plural));
        let refused = author.create(&path, &object).await?;
        refused
            .forbidden(&format!("{object} of who may create only {rights}"), &format!("{name} in namespace {} may not create {missing}", scene.namespace))?;
        if plural != "ecsclusters" && !OF_OTHERS.contains(&missing) {
            editor.create(&path, &object).await?.done(&format!("{object} of who has `edit`"))?;
        }
    }
    Ok(())
}

/// Target groups and security groups are of others: whoever names one has it changed, also where settings say by which kind.
async fn s4_what_settings_choose_is_asked_about_where_it_is_made(context: Arc<Context>) -> Result<()> {
    let (cluster, namespace) = (context.cluster().await?, context.namespace().await?.to_owned());
    let settings = json!({"settings": {"exposure": "TargetGroupBinding", "securityGroups": "SecurityGroupPolicy"}});
    let scene = Scene::open_as(&context, cluster, namespace, settings, Changes::default()).await?;
    policies_hold(&scene).await?;
    let editor = Person::with_roles(&scene.cluster, &scene.namespace, "editor", &EDIT).await?;
    let dry = format!("{}?dryRun=All", ours(&scene, "ecsservices"));
    let with = |spec: Value| {
        let mut service = service("chosen");
        json_patch::merge(&mut service["spec"], &spec);
        service
    };
    let group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/bank/0123456789abcdef";
    let balanced = json!({"loadBalancers": [{"containerName": "main", "containerPort": 80, "targetGroupArn": group}]});
    let guarded = json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d"], "securityGroups": ["sg-0123abcd"]}}});
    for (missing, group, spec) in [("targetgroupbindings", "elbv2.k8s.aws", balanced), ("securitygrouppolicies", "vpcresources.k8s.aws", guarded)] {
        editor.create(&dry, &with(spec.clone())).await?.forbidden(missing, &format!("may not create {missing}"))?;
        let rule = json!({"apiGroups": [group], "resources": [missing], "verbs": ["create"]});
        editor.has_rule(&scene.cluster, &scene.namespace, "editor", missing, &rule).await?;
        editor.create(&dry, &with(spec)).await?.done(missing)?;
    }
    editor.create(&dry, &with(json!({}))).await?.done("a service that names neither")?;
    let none = json!({"exposure": "None", "securityGroups": "None"});
    let other = json!({"loadBalancers": [{"containerName": "main", "containerPort": 80, "targetGroupArn": group}], "kubernetes": none});
    editor.create(&dry, &with(other)).await?.done("a service that wants neither")
}

/// Not only who creates an object decides what runs.
async fn s4_who_changes_an_object_is_its_author(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    policies_hold(&scene).await?;
    let weak = Person::with_roles(&scene.cluster, &scene.namespace, "weak", &["ecs-operator-edit", "ecs-operator-view"]).await?;
    let (definitions, services) = (ours(&scene, "ecstaskdefinitions"), ours(&scene, "ecsservices"));
    let before = scene.get("ecstaskdefinitions", "web-api").await?;
    let mut containers = before["spec"]["containerDefinitions"].clone();
    containers[0]["image"] = json!("attacker:1");
    let words = "may not create deployments";
    weak.patch(&format!("{definitions}/web-api"), &json!({"spec": {"containerDefinitions": containers}})).await?.forbidden("a patch", words)?;
    let mut whole = before.clone();
    whole["spec"]["containerDefinitions"] = containers;
    weak.ask(Method::PUT, &format!("{definitions}/web-api"), Some(&whole)).await?.forbidden("a replacement", words)?;
    weak.patch(&format!("{services}/api-service"), &json!({"spec": {"desiredCount": 9}})).await?.forbidden("another count", words)?;
    let scale = format!("{services}/api-service/scale");
    weak.patch(&scale, &json!({"spec": {"replicas": 9}})).await?.forbidden("scaling", "may not scale deployments")?;
    assert_eq!(scene.get("ecstaskdefinitions", "web-api").await?["spec"], before["spec"]);

    weak.may(&scene.cluster, &scene.namespace, "weak", "update", "deployments.apps/scale").await?;
    eventually("who may scale Deployments scales a service", SOON, async || weak.patch(&scale, &json!({"spec": {"replicas": 4}})).await?.done("scaling"))
        .await?;
    scene.ready("ecsservices", "api-service").await?;
    ensure(scene.get("deployments", "api-service").await?["spec"]["replicas"] == 4, "four tasks are wanted")
}

/// Labels, the operator's status, and what the garbage collector does with finalizers.
async fn s4_what_is_no_change_of_what_runs_is_not_asked_about(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    policies_hold(&scene).await?;
    let weak = Person::with_roles(&scene.cluster, &scene.namespace, "weak", &["ecs-operator-edit", "ecs-operator-view"]).await?;
    scene.shop_ready().await?;
    let path = format!("{}/web-api", ours(&scene, "ecstaskdefinitions"));
    weak.patch(&path, &json!({"metadata": {"labels": {"team": "shop"}, "annotations": {"note": "x"}}})).await?.done("a label")?;
    scene.cluster.kubectl(&["--namespace", &scene.namespace, "delete", "ecstaskdefinition", "web-api", "--cascade=foreground", "--timeout=30s"]).await?;
    let service = format!("{}/api-service", ours(&scene, "ecsservices"));
    weak.ask(Method::DELETE, &service, None).await?.done("deletion")
}
