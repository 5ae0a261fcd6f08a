//! `listenerRules[].actions`: what is done with a request, once it is known who sent it.

use serde_json::{Value, json};

use crate::ecs::RuleAction;
use crate::ecs::load_balancing::action::TargetGroupStickinessConfig;
use crate::ecs::load_balancing::{ActionType, ForwardConfig, TargetGroupTuple};
use crate::translate::diagnostic::{ListenerFault, Place};
use crate::translate::service::load_balancers::Target;
use crate::translate::written::{json, written};

/// What a rule does.
pub(super) enum Action {
    /// Forwards to the port of that name.
    Port(String),
    /// What only an annotation can say.
    Annotation(Value),
}

/// Why nothing can be made of the actions of a rule.
pub(super) enum Obstacle {
    /// They lead to other services only.
    Elsewhere,
    /// Elastic Load Balancing would not take them.
    NotLegal,
}

/// The actions before the last, which find out who sends a request, and what the last one does.
pub(super) fn actions<'a>(
    actions: &'a [RuleAction],
    target: &Target<'_>,
    targets: &[Target<'_>],
    service: &str,
    at: &Place<'_>,
) -> Result<(Vec<&'a RuleAction>, Action), Obstacle> {
    for (index, action) in actions.iter().enumerate() {
        if let Some(order) = action.order {
            at.item(index).member("order").say(ListenerFault::ActionOrder { order });
        }
    }
    let mut ordered: Vec<(usize, &RuleAction)> = actions.iter().enumerate().collect();
    ordered.sort_by_key(|(_, action)| action.order);
    let Some(((index, last), before)) = ordered.split_last() else { return Ok((Vec::new(), Action::Port(own_port(target)))) };
    let before: Vec<&RuleAction> = before.iter().map(|(_, action)| *action).collect();
    let authenticates =
        |action: &&RuleAction| matches!(action.action_type, ActionType::AuthenticateCognito | ActionType::AuthenticateOidc | ActionType::JwtValidation);
    if !before.iter().all(authenticates) {
        return Err(Obstacle::NotLegal);
    }
    Ok((before, action(last, target, targets, service, &at.item(*index))?))
}

fn action(action: &RuleAction, target: &Target<'_>, targets: &[Target<'_>], service: &str, at: &Place<'_>) -> Result<Action, Obstacle> {
    let RuleAction {
        action_type,
        order: _,
        target_group_arn,
        forward_config,
        redirect_config,
        fixed_response_config,
        // Of actions that come before the last.
        authenticate_cognito_config: _,
        authenticate_oidc_config: _,
        jwt_validation_config: _,
    } = action;
    match action_type {
        ActionType::Forward => match forward_config {
            None => port_of(target_group_arn.as_deref(), target, targets).map(Action::Port).ok_or(Obstacle::Elsewhere),
            Some(config) if names(config, target_group_arn.as_ref()) => forward(config, action, target, targets, service, at),
            Some(_) => Err(Obstacle::NotLegal),
        },
        ActionType::Redirect => {
            let config = redirect_config.as_ref().filter(|config| config.status_code.is_some()).ok_or(Obstacle::NotLegal)?;
            Ok(Action::Annotation(json!({ "type": "redirect", "redirectConfig": json(config) })))
        }
        ActionType::FixedResponse => {
            let config = fixed_response_config.as_ref().filter(|config| config.status_code.is_some()).ok_or(Obstacle::NotLegal)?;
            Ok(Action::Annotation(json!({ "type": "fixed-response", "fixedResponseConfig": json(config) })))
        }
        ActionType::AuthenticateCognito | ActionType::AuthenticateOidc | ActionType::JwtValidation => Err(Obstacle::NotLegal),
    }
}

/// Whether the target group that an action names besides is among those of its configuration, as Elastic Load Balancing asks.
fn names(config: &ForwardConfig, arn: Option<&String>) -> bool {
    let is_meant = |tuple: &TargetGroupTuple| tuple.target_group_arn.as_ref() == arn;
    arn.is_none() || config.target_groups.iter().flatten().any(is_meant)
}

/// Several target groups, this service's among them: the others are reached by their ARN.
fn forward(
    config: &ForwardConfig,
    action: &RuleAction,
    target: &Target<'_>,
    targets: &[Target<'_>],
    service: &str,
    at: &Place<'_>,
) -> Result<Action, Obstacle> {
    let ForwardConfig { target_groups, target_group_stickiness_config } = config;
    let target_groups = target_groups.as_deref().unwrap_or_default();
    let ports: Vec<Option<String>> =
        target_groups.iter().map(|TargetGroupTuple { target_group_arn, weight: _ }| port_of(target_group_arn.as_deref(), target, targets)).collect();
    match ports.as_slice() {
        [] => return Err(Obstacle::NotLegal),
        [Some(port)] => {
            at.say(ListenerFault::ForwardConfigOfOne { value: written(action) });
            return Ok(Action::Port(port.clone()));
        }
        ports if ports.iter().all(Option::is_none) => return Err(Obstacle::Elsewhere),
        _ => {}
    }
    let tuples = target_groups.iter().zip(ports).map(|(TargetGroupTuple { target_group_arn, weight }, port)| match port {
        Some(port) => json!({ "serviceName": service, "servicePort": port, "weight": weight.unwrap_or(1) }),
        None => json!({ "targetGroupARN": target_group_arn, "weight": weight.unwrap_or(1) }),
    });
    let mut forward = json!({ "targetGroups": tuples.collect::<Vec<_>>() });
    if let Some(TargetGroupStickinessConfig { enabled: _, duration_seconds: _ }) = target_group_stickiness_config {
        forward["targetGroupStickinessConfig"] = json(target_group_stickiness_config);
    }
    Ok(Action::Annotation(json!({ "type": "forward", "forwardConfig": forward })))
}

/// The port that stands for a target group: that of the entry itself, or of another entry of the service.
fn port_of(arn: Option<&str>, target: &Target<'_>, targets: &[Target<'_>]) -> Option<String> {
    let own = target.load_balancer.target_group_arn.as_deref();
    match arn {
        None => Some(own_port(target)),
        Some(arn) if own == Some(arn) => Some(own_port(target)),
        Some(arn) => targets.iter().find(|other| other.load_balancer.target_group_arn.as_deref() == Some(arn)).map(own_port),
    }
}

fn own_port(target: &Target<'_>) -> String {
    target.ports.first().map(|port| port.name.clone()).unwrap_or_default()
}
