//! How a load balancer finds out who sends a request, before it forwards it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Authentication by a user pool of Amazon Cognito.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthenticateCognitoConfig {
    /// ARN of the user pool. Required.
    #[schemars(length(max = 2048))]
    pub user_pool_arn: Option<String>,
    /// The pool's client. Required.
    #[schemars(length(max = 256))]
    pub user_pool_client_id: Option<String>,
    /// The prefix of the pool's domain, or its whole domain. Required.
    #[schemars(length(max = 256))]
    pub user_pool_domain: Option<String>,
    /// The name of the cookie; default `AWSELBAuthSessionCookie`.
    #[schemars(length(max = 256))]
    pub session_cookie_name: Option<String>,
    /// The claims that are asked for; default `openid`.
    #[schemars(length(max = 1024))]
    pub scope: Option<String>,
    /// Seconds that an authentication holds; default 604800.
    #[schemars(range(min = 1, max = 604_800))]
    pub session_timeout: Option<i64>,
    /// Parameters that are sent along, at most 10.
    #[schemars(length(max = 10))]
    pub authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// What is done with who is not authenticated; default `authenticate`.
    pub on_unauthenticated_request: Option<OnUnauthenticatedRequest>,
}

/// Authentication by an identity provider that speaks `OpenID Connect`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthenticateOidcConfig {
    /// The identifier of the provider. Required.
    #[schemars(length(max = 2048))]
    pub issuer: Option<String>,
    /// Where users are sent to. Required.
    #[schemars(length(max = 2048))]
    pub authorization_endpoint: Option<String>,
    /// Where tokens come from. Required.
    #[schemars(length(max = 2048))]
    pub token_endpoint: Option<String>,
    /// Where it is told who a user is. Required.
    #[schemars(length(max = 2048))]
    pub user_info_endpoint: Option<String>,
    /// The client. Required.
    #[schemars(length(max = 256))]
    pub client_id: Option<String>,
    /// The name of the cookie; default `AWSELBAuthSessionCookie`.
    #[schemars(length(max = 256))]
    pub session_cookie_name: Option<String>,
    /// The claims that are asked for; default `openid`.
    #[schemars(length(max = 1024))]
    pub scope: Option<String>,
    /// Seconds that an authentication holds; default 604800.
    #[schemars(range(min = 1, max = 604_800))]
    pub session_timeout: Option<i64>,
    /// Parameters that are sent along, at most 10.
    #[schemars(length(max = 10))]
    pub authentication_request_extra_params: Option<BTreeMap<String, String>>,
    /// What is done with who is not authenticated; default `authenticate`.
    pub on_unauthenticated_request: Option<OnUnauthenticatedRequest>,
}

/// What is done with a request of somebody who is not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum OnUnauthenticatedRequest {
    Deny,
    Allow,
    Authenticate,
}

/// What a token (JWT) must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JwtValidationConfig {
    /// Where the keys of the issuer are. Required.
    #[schemars(length(max = 2048))]
    pub jwks_endpoint: Option<String>,
    /// Who issues the tokens. Required.
    #[schemars(length(max = 2048))]
    pub issuer: Option<String>,
    /// Claims that a token must have besides, at most 10.
    #[schemars(length(max = 10))]
    pub additional_claims: Option<Vec<JwtClaim>>,
}

/// A claim of a token.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JwtClaim {
    /// The form of its value.
    pub format: Option<JwtClaimFormat>,
    /// Its name.
    #[schemars(length(max = 256))]
    pub name: Option<String>,
    /// The values that it may have, at most 10.
    #[schemars(length(max = 10), inner(length(max = 256)))]
    pub values: Option<Vec<String>>,
}

/// The form of a claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum JwtClaimFormat {
    SingleString,
    StringArray,
    SpaceSeparatedValues,
}
