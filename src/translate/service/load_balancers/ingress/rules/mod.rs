//! `listenerRules`: which requests come to the service, and what is done with them.

mod actions;
mod conditions;
mod patterns;

use serde_json::{Value, json};

use self::actions::{Action, Obstacle};
use self::conditions::Condition;
use super::Unit;
use super::authentication::{self, Authentication};
use crate::ecs::ListenerRule;
use crate::ecs::load_balancing::{ConditionField, RuleTransform};
use crate::translate::Inputs;
use crate::translate::diagnostic::{ListenerFault, Place};
use crate::translate::service::load_balancers::Target;
use crate::translate::service::load_balancers::class::Class;
use crate::translate::written::{json, written};

/// A rule, as an Ingress says it.
pub(super) struct Rule {
    pub priority: i64,
    /// The hosts; `None` is any.
    pub hosts: Vec<Option<String>>,
    /// The paths and their types; without a path, what the annotations say.
    pub paths: Vec<(Option<String>, &'static str)>,
    pub backend: Backend,
}

/// What a rule leads to.
pub(super) enum Backend {
    /// The port of that name, of the service.
    Port(String),
    /// Annotations by their kind: `actions`, `conditions`, `transforms`.
    Annotations(Vec<(&'static str, Value)>),
}

/// Those of a unit's rules that the class can say, in the order of their priorities, and the annotations by which they
/// authenticate.
pub(super) fn rules(unit: &Unit<'_>, targets: &[Target<'_>], class: Class<'_>, inputs: &Inputs<'_>) -> (Vec<Rule>, Vec<(&'static str, String)>) {
    let mut rules: Vec<(Rule, Authentication, String, Place<'_>)> = Vec::new();
    for target in &unit.targets {
        for (index, listener_rule) in target.load_balancer.listener_rules.iter().flatten().enumerate() {
            let at = target.at.member("listenerRules").item(index);
            if let Some((rule, authentication)) = rule(listener_rule, target, targets, class, inputs, &at) {
                rules.push((rule, authentication, written(listener_rule), at));
            }
        }
    }
    let of_rules: Vec<&Authentication> = rules.iter().map(|(_, authentication, _, _)| authentication).collect();
    let annotations = authentication::annotations(&of_rules, unit, class);
    if annotations.is_none() {
        for (_, _, rule, at) in rules.iter().filter(|(_, authentication, _, _)| authentication.is_some()) {
            at.member("actions").say(ListenerFault::AuthenticationDiffers { rule: rule.clone() });
        }
        rules.retain(|(_, authentication, _, _)| authentication.is_none());
    }
    let mut rules: Vec<Rule> = rules.into_iter().map(|(rule, _, _, _)| rule).collect();
    rules.sort_by_key(|rule| rule.priority);
    (rules, annotations.unwrap_or_default())
}

fn rule(
    listener_rule: &ListenerRule,
    target: &Target<'_>,
    targets: &[Target<'_>],
    class: Class<'_>,
    inputs: &Inputs<'_>,
    at: &Place<'_>,
) -> Option<(Rule, Authentication)> {
    let ListenerRule { priority, conditions, actions, transforms } = listener_rule;
    let conditions = conditions.as_deref().unwrap_or_default();
    let conditions = match conditions::conditions(conditions) {
        Ok(conditions) if !conditions.is_empty() => conditions,
        Ok(_) => {
            at.say(ListenerFault::RuleConditionsNotLegal);
            return None;
        }
        Err(index) => {
            at.member("conditions").item(index).say(ListenerFault::RuleConditionsNotLegal);
            return None;
        }
    };
    if !hosts_are_allowed(&conditions, inputs, &at.member("conditions")) {
        return None;
    }
    let rule = || written(listener_rule);
    let (before, action) = match actions::actions(actions.as_deref().unwrap_or_default(), target, targets, inputs.name, &at.member("actions")) {
        Ok(actions) => actions,
        Err(obstacle) => {
            at.member("actions").say(match obstacle {
                Obstacle::Elsewhere => ListenerFault::RuleForwardsElsewhere { rule: rule() },
                Obstacle::NotLegal => ListenerFault::RuleActionsNotLegal { rule: rule() },
            });
            return None;
        }
    };
    let transforms = transforms.as_deref().unwrap_or_default();
    let ((hosts, paths), backend) = if class.is_aws {
        of_aws(&conditions, action, transforms, inputs.name)
    } else {
        let what = inexpressible(&conditions, &action, transforms, !before.is_empty());
        match (what, action) {
            (None, Action::Port(port)) => (plain(&conditions, class, &at.member("conditions")), Backend::Port(port)),
            (what, _) => {
                at.say(ListenerFault::RuleNotExpressible { class: class.name.into(), what: what.unwrap_or("its action"), rule: rule() });
                return None;
            }
        }
    };
    // A condition of which nothing can be said leaves nothing over: leaving out the condition would let in too much.
    let authentication = before.into_iter().cloned().collect();
    (!hosts.is_empty() && !paths.is_empty()).then_some((Rule { priority: *priority, hosts, paths, backend }, Authentication::of(authentication)))
}

/// Whether the namespace may ask for the hosts; what it may not is said.
fn hosts_are_allowed(conditions: &[Condition<'_>], inputs: &Inputs<'_>, at: &Place<'_>) -> bool {
    let is_allowed = |hosts: &str| inputs.settings.allow.has_hosts(hosts, inputs.namespace);
    let of_hosts = conditions.iter().enumerate().filter(|(_, condition)| condition.field == ConditionField::HostHeader);
    let denied = of_hosts.flat_map(|(index, Condition { patterns, expressions, .. })| {
        let patterns = patterns.iter().filter(|pattern| !is_allowed(pattern));
        // What an expression ends with says nothing of its names.
        patterns.chain(expressions.iter().filter(|_| !is_allowed("*"))).map(move |host| (index, *host))
    });
    let denied: Vec<(usize, &str)> = denied.collect();
    for (index, host) in &denied {
        at.item(*index).say(ListenerFault::HostNotAllowed { host: (*host).to_owned(), namespace: inputs.namespace.to_owned() });
    }
    denied.is_empty()
}

/// The hosts, and the paths with their types.
type Matches = (Vec<Option<String>>, Vec<(Option<String>, &'static str)>);

/// For the AWS Load Balancer Controller: hosts and paths as the Ingress has them, where it can; all else as annotations.
fn of_aws(conditions: &[Condition<'_>], action: Action, transforms: &[RuleTransform], service: &str) -> (Matches, Backend) {
    let (mut hosts, mut paths, mut others) = (None, None, Vec::new());
    for Condition { field, patterns, expressions: _, json } in conditions {
        let has_patterns = !patterns.is_empty();
        let all_hosts = || patterns.iter().map(|pattern| patterns::host(pattern).map(Some)).collect::<Option<Vec<_>>>();
        let all_paths = || patterns.iter().map(|pattern| patterns::path(pattern)).collect::<Option<Vec<_>>>();
        match field {
            ConditionField::HostHeader if has_patterns && all_hosts().is_some() => hosts = all_hosts(),
            ConditionField::PathPattern if has_patterns && all_paths().is_some() => paths = all_paths(),
            _ => others.push(json.clone()),
        }
    }
    let any_path = || vec![(others.is_empty().then(|| patterns::ANY_PATH.to_owned()), patterns::AS_WRITTEN)];
    let paths = paths.map_or_else(any_path, |paths| paths.into_iter().map(|path| (Some(path), patterns::AS_WRITTEN)).collect());
    let hosts = hosts.unwrap_or_else(|| vec![None]);
    let backend = match action {
        Action::Port(port) if others.is_empty() && transforms.is_empty() => Backend::Port(port),
        action => {
            let action = match action {
                Action::Annotation(action) => action,
                Action::Port(port) => json!({ "type": "forward", "forwardConfig": { "targetGroups": [{ "serviceName": service, "servicePort": port }] } }),
            };
            let mut annotations = vec![("actions", action)];
            if !others.is_empty() {
                annotations.push(("conditions", Value::Array(others)));
            }
            if !transforms.is_empty() {
                annotations.push(("transforms", json(&transforms)));
            }
            Backend::Annotations(annotations)
        }
    };
    ((hosts, paths), backend)
}

/// What of a rule an Ingress of any class cannot say.
fn inexpressible(conditions: &[Condition<'_>], action: &Action, transforms: &[RuleTransform], authenticates: bool) -> Option<&'static str> {
    let odd = conditions.iter().find_map(|Condition { field, patterns, .. }| match field {
        ConditionField::HostHeader | ConditionField::PathPattern => patterns.is_empty().then_some("regular expressions"),
        ConditionField::HttpHeader => Some("conditions for headers"),
        ConditionField::HttpRequestMethod => Some("conditions for methods"),
        ConditionField::QueryString => Some("conditions for queries"),
        ConditionField::SourceIp => Some("conditions for addresses"),
    });
    let authentication = authenticates.then_some("authentication");
    let transformation = (!transforms.is_empty()).then_some("transformations");
    let answer = matches!(action, Action::Annotation(_)).then_some("redirections, answers and weights");
    odd.or(authentication).or(transformation).or(answer)
}

/// Hosts and paths for any class: those that an Ingress can say.
fn plain(conditions: &[Condition<'_>], class: Class<'_>, at: &Place<'_>) -> Matches {
    let (mut hosts, mut paths) = (vec![None], vec![(Some("/".to_owned()), "Prefix")]);
    for (index, Condition { field, patterns, .. }) in conditions.iter().enumerate() {
        let at = at.item(index);
        if *field == ConditionField::HostHeader {
            hosts = patterns.iter().filter_map(|pattern| patterns::plain_host(pattern, class, &at)).map(Some).collect();
        } else {
            paths = patterns.iter().filter_map(|pattern| patterns::plain_path(pattern, class, &at)).map(|(path, kind)| (Some(path), kind)).collect();
        }
    }
    (hosts, paths)
}
