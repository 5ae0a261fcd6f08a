//! Whether what the revisions of a service have of AWS may still be had: each reconcile asks, whatever was allowed when they were made.

use serde_json::Value;

use super::Environment;
use crate::controller::observe::ObservedService;
use crate::ecs::{self, unset};
use crate::grant::{self, Denial, Home, Named};
use crate::revision::ServiceRevision;
use crate::translate::{Reference, Subject, references};

/// A revision that has something of AWS which no grant allows any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Its number.
    pub number: i64,
    /// What, and why.
    pub reason: String,
    /// Whether the role of its tasks is among it.
    pub is_role: bool,
    /// Whether values are among it.
    pub is_of_values: bool,
    /// Whether values are denied by grants that can be read: another operator may read those that this one cannot.
    pub loses_secret: bool,
}

/// The grants by which a revision has what is of AWS: those that its task definition named then, and those that it names today.
pub fn named(observed: &ObservedService, environment: &Environment, revision: &ServiceRevision, task_definition: &Value) -> Named {
    let specifications = [&revision.task_definition.spec, task_definition];
    observed.access.named(specifications.into_iter().flat_map(grant::names_in), &Home::of(&environment.settings))
}

/// The revisions that are kept and may no longer have what they have.
pub fn revoked(observed: &ObservedService, environment: &Environment, task_definition: &Value) -> Vec<Revoked> {
    let of_one = |number: i64, revision: &ServiceRevision| {
        let named = named(observed, environment, revision, task_definition);
        let definition: ecs::TaskDefinition = unset::read(&revision.task_definition.spec).ok()?;
        let references = references(&definition, revision.rendering.service_account.role.as_deref(), &environment.settings);
        let denied = references.into_iter().filter_map(|reference| Some((named.allowing(&reference.subject.wanted(&environment.settings)).err()?, reference)));
        let denied: Vec<(Denial, _)> = denied.collect();
        let is_role = |reference: &Reference| matches!(reference.subject, Subject::TaskRole(_));
        let (denial, first) = denied.first()?;
        let of_values = || denied.iter().filter(|(_, reference)| !is_role(reference));
        Some(Revoked {
            number,
            reason: format!("{}: `{}`: {denial}", first.path, first.written),
            is_role: denied.iter().any(|(_, reference)| is_role(reference)),
            is_of_values: of_values().next().is_some(),
            loses_secret: of_values().any(|(denial, _)| !denial.is_of_unreadable()),
        })
    };
    observed.revisions.iter().filter_map(|revision| of_one(revision.number, revision.content.as_ref()?)).collect()
}
