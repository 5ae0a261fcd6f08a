//! S3 and S20: nobody's tasks have a role that no grant lets them have, nor a ServiceAccount that somebody else made; and going back to
//! what was allowed once is asked about anew.

use std::sync::Arc;

use ecs_operator::translate::names::service_account;
use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Changes, Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s3_a_role_that_is_not_granted_is_nobodys),
        Trial::parallel(s3_an_account_of_others_is_not_used),
        Trial::parallel(s3_an_account_that_others_have_taken_meanwhile_is_not_used),
        Trial::parallel(s3_an_account_of_another_task_definition_is_not_used),
        Trial::parallel(s20_going_back_is_asked_about_anew),
    ]
}

const GRANTED: &str = "arn:aws:iam::123456789012:role/shop/web";
/// Roles that look like the one that is granted, and are others.
const OTHERS: [&str; 10] = [
    "arn:aws:iam::123456789012:role/admin",
    "arn:aws:iam::210987654321:role/shop/web",
    "arn:aws-cn:iam::123456789012:role/shop/web",
    "arn:aws:iam::123456789012:role/Shop/web",
    "arn:aws:iam::123456789012:role/shop/web2",
    "arn:aws:iam::123456789012:role/shop/*",
    "arn:aws:iam::123456789012:role/shop/../admin",
    "arn:aws:iam::123456789012:role/shop//web",
    "arn:aws:iam::123456789012:role/shop%2Fweb",
    "arn:aws:iam::123456789012:user/shop/web",
];

/// An administrator grants these roles to the namespace alone, by a grant of its name.
async fn grant(scene: &Scene, roles: &[&str]) -> Result<()> {
    let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": scene.namespace}});
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": selector, "taskRoles": roles}});
    scene.apply(&grant.to_string()).await.map(drop)
}

/// A tenant who may use the grant of the namespace.
async fn tenant(scene: &Scene) -> Result<Person> {
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    tenant.may_use(&scene.cluster, &scene.namespace, "tenant", std::slice::from_ref(&scene.namespace)).await?;
    Ok(tenant)
}

fn with_role(scene: &Scene, name: &str, role: &str) -> Value {
    let mut definition = task_definition(name, &json!({}));
    definition["spec"]["taskRoleArn"] = json!(role);
    definition["spec"]["kubernetes"] = json!({"grants": [scene.namespace]});
    definition
}

async fn s3_a_role_that_is_not_granted_is_nobodys(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    grant(&scene, &[GRANTED]).await?;
    let tenant = tenant(&scene).await?;
    let definitions = ours(&scene, "ecstaskdefinitions");
    let names: Vec<String> = (0..OTHERS.len()).map(|number| format!("other-{number}")).collect();
    let mut denied = Vec::new();
    for (name, role) in names.iter().zip(OTHERS) {
        let answer = tenant.create(&definitions, &with_role(&scene, name, role)).await?;
        if (200..300).contains(&answer.status) {
            tenant.create(&ours(&scene, "ecsservices"), &service(name)).await?.done(name)?;
            denied.push((name, role));
        } else {
            ensure(answer.status == 422, format!("{role}: {answer:?}"))?;
        }
    }
    ensure(denied.len() > 5, format!("{denied:?}"))?;
    for (name, role) in denied {
        let refused = scene.condition("ecstaskdefinitions", name, "Ready", "False", None).await?;
        ensure(refused["status"]["conditions"].to_string().contains(&scene.namespace), format!("{role}: {}", refused["status"]))?;
    }
    tenant.create(&definitions, &with_role(&scene, "granted", GRANTED)).await?.done(GRANTED)?;
    tenant.create(&ours(&scene, "ecsservices"), &service("granted")).await?.done(GRANTED)?;
    scene.ready("ecsservices", "granted").await?;
    let roles: Vec<Value> =
        scene.list("serviceaccounts").await?.into_iter().map(|account| account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].clone()).collect();
    let roles: Vec<&Value> = roles.iter().filter(|role| !role.is_null()).collect();
    assert_eq!(roles, [GRANTED], "one account has a role");
    let made = scene.list("deployments").await?;
    let made: Vec<&str> = made.iter().filter_map(|made| made["metadata"]["name"].as_str()).filter(|name| name.starts_with("other-")).collect();
    ensure(made.is_empty(), made.join(", "))
}

