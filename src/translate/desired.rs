//! What translation makes: a rendering of the pods, and the objects around it.

use std::collections::{BTreeMap, BTreeSet};

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
    /// The files whose lines become environment variables, by the name of the Secret that has the variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment_files: BTreeMap<String, EnvironmentFiles>,
    /// The credentials that images are pulled with, by the name of the Secret that has them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub registries: BTreeMap<String, RegistryReference>,
    /// The ServiceAccount that the pods run under.
    pub service_account: ServiceAccountReference,
    /// The objects that the pods refer to by name, such as claims of volumes: they are kept while the rendering is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Object>,
}

impl Rendering {
    /// Whether its pods have values that are kept elsewhere.
    pub fn has_values(&self) -> bool {
        !(self.secrets.is_empty() && self.environment_files.is_empty() && self.registries.is_empty())
    }
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
    /// The protocol above TCP, as a Service's `appProtocol` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
}

/// The ServiceAccount that pods run under: its name, and the task role that it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccountReference {
    /// The name of the ServiceAccount.
    pub name: String,
    /// The ARN of the task role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether the pods get the role by an association of EKS Pod Identity, and not by the annotation of IRSA.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_associated: bool,
}

/// Where the value of a secret is kept: `valueFrom` as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretReference {
    /// `valueFrom`, as written.
    pub value_from: String,
    /// The name of the variable, for messages.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub variable: String,
    /// The path of the member in the task definition, for messages.
    pub path: String,
}

/// The files with environment variables of a container: the first file that has a variable wins, and in one file the last line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentFiles {
    /// The files, in their order.
    pub files: Vec<FileReference>,
    /// The region that `AWS_REGION` and `AWS_DEFAULT_REGION` name where no file has either of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// Where a file with environment variables is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReference {
    /// Its ARN in S3.
    pub arn: String,
    /// The path of the member in the task definition, for messages.
    pub path: String,
}

/// Where credentials are kept that images are pulled with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryReference {
    /// What the credentials are for, as the keys of `.dockerconfigjson`: registries, or single repositories of them.
    pub registries: BTreeSet<String>,
    /// The ARN of the secret, with the members `username` and `password`.
    pub credentials_parameter: String,
    /// The path of the member in the task definition, for messages.
    pub path: String,
}

/// The objects of a service, and what they wait for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desired {
    /// The objects, in the order in which they are applied; no two have one kind and name.
    pub objects: Vec<Object>,
    /// What others must bring first.
    pub waiting: Vec<Waiting>,
}

impl Desired {
    /// The Deployment or DaemonSet.
    pub fn workload(&self) -> Option<&Object> {
        self.objects.iter().find(|object| object.kind.is_workload())
    }

    /// Whether there is an object of this kind and name.
    pub fn has(&self, kind: Kind, name: &str) -> bool {
        self.objects.iter().any(|object| object.kind == kind && object.name == name)
    }
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The whole object, as JSON: `apiVersion`, `kind`, `metadata`, and what its kind has.
    pub body: Value,
}

impl Object {
    /// The object of this kind, from its JSON without `apiVersion` and `kind`.
    pub fn new(kind: Kind, name: impl Into<String>, mut body: Value) -> Self {
        if let Value::Object(members) = &mut body {
            members.insert("apiVersion".into(), kind.api_version().into());
            members.insert("kind".into(), kind.name().into());
        }
        Self { kind, name: name.into(), body }
    }
}

