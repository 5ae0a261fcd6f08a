//! The status of a service: where its deployment stands, in the words of both sides.

use jiff::Timestamp;
use serde_json::Value;

use super::super::cache::Workload;
use super::super::error::Problem;
use super::super::observe::ObservedService;
use super::super::plan::Plan;
use super::Verdict;
use super::conditions::served_reason;
use super::events::Happening;
use crate::ecs::SchedulingStrategy;
use crate::ecs::status::{Deployment, ServiceStatus};
use crate::revision::service;
use crate::translate::{Origin, names};

/// The deployment was complete, and not all its tasks run.
const TASKS_PENDING: &str = "TasksPending";

/// Where the deployment of a service stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Rollout {
    InProgress(String),
    Completed,
    Failed(String),
}

/// What there is to say of a service: its verdict and its status.
pub fn status(
    observed: &ObservedService,
    plan: &Plan,
    counted: bool,
    problem: Option<&Problem>,
    workload: Option<&Workload>,
    now: Timestamp,
) -> (Verdict, ServiceStatus) {
    let generation = observed.specification.generation;
    let served = &observed.specification.status;
    let rollout = rollout(observed, plan, workload);
    let verdict = verdict(observed, plan, problem, &rollout, workload);
    let running = workload.map_or(0, |workload| workload.ready);
    let status = ServiceStatus {
        observed_generation: generation,
        conditions: verdict.conditions(served, generation, now),
        status: Some("ACTIVE".into()),
        task_definition: plan.task_definition.clone().or_else(|| served.get("taskDefinition").and_then(Value::as_str).map(str::to_owned)),
        service_revision: plan.revision.as_ref().map(|(number, _)| *number),
        // That the count of today was seen to is remembered here: see `Apply::scale`.
        desired_count: if counted { desired_count(plan, workload) } else { served.get("desiredCount").and_then(Value::as_i64) },
        running_count: running,
        pending_count: workload.map_or(0, |workload| (workload.total.max(workload.replicas) - workload.ready).max(0)),
        deployments: deployments(observed, plan, &rollout, workload),
        selector: Some(selector(&observed.name.name)),
        diagnostics: super::diagnostics(plan.diagnostics.iter(), Origin::Service),
    };
    (verdict, status)
}

/// How many tasks are wanted: what the service says, of a daemon as many as there are nodes for it.
fn desired_count(plan: &Plan, workload: Option<&Workload>) -> Option<i64> {
    match plan.service.scheduling_strategy.unwrap_or_default() {
        SchedulingStrategy::Replica => plan.service.desired_count,
        SchedulingStrategy::Daemon => workload.map(|workload| workload.replicas),
    }
}

