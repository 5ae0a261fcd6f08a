//! `loadBalancers[].targetGroup`: how a load balancer speaks to the tasks and finds out whether they are healthy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Attribute, Protocol};

/// A target group (`elbv2:CreateTargetGroup`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroup {
    /// The protocol that targets are spoken to in; default `HTTP`, of a network load balancer `TCP`.
    pub protocol: Option<Protocol>,
    /// `HTTP1` (default), `HTTP2` or `GRPC`.
    pub protocol_version: Option<ProtocolVersion>,
    /// The port of targets that name none. It has no effect here: pods are reached at their own.
    #[schemars(range(min = 1, max = 65_535))]
    pub port: Option<i64>,
    /// Whether targets are checked; always `true` here.
    pub health_check_enabled: Option<bool>,
    /// The protocol of the health check; default `HTTP`, of a network load balancer `TCP`.
    pub health_check_protocol: Option<Protocol>,
    /// The port of the health check, or `traffic-port` (default), the one that serves.
    #[schemars(length(max = 16))]
    pub health_check_port: Option<String>,
    /// The path that the load balancer's health check asks for; default `/`, with gRPC `/AWS.ALB/healthcheck`.
    #[schemars(length(max = 1024))]
    pub health_check_path: Option<String>,
    /// Seconds between two health checks, 5 to 300; default 30.
    #[schemars(range(min = 5, max = 300))]
    pub health_check_interval_seconds: Option<i64>,
    /// Seconds that a health check may take, 2 to 120; default 6, but 10 where the target group's protocol is not HTTP.
    #[schemars(range(min = 2, max = 120))]
    pub health_check_timeout_seconds: Option<i64>,
    /// Successes in a row until a target is healthy, 2 to 10; default 5.
    #[schemars(range(min = 2, max = 10))]
    pub healthy_threshold_count: Option<i64>,
    /// Failures in a row until a target is unhealthy, 2 to 10; default 2.
    #[schemars(range(min = 2, max = 10))]
    pub unhealthy_threshold_count: Option<i64>,
    /// The answers that count as healthy.
    pub matcher: Option<Matcher>,
    /// How targets are registered. Pods are by their address, `ip`.
    pub target_type: Option<TargetType>,
    /// The addresses of targets. It has no effect here: they are those of the cluster's pods.
    pub ip_address_type: Option<TargetAddresses>,
    /// Attributes of the target group (`elbv2:ModifyTargetGroupAttributes`), such as `deregistration_delay.timeout_seconds`; at most 50.
    #[schemars(length(max = 50))]
    pub attributes: Option<Vec<Attribute>>,
}

/// The version of HTTP that targets are spoken to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum ProtocolVersion {
    Http1,
    Http2,
    Grpc,
}

/// The answers to a health check that count as healthy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Matcher {
    /// The statuses of HTTP, such as `200,301` or `200-299`; default `200`, of a network load balancer `200-399`.
    #[schemars(length(max = 64))]
    pub http_code: Option<String>,
    /// The codes of gRPC, such as `0,12` or `0-99`; default `12`.
    #[schemars(length(max = 64))]
    pub grpc_code: Option<String>,
}

/// How targets are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum TargetType {
    Instance,
    Ip,
    Lambda,
    Alb,
}

/// The addresses of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum TargetAddresses {
    Ipv4,
    Ipv6,
}
