//! `AWSAccessGrant`: what a cluster's administrator lets namespaces have of AWS.

use std::collections::BTreeMap;

use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// It is of no category: who may not read it could not say `kubectl get ecs` any more.

/// What the task definitions of some namespaces may have of AWS, where they name it in
/// `spec.kubernetes.grants`. What no grant allows is refused. It is administrators' alone.
#[expect(clippy::duplicated_attributes, reason = "one column each")]
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "ecs-operator.dev",
    version = "v1alpha1",
    kind = "AWSAccessGrant",
    plural = "awsaccessgrants",
    singular = "awsaccessgrant",
    shortname = "awsgrant",
    printcolumn(name = "Role", type_ = "string", json_path = ".spec.roleArn"),
    printcolumn(name = "Namespaces", type_ = "string", json_path = ".spec.namespaceSelector"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessGrant {
    /// The namespaces whose objects may use the grant, by their labels. Unset: none. An empty one is refused: all namespaces are those where
    /// the label `kubernetes.io/metadata.name` `Exists`.
    pub namespace_selector: Option<NamespaceSelector>,
    /// ARN of the role by which the operator reads what is allowed: all that it does with AWS is to assume this role. Required for `secrets`,
    /// `parameters` and `buckets`, all of which are of its partition.
    #[schemars(length(max = 2048))]
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy asks for, 2 to 1224 characters.
    #[schemars(length(max = 1224))]
    pub external_id: Option<String>,
    /// The accounts that all below is limited to, of twelve digits each; default: the one of the operator's settings. Of several, a bucket
    /// is asked for in one after the other.
    #[schemars(length(max = 50), inner(length(max = 12)))]
    pub accounts: Option<Vec<String>>,
    /// The regions that secrets and parameters are limited to; default: the one of the operator's settings.
    #[schemars(length(max = 50), inner(length(max = 32)))]
    pub regions: Option<Vec<String>>,
    /// Secrets of Secrets Manager: their names without the six characters that are added to them in ARNs, the beginning of names with `*` as
    /// the last character, or the ARN of either. An ARN with the six characters is that one secret, which is then named with them.
    /// Where the External Secrets operator reads, what ends like the six characters must be allowed as a part of the name as well.
    #[schemars(length(max = 100), inner(length(max = 640)))]
    pub secrets: Option<Vec<String>>,
    /// Parameters of the Parameter Store: their names, or the paths that they are below, which end with `/`.
    #[schemars(length(max = 100), inner(length(max = 1024)))]
    pub parameters: Option<Vec<String>>,
    /// Environment files in S3: `BUCKET` (all of it), `BUCKET/PREFIX*` or `BUCKET/KEY`. S3 is told with each request which account the
    /// bucket must belong to.
    #[schemars(length(max = 100), inner(length(max = 1100)))]
    pub buckets: Option<Vec<String>>,
    /// Roles that tasks may have: their ARNs, or the beginning of ARNs with `*` as the last character, after `role/`.
    #[schemars(length(max = 100), inner(length(max = 640)))]
    pub task_roles: Option<Vec<String>>,
}

/// Namespaces, by their labels: those that fit all of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamespaceSelector {
    /// Labels that the namespace has with these values. Each namespace has its own name as `kubernetes.io/metadata.name`.
    pub match_labels: Option<BTreeMap<String, String>>,
    /// What else is asked of its labels.
    #[schemars(length(max = 20))]
    pub match_expressions: Option<Vec<LabelExpression>>,
}

/// What is asked of one label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelExpression {
    /// The label.
    #[schemars(length(max = 317))]
    pub key: String,
    /// What its value is held against: `In` or `NotIn` of `values`, or it just `Exists` or is not there (`DoesNotExist`).
    pub operator: LabelOperator,
    /// The values.
    #[schemars(length(max = 50), inner(length(max = 63)))]
    pub values: Option<Vec<String>>,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the words of Kubernetes")]
pub enum LabelOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}
