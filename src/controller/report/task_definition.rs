//! The status of a task definition. Its new generation is reported only after every service that follows it has a
//! status for the new revision, so that whoever waits for both waits for the roll-out.

use jiff::Timestamp;
use serde_json::Value;

use super::super::cache::{Cache, NamespacedName, OwnKind, Specification};
use super::super::error::Problem;
use super::super::observe::{family, read_service, registered};
use super::Verdict;
use super::conditions::served_reason;
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::status::TaskDefinitionStatus;
use crate::translate::{Diagnostic, Origin};

/// A service that follows the family and has no status for its newest revision yet.
pub fn follower_behind(cache: &Cache, name: &NamespacedName, specification: &Specification, newest: i64) -> Option<String> {
    let wanted = format!("{}:{newest}", family(&name.name, &specification.spec));
    let follows = |spec: &Value| {
        let reference = read_service(spec).ok().and_then(|service| service.task_definition?.parse::<TaskDefinitionReference>().ok());
        reference.is_some_and(|reference| reference.revision.is_none() && wanted.rsplit_once(':').is_some_and(|(family, _)| reference.family == family))
    };
    let mut services = cache.specifications(OwnKind::Service, &name.namespace).filter(|(_, service)| !service.deleting && follows(&service.spec));
    services
        .find(|(_, service)| !service.is_observed() || service.status.get("taskDefinition").and_then(Value::as_str) != Some(&wanted))
        .map(|(name, _)| name.to_owned())
}

/// Whether the status that is served does not speak of the newest revision yet.
pub fn is_behind(cache: &Cache, name: &NamespacedName, specification: &Specification) -> bool {
    let newest = registered(cache, name, &specification.uid).map(|(_, number, _)| number).max();
    let is_ready = served_reason(&specification.status).is_some_and(|(_, status)| status == "True");
    !is_ready || !specification.is_observed() || specification.status.get("revision").and_then(Value::as_i64) != newest
}

/// What there is to say of a task definition.
pub fn status(
    name: &NamespacedName,
    specification: &Specification,
    newest: Option<i64>,
    diagnostics: &[Diagnostic],
    problem: Option<&Problem>,
    now: Timestamp,
) -> (Verdict, TaskDefinitionStatus) {
    let family = family(&name.name, &specification.spec);
    let verdict = match (problem, newest) {
        (Some(problem), _) => Verdict::of(problem),
        (None, Some(newest)) => Verdict::Ready { reason: "Registered", message: format!("{family}:{newest} is registered") },
        (None, None) => Verdict::Reconciling { reason: "Registering", message: format!("a revision of {family} is being registered") },
    };
    let status = TaskDefinitionStatus {
        observed_generation: specification.generation,
        conditions: verdict.conditions(&specification.status, specification.generation, now),
        status: Some("ACTIVE".into()),
        family: Some(family),
        revision: newest,
        diagnostics: super::diagnostics(diagnostics.iter().filter(|diagnostic| diagnostic.origin == Origin::TaskDefinition), Origin::TaskDefinition),
    };
    (verdict, status)
}
