//! `status` of our kinds, in both languages: the conditions of kstatus readers, and the words of ECS.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::k8s;

/// The status of an `ECSService`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceStatus {
    /// The generation of the specification that this status speaks of.
    pub observed_generation: i64,
    /// `Ready`, `Reconciling` and `Stalled`.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<k8s::Condition>,
    /// `ACTIVE`, or `DRAINING` while the service is being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The revision of the task definition that the service wants, as `family:revision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<String>,
    /// The service revision that is deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_revision: Option<i64>,
    /// How many tasks are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired_count: Option<i64>,
    /// How many tasks run and are ready.
    pub running_count: i64,
    /// How many tasks are starting.
    pub pending_count: i64,
    /// The deployments, the newest (`PRIMARY`) first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<Deployment>,
    /// The label selector of the tasks' pods, for `kubectl scale` and autoscalers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// What there is to say about the translation, most severe first, at most 50.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<DiagnosticStatus>,
}

/// A deployment of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    /// The name of the service revision.
    pub id: String,
    /// `PRIMARY` for the newest, `ACTIVE` for one that still has tasks.
    pub status: String,
    /// The revision of the task definition, as `family:revision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_definition: Option<String>,
    /// How many tasks the deployment wants.
    pub desired_count: i64,
    /// How many of them run and are ready.
    pub running_count: i64,
    /// How many of them are starting.
    pub pending_count: i64,
    /// `IN_PROGRESS`, `COMPLETED` or `FAILED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout_state: Option<String>,
    /// Why the roll-out is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout_state_reason: Option<String>,
}

/// The status of an `ECSTaskDefinition`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct TaskDefinitionStatus {
    /// The generation of the specification that this status speaks of.
    pub observed_generation: i64,
    /// `Ready`, `Reconciling` and `Stalled`.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<k8s::Condition>,
    /// `ACTIVE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The number of the newest revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    /// What there is to say about the translation, most severe first, at most 50.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<DiagnosticStatus>,
}

/// The status of an `ECSCluster`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterStatus {
    /// The generation of the specification that this status speaks of.
    pub observed_generation: i64,
    /// `Ready`, `Reconciling` and `Stalled`.
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Vec<k8s::Condition>,
    /// `ACTIVE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The name of the cluster in ECS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<String>,
}

/// One thing that there is to say about the translation of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticStatus {
    /// The name of the fault; `ecs-operator explain NAME` tells more.
    pub name: String,
    /// `error`: nothing is applied; `warning`: applied, and differs from ECS; `note`: no effect here.
    pub severity: Severity,
    /// The member that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What happens, and what to do.
    pub message: String,
}

/// How much a diagnostic matters; the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is applied.
    Error,
    /// It is applied, and differs from ECS.
    Warning,
    /// It belongs to AWS and has no effect here.
    Note,
}
