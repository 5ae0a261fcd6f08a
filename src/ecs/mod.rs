//! What users write: the shapes of the ECS API, as custom resources. Types, serde and schema only.
//!
//! `spec` uses the ECS API's own member names, so that what `aws ecs describe-task-definition` prints,
//! less its read-only keys, can be pasted under it. What ECS does not have sits in `spec.kubernetes`;
//! what ECS keeps in a neighbouring API sits where ECS refers to it ([`load_balancing`]).

pub mod access_grant;
pub mod arn;
pub mod cluster;
pub mod container_definition;
pub mod crds;
pub mod free_form;
pub mod kubernetes;
pub mod load_balancing;
pub mod reference;
pub mod service;
pub mod size;
pub mod status;
pub mod task_definition;
pub mod unset;
pub mod volume;

pub use access_grant::{AWSAccessGrant, AccessGrant};
pub use cluster::{Cluster, ECSCluster};
pub use container_definition::{
    ApplicationProtocol, ContainerDefinition, HealthCheck, KeyValuePair, LogConfiguration, MountPoint, PortMapping, Secret, TransportProtocol, VolumeFrom,
};
pub use load_balancing::{ListenerRule, LoadBalancer, RuleAction, RuleCondition};
pub use service::{DeploymentConfiguration, ECSService, NetworkConfiguration, SchedulingStrategy, Service, ServiceLoadBalancer};
pub use size::Size;
pub use status::{ClusterStatus, ServiceStatus, TaskDefinitionStatus};
pub use task_definition::{CpuArchitecture, ECSTaskDefinition, NetworkMode, OperatingSystemFamily, RuntimePlatform, TaskDefinition};
pub use volume::Volume;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The API group of our kinds.
pub const GROUP: &str = "ecs-operator.dev";
/// The version that is served and stored.
pub const VERSION: &str = "v1alpha1";

/// A tag: a key and a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tag {
    /// The key, at most 128 characters.
    #[schemars(length(max = 128))]
    pub key: Option<String>,
    /// The value, at most 256 characters; an empty one is a value.
    #[schemars(length(max = 256))]
    pub value: Option<String>,
}
