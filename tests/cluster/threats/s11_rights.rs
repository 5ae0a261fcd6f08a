//! S11 and S12: the chart as Helm renders it grants nothing that could become more, and hands tenants no kind that is not theirs.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::context::Context;
use crate::rights::{granted, rendered, roles};
use crate::runner::Trial;
use crate::support::{Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(s11_no_right_of_the_operator_becomes_more),
        Trial::parallel(s12_the_clusters_roles_include_only_what_tenants_write),
        Trial::parallel(s11_there_is_no_webhook_and_every_policy_denies),
    ]
}

/// Resources that must not be named at all.
const NEVER: [&str; 14] = [
    "pods",
    "pods/exec",
    "pods/attach",
    "pods/ephemeralcontainers",
    "nodes",
    "nodes/proxy",
    "serviceaccounts/token",
    "roles",
    "rolebindings",
    "clusterroles",
    "clusterrolebindings",
    "customresourcedefinitions",
    "certificatesigningrequests",
    "validatingadmissionpolicies",
];

async fn s11_no_right_of_the_operator_becomes_more(context: Arc<Context>) -> Result<()> {
    let cluster = context.cluster().await?;
    let pairs: BTreeSet<String> = granted(&cluster).await?.into_iter().flatten().collect();
    ensure(pairs.len() > 50, format!("{pairs:?}"))?;
    for pair in &pairs {
        let (verb, kind) = pair.split_once(' ').unwrap_or_default();
        let (kind, subresource) = kind.split_once('/').unwrap_or((kind, ""));
        let resource = kind.split('.').next().unwrap_or_default();
        let whole = if subresource.is_empty() { resource.to_owned() } else { format!("{resource}/{subresource}") };
        ensure(!pair.contains('*'), format!("a wildcard: {pair}"))?;
        ensure(!["escalate", "bind", "impersonate", "use", "deletecollection"].contains(&verb), format!("a verb that becomes more: {pair}"))?;
        ensure(!NEVER.contains(&whole.as_str()) && !resource.ends_with("webhookconfigurations"), format!("a resource that becomes more: {pair}"))?;
        ensure(resource != "secrets" || ["create", "patch", "delete"].contains(&verb), format!("Secrets are read: {pair}"))?;
        ensure(resource != "awsaccessgrants" || ["list", "watch"].contains(&verb), format!("grants are written: {pair}"))?;
        ensure(
            !kind.ends_with(".ecs-operator.dev") || subresource == "status" || ["list", "watch"].contains(&verb),
            format!("specifications are written: {pair}"),
        )?;
    }
    for scope in ["Cluster", "Namespace"] {
        let objects = rendered(&cluster, &format!("scope={scope}")).await?;
        let cluster_wide: Vec<&Value> = roles(&objects).into_iter().filter(|role| role["kind"] == "ClusterRole").collect();
        let writes = cluster_wide
            .iter()
            .flat_map(|role| role["rules"].as_array().into_iter().flatten())
            .any(|rule| rule["verbs"].as_array().into_iter().flatten().any(|verb| !matches!(verb.as_str(), Some("list" | "watch"))));
        ensure(writes == (scope == "Cluster"), format!("{scope}: rights to write in the whole cluster"))?;
    }
    Ok(())
}

/// Grants are an administrator's, status is the operator's, and `view` only reads.
async fn s12_the_clusters_roles_include_only_what_tenants_write(context: Arc<Context>) -> Result<()> {
    let objects = rendered(&*context.cluster().await?, "scope=Cluster").await?;
    let mut seen = 0;
    for role in objects.iter().filter(|object| object["kind"] == "ClusterRole") {
        let aggregates = |to: &str| role["metadata"]["labels"].get(format!("rbac.authorization.k8s.io/aggregate-to-{to}")).is_some();
        if !["view", "edit", "admin"].iter().any(|to| aggregates(to)) {
            continue;
        }
        seen += 1;
        for rule in role["rules"].as_array().into_iter().flatten() {
            let words = |member: &str| rule[member].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<BTreeSet<_>>();
            ensure(words("apiGroups") == BTreeSet::from(["ecs-operator.dev".to_owned()]), rule)?;
            let resources = words("resources");
            let foreign = resources.iter().any(|resource| resource.contains('*') || resource.contains("status") || resource.starts_with("awsaccessgrants"));
            ensure(!foreign && !words("verbs").contains("*"), rule)?;
            let only_reads = words("verbs").iter().all(|verb| ["get", "list", "watch"].contains(&verb.as_str()));
            ensure(only_reads || !aggregates("view"), format!("`view` writes: {rule}"))?;
            ensure(only_reads || !aggregates("edit") || !resources.contains("ecsclusters"), format!("`edit` writes clusters: {rule}"))?;
        }
    }
    ensure(seen == 3, format!("{seen} aggregated roles"))
}

/// What is asked of others can fail or be taken over; the server asks itself. What binds denies, and fails closed.
async fn s11_there_is_no_webhook_and_every_policy_denies(context: Arc<Context>) -> Result<()> {
    let objects = rendered(&*context.cluster().await?, "scope=Namespace").await?;
    ensure(!objects.iter().any(|object| object["kind"].to_string().contains("Webhook") || object["kind"] == "APIService"), "there is a webhook")?;
    let named = |kind: &str, name: &str| {
        let name = format!("ecs-operator.operators.{name}");
        let found = objects.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == *name);
        found.cloned().ok_or_else(|| format!("there is no {kind} {name}"))
    };
    for name in ["author", "leash", "revisions"] {
        ensure(named("ValidatingAdmissionPolicy", name)?["spec"]["failurePolicy"] == "Fail", format!("{name} fails open"))?;
        ensure(named("ValidatingAdmissionPolicyBinding", name)?["spec"]["validationActions"] == serde_json::json!(["Deny"]), format!("{name} denies nothing"))?;
    }
    let is_of = |object: &Value, kinds: &[&str]| kinds.iter().any(|kind| object["kind"] == *kind);
    let binds = |object: &Value| [".author", ".leash", ".revisions"].iter().any(|name| object["metadata"]["name"].as_str().unwrap_or_default().ends_with(name));
    let last = objects.iter().rposition(|object| is_of(object, &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]) && binds(object));
    let first = objects.iter().position(|object| is_of(object, &["RoleBinding", "ClusterRoleBinding"]));
    ensure(last.zip(first).is_some_and(|(last, first)| last < first), "the rights come before the policies")
}
