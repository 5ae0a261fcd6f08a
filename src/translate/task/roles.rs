//! `taskRoleArn`: the ServiceAccount that stands for it, annotated for IRSA or associated by EKS Pod Identity.

use crate::ecs::arn::{Arn, partition_of};
use crate::ecs::kubernetes::Identity;
use crate::translate::diagnostic::{AccessFault, Place, TaskFault};
use crate::translate::{Inputs, ServiceAccountReference, names};

/// The ServiceAccount that the pods run under.
pub(super) fn service_account(task_role: Option<&str>, execution_role: Option<&str>, inputs: &Inputs<'_>, at: &Place<'_>) -> ServiceAccountReference {
    let role = task_role.and_then(|role| match role_arn(role, execution_role, inputs) {
        Ok(arn) => Some(arn),
        Err(reason) => {
            at.say(TaskFault::TaskRoleNotLegal { role: role.into(), reason });
            None
        }
    });
    let identity = identity(inputs);
    let role = match role {
        Some(role) if identity == Identity::None => {
            at.say(AccessFault::TaskRoleWithheld { role });
            None
        }
        role => role,
    };
    let is_associated = role.is_some() && identity == Identity::PodIdentity;
    let name = names::service_account(inputs.task_definition.name, role.as_deref(), is_associated);
    match (&role, identity) {
        (Some(_), Identity::Irsa) => at.say(TaskFault::TaskRoleNeedsTrust { subject: format!("system:serviceaccount:{}:{name}", inputs.namespace) }),
        (Some(_), Identity::PodIdentity) if inputs.settings.associates_in(inputs.has_ack).is_some() => at.say(AccessFault::TaskRoleIsAssociated),
        (Some(role), Identity::PodIdentity) => at.say(AccessFault::TaskRoleNeedsAssociation { command: association(role, &name, inputs) }),
        (Some(_), Identity::None) | (None, _) => {}
    }
    ServiceAccountReference { name, role, is_associated }
}

/// How tasks get their role. The cluster of the namespace chooses where the settings give roles at all.
fn identity(inputs: &Inputs<'_>) -> Identity {
    match inputs.settings.identity.unwrap_or_default() {
        Identity::None => Identity::None,
        of_settings => inputs.cluster.and_then(|cluster| cluster.kubernetes.as_ref()?.identity).unwrap_or(of_settings),
    }
}

/// The command that makes the association.
fn association(role: &str, account: &str, inputs: &Inputs<'_>) -> String {
    let cluster = inputs.settings.eks_cluster_name.as_deref().unwrap_or("CLUSTER");
    let namespace = inputs.namespace;
    format!("aws eks create-pod-identity-association --cluster-name {cluster} --namespace {namespace} --service-account {account} --role-arn {role}")
}

/// The ARN of the role; ECS takes the mere name of one of the same account as well, which is that of the execution role too.
fn role_arn(role: &str, execution_role: Option<&str>, inputs: &Inputs<'_>) -> Result<String, String> {
    if role.starts_with("arn:") {
        let arn: Arn = role.parse().map_err(|error: crate::ecs::arn::ArnError| error.to_string())?;
        let is_role = arn.service == "iam" && !arn.account.is_empty() && arn.resource.strip_prefix("role/").is_some_and(|name| !name.is_empty());
        return if is_role { Ok(arn.to_string()) } else { Err("it is the ARN of something else".into()) };
    }
    let legal = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-/".contains(character);
    if !role.chars().all(legal) {
        return Err("a role's name has letters, digits and `_+=,.@-` only".into());
    }
    let Some(account) = inputs.settings.account.as_deref() else {
        let execution_role = execution_role.and_then(|role| role.parse::<Arn>().ok()).filter(|arn| !arn.account.is_empty());
        let Arn { partition, account, .. } = execution_role.ok_or("its ARN needs an account, and neither the settings nor `executionRoleArn` name one")?;
        return Ok(format!("arn:{partition}:iam::{account}:role/{role}"));
    };
    let partition = partition_of(inputs.settings.region.as_deref().unwrap_or_default());
    Ok(format!("arn:{partition}:iam::{account}:role/{role}"))
}
