//! `listenerRules[].actions` and `transforms`: what a rule does with a request.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::authentication::{AuthenticateCognitoConfig, AuthenticateOidcConfig, JwtValidationConfig};

/// What a rule does with a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleAction {
    /// The kind of action.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// The place among the actions of the rule, 1 to 50000; the lowest is done first.
    #[schemars(range(min = 1, max = 50_000))]
    pub order: Option<i64>,
    /// ARN of the target group of a `forward`; default: this service.
    #[schemars(length(max = 2048))]
    pub target_group_arn: Option<String>,
    /// For `forward`: several target groups, each with its share of the requests.
    pub forward_config: Option<ForwardConfig>,
    /// For `redirect`: where to.
    pub redirect_config: Option<RedirectConfig>,
    /// For `fixed-response`: the answer.
    pub fixed_response_config: Option<FixedResponseConfig>,
    /// For `authenticate-cognito`: the user pool.
    pub authenticate_cognito_config: Option<AuthenticateCognitoConfig>,
    /// For `authenticate-oidc`: the identity provider.
    pub authenticate_oidc_config: Option<AuthenticateOidcConfig>,
    /// For `jwt-validation`: what a token must hold.
    pub jwt_validation_config: Option<JwtValidationConfig>,
}

/// The kind of a rule's action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum ActionType {
    Forward,
    Redirect,
    FixedResponse,
    AuthenticateCognito,
    AuthenticateOidc,
    JwtValidation,
}

/// Target groups that share the requests of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForwardConfig {
    /// The target groups; at most 5.
    #[schemars(length(max = 5))]
    pub target_groups: Option<Vec<TargetGroupTuple>>,
    /// Whether a client stays with the target group that it came to.
    pub target_group_stickiness_config: Option<TargetGroupStickinessConfig>,
}

/// A target group, and its share of the requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroupTuple {
    /// ARN of the target group; default: this service.
    #[schemars(length(max = 2048))]
    pub target_group_arn: Option<String>,
    /// Its share, 0 to 999, of the sum of all; default 1.
    #[schemars(range(min = 0, max = 999))]
    pub weight: Option<i64>,
}

/// Whether a client stays with the target group that it came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroupStickinessConfig {
    /// Whether it does; default `false`.
    pub enabled: Option<bool>,
    /// For how many seconds, 1 to 604800.
    #[schemars(range(min = 1, max = 604_800))]
    pub duration_seconds: Option<i64>,
}

/// Where a request is redirected to. `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` stand for its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RedirectConfig {
    /// The protocol; default `#{protocol}`.
    #[schemars(length(max = 32))]
    pub protocol: Option<String>,
    /// The port; default `#{port}`.
    #[schemars(length(max = 32))]
    pub port: Option<String>,
    /// The host; default `#{host}`.
    #[schemars(length(max = 128))]
    pub host: Option<String>,
    /// The path, with a leading `/`; default `/#{path}`.
    #[schemars(length(max = 128))]
    pub path: Option<String>,
    /// The query, without a leading `?`; default `#{query}`.
    #[schemars(length(max = 128))]
    pub query: Option<String>,
    /// Permanent (`HTTP_301`) or temporary (`HTTP_302`). Required.
    pub status_code: Option<RedirectStatus>,
}

/// The status of a redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum RedirectStatus {
    #[serde(rename = "HTTP_301")]
    Permanent,
    #[serde(rename = "HTTP_302")]
    Temporary,
}

/// The answer that a load balancer gives itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FixedResponseConfig {
    /// The status: 2XX, 4XX or 5XX. Required.
    #[schemars(length(max = 3))]
    pub status_code: Option<String>,
    /// The type of the text, such as `text/plain`.
    #[schemars(length(max = 32))]
    pub content_type: Option<String>,
    /// The text.
    #[schemars(length(max = 1024))]
    pub message_body: Option<String>,
}

/// What is changed in a request before it is forwarded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleTransform {
    /// What is changed.
    #[serde(rename = "type")]
    pub transform_type: TransformType,
    /// For `host-header-rewrite`: how.
    pub host_header_rewrite_config: Option<RewriteConfig>,
    /// For `url-rewrite`: how.
    pub url_rewrite_config: Option<RewriteConfig>,
}

/// What is changed in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum TransformType {
    HostHeaderRewrite,
    UrlRewrite,
}

/// How a part of a request is rewritten.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RewriteConfig {
    /// The rewrite; one.
    #[schemars(length(max = 1))]
    pub rewrites: Option<Vec<Rewrite>>,
}

/// A regular expression, and what stands in the place of what it matches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rewrite {
    /// The regular expression.
    #[schemars(length(max = 1024))]
    pub regex: Option<String>,
    /// What stands in its place; `$1` is the first group.
    #[schemars(length(max = 1024))]
    pub replace: Option<String>,
}
