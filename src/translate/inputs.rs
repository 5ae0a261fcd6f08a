//! All that translation depends on.

use super::{KubernetesVersion, RenderedPort};
use crate::ecs;
use crate::grant::Grants;
use crate::settings::Settings;

/// All that the translation of one service depends on.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The namespace of the service.
    pub namespace: &'a str,
    /// The service's `metadata.name`: its children are named after it.
    pub name: &'a str,
    /// The service's specification.
    pub service: &'a ecs::Service,
    /// The revision of the task definition that the service refers to.
    pub task_definition: TaskDefinitionRevision<'a>,
    /// The cluster of the namespace, where there is one.
    pub cluster: Option<&'a ecs::Cluster>,
    /// What the operator is configured with.
    pub settings: &'a Settings,
    /// The grants that the task definition names.
    pub grants: Grants<'a>,
    /// Whether the cluster has the `PodIdentityAssociation` of AWS Controllers for Kubernetes; offline only the settings say so.
    pub has_ack: bool,
    /// The version of the server that the objects are for.
    pub kubernetes: KubernetesVersion,
    /// The ingress classes of the cluster; offline, the one that the settings name.
    pub ingress_classes: &'a [IngressClass],
    /// The number of the service revision that the pod template is rendered for.
    pub service_revision: i64,
    /// The ports of the pods that run: a port that they have keeps its name, by which Services find old and new pods.
    pub running_ports: &'a [RenderedPort],
}

/// A revision of a task definition.
#[derive(Clone, Copy, Debug)]
pub struct TaskDefinitionRevision<'a> {
    /// The `metadata.name` of the task definition: its children are named after it.
    pub name: &'a str,
    /// The family.
    pub family: &'a str,
    /// The number.
    pub revision: i64,
    /// What was registered.
    pub spec: &'a ecs::TaskDefinition,
}

/// A class of Ingresses that the cluster has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IngressClass {
    /// Its name.
    pub name: String,
    /// The controller that serves it, such as `ingress.k8s.aws/alb`.
    pub controller: String,
    /// Whether it is the cluster's default.
    pub default: bool,
}
