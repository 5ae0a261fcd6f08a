//! Placement: which nodes may run a task, and over what the tasks of a service are spread.
//!
//! All of it is part of the pod template, so a change of it holds for the tasks of the next deployment, and moves none.

mod attributes;
mod capacity;
mod constraints;
pub mod expression;
mod nodes;
mod pattern;
mod strategy;
mod task_groups;

pub(super) use attributes::windows_build;

use super::Inputs;
use super::diagnostic::{Place, PlacementFault};
use crate::ecs::service::LaunchType;
use crate::k8s;
use nodes::TooMany;

/// Where pods run, as a pod says it.
pub(super) struct Placement {
    pub affinity: Option<k8s::Affinity>,
    pub tolerations: Vec<k8s::Toleration>,
    pub spread: Option<Vec<k8s::TopologySpreadConstraint>>,
}

impl Placement {
    /// The one value of a label that all nodes have which may run a pod, if the constraints leave but one.
    pub fn only_value(&self, label: &str) -> Option<&str> {
        let mut values = self.terms().map(|term| {
            match term.match_expressions.as_deref()?.iter().find(|asked| asked.key == label && asked.operator == "In")?.values.as_deref()? {
                [value] => Some(value.as_str()),
                _ => None,
            }
        });
        let first = values.next()??;
        values.all(|value| value == Some(first)).then_some(first)
    }

    /// Whether the constraints name values of one of these labels, whichever nodes they leave.
    pub fn names_values_of(&self, labels: &[&str]) -> bool {
        let names =
            |term: &k8s::NodeSelectorTerm| term.match_expressions.iter().flatten().any(|asked| asked.operator == "In" && labels.contains(&asked.key.as_str()));
        self.terms().next().is_some() && self.terms().all(names)
    }

    fn terms(&self) -> impl Iterator<Item = &k8s::NodeSelectorTerm> {
        let nodes = self.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref()?.required_during_scheduling_ignored_during_execution.as_ref());
        nodes.into_iter().flat_map(|nodes| &nodes.node_selector_terms)
    }
}

/// Where the pods of the service run; `task` and `service` are the specifications.
pub(super) fn placement(inputs: &Inputs<'_>, is_fargate: bool, task: &Place<'_>, service: &Place<'_>) -> Placement {
    report_fargate(inputs, is_fargate, task, service);
    let constraints::Constraints { nodes, near, apart } = constraints::constraints(inputs, task, service);
    let capacity::Capacity { nodes: of_capacity, tolerations } = capacity::capacity(inputs, service);
    let nodes = nodes.and(&of_capacity).unwrap_or_else(|TooMany| {
        service.member("capacityProviderStrategy").say(PlacementFault::CapacityTooComplex);
        nodes
    });
    Placement { affinity: affinity(nodes, near, apart), tolerations, spread: strategy::spread(inputs, service) }
}

fn affinity(nodes: nodes::Nodes, near: Vec<k8s::PodAffinityTerm>, apart: Vec<k8s::PodAffinityTerm>) -> Option<k8s::Affinity> {
    let required = |terms: Vec<k8s::PodAffinityTerm>| Some(terms).filter(|terms| !terms.is_empty());
    let node = |nodes| k8s::NodeAffinity { required_during_scheduling_ignored_during_execution: Some(nodes), ..Default::default() };
    let together = |pods| k8s::PodAffinity { required_during_scheduling_ignored_during_execution: Some(pods), ..Default::default() };
    let separate = |pods| k8s::PodAntiAffinity { required_during_scheduling_ignored_during_execution: Some(pods), ..Default::default() };
    let affinity = k8s::Affinity {
        node_affinity: nodes.selector().map(node),
        pod_affinity: required(near).map(together),
        pod_anti_affinity: required(apart).map(separate),
    };
    (affinity != k8s::Affinity::default()).then_some(affinity)
}

/// ECS refuses constraints and strategies where there are no instances.
fn report_fargate(inputs: &Inputs<'_>, is_fargate: bool, task: &Place<'_>, service: &Place<'_>) {
    let strategy = inputs.service.capacity_provider_strategy.as_deref().unwrap_or_default();
    let of_service = inputs.service.launch_type == Some(LaunchType::Fargate) || strategy.iter().any(|item| capacity::is_fargate(&item.capacity_provider));
    let lists = [
        (is_fargate, inputs.task_definition.spec.placement_constraints.is_some(), task.member("placementConstraints")),
        (of_service, inputs.service.placement_constraints.is_some(), service.member("placementConstraints")),
        (of_service, inputs.service.placement_strategy.is_some(), service.member("placementStrategy")),
    ];
    for (is_fargate, is_set, at) in lists {
        if is_fargate && is_set {
            at.say(PlacementFault::PlacementOnFargate);
        }
    }
}
