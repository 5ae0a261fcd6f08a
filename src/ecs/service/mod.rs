//! `ECSService`: the input of `ecs:CreateService`, and `forceNewDeployment` of `ecs:UpdateService`.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod deployment;
pub mod discovery;
pub mod placement;
pub mod service_connect;
pub mod volume_configuration;

pub use deployment::{DeploymentConfiguration, DeploymentController, DeploymentControllerType};
pub use discovery::{GatewayConnector, ServiceRegistry, VpcLatticeConfiguration};
pub use placement::{CapacityProviderStrategyItem, PlacementConstraint, PlacementConstraintType, PlacementStrategy, PlacementStrategyType};
pub use service_connect::ServiceConnectConfiguration;
pub use volume_configuration::{EbsTagSpecification, ManagedEbsVolume, VolumeConfiguration};

use super::kubernetes::ServiceKubernetes;
use super::load_balancing::{Listener, ListenerRule, LoadBalancer, TargetGroup};
use super::volume::Switch;
use super::{ServiceStatus, Tag};

/// A service: keeps a number of tasks of a task definition running, behind load balancers.
#[expect(clippy::duplicated_attributes, reason = "one column each")]
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "ecs-operator.dev",
    version = "v1alpha1",
    kind = "ECSService",
    plural = "ecsservices",
    singular = "ecsservice",
    shortname = "ecssvc",
    category = "ecs",
    namespaced,
    status = "ServiceStatus",
    scale(spec_replicas_path = ".spec.desiredCount", status_replicas_path = ".status.runningCount", label_selector_path = ".status.selector"),
    printcolumn(name = "Task-Definition", type_ = "string", json_path = ".status.taskDefinition"),
    printcolumn(name = "Desired", type_ = "integer", json_path = ".spec.desiredCount"),
    printcolumn(name = "Running", type_ = "integer", json_path = ".status.runningCount"),
    printcolumn(name = "Pending", type_ = "integer", json_path = ".status.pendingCount"),
    printcolumn(name = "Rollout", type_ = "string", json_path = ".status.deployments[0].rolloutState"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    /// The ECS cluster of the service. Where the service runs is decided by its namespace; this is a note.
    #[schemars(length(max = 2048))]
    pub cluster: Option<String>,
    /// The name of the service in ECS; default: `metadata.name`. At most 255 letters, digits, `_` and `-`.
    #[schemars(length(max = 255))]
    pub service_name: Option<String>,
    /// What the tasks run: a family (its newest revision), `family:revision`, or the ARN of either. Required.
    #[schemars(length(max = 2048))]
    pub task_definition: Option<String>,
    /// Whether tasks are moved until availability zones have equally many; default `ENABLED`.
    pub availability_zone_rebalancing: Option<Switch>,
    /// The load balancers that the tasks are registered with.
    #[schemars(length(max = 5))]
    pub load_balancers: Option<Vec<ServiceLoadBalancer>>,
    /// The Cloud Map services that the tasks are registered with.
    #[schemars(length(max = 5))]
    pub service_registries: Option<Vec<ServiceRegistry>>,
    /// How many tasks are kept running, at least 0. Required unless the scheduling strategy is `DAEMON`.
    #[schemars(range(min = 0, max = 100_000))]
    pub desired_count: Option<i64>,
    /// A token against doubled requests. It has no effect here.
    #[schemars(length(max = 64))]
    pub client_token: Option<String>,
    /// The kind of infrastructure. The cluster's nodes run the tasks; the operator's setting `capacityProviders` may say which.
    pub launch_type: Option<LaunchType>,
    /// The capacity providers whose nodes run the tasks, in place of `launchType`; at most 20.
    #[schemars(length(max = 20))]
    pub capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    /// The version of the Fargate platform. It has no effect here.
    #[schemars(length(max = 64))]
    pub platform_version: Option<String>,
    /// The role by which ECS calls the load balancer. It has no effect here.
    #[schemars(length(max = 2048))]
    pub role: Option<String>,
    /// How a deployment replaces tasks.
    pub deployment_configuration: Option<DeploymentConfiguration>,
    /// Which nodes may run tasks, at most 10 constraints with those of the task definition.
    #[schemars(length(max = 10))]
    pub placement_constraints: Option<Vec<PlacementConstraint>>,
    /// How tasks are spread over nodes, at most 5; default: over availability zones, and in each over nodes.
    #[schemars(length(max = 5))]
    pub placement_strategy: Option<Vec<PlacementStrategy>>,
    /// Subnets, security groups and public address of the tasks.
    pub network_configuration: Option<NetworkConfiguration>,
    /// Seconds after a task's start in which failing health checks are ignored; default 0.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub health_check_grace_period_seconds: Option<i64>,
    /// `REPLICA` (default), or `DAEMON`: one task on every node; it cannot be changed.
    pub scheduling_strategy: Option<SchedulingStrategy>,
    /// Who replaces tasks at a deployment; default `ECS`.
    pub deployment_controller: Option<DeploymentController>,
    /// Tags of the service, at most 50. They belong to AWS, unless `propagateTags` copies them to tasks.
    #[schemars(length(max = 50))]
    pub tags: Option<Vec<Tag>>,
    /// Whether ECS adds tags of its own to tasks. It has no effect here.
    #[serde(rename = "enableECSManagedTags")]
    pub enable_ecs_managed_tags: Option<bool>,
    /// Whose tags are copied to tasks: `SERVICE`, `TASK_DEFINITION` or `NONE` (default). Here they become annotations of the pods,
    /// `tag.ecs-operator.dev/KEY`.
    pub propagate_tags: Option<PropagateTags>,
    /// Whether `aws ecs execute-command` may be used; here `kubectl exec` is, as the cluster's own rules allow.
    pub enable_execute_command: Option<bool>,
    /// The names by which the tasks reach others and are reached (Service Connect).
    pub service_connect_configuration: Option<ServiceConnectConfiguration>,
    /// What the volumes are that the task definition leaves to the service.
    #[schemars(length(max = 1))]
    pub volume_configurations: Option<Vec<VolumeConfiguration>>,
    /// The target groups of VPC Lattice that the tasks are registered with.
    #[schemars(length(max = 5))]
    pub vpc_lattice_configurations: Option<Vec<VpcLatticeConfiguration>>,
    /// The gateways that requests to the tasks come by.
    #[schemars(length(max = 5))]
    pub gateway_connectors: Option<Vec<GatewayConnector>>,
    /// Metrics of the service in CloudWatch.
    pub monitoring: Option<Monitoring>,
    /// Starts one deployment although nothing else changed, when the running one was made without it.
    pub force_new_deployment: Option<bool>,
    /// What ECS does not have.
    pub kubernetes: Option<ServiceKubernetes>,
}

