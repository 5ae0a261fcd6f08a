//! The children of a task definition: one ServiceAccount per role (before the revision that names it), and its
//! revisions.

use serde_json::Value;

use super::super::cache::NamespacedName;
use super::super::error::Problem;
use super::{Applied, Apply, OwnerReference, owned_body, revision_object};
use crate::revision::{RegisteredTaskDefinition, task_definition};
use crate::translate::{self, Kind, ServiceAccountReference, names};

/// What a task definition should have.
#[derive(Debug, Default)]
pub struct TaskDefinitionPlan {
    /// The revision to register.
    pub register: Option<(i64, RegisteredTaskDefinition)>,
    /// The ServiceAccounts that its kept revisions name.
    pub service_accounts: Vec<ServiceAccountReference>,
    /// Revisions that have served their time: number and uid.
    pub superfluous_revisions: Vec<(i64, String)>,
    /// ServiceAccounts that nothing names any more: name and uid.
    pub superfluous_accounts: Vec<(String, String)>,
}

impl Apply {
    /// Applies a task definition's plan.
    pub async fn task_definition(&self, owner: &OwnerReference, plan: &TaskDefinitionPlan, applied: &mut Applied) -> Result<(), Problem> {
        for account in &plan.service_accounts {
            self.ensure(owner, &translate::service_account(&owner.name.namespace, &owner.name.name, account), applied).await?;
        }
        if let Some((number, registered)) = &plan.register {
            let name = task_definition::name(&owner.name.name, *number);
            let data = serde_json::to_value(registered).unwrap_or(Value::Null);
            let (body, _) = owned_body(owner, &revision_object(&name, (names::TASK_DEFINITION_LABEL, &owner.name.name), *number, &data));
            self.post_revision(owner, &name, &body).await?;
        }
        for (number, uid) in &plan.superfluous_revisions {
            let name = NamespacedName::new(&owner.name.namespace, task_definition::name(&owner.name.name, *number));
            self.prune(Kind::ControllerRevision, &name, uid).await?;
        }
        for (name, uid) in &plan.superfluous_accounts {
            self.prune(Kind::ServiceAccount, &NamespacedName::new(&owner.name.namespace, name), uid).await?;
        }
        Ok(())
    }
}
