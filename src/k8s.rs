//! The Kubernetes vocabulary: the types of `k8s-openapi` that this crate names, so that code says
//! `k8s::Service` beside `ecs::Service` and never a bare `Service`.

pub use k8s_openapi::api::apps::v1::{
    ControllerRevision, DaemonSetSpec, DaemonSetUpdateStrategy, Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDaemonSet, RollingUpdateDeployment,
};
pub use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
pub use k8s_openapi::api::core::v1::{
    Affinity, AppArmorProfile, CSIPersistentVolumeSource, Capabilities, ConfigMapVolumeSource, Container, ContainerPort, EmptyDirVolumeSource, EnvFromSource,
    EnvVar, EnvVarSource, EphemeralVolumeSource, ExecAction, HTTPGetAction, HostAlias, HostPathVolumeSource, Lifecycle, LifecycleHandler, LocalObjectReference,
    NFSVolumeSource, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, ObjectReference, PersistentVolume, PersistentVolumeClaim,
    PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, PersistentVolumeClaimVolumeSource, PersistentVolumeSpec, PodAffinity, PodAffinityTerm,
    PodAntiAffinity, PodDNSConfig, PodOS, PodSecurityContext, PodSpec, PodTemplateSpec, Probe, ResourceRequirements, SELinuxOptions, SeccompProfile, Secret,
    SecretEnvSource, SecretKeySelector, SecurityContext, Service, ServiceAccount, ServicePort, ServiceSpec, SleepAction, Sysctl, TCPSocketAction, Toleration,
    TopologySpreadConstraint, TypedLocalObjectReference, Volume, VolumeMount, VolumeResourceRequirements, WindowsSecurityContextOptions,
};
pub use k8s_openapi::api::core::v1::{ContainerRestartRule, ContainerRestartRuleOnExitCodes};
pub use k8s_openapi::api::events::v1::Event;
pub use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressClass, IngressRule, IngressServiceBackend, IngressSpec, IngressTLS,
    NetworkPolicyIngressRule, NetworkPolicyPort, NetworkPolicySpec, ServiceBackendPort,
};
pub use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
pub use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
pub use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, LabelSelector, LabelSelectorRequirement, ObjectMeta, OwnerReference, Time};
pub use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
