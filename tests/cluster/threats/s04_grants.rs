//! S4: what an administrator granted a namespace is for those there to use whom he lets, not for whoever writes its name.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, policies_hold, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s4_a_grant_is_named_by_who_may_use_it),
        Trial::parallel(s4_no_service_lends_its_task_definition_a_grant),
        Trial::parallel(s4_a_misspelt_selector_is_no_grant_for_everybody),
    ]
}

/// As many as an object may name; each is a check of its own, and all of them cost the server less than it lets them.
const GRANTS: usize = 10;

fn uses_a_secret() -> Value {
    task_definition("uses", &json!({"secrets": [{"name": "A", "valueFrom": "prod/db-password"}]}))
}

fn naming(object: &Value, grants: &[String]) -> Value {
    let mut object = object.clone();
    object["spec"]["kubernetes"] = json!({"grants": grants});
    object
}

async fn s4_a_grant_is_named_by_who_may_use_it(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    policies_hold(&scene).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let names: Vec<String> = (0..GRANTS).map(|number| format!("grant-{number}")).collect();
    let (definitions, definition) = (ours(&scene, "ecstaskdefinitions"), uses_a_secret());
    let dry = format!("{definitions}?dryRun=All");
    tenant.create(&dry, &definition).await?.done("without a grant")?;
    let refused = tenant.create(&dry, &naming(&definition, &names)).await?;
    refused.forbidden("a grant that he may not use", "tenant in namespace")?;
    ensure(refused.message().contains("may not use awsaccessgrant grant-0"), refused.message())?;

    tenant.may_use(&scene.cluster, &scene.namespace, "tenant", &names[..GRANTS - 1]).await?;
    tenant.create(&dry, &naming(&definition, &names[..GRANTS - 1])).await?.done("nine of ten")?;
    tenant.create(&dry, &naming(&definition, &names)).await?.forbidden("one of ten", "may not use awsaccessgrant grant-9")?;

    tenant.may_use(&scene.cluster, &scene.namespace, "tenant", &names).await?;
    tenant.create(&dry, &naming(&definition, &names)).await?.done("ten of ten")?;
    let eleven = [names.clone(), names.clone()].concat();
    let refused = tenant.create(&dry, &naming(&definition, &eleven[..=GRANTS])).await?;
    ensure(refused.status == 422, format!("eleven grants: {refused:?}"))?;

    // who changes an object that names a grant uses it: what its containers run gets what the grant allows
    let object = naming(&definition, &names[..1]);
    tenant.create(&definitions, &object).await?.done("a task definition with a grant")?;
    let other = Person::with_roles(&scene.cluster, &scene.namespace, "other", &EDIT).await?;
    let mut containers = object["spec"]["containerDefinitions"].clone();
    containers[0]["image"] = json!("attacker:1");
    let changed = other.patch(&format!("{definitions}/uses"), &json!({"spec": {"containerDefinitions": containers}})).await?;
    changed.forbidden("another image", "other in namespace")?;

    // the grants themselves are an administrator's: nobody in a namespace reads, writes or hands them out
    let admin = Person::with_roles(&scene.cluster, &scene.namespace, "admin", &["admin"]).await?;
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": "mine"}, "spec": {}});
    let roles = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles", scene.namespace);
    let rule = json!({"apiGroups": ["ecs-operator.dev"], "resources": ["awsaccessgrants"], "resourceNames": names, "verbs": ["use"]});
    let own = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "mine"}, "rules": [rule]});
    for (path, object, words) in [("/apis/ecs-operator.dev/v1alpha1/awsaccessgrants", &grant, "cannot create"), (roles.as_str(), &own, "not currently held")] {
        admin.create(path, object).await?.forbidden(path, words)?;
    }
    Ok(())
}

/// The team that may use a grant runs a service of a task definition that others may write, too: those get nothing by it.
async fn s4_no_service_lends_its_task_definition_a_grant(context: Arc<Context>) -> Result<()> {
    const ROLE: &str = "arn:aws:iam::123456789012:role/shop";
    let scene = Scene::open(&context).await?;
    let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": scene.namespace}});
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
        "spec": {"namespaceSelector": selector, "taskRoles": [ROLE]}});
    scene.apply(&grant.to_string()).await?;
    let team = Person::with_roles(&scene.cluster, &scene.namespace, "team", &EDIT).await?;
    team.may_use(&scene.cluster, &scene.namespace, "team", std::slice::from_ref(&scene.namespace)).await?;
    let other = Person::with_roles(&scene.cluster, &scene.namespace, "other", &EDIT).await?;
    team.create(&ours(&scene, "ecsservices"), &naming(&service("shared"), std::slice::from_ref(&scene.namespace))).await?.done("a service")?;
    let service = scene.get("ecsservices", "shared").await?;
    ensure(service["spec"]["kubernetes"].get("grants").is_none(), "a service has grants")?;
    let mut definition = task_definition("shared", &json!({}));
    definition["spec"]["taskRoleArn"] = json!(ROLE);
    other.create(&ours(&scene, "ecstaskdefinitions"), &definition).await?.done("a task definition that names no grant")?;
    for plural in ["ecstaskdefinitions", "ecsservices"] {
        scene.condition(plural, "shared", "Ready", "False", Some("AccessDenied")).await?;
    }
    scene.quiet(Duration::from_secs(2)).await?;
    for plural in ["deployments", "serviceaccounts", "controllerrevisions"] {
        ensure(scene.list(plural).await?.iter().all(|object| object["metadata"]["labels"]["app.kubernetes.io/managed-by"] != "ecs-operator"), plural)?;
    }
    let named = naming(&definition, std::slice::from_ref(&scene.namespace));
    other
        .patch(&format!("{}/shared", ours(&scene, "ecstaskdefinitions")), &json!({"spec": named["spec"]}))
        .await?
        .forbidden("its grant", "may not use awsaccessgrant")
}

/// By a client that has its members not checked, as most programs but kubectl: what the server does not know it drops.
async fn s4_a_misspelt_selector_is_no_grant_for_everybody(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let administrator = Person::administrator(&scene.cluster);
    for selector in [json!({}), json!({"matchLabel": {"team": "shop"}}), json!({"matchLabels": {}, "matchExpression": []})] {
        let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": scene.namespace},
            "spec": {"namespaceSelector": selector, "taskRoles": ["arn:aws:iam::123456789012:role/web"]}});
        let refused = administrator.create("/apis/ecs-operator.dev/v1alpha1/awsaccessgrants", &grant).await?;
        ensure(refused.status == 422 && refused.message().contains("an empty selector is of no namespace"), format!("{selector}: {refused:?}"))?;
    }
    Ok(())
}
