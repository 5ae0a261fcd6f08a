//! Whether what the revisions of a service have of AWS may still be had: each reconcile asks, whatever was allowed when they were made.
//! Today's grants are asked for what the settings of the revision made of it: settings that change take nothing from what runs.

use serde_json::Value;

use super::Environment;
use crate::controller::observe::ObservedService;
use crate::ecs::{self, unset};
use crate::grant::{self, Denial, Home, Named};
use crate::revision::ServiceRevision;
use crate::settings::Settings;
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

/// The settings that a revision was made with; where they cannot be read, those of today.
pub fn settings_of(revision: &ServiceRevision, environment: &Environment) -> Settings {
    revision.settings().unwrap_or_else(|| environment.settings.clone())
}

/// The grants by which a revision has what is of AWS: those that its task definition named then, and those that it names today.
pub fn named(observed: &ObservedService, settings: &Settings, revision: &ServiceRevision, task_definition: &Value) -> Named {
    let specifications = [&revision.task_definition.spec, task_definition];
    observed.access.named(specifications.into_iter().flat_map(grant::names_in), &Home::of(settings))
}

/// The revisions that are kept and may no longer have what they have.
pub fn revoked(observed: &ObservedService, environment: &Environment, task_definition: &Value) -> Vec<Revoked> {
    let of_one = |number: i64, revision: &ServiceRevision| {
        let settings = settings_of(revision, environment);
        let named = named(observed, &settings, revision, task_definition);
        let definition: ecs::TaskDefinition = unset::read(&revision.task_definition.spec).ok()?;
        let references = references(&definition, revision.rendering.service_account.role.as_deref(), &settings);
        let denied = references.into_iter().filter_map(|reference| Some((named.allowing(&reference.subject.wanted(&settings)).err()?, reference)));
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