/// The label selector of the service's pods, as `scale` has it.
fn selector(service: &str) -> String {
    names::selector(service).iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn verdict(observed: &ObservedService, plan: &Plan, problem: Option<&Problem>, rollout: &Rollout, workload: Option<&Workload>) -> Verdict {
    if let Some(problem) = problem.filter(|problem| !problem.is_harmless()) {
        return Verdict::of(problem);
    }
    match (rollout, workload) {
        (Rollout::Failed(reason), _) => Verdict::Stalled { reason: "DeploymentFailed", message: reason.clone() },
        (Rollout::InProgress(message), _) => Verdict::Reconciling { reason: "DeploymentInProgress", message: message.clone() },
        (Rollout::Completed, Some(workload)) if workload.available < workload.replicas || !workload.observed => {
            Verdict::Reconciling { reason: TASKS_PENDING, message: tasks_running(observed, workload) }
        }
        (Rollout::Completed, _) => match problem {
            Some(problem) => Verdict::Ready { reason: problem.reason(), message: problem.to_string() },
            None => Verdict::Ready { reason: "SteadyState", message: format!("(service {}) has reached a steady state.", service_name(observed, plan)) },
        },
    }
}

/// How many tasks of a deployment that was complete run, and where the others are to be looked for: on a node that is lost,
/// or failing their health checks.
fn tasks_running(observed: &ObservedService, workload: &Workload) -> String {
    format!("{} of {} tasks are running{}", workload.available, workload.replicas, others(observed))
}

/// Pods are not watched: why one does not start, such as an image that cannot be pulled, is seen there.
fn others(observed: &ObservedService) -> String {
    format!("; `kubectl get pods -l {} -o wide` shows the others and their nodes", selector(&observed.name.name))
}

/// That tasks are no longer there, or no longer ready, though nobody wants another number of them: a node may be lost. Told once,
/// until all of them run again.
pub fn tasks_unavailable(observed: &ObservedService, plan: &Plan, verdict: &Verdict, status: &ServiceStatus) -> Option<Happening> {
    let served = |member: &str| observed.specification.status.get(member).and_then(Value::as_i64);
    let is_told = served_reason(&observed.specification.status).is_some_and(|(reason, _)| reason == TASKS_PENDING);
    let are_fewer = verdict.reason() == TASKS_PENDING
        && !is_told
        && status.desired_count.is_some_and(|desired| status.running_count < desired)
        && served("runningCount").is_some_and(|before| status.running_count < before)
        && served("desiredCount") == status.desired_count;
    are_fewer.then(|| Happening {
        reason: "TasksUnavailable",
        note: format!("(service {}) {}.", service_name(observed, plan), verdict.message()),
        is_warning: true,
    })
}

/// The name of the service in ECS.
pub fn service_name<'a>(observed: &'a ObservedService, plan: &'a Plan) -> &'a str {
    plan.service.service_name.as_deref().unwrap_or(&observed.name.name)
}

/// Where the newest service revision stands. One that was complete stays complete, as in ECS.
fn rollout(observed: &ObservedService, plan: &Plan, workload: Option<&Workload>) -> Rollout {
    let Some((number, _)) = &plan.revision else { return Rollout::InProgress("nothing is deployed yet".into()) };
    let Some(workload) = workload.filter(|workload| workload.service_revision == Some(*number)) else {
        return Rollout::InProgress(format!("service revision {number} is being deployed"));
    };
    if observed.was_completed(&service::name(&observed.name.name, *number)) {
        return Rollout::Completed;
    }
    if !workload.observed {
        return Rollout::InProgress(format!("service revision {number} is being deployed"));
    }
    match (workload.is_rolled_out(), &workload.stalled, &workload.replica_failure) {
        (true, _, _) => Rollout::Completed,
        (false, Some(_), Some(failure)) => Rollout::Failed(failure.clone()),
        (false, Some(reason), None) => Rollout::Failed(format!("{}{}", reason.trim_end_matches('.'), where_to_look(observed, plan, workload))),
        (false, None, Some(failure)) => Rollout::InProgress(failure.clone()),
        (false, None, None) => Rollout::InProgress(format!(
            "{} of {} tasks of service revision {number} are available{}",
            workload.available.min(workload.updated),
            workload.replicas,
            where_to_look(observed, plan, workload)
        )),
    }
}

/// A DaemonSet has no condition for pods that are refused to it: only its events tell.
fn where_to_look(observed: &ObservedService, plan: &Plan, workload: &Workload) -> String {
    let is_daemon = plan.service.scheduling_strategy == Some(SchedulingStrategy::Daemon);
    let lacks_pods = is_daemon && workload.total < workload.replicas;
    match () {
        () if lacks_pods => format!("; `kubectl describe daemonset {}` shows why others are not made", observed.name.name),
        () if workload.available < workload.replicas => others(observed),
        () => String::new(),
    }
}

fn deployments(observed: &ObservedService, plan: &Plan, rollout: &Rollout, workload: Option<&Workload>) -> Vec<Deployment> {
    let Some((number, revision)) = &plan.revision else { return Vec::new() };
    let default = Workload::default();
    let workload = workload.unwrap_or(&default);
    let is_current = workload.service_revision == Some(*number);
    let updated = if is_current { workload.updated } else { 0 };
    let old = workload.total - updated;
    // Old pods are counted as ready first: they were running when the deployment began.
    let running = (workload.ready - old).clamp(0, updated);
    let (state, reason) = match rollout {
        Rollout::InProgress(reason) => ("IN_PROGRESS", reason.clone()),
        Rollout::Completed => ("COMPLETED", format!("ECS deployment {} completed.", service::name(&observed.name.name, *number))),
        Rollout::Failed(reason) => ("FAILED", reason.clone()),
    };
    let primary = Deployment {
        id: service::name(&observed.name.name, *number),
        status: "PRIMARY".into(),
        task_definition: Some(revision.task_definition.qualified()),
        desired_count: desired_count(plan, Some(workload)).unwrap_or_default(),
        running_count: running,
        pending_count: (updated - running).max(0),
        rollout_state: Some(state.into()),
        rollout_state_reason: Some(reason),
    };
    let earlier = observed.revisions.iter().rev().find(|earlier| earlier.number < *number);
    let active = (old > 0).then(|| Deployment {
        id: earlier.map_or_else(String::new, |earlier| service::name(&observed.name.name, earlier.number)),
        status: "ACTIVE".into(),
        task_definition: earlier.and_then(|earlier| earlier.content.as_ref()).map(|content| content.task_definition.qualified()),
        desired_count: old,
        running_count: workload.ready - running,
        pending_count: (old - (workload.ready - running)).max(0),
        ..Deployment::default()
    });
    [primary].into_iter().chain(active).collect()
}
