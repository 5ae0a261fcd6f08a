//! The children of a task definition: one ServiceAccount per role, with its association (before the revision that names it),
//! and its revisions.

use serde_json::Value;

use super::super::cache::NamespacedName;
use super::super::error::Problem;
use super::{Applied, Apply, OwnerReference, owned_body, revision_object};
use crate::revision::{RegisteredTaskDefinition, task_definition};
use crate::translate::{Kind, Object, names};

/// What a task definition should have.
#[derive(Debug, Default)]
pub struct TaskDefinitionPlan {
    /// The revision to register.
    pub register: Option<(i64, RegisteredTaskDefinition)>,
    /// The ServiceAccounts that its kept revisions name, and their associations.
    pub identities: Vec<Object>,
    /// Whether it can do without those of them whose kind is not installed.
    pub needs_no_association: bool,
    /// Revisions that have served their time: number and uid.
    pub superfluous_revisions: Vec<(i64, String)>,
    /// ServiceAccounts and associations that nothing names any more: kind, name and uid.
    pub superfluous_identities: Vec<(Kind, String, String)>,
}

impl Apply {
    /// Applies a task definition's plan.
    pub async fn task_definition(&self, owner: &OwnerReference, plan: &TaskDefinitionPlan, applied: &mut Applied) -> Result<(), Problem> {
        for object in &plan.identities {
            match self.ensure(owner, object, applied).await {
                Err(Problem::KindNotInstalled(_)) if plan.needs_no_association => {}
                result => result?,
            }
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
        for (kind, name, uid) in &plan.superfluous_identities {
            self.prune(*kind, &NamespacedName::new(&owner.name.namespace, name), uid).await?;
        }
        Ok(())
    }
}
