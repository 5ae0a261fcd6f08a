//! All that translation depends on.

use crate::ecs;
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
    /// The version of the server that the objects are for.
    pub kubernetes: KubernetesVersion,
    /// The ingress classes of the cluster; offline, the one that the settings name.
    pub ingress_classes: &'a [IngressClass],
    /// The number of the service revision that the pod template is rendered for.
    pub service_revision: i64,
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

/// The version of a Kubernetes server, `1.minor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubernetesVersion {
    /// The minor version.
    pub minor: u32,
}

impl KubernetesVersion {
    /// The oldest version that we support.
    pub const OLDEST: Self = Self { minor: 34 };
    /// The newest version that we support.
    pub const NEWEST: Self = Self { minor: 37 };
}

/// Why a text is no version that we support.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no supported version of Kubernetes: 1.34 to 1.37 are")]
pub struct VersionError(String);

impl std::str::FromStr for KubernetesVersion {
    type Err = VersionError;

    /// Reads `1.36`, `v1.36.3`, `1.36+`.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let rest = text.trim_start_matches('v').strip_prefix("1.");
        let minor = rest.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        let version = minor.and_then(|minor| minor.parse().ok()).map(|minor| Self { minor });
        version.filter(|version| (Self::OLDEST..=Self::NEWEST).contains(version)).ok_or_else(|| VersionError(text.into()))
    }
}
