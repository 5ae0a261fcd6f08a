//! `placementStrategy` and `availabilityZoneRebalancing`: over what tasks are spread.
//!
//! As in ECS the spread is an endeavour: tasks that cannot be spread run all the same. Without a strategy ECS spreads
//! the tasks of a service over availability zones, and within a zone over instances.

use super::attributes;
use super::task_groups::HOST;
use crate::ecs::SchedulingStrategy;
use crate::ecs::service::{PlacementStrategy, PlacementStrategyType};
use crate::ecs::volume::Switch;
use crate::k8s;
use crate::translate::diagnostic::{Place, PlacementFault};
use crate::translate::word::word;
use crate::translate::{Inputs, names};

const ZONE: &str = "topology.kubernetes.io/zone";

/// Over what the pods of the service are spread; `at` is the service's specification.
pub(super) fn spread(inputs: &Inputs<'_>, at: &Place<'_>) -> Option<Vec<k8s::TopologySpreadConstraint>> {
    match inputs.service.availability_zone_rebalancing {
        Some(Switch::Enabled) => at.member("availabilityZoneRebalancing").say(PlacementFault::ZonesNotRebalanced),
        Some(Switch::Disabled) => at.member("availabilityZoneRebalancing").say(PlacementFault::ZonesLeftAlone),
        None => {}
    }
    let (strategies, at) = (inputs.service.placement_strategy.as_deref(), at.member("placementStrategy"));
    if inputs.service.scheduling_strategy == Some(SchedulingStrategy::Daemon) {
        if let Some(strategies) = strategies {
            at.say(PlacementFault::PlacementStrategyOfDaemon { strategies: strategies.iter().map(text).collect::<Vec<_>>().join(", ") });
        }
        return None;
    }
    let labels = match strategies {
        None => vec![ZONE.to_owned(), HOST.to_owned()],
        Some(strategies) => strategies.iter().enumerate().filter_map(|(index, strategy)| label(strategy, inputs, &at.item(index))).collect(),
    };
    if strategies.is_some() && labels.len() > 1 {
        at.say(PlacementFault::PlacementOrderNotKept);
    }
    let constraints: Vec<_> = labels.into_iter().map(|label| constraint(label, inputs.name)).collect();
    Some(constraints).filter(|constraints| !constraints.is_empty())
}

/// The label over whose values a strategy spreads.
fn label(strategy: &PlacementStrategy, inputs: &Inputs<'_>, at: &Place<'_>) -> Option<String> {
    let PlacementStrategy { strategy_type, field } = strategy;
    let field = field.as_deref();
    let fault = match (strategy_type, field) {
        (Some(PlacementStrategyType::Random), field) => {
            let field = field.map_or_else(String::new, |field| format!(" (field `{field}`)"));
            PlacementFault::RandomWithoutEffect { field }
        }
        (Some(PlacementStrategyType::Binpack), Some(field)) if field.eq_ignore_ascii_case("cpu") || field.eq_ignore_ascii_case("memory") => {
            PlacementFault::BinpackNotKept { field: field.into() }
        }
        (Some(PlacementStrategyType::Binpack), _) => PlacementFault::PlacementStrategyNotLegal { reason: "`binpack` needs the field `cpu` or `memory`" },
        (Some(PlacementStrategyType::Spread), None) => PlacementFault::PlacementStrategyNotLegal { reason: "`spread` needs a field" },
        (Some(PlacementStrategyType::Spread), Some(field)) => match field.strip_prefix("attribute:").map(|name| attributes::label(name, inputs.settings)) {
            None if field.eq_ignore_ascii_case("instanceId") || field.eq_ignore_ascii_case("host") => return Some(HOST.into()),
            None => PlacementFault::PlacementStrategyNotLegal { reason: "`spread` takes the field `instanceId`, `host` or `attribute:NAME`" },
            Some(None) => PlacementFault::SpreadNotKept { field: field.into() },
            Some(Some((label, is_expected))) => {
                if is_expected {
                    at.member("field").say(PlacementFault::NodeLabelNeeded { part: field.into(), label: label.clone() });
                }
                return Some(label);
            }
        },
        (None, _) => PlacementFault::PlacementStrategyNotLegal { reason: "it has no type" },
    };
    at.say(fault);
    None
}

/// The strategy in few words.
fn text(strategy: &PlacementStrategy) -> String {
    let PlacementStrategy { strategy_type, field } = strategy;
    let words: Vec<String> = strategy_type.map(word).into_iter().chain(field.clone()).collect();
    format!("`{}`", words.join(" "))
}

/// The pods of one deployment, as evenly as can be.
fn constraint(label: String, service: &str) -> k8s::TopologySpreadConstraint {
    k8s::TopologySpreadConstraint {
        max_skew: 1,
        topology_key: label,
        when_unsatisfiable: "ScheduleAnyway".into(),
        label_selector: Some(k8s::LabelSelector { match_labels: Some(names::selector(service)), match_expressions: None }),
        match_label_keys: Some(vec!["pod-template-hash".into()]),
        ..Default::default()
    }
}
