//! What ECS keeps in Elastic Load Balancing and a migrated service needs: `loadBalancers[].listenerRules`,
//! `listener`, `targetGroup` and `loadBalancer`, with AWS's vocabulary in camelCase.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule of a listener (`elbv2:CreateRule`): requests that meet its conditions come to this service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListenerRule {
    /// The rule's priority, 1 to 50000; the lowest is tried first.
    #[schemars(range(min = 1, max = 50_000))]
    pub priority: i64,
    /// The conditions, all of which must be met; at most 5.
    #[schemars(length(max = 5))]
    pub conditions: Option<Vec<RuleCondition>>,
    /// What is done; default: forward to this service.
    #[schemars(length(max = 5))]
    pub actions: Option<Vec<RuleAction>>,
}

/// A condition of a listener rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleCondition {
    /// What is looked at.
    pub field: Option<ConditionField>,
    /// The values, one of which must match; at most 5. `*` stands for any characters, `?` for one.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub values: Option<Vec<String>>,
    /// For `path-pattern`: the values, in place of `values`.
    pub path_pattern_config: Option<ConditionValues>,
    /// For `host-header`: the values, in place of `values`.
    pub host_header_config: Option<ConditionValues>,
}

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum ConditionField {
    PathPattern,
    HostHeader,
}

/// The values of a condition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConditionValues {
    /// The values, one of which must match; at most 5.
    #[schemars(length(max = 5), inner(length(max = 128)))]
    pub values: Option<Vec<String>>,
}

/// What a rule does with a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleAction {
    /// The kind of action.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// ARN of the target group of a `forward`; default: this service.
    #[schemars(length(max = 2048))]
    pub target_group_arn: Option<String>,
}

/// The kind of a rule's action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum ActionType {
    Forward,
}

/// A listener (`elbv2:CreateListener`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// The port, 1 to 65535; default 80, with HTTPS 443.
    #[schemars(range(min = 1, max = 65_535))]
    pub port: Option<i64>,
    /// `HTTP` (default) or `HTTPS`.
    pub protocol: Option<ListenerProtocol>,
    /// The certificates of an HTTPS listener, the default one first.
    #[schemars(length(max = 25))]
    pub certificates: Option<Vec<Certificate>>,
    /// The name of the security policy of an HTTPS listener.
    #[schemars(length(max = 255))]
    pub ssl_policy: Option<String>,
}

/// The protocol of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum ListenerProtocol {
    Http,
    Https,
}

/// A certificate of a listener.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certificate {
    /// ARN of the certificate in AWS Certificate Manager.
    #[schemars(length(max = 2048))]
    pub certificate_arn: Option<String>,
}

/// A target group (`elbv2:CreateTargetGroup`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroup {
    /// The path that the load balancer's health check asks for; default `/`.
    #[schemars(length(max = 1024))]
    pub health_check_path: Option<String>,
    /// Seconds between two health checks, 5 to 300.
    #[schemars(range(min = 5, max = 300))]
    pub health_check_interval_seconds: Option<i64>,
    /// Seconds that a health check may take, 2 to 120.
    #[schemars(range(min = 2, max = 120))]
    pub health_check_timeout_seconds: Option<i64>,
    /// Successes in a row until a target is healthy, 2 to 10.
    #[schemars(range(min = 2, max = 10))]
    pub healthy_threshold_count: Option<i64>,
    /// Failures in a row until a target is unhealthy, 2 to 10.
    #[schemars(range(min = 2, max = 10))]
    pub unhealthy_threshold_count: Option<i64>,
    /// Attributes of the target group, such as `deregistration_delay.timeout_seconds`; at most 50.
    #[schemars(length(max = 50))]
    pub attributes: Option<Vec<TargetGroupAttribute>>,
}

/// An attribute of a target group (`elbv2:ModifyTargetGroupAttributes`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroupAttribute {
    /// The name of the attribute.
    #[schemars(length(max = 256))]
    pub key: Option<String>,
    /// Its value.
    #[schemars(length(max = 1024))]
    pub value: Option<String>,
}

/// A load balancer (`elbv2:CreateLoadBalancer`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    /// The name of the load balancer, at most 32 letters, digits and `-`.
    #[schemars(length(max = 32))]
    pub name: Option<String>,
    /// `internet-facing` (the default in AWS) or `internal`.
    pub scheme: Option<Scheme>,
    /// The type: `application` (default). Others are not yet served.
    #[serde(rename = "type")]
    pub load_balancer_type: Option<LoadBalancerType>,
}

/// Who can reach a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum Scheme {
    InternetFacing,
    Internal,
}

/// The type of a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum LoadBalancerType {
    Application,
}
