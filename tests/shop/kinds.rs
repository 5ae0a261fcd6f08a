//! The kinds that the demo speaks of, and how to get at a shop's objects of them.

use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};

/// Where the shop is.
pub const NAMESPACE: &str = "shop";
/// Where another tenant is.
pub const GUEST: &str = "guest";

/// A kind of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name, such as `Deployment`.
    pub name: &'static str,
    plural: &'static str,
    group: &'static str,
    version: &'static str,
}

impl Kind {
    pub const TASK_DEFINITION: Self = Self::ours("ECSTaskDefinition", "ecstaskdefinitions");
    pub const SERVICE: Self = Self::ours("ECSService", "ecsservices");
    pub const DEPLOYMENT: Self = Self::new("Deployment", "deployments", "apps", "v1");
    pub const POD: Self = Self::new("Pod", "pods", "", "v1");
    pub const REVISION: Self = Self::new("ControllerRevision", "controllerrevisions", "apps", "v1");
    pub const SECRET: Self = Self::new("Secret", "secrets", "", "v1");

    /// What our objects own, in the order in which a reader would look for them.
    pub const OWNED: [Self; 9] = [
        Self::REVISION,
        Self::new("ServiceAccount", "serviceaccounts", "", "v1"),
        Self::SECRET,
        Self::new("Service", "services", "", "v1"),
        Self::new("Ingress", "ingresses", "networking.k8s.io", "v1"),
        Self::new("PodDisruptionBudget", "poddisruptionbudgets", "policy", "v1"),
        Self::DEPLOYMENT,
        Self::new("ReplicaSet", "replicasets", "apps", "v1"),
        Self::POD,
    ];

    const fn ours(name: &'static str, plural: &'static str) -> Self {
        Self::new(name, plural, "ecs-operator.dev", "v1alpha1")
    }

    const fn new(name: &'static str, plural: &'static str, group: &'static str, version: &'static str) -> Self {
        Self { name, plural, group, version }
    }

    /// The shop's objects of this kind.
    pub fn api(self, client: Client) -> Api<DynamicObject> {
        self.api_in(client, NAMESPACE)
    }

    /// A namespace's objects of this kind.
    pub fn api_in(self, client: Client, namespace: &str) -> Api<DynamicObject> {
        let kind = GroupVersionKind::gvk(self.group, self.version, self.name);
        Api::namespaced_with(client, namespace, &ApiResource::from_gvk_with_plural(&kind, self.plural))
    }
}
