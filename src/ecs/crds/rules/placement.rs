//! What ECS refuses of where tasks run: placement, and capacity.

use super::{Rule, forbidden, mismatched, required};

const CONSTRAINT: &str = "spec.placementConstraints[]";
const STRATEGY: &str = "spec.placementStrategy[]";
const NEEDS_EXPRESSION: &str = "memberOf needs an expression, such as attribute:ecs.instance-type =~ m5.*";

/// Of a task definition.
pub(super) const TASK: &[Rule] = &[
    required(CONSTRAINT, ".type", "has(self.type) && self.type != ''", "a placement constraint needs a type: memberOf"),
    required(CONSTRAINT, ".expression", "!has(self.type) || self.type != 'memberOf' || (has(self.expression) && self.expression != '')", NEEDS_EXPRESSION),
];

/// Of a service.
pub(super) const SERVICE: &[Rule] = &[
    required(CONSTRAINT, ".type", "has(self.type) && self.type != ''", "a placement constraint needs a type: distinctInstance or memberOf"),
    required(CONSTRAINT, ".expression", "!has(self.type) || self.type != 'memberOf' || (has(self.expression) && self.expression != '')", NEEDS_EXPRESSION),
    forbidden(
        CONSTRAINT,
        ".expression",
        "!has(self.type) || self.type != 'distinctInstance' || !has(self.expression) || self.expression == ''",
        "distinctInstance has no expression: leave it out, or use memberOf",
    ),
    required(STRATEGY, ".type", "has(self.type) && self.type != ''", "a placement strategy needs a type: spread, binpack or random"),
    mismatched(
        STRATEGY,
        ".field",
        "!has(self.type) || self.type != 'spread' || (has(self.field) && self.field.matches('^((?i)instanceId|host|attribute:.+)$'))",
        "spread needs the field instanceId, host or attribute:NAME",
    ),
    mismatched(
        STRATEGY,
        ".field",
        "!has(self.type) || self.type != 'binpack' || (has(self.field) && self.field.matches('^(?i)(cpu|memory)$'))",
        "binpack needs the field cpu or memory",
    ),
    forbidden(
        "spec",
        ".placementConstraints",
        "!has(self.launchType) || self.launchType != 'FARGATE' || !has(self.placementConstraints) || self.placementConstraints.size() == 0",
        "with launch type FARGATE there are no placementConstraints, for it has no nodes of yours: leave them out",
    ),
    forbidden(
        "spec",
        ".placementStrategy",
        "!has(self.launchType) || self.launchType != 'FARGATE' || !has(self.placementStrategy) || self.placementStrategy.size() == 0",
        "with launch type FARGATE there is no placementStrategy, for it has no nodes of yours: leave it out",
    ),
    forbidden(
        "spec",
        ".placementStrategy",
        "!has(self.schedulingStrategy) || self.schedulingStrategy != 'DAEMON' || !has(self.placementStrategy) || self.placementStrategy.size() == 0",
        "with schedulingStrategy DAEMON each node has one task, and no placementStrategy decides: leave it out",
    ),
    forbidden(
        "spec",
        ".platformVersion",
        "!has(self.launchType) || !(self.launchType in ['EC2', 'EXTERNAL']) || !has(self.platformVersion) || self.platformVersion == ''",
        "platformVersion is for Fargate: leave it out, or change launchType",
    ),
];

/// Of a service's capacity providers.
pub(super) const CAPACITY: &[Rule] = &[
    forbidden(
        "spec",
        ".capacityProviderStrategy",
        "!has(self.launchType) || self.launchType == '' || !has(self.capacityProviderStrategy) || self.capacityProviderStrategy.size() == 0",
        "give launchType or capacityProviderStrategy, not both",
    ),
    mismatched(
        "spec",
        ".capacityProviderStrategy",
        "!has(self.capacityProviderStrategy) || self.capacityProviderStrategy.filter(item, has(item.base) && item.base > 0).size() <= 1",
        "only one capacity provider can have a base",
    ),
    mismatched(
        "spec",
        ".capacityProviderStrategy",
        "!has(self.capacityProviderStrategy) || self.capacityProviderStrategy.size() < 2 || \
         self.capacityProviderStrategy.exists(item, has(item.weight) && item.weight > 0)",
        "of several capacity providers at least one needs a weight that is greater than 0 (unset, it is 0)",
    ),
    mismatched(
        "spec",
        ".capacityProviderStrategy",
        "!has(self.capacityProviderStrategy) || self.capacityProviderStrategy.all(item, \
         self.capacityProviderStrategy.exists_one(other, other.capacityProvider == item.capacityProvider))",
        "a capacity provider is named twice: name each once, with its weight",
    ),
    mismatched(
        "spec",
        ".capacityProviderStrategy",
        "!has(self.capacityProviderStrategy) || self.capacityProviderStrategy.all(item, item.capacityProvider in ['FARGATE', 'FARGATE_SPOT']) || \
         !self.capacityProviderStrategy.exists(item, item.capacityProvider in ['FARGATE', 'FARGATE_SPOT'])",
        "a capacityProviderStrategy has Fargate's providers or others, not both",
    ),
];