/// The kinds of objects that we make, in the order in which they are applied: what others need comes before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// `v1 ServiceAccount`
    ServiceAccount,
    /// `eks.services.k8s.aws/v1alpha1 PodIdentityAssociation`
    PodIdentityAssociation,
    /// `apps/v1 ControllerRevision`
    ControllerRevision,
    /// `v1 Secret`
    Secret,
    /// `external-secrets.io/v1 ExternalSecret`
    ExternalSecret,
    /// `v1 ConfigMap`
    ConfigMap,
    /// `v1 PersistentVolume`
    PersistentVolume,
    /// `v1 PersistentVolumeClaim`
    PersistentVolumeClaim,
    /// `networking.k8s.io/v1 NetworkPolicy`
    NetworkPolicy,
    /// `vpcresources.k8s.aws/v1beta1 SecurityGroupPolicy`
    SecurityGroupPolicy,
    /// `v1 Service`
    Service,
    /// `elbv2.k8s.aws/v1beta1 TargetGroupBinding`
    TargetGroupBinding,
    /// `networking.k8s.io/v1 Ingress`
    Ingress,
    /// `policy/v1 PodDisruptionBudget`
    PodDisruptionBudget,
    /// `apps/v1 Deployment`
    Deployment,
    /// `apps/v1 DaemonSet`
    DaemonSet,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::ServiceAccount,
        Self::PodIdentityAssociation,
        Self::ControllerRevision,
        Self::Secret,
        Self::ExternalSecret,
        Self::ConfigMap,
        Self::PersistentVolume,
        Self::PersistentVolumeClaim,
        Self::NetworkPolicy,
        Self::SecurityGroupPolicy,
        Self::Service,
        Self::TargetGroupBinding,
        Self::Ingress,
        Self::PodDisruptionBudget,
        Self::Deployment,
        Self::DaemonSet,
    ];

    /// The word of the kind, as in `kind:`; its resource, as in a URL; group and version, as in `apiVersion:`.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::ServiceAccount => ("ServiceAccount", "serviceaccounts", "v1"),
            Self::PodIdentityAssociation => ("PodIdentityAssociation", "podidentityassociations", "eks.services.k8s.aws/v1alpha1"),
            Self::ControllerRevision => ("ControllerRevision", "controllerrevisions", "apps/v1"),
            Self::Secret => ("Secret", "secrets", "v1"),
            Self::ExternalSecret => ("ExternalSecret", "externalsecrets", "external-secrets.io/v1"),
            Self::ConfigMap => ("ConfigMap", "configmaps", "v1"),
            Self::PersistentVolume => ("PersistentVolume", "persistentvolumes", "v1"),
            Self::PersistentVolumeClaim => ("PersistentVolumeClaim", "persistentvolumeclaims", "v1"),
            Self::NetworkPolicy => ("NetworkPolicy", "networkpolicies", "networking.k8s.io/v1"),
            Self::SecurityGroupPolicy => ("SecurityGroupPolicy", "securitygrouppolicies", "vpcresources.k8s.aws/v1beta1"),
            Self::Service => ("Service", "services", "v1"),
            Self::TargetGroupBinding => ("TargetGroupBinding", "targetgroupbindings", "elbv2.k8s.aws/v1beta1"),
            Self::Ingress => ("Ingress", "ingresses", "networking.k8s.io/v1"),
            Self::PodDisruptionBudget => ("PodDisruptionBudget", "poddisruptionbudgets", "policy/v1"),
            Self::Deployment => ("Deployment", "deployments", "apps/v1"),
            Self::DaemonSet => ("DaemonSet", "daemonsets", "apps/v1"),
        }
    }

    /// The word of the kind, as in `kind:`.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// The resource of the kind, as in a URL.
    pub fn plural(self) -> &'static str {
        self.words().1
    }

    /// Group and version, as in `apiVersion:`.
    pub fn api_version(self) -> &'static str {
        self.words().2
    }

    /// The group of the kind; empty for the core group.
    pub fn group(self) -> &'static str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// The version of the kind.
    pub fn version(self) -> &'static str {
        self.api_version().rsplit('/').next().unwrap_or_default()
    }

    /// Whether objects of the kind keep pods running.
    pub fn is_workload(self) -> bool {
        matches!(self, Self::Deployment | Self::DaemonSet)
    }

    /// Whether objects of the kind are in a namespace.
    pub fn is_namespaced(self) -> bool {
        self != Self::PersistentVolume
    }

    /// Whether a cluster has the kind only where somebody installed it.
    pub fn is_third_party(self) -> bool {
        matches!(self, Self::PodIdentityAssociation | Self::ExternalSecret | Self::SecurityGroupPolicy | Self::TargetGroupBinding)
    }
}
