//! What ECS refuses, refused at `kubectl apply` in words that tell the remedy: the rules (CEL) that the API server
//! runs. `""` and `[]` mean unset and are never a fault; a `null` is pruned before any rule sees it.
//!
//! Only what ECS is known to refuse is refused. What it accepts and Kubernetes cannot do is a diagnostic.

mod access_grant;
mod container;
mod deployment;
mod discovery;
mod fargate;
mod kernel;
mod listener_rule;
mod network;
mod order;
mod placement;
mod service;
mod storage;
mod task_definition;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{JSONSchemaProps, ValidationRule};

/// The rules of `AWSAccessGrant`.
pub(super) const ACCESS_GRANT: &[&[Rule]] = &[access_grant::RULES, access_grant::PATTERNS, access_grant::SELECTOR];
/// The rules of `ECSCluster`.
pub(super) const CLUSTER: &[&[Rule]] = &[&[invalid("spec.clusterName", NAME, "a cluster name has at most 255 letters, digits, '_' and '-'"), TAG_KEY]];
/// The rules of `ECSService`.
pub(super) const SERVICE: &[&[Rule]] = &[
    service::RULES,
    service::LOAD_BALANCER,
    listener_rule::RULES,
    listener_rule::CONDITIONS,
    listener_rule::ACTIONS,
    placement::SERVICE,
    placement::CAPACITY,
    deployment::RULES,
    deployment::CONTROLLER,
    deployment::REBALANCING,
    discovery::RULES,
    discovery::EBS_VOLUMES,
];
/// The rules of `ECSTaskDefinition`.
pub(super) const TASK_DEFINITION: &[&[Rule]] = &[
    task_definition::RULES,
    task_definition::SIZE,
    fargate::RULES,
    fargate::CONTAINERS,
    network::RULES,
    network::PORT_RANGES,
    container::RULES,
    container::MEMBERS,
    order::RULES,
    kernel::RULES,
    storage::VOLUMES,
    storage::MOUNTS,
    placement::TASK,
    &[access_grant::NAMED],
];

/// A name in ECS, or unset.
const NAME: &str = "self.matches('^[A-Za-z0-9_-]*$')";
/// A role, by ARN or by name, or unset.
const ROLE: &str = r"self.matches('^(arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/.+|[A-Za-z0-9_+=,.@/-]{1,64})?$')";
const TAG_KEY: Rule = required("spec.tags[]", ".key", "self.?key.orValue('') != ''", "a tag needs a key");
/// Children are named after the object, and a name of a child has at most 63 characters.
const OBJECT_NAME: Rule = invalid(
    "",
    "self.metadata.name.matches('^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$')",
    "metadata.name must be a DNS label of at most 52 characters: a-z, 0-9 and '-', first a letter, '-' not last. The name in ECS, which may be longer, goes into spec",
);

/// A rule, and where in the schema it stands.
pub(super) struct Rule {
    pub(super) at: &'static str,
    /// The member that is at fault, as `.member`; `""`: the whole of `at`.
    member: &'static str,
    expression: &'static str,
    message: &'static str,
    reason: &'static str,
}

/// A value that ECS does not accept.
const fn invalid(at: &'static str, expression: &'static str, message: &'static str) -> Rule {
    Rule { at, member: "", expression, message, reason: "FieldValueInvalid" }
}

/// A member whose value ECS does not accept beside those of others.
const fn mismatched(at: &'static str, member: &'static str, expression: &'static str, message: &'static str) -> Rule {
    Rule { member, ..invalid(at, expression, message) }
}

/// A member that ECS wants.
const fn required(at: &'static str, member: &'static str, expression: &'static str, message: &'static str) -> Rule {
    Rule { at, member, expression, message, reason: "FieldValueRequired" }
}

/// A member that ECS does not accept beside the others.
const fn forbidden(at: &'static str, member: &'static str, expression: &'static str, message: &'static str) -> Rule {
    Rule { at, member, expression, message, reason: "FieldValueForbidden" }
}

impl Rule {
    /// Writes the rule into the schema of its kind.
    pub(super) fn attach(&self, root: &mut JSONSchemaProps) {
        let Some(schema) = super::at(root, self.at) else { return };
        schema.x_kubernetes_validations.get_or_insert_default().push(ValidationRule {
            rule: self.expression.into(),
            message: Some(self.message.into()),
            field_path: (!self.member.is_empty()).then(|| self.member.into()),
            reason: Some(self.reason.into()),
            ..ValidationRule::default()
        });
    }
}
