//! `ECSCluster`: the input of `ecs:CreateCluster`, and settings narrowed for its namespace.

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kubernetes::ClusterKubernetes;
use super::{ClusterStatus, Tag};

/// A cluster: what holds for all services of its namespace. Of two in one namespace the older is in force.
#[expect(clippy::duplicated_attributes, reason = "one column each")]
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "ecs-operator.dev",
    version = "v1alpha1",
    kind = "ECSCluster",
    plural = "ecsclusters",
    singular = "ecscluster",
    shortname = "ecscl",
    category = "ecs",
    namespaced,
    status = "ClusterStatus",
    printcolumn(name = "Cluster", type_ = "string", json_path = ".status.clusterName"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status"),
    printcolumn(name = "Reason", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].reason"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    /// The name of the cluster in ECS; default: `metadata.name`. At most 255 letters, digits, `_` and `-`.
    #[schemars(length(max = 255))]
    pub cluster_name: Option<String>,
    /// Tags of the cluster, at most 50.
    #[schemars(length(max = 50))]
    pub tags: Option<Vec<Tag>>,
    /// What ECS does not have: the operator's settings, narrowed for this namespace.
    pub kubernetes: Option<ClusterKubernetes>,
}
