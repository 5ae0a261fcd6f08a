//! What translation makes: a rendering of the pods, and the objects around it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The pod template with what goes with it. A service revision keeps it for the life of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendering {
    /// The pod template, as raw JSON.
    pub template: Value,
    /// The ports that Services may select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<RenderedPort>,
    /// The secrets that the pods refer to, by their key in the service revision's Secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, SecretReference>,
    /// The ServiceAccount that the pods run under.
    pub service_account: ServiceAccountReference,
}

/// A port of the pods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RenderedPort {
    /// The name of the container in ECS.
    pub container: String,
    /// The port in the container.
    pub container_port: u16,
    /// `TCP` or `UDP`.
    pub protocol: String,
    /// The name of the port in the pod.
    pub name: String,
}

/// The ServiceAccount that pods run under: its name, and the task role that it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountReference {
    /// The name of the ServiceAccount.
    pub name: String,
    /// The ARN of the task role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// Where the value of a secret is kept: `valueFrom` as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretReference {
    /// `valueFrom`, as written.
    pub value_from: String,
    /// The path of the member in the task definition, for messages.
    pub path: String,
}

/// The objects of a service, each at most once, and what they wait for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desired {
    /// The Service, where the service has load balancers.
    pub service: Option<Object>,
    /// The Ingress, where the service is exposed by one.
    pub ingress: Option<Object>,
    /// The Deployment.
    pub workload: Option<Object>,
    /// What others must bring first.
    pub waiting: Vec<Waiting>,
}

/// What others must still bring: until it is there nothing new is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// An ingress class that does not exist.
    IngressClass {
        /// Its name.
        name: String,
    },
}

/// A Kubernetes object: what we want of it, without owner and without what only a server knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The whole object, as JSON: `apiVersion`, `kind`, `metadata`, and what its kind has.
    pub body: Value,
}

/// The kinds of objects that we make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `v1 ServiceAccount`
    ServiceAccount,
    /// `apps/v1 ControllerRevision`
    ControllerRevision,
    /// `v1 Secret`
    Secret,
    /// `v1 Service`
    Service,
    /// `networking.k8s.io/v1 Ingress`
    Ingress,
    /// `apps/v1 Deployment`
    Deployment,
}

impl Kind {
    /// The word of the kind, as in `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceAccount => "ServiceAccount",
            Self::ControllerRevision => "ControllerRevision",
            Self::Secret => "Secret",
            Self::Service => "Service",
            Self::Ingress => "Ingress",
            Self::Deployment => "Deployment",
        }
    }

    /// The group of the kind; empty for the core group.
    pub fn group(self) -> &'static str {
        match self {
            Self::ServiceAccount | Self::Secret | Self::Service => "",
            Self::ControllerRevision | Self::Deployment => "apps",
            Self::Ingress => "networking.k8s.io",
        }
    }

    /// The resource of the kind, as in a URL.
    pub fn plural(self) -> &'static str {
        match self {
            Self::ServiceAccount => "serviceaccounts",
            Self::ControllerRevision => "controllerrevisions",
            Self::Secret => "secrets",
            Self::Service => "services",
            Self::Ingress => "ingresses",
            Self::Deployment => "deployments",
        }
    }

    /// Group and version, as in `apiVersion:`.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::ServiceAccount | Self::Secret | Self::Service => "v1",
            Self::ControllerRevision | Self::Deployment => "apps/v1",
            Self::Ingress => "networking.k8s.io/v1",
        }
    }
}
