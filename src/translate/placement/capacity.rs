//! `capacityProviderStrategy`, `launchType` and `platformVersion`: on what kind of nodes tasks run. The setting
//! `capacityProviders` says which nodes stand for a provider or a launch type; without it any node does.

use std::collections::BTreeMap;

use super::nodes::{Nodes, TooMany};
use crate::ecs::service::CapacityProviderStrategyItem;
use crate::k8s;
use crate::settings::{self, CapacityProvider};
use crate::translate::Inputs;
use crate::translate::diagnostic::{Place, PlacementFault};
use crate::translate::word::word;

/// The provider that is a launch type as well: like it, it may be any node.
const FARGATE: &str = "FARGATE";

/// The nodes that have the capacity.
pub(super) struct Capacity {
    /// The nodes.
    pub nodes: Nodes,
    /// What the pods tolerate, so that these nodes take them.
    pub tolerations: Vec<k8s::Toleration>,
}

/// Whether the provider is one of Fargate.
pub(super) fn is_fargate(provider: &str) -> bool {
    matches!(provider, FARGATE | "FARGATE_SPOT")
}

/// The nodes of the providers, or of the launch type; `at` is the service's specification.
pub(super) fn capacity(inputs: &Inputs<'_>, at: &Place<'_>) -> Capacity {
    let mapped = &inputs.settings.capacity_providers;
    let service = inputs.service;
    if let Some(version) = &service.platform_version {
        at.member("platformVersion").say(PlacementFault::PlatformVersionWithoutEffect { version: version.clone() });
    }
    let strategy = service.capacity_provider_strategy.as_deref().unwrap_or_default();
    let names: Vec<String> = match service.launch_type.map(word) {
        Some(launch_type) if mapped.contains_key(&launch_type) && strategy.is_empty() => vec![launch_type],
        Some(launch_type) => {
            let at = at.member("launchType");
            if strategy.is_empty() {
                at.say(PlacementFault::LaunchTypeWithoutEffect { launch_type });
            } else {
                at.say(not_legal("it cannot stand beside `launchType`"));
            }
            Vec::new()
        }
        None => providers(strategy, mapped, &at.member("capacityProviderStrategy")),
    };
    let found: Vec<&CapacityProvider> = names.iter().filter_map(|name| mapped.get(name)).collect();
    let nodes = if found.is_empty() || found.len() < names.len() { Ok(Nodes::all()) } else { Nodes::any(found.iter().map(|provider| nodes(provider))) };
    let nodes = nodes.unwrap_or_else(|TooMany| Nodes::all());
    let mut tolerations: Vec<k8s::Toleration> = Vec::new();
    for toleration in found.iter().flat_map(|provider| &provider.tolerations).map(toleration) {
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    Capacity { nodes, tolerations }
}

/// The names of the providers that run tasks. What is not kept of their shares is said.
fn providers(strategy: &[CapacityProviderStrategyItem], mapped: &BTreeMap<String, CapacityProvider>, at: &Place<'_>) -> Vec<String> {
    let numbers = |item: &CapacityProviderStrategyItem| (item.base.unwrap_or_default(), item.weight.unwrap_or_default());
    let is_alone = strategy.len() == 1;
    if !is_alone && !strategy.is_empty() && strategy.iter().all(|item| numbers(item).1 == 0) {
        at.say(not_legal("all weights are 0"));
    }
    if strategy.iter().filter(|item| numbers(item).0 > 0).count() > 1 {
        at.say(not_legal("more than one provider has a `base`"));
    }
    let (mut names, mut shares) = (Vec::new(), Vec::new());
    for (index, CapacityProviderStrategyItem { capacity_provider: name, weight, base }) in strategy.iter().enumerate() {
        let (base, weight, at) = (base.unwrap_or_default(), weight.unwrap_or_default(), at.item(index));
        if (base, weight) == (0, 0) && !is_alone {
            at.say(PlacementFault::CapacityProviderIdle { provider: name.clone() });
            continue;
        }
        if !mapped.contains_key(name) {
            let provider = name.clone();
            at.say(if name == FARGATE { PlacementFault::FargateIsAnyNode { provider } } else { PlacementFault::CapacityProviderNotMapped { provider } });
        }
        names.push(name.clone());
        shares.push(format!("`{name}` base {base}, weight {weight}"));
    }
    match shares.as_slice() {
        [] => {}
        [share] => at.say(PlacementFault::CapacityShareWithoutEffect { share: share.clone() }),
        _ => at.say(PlacementFault::CapacityRatioNotKept { shares: shares.join("; ") }),
    }
    names
}

fn not_legal(reason: &'static str) -> PlacementFault {
    PlacementFault::CapacityStrategyNotLegal { reason }
}

fn nodes(provider: &CapacityProvider) -> Result<Nodes, TooMany> {
    Nodes::each(provider.node_selector.iter().map(|(label, value)| Ok(Nodes::with(label, [value.as_str()]))))
}

fn toleration(toleration: &settings::Toleration) -> k8s::Toleration {
    let settings::Toleration { key, operator, value, effect } = toleration;
    k8s::Toleration { key: key.clone(), operator: operator.map(word), value: value.clone(), effect: effect.map(word), toleration_seconds: None }
}
