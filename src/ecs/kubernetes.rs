//! `spec.kubernetes`: what ECS does not have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What ECS does not have, for a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceKubernetes {
    /// What exposes the service: `Ingress`, `TargetGroupBinding` or `None`; default: the cluster's, then the operator's setting.
    pub exposure: Option<Exposure>,
    /// The ingress class; default: the operator's setting, then the default class of the Kubernetes cluster.
    #[schemars(length(max = 253))]
    pub ingress_class_name: Option<String>,
    /// How strict the pods' security is: `baseline` or `restricted`; default: the operator's setting.
    pub pod_security: Option<PodSecurity>,
    /// What guards the pods in place of security groups: `SecurityGroupPolicy`, `NetworkPolicy` or `None`; default: the
    /// cluster's, then the operator's setting.
    pub security_groups: Option<SecurityGroups>,
    /// What is done when an essential container ends: `RestartContainer` or `RestartTask`; default: the operator's setting.
    pub essential_policy: Option<EssentialPolicy>,
    /// The name that the service of `serviceRegistries` has in Cloud Map, by which clients find the tasks; a registry's ARN does not say it.
    #[schemars(length(max = 63))]
    pub discovery_name: Option<String>,
    /// Whether the values of secrets are looked at between deployments; default: they are not, as in ECS.
    pub refresh: Option<Refresh>,
    /// Any text: whenever it changes, a deployment starts although nothing else changed.
    #[schemars(length(max = 255))]
    pub restarted_at: Option<String>,
}

/// What ECS does not have, for a task definition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskDefinitionKubernetes {
    /// The names of the `AWSAccessGrant`s by which tasks may have what is of AWS; at most 10. They stand here alone, beside what they are
    /// for: whoever changes one needs the right to `use` the other.
    #[schemars(length(max = 10), inner(length(max = 253)))]
    pub grants: Option<Vec<String>>,
}

/// When the values of secrets, environment files and registry credentials are looked at between deployments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    /// How often, `10s` to `168h`, such as `1h30m`; where a value is another one by then, a deployment starts.
    #[schemars(length(max = 16))]
    pub interval: Option<String>,
}

/// What ECS does not have, for all services of a namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterKubernetes {
    /// What exposes services: `Ingress`, `TargetGroupBinding` or `None`; default: the operator's setting.
    pub exposure: Option<Exposure>,
    /// How strict the pods' security is: `baseline` or `restricted`. It can make the operator's setting stricter, never weaker.
    pub pod_security: Option<PodSecurity>,
    /// What guards the pods in place of security groups: `SecurityGroupPolicy`, `NetworkPolicy` or `None`; default: the operator's setting.
    pub security_groups: Option<SecurityGroups>,
    /// What is done when an essential container ends: `RestartContainer` or `RestartTask`; default: the operator's setting.
    pub essential_policy: Option<EssentialPolicy>,
    /// How tasks get their role: `irsa`, `podIdentity` or `none`; default: the operator's setting, of which `none` holds whatever stands here.
    pub identity: Option<Identity>,
}

// Variants are not documented one by one: their words would take the place of the member's in the schema.

/// What exposes a service outside the cluster: `Ingress` (with the listener rules of its load balancers),
/// `TargetGroupBinding` (its pods are registered with the target groups that exist) or `None` (it is reached inside
/// the cluster only).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "documented above")]
pub enum Exposure {
    Ingress,
    TargetGroupBinding,
    None,
}

/// What guards pods in place of security groups: `SecurityGroupPolicy` (the groups themselves, by the VPC's own
/// network plug-in), `NetworkPolicy` (what the cluster's network plug-in can say of them) or `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "documented above")]
pub enum SecurityGroups {
    SecurityGroupPolicy,
    NetworkPolicy,
    None,
}

/// What is done when an essential container ends: `RestartContainer` (it alone is restarted, as Kubernetes does) or
/// `RestartTask` (all containers of the pod are, as near to a new task of ECS as a pod can be; Kubernetes 1.36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "documented above")]
pub enum EssentialPolicy {
    #[default]
    RestartContainer,
    RestartTask,
}

/// How strict the pods' security is: `baseline` (as ECS: nothing that the image does is forbidden but what the
/// container runtime forbids) or `restricted` (the Pod Security Standard of that name: not as root, no
/// capabilities, no privilege escalation).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "documented above")]
pub enum PodSecurity {
    #[default]
    Baseline,
    Restricted,
}

/// How tasks get the role of `taskRoleArn`: `irsa` (the ServiceAccount is annotated with it, the OIDC provider of the cluster vouches for
/// it), `podIdentity` (an association of EKS Pod Identity) or `none` (they have no role).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "documented above")]
pub enum Identity {
    #[default]
    Irsa,
    PodIdentity,
    None,
}
