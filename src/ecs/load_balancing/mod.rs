//! What ECS keeps in Elastic Load Balancing and a migrated service needs: `loadBalancers[].listenerRules`,
//! `listener`, `targetGroup` and `loadBalancer`, with AWS's vocabulary in camelCase.

pub mod action;
pub mod authentication;
pub mod condition;
pub mod listener;
pub mod target_group;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use action::{ActionType, FixedResponseConfig, ForwardConfig, RedirectConfig, RuleAction, RuleTransform, TargetGroupTuple, TransformType};
pub use authentication::{AuthenticateCognitoConfig, AuthenticateOidcConfig, JwtValidationConfig};
pub use condition::{ConditionField, ConditionValues, HttpHeaderValues, PatternValues, QueryStringValues, RuleCondition};
pub use listener::{Certificate, Listener, Protocol};
pub use target_group::{Matcher, ProtocolVersion, TargetGroup, TargetType};

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
    /// What is changed in a request before it is forwarded; at most one of each type.
    #[schemars(length(max = 2))]
    pub transforms: Option<Vec<RuleTransform>>,
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
    /// `application` (default) or `network`.
    #[serde(rename = "type")]
    pub load_balancer_type: Option<LoadBalancerType>,
    /// The subnets, by id or name, one for each availability zone; default: those that are tagged for load balancers.
    #[schemars(length(max = 16), inner(length(max = 255)))]
    pub subnets: Option<Vec<String>>,
    /// The security groups of the load balancer, by id; default: groups that the controller makes.
    #[schemars(length(max = 5), inner(length(max = 255)))]
    pub security_groups: Option<Vec<String>>,
    /// The addresses that the load balancer has; default `ipv4`.
    pub ip_address_type: Option<LoadBalancerAddresses>,
    /// Attributes of the load balancer (`elbv2:ModifyLoadBalancerAttributes`), such as `idle_timeout.timeout_seconds`; at most 50.
    #[schemars(length(max = 50))]
    pub attributes: Option<Vec<Attribute>>,
}

/// An attribute of a load balancer or of a target group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// The name of the attribute.
    #[schemars(length(max = 256))]
    pub key: Option<String>,
    /// Its value.
    #[schemars(length(max = 1024))]
    pub value: Option<String>,
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
    Network,
}

/// The addresses that a load balancer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum LoadBalancerAddresses {
    Ipv4,
    Dualstack,
    DualstackWithoutPublicIpv4,
}
