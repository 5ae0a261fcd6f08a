//! `placementConstraints`, `placementStrategy` and `capacityProviderStrategy` of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A constraint: which nodes may run tasks of the service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementConstraint {
    /// `distinctInstance`: each task on a node of its own; `memberOf`: on nodes that `expression` names.
    #[serde(rename = "type")]
    pub constraint_type: Option<PlacementConstraintType>,
    /// The nodes, in the cluster query language of ECS, such as `attribute:ecs.instance-type =~ m5.*`.
    #[schemars(length(max = 2000))]
    pub expression: Option<String>,
}

/// The kind of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum PlacementConstraintType {
    DistinctInstance,
    MemberOf,
}

/// How tasks are spread over nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementStrategy {
    /// `spread`: equally over the values of `field`; `binpack`: on as few nodes as can be; `random`: anywhere.
    #[serde(rename = "type")]
    pub strategy_type: Option<PlacementStrategyType>,
    /// `instanceId`, `host` or `attribute:NAME` to spread over; `cpu` or `memory` to pack by.
    #[schemars(length(max = 255))]
    pub field: Option<String>,
}

/// The kind of a placement strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum PlacementStrategyType {
    Random,
    Spread,
    Binpack,
}

/// A capacity provider, and its share of the tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityProviderStrategyItem {
    /// The name of the provider, such as `FARGATE_SPOT`.
    #[schemars(length(min = 1, max = 255))]
    pub capacity_provider: String,
    /// Its share of the tasks beyond all bases, in proportion to the other weights, 0 to 1000; default 0.
    #[schemars(range(min = 0, max = 1000))]
    pub weight: Option<i64>,
    /// How many tasks it runs at least, 0 to 100000; default 0. Only one provider may have some.
    #[schemars(range(min = 0, max = 100_000))]
    pub base: Option<i64>,
}
