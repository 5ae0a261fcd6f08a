//! `listenerRules`: which requests come to the service.

use super::Target;
use super::class::Class;
use super::patterns;
use crate::ecs::load_balancing::{ActionType, ConditionField, ConditionValues};
use crate::ecs::{ListenerRule, RuleAction, RuleCondition};
use crate::translate::diagnostic::{LoadBalancingFault, Place};

/// A rule, as an Ingress says it.
pub(super) struct Rule {
    pub priority: i64,
    /// The hosts; `None` is any.
    pub hosts: Vec<Option<String>>,
    /// The paths and their types.
    pub paths: Vec<(String, &'static str)>,
    /// The name of the port that serves.
    pub port: String,
}

/// Those of a load balancer's rules that the class can say.
pub(super) fn rules(target: &Target<'_>, class: Class<'_>) -> Vec<Rule> {
    let rules = target.load_balancer.listener_rules.as_deref().unwrap_or_default();
    let places = (0..).map(|index| target.at.member("listenerRules").item(index));
    rules.iter().zip(places).filter_map(|(listener_rule, at)| rule(listener_rule, target, class, &at)).collect()
}

fn rule(listener_rule: &ListenerRule, target: &Target<'_>, class: Class<'_>, at: &Place<'_>) -> Option<Rule> {
    let ListenerRule { priority, conditions, actions } = listener_rule;
    for (index, RuleAction { action_type: ActionType::Forward, target_group_arn }) in actions.iter().flatten().enumerate() {
        if let (Some(theirs), Some(ours)) = (target_group_arn, &target.load_balancer.target_group_arn)
            && theirs != ours
        {
            at.member("actions").item(index).member("targetGroupArn").say(LoadBalancingFault::RuleForwardsElsewhere);
            return None;
        }
    }
    let (mut hosts, mut paths) = (None, None);
    let conditions = conditions.as_deref().unwrap_or_default();
    for (index, condition) in conditions.iter().enumerate() {
        let at = at.member("conditions").item(index);
        let (field, values) = condition_of(condition);
        let is_second = match field {
            Some(ConditionField::HostHeader) => hosts.is_some(),
            Some(ConditionField::PathPattern) => paths.is_some(),
            None => true,
        };
        if is_second || values.is_empty() {
            at.say(LoadBalancingFault::RuleConditionsNotLegal);
            return None;
        }
        if field == Some(ConditionField::HostHeader) {
            hosts = Some(values.iter().filter_map(|value| patterns::host(value, class, &at)).map(Some).collect::<Vec<_>>());
        } else {
            paths = Some(values.iter().filter_map(|value| patterns::path(value, class, &at)).collect::<Vec<_>>());
        }
    }
    if conditions.is_empty() {
        at.say(LoadBalancingFault::RuleConditionsNotLegal);
        return None;
    }
    // A condition of which nothing can be said leaves nothing over: leaving out the condition would let in too much.
    let hosts = hosts.unwrap_or_else(|| vec![None]);
    let paths = paths.unwrap_or_else(|| vec![patterns::any_path(class)]);
    (!hosts.is_empty() && !paths.is_empty()).then(|| Rule { priority: *priority, hosts, paths, port: target.port.name.clone() })
}

/// What a condition looks at, and the values that it takes.
fn condition_of(condition: &RuleCondition) -> (Option<ConditionField>, Vec<&String>) {
    let RuleCondition { field, values, path_pattern_config, host_header_config } = condition;
    let configured = [(ConditionField::PathPattern, path_pattern_config), (ConditionField::HostHeader, host_header_config)];
    let of_config = configured.into_iter().find_map(|(field, config)| Some((field, config.as_ref()?)));
    let field = field.or_else(|| of_config.map(|(field, _)| field));
    let config = of_config.filter(|(of, _)| Some(*of) == field).and_then(|(_, ConditionValues { values })| values.as_ref());
    (field, values.as_ref().or(config).into_iter().flatten().collect())
}
