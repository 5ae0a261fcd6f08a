//! The reconcile of an `ECSService`: observe → plan → apply → report.

use jiff::Timestamp;
use serde_json::Value;

use super::apply::Applied;
use super::cache::{NamespacedName, OwnKind};
use super::error::Problem;
use super::observe::{self, ObservedService, read_service};
use super::plan::{self, Plan, plan};
use super::refresh::Look;
use super::report::events::Happening;
use super::{Controller, Outcome};
use super::{refresh, report};
use crate::revision::{Cause, TaskDefinitionRecord};
use crate::translate::diagnostic::DeploymentFault;
use crate::translate::{Diagnostic, Origin};

type Target = Result<TaskDefinitionRecord, Problem>;

/// Reconciles the service of this name.
pub async fn reconcile(controller: &Controller, name: &NamespacedName) -> Outcome {
    let Some((mut observed, target)) = observe_service(controller, name) else { return Outcome::default() };
    let turn = refresh::turn(&observed, Timestamp::now());
    let look = if let Some(turn) = turn { controller.look(&observed, &spec_of(&target), turn).await } else { Look::Had };
    observed.secrets_changed = look == Look::Changed;
    let mut applied = Applied::default();
    let (mut plan, problem) = apply(controller, &observed, target, &mut applied).await;
    if let Some(turn) = turn {
        applied.look_again(if let Look::Later(wait) = look { wait.min(turn.next) } else { turn.next });
        if look == Look::Had || applied.registered.is_some() {
            controller.remember_turn(name, turn);
        }
    }
    if let Some(manager) = applied.scaled_by.take() {
        plan.diagnostics.push(Diagnostic {
            origin: Origin::Service,
            path: "spec.desiredCount".into(),
            fault: DeploymentFault::ReplicasSetByAnother { manager }.into(),
        });
    }
    if let Some(Problem::Secret(errors)) = &problem {
        plan.diagnostics.extend(errors.diagnostics());
    }
    report(controller, &observed, plan, problem, applied).await
}

/// The picture of a service, and the task definition that it refers to; nothing where there is nothing to do.
fn observe_service(controller: &Controller, name: &NamespacedName) -> Option<(ObservedService, Target)> {
    let cache = controller.apply.cache();
    let observed = ObservedService::of(&cache, name)?;
    if observed.specification.deleting || cache.is_terminating(&name.namespace) {
        return None;
    }
    let target = read_service(&observed.specification.spec).and_then(|service| observe::task_definition(&cache, &name.namespace, &service));
    Some((observed, target))
}

/// The specification of the task definition that a service refers to.
fn spec_of(target: &Target) -> Value {
    target.as_ref().map_or(Value::Null, |target| target.spec.clone())
}

/// Plans and applies. Where a new deployment cannot be started, the running one is still scaled and repaired.
async fn apply(controller: &Controller, observed: &ObservedService, target: Target, applied: &mut Applied) -> (Plan, Option<Problem>) {
    let spec = spec_of(&target);
    let mut planned = plan(observed, target, &controller.environment, true);
    let mut result = controller.apply.service(observed, &planned, &controller.backend, applied).await;
    if let Err(problem @ (Problem::Secret(_) | Problem::NotReady { .. })) = &result
        && observed.running().is_some()
    {
        tracing::debug!(service = %observed.name.name, %problem, "what runs stays");
        planned = plan::stay(planned, observed, &controller.environment, &spec);
        result = controller.apply.service(observed, &planned, &controller.backend, applied).await.and(result);
    }
    // Whatever else stands in the way: who keeps an error standing keeps no copies by it.
    result = result.and(controller.follow_grants(observed, &spec, &planned, applied).await);
    // What runs needs its Secrets, also where the next deployment cannot start.
    let mut checked = controller.secret_checked(&observed.name);
    result = result.and(controller.apply.restore_secrets(observed, &planned, &controller.backend, &mut checked, applied).await);
    controller.remember_secret_check(&observed.name, checked);
    let problem = planned.problem.take();
    (planned, result.err().or(problem))
}

/// Writes the status where it changed, and tells what happened.
async fn report(controller: &Controller, observed: &ObservedService, plan: Plan, problem: Option<Problem>, applied: Applied) -> Outcome {
    let key = (OwnKind::Service, observed.name.clone());
    let workload = controller.apply.cache().workload(&observed.name, &observed.specification.uid).and_then(|child| child.workload.clone());
    let mut outcome = Outcome { problem, again: applied.again };
    if outcome.problem.as_ref().is_some_and(|problem| !controller.is_worth_telling(&key, problem)) {
        return outcome;
    }
    let (verdict, status) = report::service::status(observed, &plan, applied.counted, outcome.problem.as_ref(), workload.as_ref(), Timestamp::now());
    for happening in happenings(observed, &plan, &applied) {
        controller.events.publish(key.0, &key.1, &observed.specification.uid, &happening);
    }
    let unavailable = report::service::tasks_unavailable(observed, &plan, &verdict, &status);
    let written = controller.conclude(&key, &observed.specification, &verdict, status, &mut outcome).await;
    if let Some(happening) = unavailable.filter(|_| written) {
        controller.events.publish(key.0, &key.1, &observed.specification.uid, &happening);
    }
    outcome
}

/// What was done: a deployment begun, something repaired.
fn happenings(observed: &ObservedService, plan: &Plan, applied: &Applied) -> Vec<Happening> {
    let service = report::service::service_name(observed, plan);
    let begun = applied.registered.as_ref().map(|(number, revision, cause)| {
        let deployment = crate::revision::service::name(&observed.name.name, *number);
        let why = if *cause == Cause::Secrets { ", for the value of a secret has changed" } else { "" };
        let note = format!("(service {service}) has begun deployment {deployment} of task definition {}{why}.", revision.task_definition.qualified());
        Happening { reason: "DeploymentStarted", note, is_warning: false }
    });
    let repaired = applied.repaired.iter().map(|(kind, name, manager)| {
        let by = manager.as_ref().map_or_else(String::new, |manager| format!(", changed by {manager}"));
        Happening { reason: "Repaired", note: format!("(service {service}) has repaired {} {name}{by}.", kind.name()), is_warning: false }
    });
    begun.into_iter().chain(repaired).collect()
}
