//! Actions that find out who sends a request. The AWS Load Balancer Controller has annotations for them that hold for all
//! rules of an Ingress, and only where it listens for HTTPS; so they are written where that is what the rules say.

use serde_json::json;

use super::{Unit, listener_of};
use crate::ecs::RuleAction;
use crate::ecs::load_balancing::{ActionType, AuthenticateCognitoConfig, JwtValidationConfig};
use crate::translate::service::load_balancers::class::Class;
use crate::translate::word::word;
use crate::translate::written::json;

/// How a rule finds out who sends a request, if it does.
#[derive(PartialEq)]
pub(super) struct Authentication(Vec<RuleAction>);

impl Authentication {
    /// That of the actions before a rule's last.
    pub fn of(actions: Vec<RuleAction>) -> Self {
        Self(actions)
    }

    pub fn is_some(&self) -> bool {
        !self.0.is_empty()
    }

    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

/// The annotations, by name without prefix. `None` where they cannot say what the rules say.
pub(super) fn annotations(of_rules: &[&Authentication], unit: &Unit<'_>, class: Class<'_>) -> Option<Vec<(&'static str, String)>> {
    let Some(first) = of_rules.first() else { return Some(Vec::new()) };
    if of_rules.iter().all(|authentication| authentication.is_none()) {
        return Some(Vec::new());
    }
    let is_common = of_rules.iter().all(|authentication| authentication == first);
    if !is_common || !class.is_aws || listener_of(unit.first()).0 != "HTTPS" {
        return None;
    }
    let [action] = first.0.as_slice() else { return None };
    match action.action_type {
        ActionType::AuthenticateCognito => cognito(action.authenticate_cognito_config.as_ref()?),
        ActionType::JwtValidation => jwt(action.jwt_validation_config.as_ref()?),
        // The client of OpenID Connect has a secret, for which the controller wants a Secret; the others never come before the last.
        ActionType::AuthenticateOidc | ActionType::Forward | ActionType::Redirect | ActionType::FixedResponse => None,
    }
}

fn cognito(config: &AuthenticateCognitoConfig) -> Option<Vec<(&'static str, String)>> {
    let AuthenticateCognitoConfig {
        user_pool_arn,
        user_pool_client_id,
        user_pool_domain,
        session_cookie_name,
        scope,
        session_timeout,
        authentication_request_extra_params,
        on_unauthenticated_request,
    } = config;
    let mut pool = json!({
        "userPoolARN": user_pool_arn.as_ref()?,
        "userPoolClientID": user_pool_client_id.as_ref()?,
        "userPoolDomain": user_pool_domain.as_ref()?,
    });
    if let Some(parameters) = authentication_request_extra_params {
        pool["authenticationRequestExtraParams"] = json!(parameters);
    }
    let mut annotations = vec![("auth-type", "cognito".to_owned()), ("auth-idp-cognito", pool.to_string())];
    annotations.extend(on_unauthenticated_request.map(|what| ("auth-on-unauthenticated-request", word(what))));
    annotations.extend(scope.iter().map(|scope| ("auth-scope", scope.clone())));
    annotations.extend(session_cookie_name.iter().map(|name| ("auth-session-cookie", name.clone())));
    annotations.extend(session_timeout.map(|seconds| ("auth-session-timeout", seconds.to_string())));
    Some(annotations)
}

fn jwt(config: &JwtValidationConfig) -> Option<Vec<(&'static str, String)>> {
    let JwtValidationConfig { jwks_endpoint, issuer, additional_claims: _ } = config;
    (jwks_endpoint.is_some() && issuer.is_some()).then(|| vec![("jwt-validation", json(config).to_string())])
}