/// A load balancer that the tasks of a service are registered with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceLoadBalancer {
    /// ARN of the target group.
    #[schemars(length(max = 2048))]
    pub target_group_arn: Option<String>,
    /// Name of a Classic Load Balancer.
    #[schemars(length(max = 255))]
    pub load_balancer_name: Option<String>,
    /// The container that serves.
    #[schemars(length(max = 255))]
    pub container_name: Option<String>,
    /// The port of that container, 1 to 65535.
    #[schemars(range(min = 1, max = 65_535))]
    pub container_port: Option<i64>,
    /// What a deployment that shifts traffic needs of the load balancer.
    pub advanced_configuration: Option<AdvancedConfiguration>,
    /// The rules by which listeners send requests here (`elbv2:CreateRule`). They start no deployment.
    #[schemars(length(max = 100))]
    pub listener_rules: Option<Vec<ListenerRule>>,
    /// The listener of these rules (`elbv2:CreateListener`); default: HTTP on port 80.
    pub listener: Option<Listener>,
    /// The target group (`elbv2:CreateTargetGroup`).
    pub target_group: Option<TargetGroup>,
    /// The load balancer (`elbv2:CreateLoadBalancer`). Services of a namespace that name the same one share it.
    pub load_balancer: Option<LoadBalancer>,
}

/// The kind of infrastructure of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum LaunchType {
    Ec2,
    Fargate,
    External,
    ManagedInstances,
}

/// How many tasks a service keeps, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum SchedulingStrategy {
    #[default]
    Replica,
    Daemon,
}

/// Where the tags of tasks come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum PropagateTags {
    TaskDefinition,
    Service,
    None,
}

/// The network of a service's tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkConfiguration {
    /// Subnets, security groups and public address.
    pub awsvpc_configuration: Option<AwsVpcConfiguration>,
}

/// Subnets, security groups and public address of tasks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsVpcConfiguration {
    /// The subnets, at most 16. They have no effect here: the cluster's own network places pods.
    #[schemars(length(max = 16))]
    pub subnets: Option<Vec<String>>,
    /// The security groups, at most 5. `kubernetes.securityGroups` says what stands for them here.
    #[schemars(length(max = 5))]
    pub security_groups: Option<Vec<String>>,
    /// Whether tasks have a public address; default `DISABLED`. Pods have none.
    pub assign_public_ip: Option<Switch>,
}

/// What a deployment that shifts traffic needs of a load balancer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdvancedConfiguration {
    /// ARN of the target group of the other revision.
    #[schemars(length(max = 2048))]
    pub alternate_target_group_arn: Option<String>,
    /// ARN of the listener rule by which traffic comes.
    #[schemars(length(max = 2048))]
    pub production_listener_rule: Option<String>,
    /// ARN of the listener rule by which test traffic comes.
    #[schemars(length(max = 2048))]
    pub test_listener_rule: Option<String>,
    /// ARN of the role by which ECS changes the load balancer. It has no effect here.
    #[schemars(length(max = 2048))]
    pub role_arn: Option<String>,
}

/// Metrics of a service in CloudWatch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Monitoring {
    /// Which metrics, and how often.
    #[schemars(length(max = 50))]
    pub metric_configurations: Option<Vec<MetricConfiguration>>,
}

/// Metrics, and how often they are taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricConfiguration {
    /// The names of the metrics.
    #[schemars(length(max = 50), inner(length(max = 255)))]
    pub metric_names: Vec<String>,
    /// Seconds between two values.
    #[schemars(range(min = 0, max = 86_400))]
    pub resolution_seconds: i64,
}
