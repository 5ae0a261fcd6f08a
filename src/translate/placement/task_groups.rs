//! `task:group`: beside which tasks, or apart from which, a task runs.

use std::collections::BTreeMap;

use super::attributes::Reason;
use super::expression::{Condition, Test};
use crate::k8s;
use crate::translate::{Inputs, names};

/// The label by which pods are on one node or not.
pub(super) const HOST: &str = "kubernetes.io/hostname";

/// The pods of the groups that a condition names, and whether to keep apart from them.
pub(super) fn pods(condition: &Condition, is_negated: bool, inputs: &Inputs<'_>) -> Result<(k8s::PodAffinityTerm, bool), Reason> {
    let Test::In(groups) = &condition.test else { return Err("groups of tasks are asked for by their whole names") };
    let service = |group: &String| Some(names::label_value(&object_name(group.strip_prefix("service:").filter(|name| !name.is_empty())?, inputs)));
    let services: Option<Vec<String>> = groups.iter().map(service).collect();
    let services = services.ok_or("only tasks of services, `service:NAME`, are known by a label")?;
    let label = names::SERVICE_LABEL.to_owned();
    let selector = match <[String; 1]>::try_from(services) {
        Ok([service]) => k8s::LabelSelector { match_labels: Some(BTreeMap::from([(label, service)])), match_expressions: None },
        Err(services) => {
            let requirement = k8s::LabelSelectorRequirement { key: label, operator: "In".into(), values: Some(services) };
            k8s::LabelSelector { match_labels: None, match_expressions: Some(vec![requirement]) }
        }
    };
    let pods = k8s::PodAffinityTerm { label_selector: Some(selector), topology_key: HOST.into(), ..Default::default() };
    Ok((pods, condition.is_negated != is_negated))
}

/// The `metadata.name` of a service, as import gives it.
fn object_name(service: &str, inputs: &Inputs<'_>) -> String {
    let is_own = inputs.service.service_name.as_deref() == Some(service);
    if is_own { inputs.name.into() } else { names::dns_label(service) }
}
