//! `serviceRegistries`, `vpcLatticeConfigurations` and `gatewayConnectors` of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Cloud Map service that tasks are registered with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceRegistry {
    /// ARN of the Cloud Map service.
    #[schemars(length(max = 2048))]
    pub registry_arn: Option<String>,
    /// The port of SRV records, 1 to 65535.
    #[schemars(range(min = 0, max = 65_535))]
    pub port: Option<i64>,
    /// The container whose port SRV records have.
    #[schemars(length(max = 255))]
    pub container_name: Option<String>,
    /// The port of that container, 1 to 65535.
    #[schemars(range(min = 0, max = 65_535))]
    pub container_port: Option<i64>,
}

/// A target group of VPC Lattice that tasks are registered with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcLatticeConfiguration {
    /// ARN of the role by which tasks are registered.
    #[schemars(length(min = 1, max = 2048))]
    pub role_arn: String,
    /// ARN of the target group.
    #[schemars(length(min = 1, max = 2048))]
    pub target_group_arn: String,
    /// The name of the port mapping that serves.
    #[schemars(length(min = 1, max = 64))]
    pub port_name: String,
    /// What a deployment that shifts traffic needs.
    pub advanced_configuration: Option<VpcLatticeAdvancedConfiguration>,
}

/// What a deployment that shifts traffic needs of VPC Lattice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcLatticeAdvancedConfiguration {
    /// ARN of the target group of the other revision.
    #[schemars(length(max = 2048))]
    pub alternate_target_group_arn: Option<String>,
    /// ARN of the listener rule by which traffic comes.
    #[schemars(length(max = 2048))]
    pub production_listener_rule: Option<String>,
    /// ARN of the listener rule by which test traffic comes.
    #[schemars(length(max = 2048))]
    pub test_listener_rule: Option<String>,
}

/// A gateway that requests to the tasks come by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayConnector {
    /// The name of the port mapping that serves.
    #[schemars(length(min = 1, max = 64))]
    pub port_name: String,
    /// How the gateway finds out whether a task is healthy.
    pub health_check: Option<GatewayHealthCheck>,
    /// Which gateways.
    pub filters: Option<GatewayFilters>,
    /// How long a task that is to stop is waited for.
    pub deregistration_delay: Option<GatewayDeregistrationDelay>,
}

/// How a gateway finds out whether a task is healthy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayHealthCheck {
    /// The protocol.
    pub health_check_protocol: Option<GatewayHealthCheckProtocol>,
    /// The port, 1 to 65535.
    #[schemars(range(min = 0, max = 65_535))]
    pub health_check_port: Option<i64>,
    /// The path.
    #[schemars(length(max = 1024))]
    pub health_check_path: Option<String>,
    /// Seconds that a check may take.
    #[schemars(range(min = 0, max = 300))]
    pub health_check_timeout_seconds: Option<i64>,
    /// Seconds between two checks.
    #[schemars(range(min = 0, max = 300))]
    pub health_check_interval_seconds: Option<i64>,
    /// Successes in a row until a task is healthy.
    #[schemars(range(min = 0, max = 10))]
    pub healthy_threshold_count: Option<i64>,
    /// Failures in a row until a task is unhealthy.
    #[schemars(range(min = 0, max = 10))]
    pub unhealthy_threshold_count: Option<i64>,
    /// The answers that are healthy.
    pub matcher: Option<GatewayMatcher>,
}

/// The protocol of a gateway's health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum GatewayHealthCheckProtocol {
    Http,
    Https,
}

/// The answers that a gateway takes for healthy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayMatcher {
    /// Status codes of HTTP, such as `200-299`.
    #[schemars(length(max = 255))]
    pub http_code: Option<String>,
    /// Status codes of gRPC.
    #[schemars(length(max = 255))]
    pub grpc_code: Option<String>,
}

/// Which gateways.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayFilters {
    /// Those that can be reached from outside (`PUBLIC`), or not (`PRIVATE`).
    #[schemars(length(max = 2))]
    pub access_types: Option<Vec<GatewayAccessType>>,
}

/// Who can reach a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum GatewayAccessType {
    Public,
    Private,
}

/// How long a task that is to stop is waited for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewayDeregistrationDelay {
    /// Seconds, 0 to 3600.
    #[schemars(range(min = 0, max = 3600))]
    pub timeout_seconds: Option<i64>,
}
