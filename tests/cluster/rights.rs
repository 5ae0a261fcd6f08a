//! The rights of the operator against what it asked for: over all tests both are the same, so that nothing is granted
//! that nothing needs.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::operator::used_rights;
use crate::support::{Cluster, Result, ensure};

const CHART: &str = "charts/ecs-operator";

/// A rule as the chart grants it to the operator: verbs on resources, each pair as the ledger writes it.
pub type Rule = BTreeSet<String>;

/// What the chart grants the operator's account, in both scopes.
pub async fn granted(cluster: &Cluster) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for scope in ["Cluster", "Namespace"] {
        for role in roles(&rendered(cluster, &format!("scope={scope}")).await?) {
            rules.extend(role["rules"].as_array().into_iter().flatten().map(rule));
        }
    }
    Ok(rules)
}

/// The objects of the chart with this value.
pub async fn rendered(cluster: &Cluster, value: &str) -> Result<Vec<Value>> {
    let text = cluster.helm(&["template", "ecs-operator", CHART, "--namespace", "operators", "--set", value]).await?;
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text)?;
    let items = documents.into_iter().flat_map(|document| match document["items"].as_array() {
        Some(items) => items.clone(),
        None => vec![document],
    });
    Ok(items.filter(Value::is_object).collect())
}

/// The roles of the operator's own account: those that are bound to it, not those that the cluster's roles include.
pub fn roles(objects: &[Value]) -> Vec<&Value> {
    let is_role = |object: &&Value| matches!(object["kind"].as_str(), Some("Role" | "ClusterRole"));
    let is_bound = |role: &&Value| {
        let binding = format!("{}Binding", role["kind"].as_str().unwrap_or_default());
        objects.iter().any(|object| object["kind"] == *binding && object["roleRef"]["name"] == role["metadata"]["name"])
    };
    objects.iter().filter(is_role).filter(is_bound).collect()
}

fn rule(rule: &Value) -> Rule {
    let words = |member: &str| rule[member].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let mut pairs = Rule::new();
    for group in words("apiGroups") {
        for resource in words("resources") {
            let (resource, subresource) = resource.split_once('/').map_or((resource.as_str(), String::new()), |(one, two)| (one, format!("/{two}")));
            let group = if group.is_empty() { String::new() } else { format!(".{group}") };
            pairs.extend(words("verbs").iter().map(|verb| format!("{verb} {resource}{group}{subresource}")));
        }
    }
    pairs
}

/// That every right was used that the tests are about, where all of them ran; and, however many ran, that no other was.
pub async fn are_those_that_were_used(cluster: &Cluster, all_ran: bool) -> Result<()> {
    let rules = granted(cluster).await?;
    let (granted, used): (BTreeSet<String>, _) = (rules.iter().flatten().cloned().collect(), used_rights());
    let surplus: Vec<&str> = used.difference(&granted).map(String::as_str).collect();
    ensure(surplus.is_empty(), format!("used and not granted: {}", surplus.join(", ")))?;
    let idle: Vec<&str> = granted.difference(&used).map(String::as_str).collect();
    println!("rights: {} rules in both scopes grant {} verbs on resources, of which {} were used", rules.len(), granted.len(), used.len());
    if !all_ran {
        println!("rights: whether each is needed is not judged, for not all tests ran to their end; not used: {}", idle.len());
        return Ok(());
    }
    ensure(idle.is_empty(), format!("granted and not used by any test: {}", idle.join(", ")))
}