/// The name of an account follows from names and role; who has taken it before has the tasks wait, and gets them not.
async fn s3_an_account_of_others_is_not_used(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let foreign = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ecs-web", "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/admin"}}});
    let before = scene.create("serviceaccounts", &foreign).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition("web", &json!({}))).await?.done("a task definition")?;
    tenant.create(&ours(&scene, "ecsservices"), &service("web")).await?.done("a service")?;
    scene.condition("ecstaskdefinitions", "web", "Ready", "False", Some("Conflict")).await?;
    scene.quiet(std::time::Duration::from_secs(2)).await?;
    ensure(scene.find("deployments", "web").await?.is_none(), "nothing runs by an account of others")?;
    ensure(scene.get("serviceaccounts", "ecs-web").await?["metadata"]["uid"] == before["metadata"]["uid"], "it is the same")
}

/// Where its task definition is gone, a service makes its ServiceAccount again; one that others have made in its place is not its own.
async fn s3_an_account_that_others_have_taken_meanwhile_is_not_used(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition("web", &json!({}))).await?.done("a task definition")?;
    tenant.create(&ours(&scene, "ecsservices"), &service("web")).await?.done("a service")?;
    scene.ready("ecsservices", "web").await?;
    scene.operator.terminate(SOON).await?;
    scene.delete("ecstaskdefinitions", "web").await?;
    eventually("its account is gone with it", SOON, async || ensure(scene.find("serviceaccounts", "ecs-web").await?.is_none(), "it is there")).await?;
    let role = json!({"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/admin"});
    let foreign = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ecs-web", "annotations": role}});
    let before = scene.create("serviceaccounts", &foreign).await?;
    let _operator = context.start(&scene.installation, "two", &scene.ledger, Changes::default()).await?;
    let told = scene.condition("ecsservices", "web", "Ready", "False", Some("Conflict")).await?;
    ensure(told["status"]["conditions"].to_string().contains("ecs-web"), &told["status"])?;
    let after = scene.get("serviceaccounts", "ecs-web").await?;
    ensure(before["metadata"]["resourceVersion"] == after["metadata"]["resourceVersion"], after)
}

/// A task definition without a role may be named so that its account would have the name of one with a role.
async fn s3_an_account_of_another_task_definition_is_not_used(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    grant(&scene, &[GRANTED]).await?;
    let tenant = tenant(&scene).await?;
    let of_role = service_account("web", Some(GRANTED), false);
    let name = of_role.trim_start_matches("ecs-");
    let same = tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition(name, &json!({}))).await?;
    ensure(same.status == 422, format!("a task definition whose ServiceAccount would be {of_role}: {same:?}"))?;
    // The nearest that there may be, before the other one and without a role.
    let near = name.replace('.', "-");
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition(&near, &json!({}))).await?.done("a task definition without a role")?;
    tenant.create(&ours(&scene, "ecsservices"), &service(&near)).await?.done("a service")?;
    scene.ready("ecsservices", &near).await?;
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &with_role(&scene, "web", GRANTED)).await?.done(GRANTED)?;
    scene.ready("ecstaskdefinitions", "web").await?;
    let account = scene.get("serviceaccounts", &of_role).await?;
    ensure(account["metadata"]["ownerReferences"][0]["name"] == "web", &account["metadata"])?;
    let pods = scene.get("deployments", &near).await?["spec"]["template"]["spec"].clone();
    ensure(pods["serviceAccountName"] == format!("ecs-{near}") && format!("ecs-{near}") != of_role, pods)
}

/// S20: a revision was allowed its role; the grant is narrowed; the tenant goes back to that revision.
async fn s20_going_back_is_asked_about_anew(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let (first, second) = ("arn:aws:iam::123456789012:role/first", "arn:aws:iam::123456789012:role/second");
    grant(&scene, &[first, second]).await?;
    let tenant = tenant(&scene).await?;
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &with_role(&scene, "web", first)).await?.done(first)?;
    tenant.create(&ours(&scene, "ecsservices"), &service("web")).await?.done("a service")?;
    scene.rolled_out("web", "svc-web-1").await?;
    tenant.patch(&format!("{}/web", ours(&scene, "ecstaskdefinitions")), &json!({"spec": {"taskRoleArn": second}})).await?.done(second)?;
    scene.rolled_out("web", "svc-web-2").await?;
    let before = scene.get("deployments", "web").await?["spec"]["template"].clone();

    grant(&scene, &[second]).await?;
    tenant.patch(&format!("{}/web", ours(&scene, "ecsservices")), &json!({"spec": {"taskDefinition": "web:1"}})).await?.done("going back")?;
    eventually("the service says that the role is not granted any more", SOON, async || {
        let service = scene.get("ecsservices", "web").await?;
        let said = service["status"].to_string();
        let observed = service["status"]["observedGeneration"] == service["metadata"]["generation"];
        ensure(observed && said.contains(first) && said.contains("\"status\":\"False\""), said)
    })
    .await?;
    scene.quiet(std::time::Duration::from_secs(2)).await?;
    ensure(scene.get("deployments", "web").await?["spec"]["template"] == before, "what runs, runs on")
}
