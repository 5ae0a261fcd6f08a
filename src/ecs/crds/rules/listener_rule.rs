//! What Elastic Load Balancing refuses of a listener's rules.

use super::{Rule, invalid, mismatched, required};

const CONDITION: &str = "spec.loadBalancers[].listenerRules[].conditions[]";

pub(super) const RULES: &[Rule] = &[
    mismatched(
        "spec.loadBalancers[]",
        ".listenerRules",
        "!has(self.listenerRules) || self.listenerRules.all(rule, self.listenerRules.exists_one(other, other.priority == rule.priority))",
        "two listenerRules have one priority: each needs its own",
    ),
    required(
        "spec.loadBalancers[].listenerRules[]",
        ".conditions",
        "self.?conditions.orValue([]).size() > 0",
        "a listener rule needs at least one condition, such as {field: path-pattern, values: [/api/*]}",
    ),
    invalid(
        CONDITION,
        "[self.?values.orValue([]), self.?pathPatternConfig.?values.orValue([]), self.?hostHeaderConfig.?values.orValue([])].exists_one(values, size(values) > 0)",
        "a condition has its values once: in values, in pathPatternConfig.values or in hostHeaderConfig.values",
    ),
    required(
        CONDITION,
        ".field",
        "self.?values.orValue([]).size() == 0 || self.?field.orValue('') != ''",
        "the values of a condition need a field: path-pattern or host-header",
    ),
    invalid(
        CONDITION,
        "self.?field.orValue('') != 'path-pattern' || self.?hostHeaderConfig.?values.orValue([]).size() == 0",
        "hostHeaderConfig goes with field host-header",
    ),
    invalid(
        CONDITION,
        "self.?field.orValue('') != 'host-header' || self.?pathPatternConfig.?values.orValue([]).size() == 0",
        "pathPatternConfig goes with field path-pattern",
    ),
];
