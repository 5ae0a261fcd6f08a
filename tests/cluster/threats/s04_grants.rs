//! S4: what an administrator granted a namespace is for those there to use whom he lets, not for whoever writes its name.

use std::sync::Arc;

use serde_json::{Value, json};

use super::people::{EDIT, Person, ours, policies_hold, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s4_a_grant_is_named_by_who_may_use_it)]
}

/// As many as an object may name; each is a check of its own, and all of them cost the server less than it lets them.
const GRANTS: usize = 10;

async fn s4_a_grant_is_named_by_who_may_use_it(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    policies_hold(&scene).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let names: Vec<String> = (0..GRANTS).map(|number| format!("grant-{number}")).collect();
    let naming = |mut object: Value, grants: &[String]| {
        object["spec"]["kubernetes"] = json!({"grants": grants});
        object
    };
    let definition = task_definition("uses", &json!({"secrets": [{"name": "A", "valueFrom": "prod/db-password"}]}));
    let balancer =
        json!({"containerName": "main", "containerPort": 80, "listenerRules": [{"priority": 1, "conditions": [{"field": "path-pattern", "values": ["/x"]}]}]});
    let mut service = service("uses");
    service["spec"]["loadBalancers"] = json!([balancer]);
    let asked = [("ecstaskdefinitions", definition.clone()), ("ecsservices", service)];
    let dry = |plural: &str| format!("{}?dryRun=All", ours(&scene, plural));
    for (plural, object) in &asked {
        tenant.create(&dry(plural), object).await?.done("without a grant")?;
        let refused = tenant.create(&dry(plural), &naming(object.clone(), &names)).await?;
        refused.forbidden("a grant that he may not use", "tenant in namespace")?;
        ensure(refused.message().contains("may not use awsaccessgrant grant-0"), refused.message())?;
    }

    let rule = |names: &[String]| json!([{"apiGroups": ["ecs-operator.dev"], "resources": ["awsaccessgrants"], "resourceNames": names, "verbs": ["use"]}]);
    let may_use = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "use"}, "rules": rule(&names[..GRANTS - 1])});
    scene.apply(&may_use.to_string()).await?;
    scene.cluster.kubectl(&["--namespace", &scene.namespace, "create", "rolebinding", "use", "--role=use", "--user=tenant"]).await?;
    for (plural, object) in &asked {
        eventually("what he may use he names", SOON, async || tenant.create(&dry(plural), &naming(object.clone(), &names[..GRANTS - 1])).await?.done(plural))
            .await?;
        let last = tenant.create(&dry(plural), &naming(object.clone(), &names)).await?;
        last.forbidden("one of ten", "may not use awsaccessgrant grant-9")?;
    }

    let all = json!({"metadata": {"name": "use"}, "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": rule(&names)});
    scene.apply(&all.to_string()).await?;
    for (plural, object) in &asked {
        eventually("ten of ten", SOON, async || tenant.create(&dry(plural), &naming(object.clone(), &names)).await?.done(plural)).await?;
        let eleven = [names.clone(), names.clone()].concat();
        let refused = tenant.create(&dry(plural), &naming(object.clone(), &eleven[..=GRANTS])).await?;
        ensure(refused.status == 422, format!("eleven grants: {refused:?}"))?;
    }

    // who changes an object that names a grant uses it: what its containers run gets what the grant allows
    let object = naming(definition, &names[..1]);
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &object).await?.done("a task definition with a grant")?;
    let other = Person::with_roles(&scene.cluster, &scene.namespace, "other", &EDIT).await?;
    let mut containers = object["spec"]["containerDefinitions"].clone();
    containers[0]["image"] = json!("attacker:1");
    let changed = other.patch(&format!("{}/uses", ours(&scene, "ecstaskdefinitions")), &json!({"spec": {"containerDefinitions": containers}})).await?;
    changed.forbidden("another image", "other in namespace")?;

    // the grants themselves are an administrator's: nobody in a namespace reads, writes or hands them out
    let admin = Person::with_roles(&scene.cluster, &scene.namespace, "admin", &["admin"]).await?;
    let grant = json!({"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "AWSAccessGrant", "metadata": {"name": "mine"}, "spec": {}});
    let roles = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles", scene.namespace);
    let mut own = all;
    own["metadata"]["name"] = json!("mine");
    for (path, object, words) in [("/apis/ecs-operator.dev/v1alpha1/awsaccessgrants", &grant, "cannot create"), (roles.as_str(), &own, "not currently held")] {
        admin.create(path, object).await?.forbidden(path, words)?;
    }
    Ok(())
}
