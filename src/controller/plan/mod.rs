//! Plan: what a service should be, from what was observed. Pure: it decides whether a deployment is due and asks
//! translation for the objects.

pub mod access;

use std::sync::Arc;

use serde_json::Value;

use super::error::Problem;
use super::observe::{ObservedService, read_service};
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::{self, unset};
use crate::grant::{self, Grants, Home, Named};
use crate::revision::service::{self, Cause, ServiceRevision, TaskDefinitionRecord, Today};
use crate::settings::{OnRevoke, Settings};
use crate::translate::diagnostic::DeploymentFault;
use crate::translate::{
    Desired, Diagnostic, Fault, Inputs, KubernetesVersion, Object, Origin, Render, Rendering, Severity, TaskDefinitionRevision, Waiting, identities, objects,
};
use access::Revoked;
pub use access::{named, settings_of};

/// What translation depends on beside the objects.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What the operator is configured with.
    pub settings: Settings,
    /// The version of the server.
    pub kubernetes: KubernetesVersion,
    /// How pods are rendered.
    pub render: Render,
}

/// What a service should be.
#[derive(Debug, Default)]
pub struct Plan {
    /// The service, as it was read.
    pub service: ecs::Service,
    /// The task definition that the service wants, as `family:revision`.
    pub task_definition: Option<String>,
    /// The service revision to register before anything else.
    pub register: Option<Cause>,
    /// The service revision that is to run.
    pub revision: Option<(i64, Arc<ServiceRevision>)>,
    /// The ServiceAccount of that, and its association, which its task definition makes.
    pub identities: Vec<Object>,
    /// The objects.
    pub desired: Option<Desired>,
    /// What there is to say.
    pub diagnostics: Vec<Diagnostic>,
    /// What the revision that is to run may have of AWS.
    pub named: Named,
    /// What of its revisions may no longer be had.
    pub revoked: Vec<Revoked>,
    /// What stands in the way.
    pub problem: Option<Problem>,
}

impl Plan {
    fn stopped(problem: Problem) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }

    /// What the revision that runs may no longer have.
    pub fn revoked(&self) -> Option<&Revoked> {
        let (number, _) = self.revision.as_ref()?;
        self.revoked.iter().find(|revoked| revoked.number == *number)
    }

    /// Whether the revision that runs may have its values.
    pub fn may_have_values(&self) -> bool {
        !self.revoked().is_some_and(|revoked| revoked.is_of_values)
    }
}

/// What the service should be. With `may_deploy` false the running revision stays, whatever changed.
pub fn plan(observed: &ObservedService, target: Result<TaskDefinitionRecord, Problem>, environment: &Environment, may_deploy: bool) -> Plan {
    let spec = target.as_ref().map_or(Value::Null, |target| target.spec.clone());
    asked(of_today(observed, target, environment, may_deploy), observed, environment, &spec)
}

/// The plan, with what grants say of what it runs.
fn asked(mut plan: Plan, observed: &ObservedService, environment: &Environment, spec: &Value) -> Plan {
    let named = |revision| named(observed, &settings_of(revision, environment), revision, spec);
    plan.named = plan.revision.as_ref().map(|(_, revision)| named(revision)).unwrap_or_default();
    plan.identities = plan.revision.as_ref().map(|(_, revision)| identities_of(revision, observed, environment)).unwrap_or_default();
    plan.revoked = access::revoked(observed, environment, spec);
    if let Some(Revoked { reason, loses_secret, .. }) = plan.revoked() {
        let is_deleted = *loses_secret && environment.settings.on_revoke.unwrap_or_default() == OnRevoke::Delete;
        plan.problem = Some(Problem::AccessRevoked { reason: reason.clone(), is_deleted });
    }
    plan
}

fn identities_of(revision: &ServiceRevision, observed: &ObservedService, environment: &Environment) -> Vec<Object> {
    let (namespace, account) = (&observed.name.namespace, &revision.rendering.service_account);
    identities(namespace, &revision.task_definition.name, account, &environment.settings, observed.has_ack)
}

/// [`plan`], without what is asked of grants for what runs.
fn of_today(observed: &ObservedService, target: Result<TaskDefinitionRecord, Problem>, environment: &Environment, may_deploy: bool) -> Plan {
    if let Some((kind, name)) = &observed.leftover {
        return Plan::stopped(Problem::StillDeleting { kind: *kind, name: name.clone() });
    }
    let running = observed.running();
    if let (None, Some(newest)) = (&running, observed.revisions.last()) {
        return Plan::stopped(Problem::RevisionUnreadable(service::name(&observed.name.name, newest.number)));
    }
    let mut service = match read_service(&observed.specification.spec) {
        Ok(service) => service,
        Err(problem) => return Plan { revision: running, ..Plan::stopped(problem) },
    };
    keep_ingress_class(&mut service, observed);
    let (target, problem) = match (target, &running) {
        (Ok(target), _) => (target, None),
        (Err(Problem::TaskDefinitionNotFound(name)), Some((_, revision))) if refers_to(&name, &revision.task_definition) => {
            (revision.task_definition.clone(), Some(Problem::TaskDefinitionGone(name)))
        }
        (Err(problem), Some((_, revision))) => (revision.task_definition.clone(), Some(problem)),
        (Err(problem), None) => return Plan { service, ..Plan::stopped(problem) },
    };
    // Where the task definition that is asked for is still to come, one deployment starts with it, and none without it before.
    let may_deploy = may_deploy && matches!(problem, None | Some(Problem::TaskDefinitionGone(_)));
    let mut plan = Plan { task_definition: Some(target.qualified()), service, problem, ..Plan::default() };
    let settings = serde_json::to_value(&environment.settings).unwrap_or(Value::Null);
    let today = Today {
        service: &observed.specification.spec,
        task_definition: &target.spec,
        settings: &settings,
        cluster: &observed.cluster,
        had_ready_task: running.as_ref().is_some_and(|(number, _)| observed.had_ready_task(*number)),
        secrets_changed: observed.secrets_changed,
    };
    let cause = service::cause(running.as_ref().map(|(_, revision)| revision.as_ref()), &today);
    match (cause, running) {
        (None, None) => return plan,
        (Some(Cause::Settings), Some((number, revision))) if !renders_anew(&mut plan, observed, environment, number, &revision) => {
            plan.revision = Some((number, revision));
        }
        (Some(_), _) if !may_deploy => return with_objects_of_running(plan, observed, environment),
        (Some(cause), _) => {
            let number = observed.next_number();
            match render(&mut plan, observed, environment, number, &target) {
                Ok(rendering) => {
                    let service = observed.specification.spec.as_ref().clone();
                    let revision =
                        ServiceRevision { service, task_definition: target.clone(), settings, cluster: observed.cluster.as_ref().clone(), rendering };
                    plan.register = Some(cause);
                    plan.revision = Some((number, Arc::new(revision)));
                }
                Err(problem) => {
                    plan.problem = Some(problem);
                    return with_objects_of_running(plan, observed, environment);
                }
            }
        }
        (None, Some((number, revision))) => {
            if renders_anew(&mut plan, observed, environment, number, &revision) {
                plan.diagnostics.push(Diagnostic { origin: Origin::Service, path: "spec".into(), fault: DeploymentFault::NewerRenderingAvailable.into() });
            }
            plan.revision = Some((number, revision));
        }
    }
    with_objects(plan, observed, environment)
}

/// Whether a reference means what already runs.
fn refers_to(reference: &str, running: &TaskDefinitionRecord) -> bool {
    let reference: Option<TaskDefinitionReference> = reference.parse().ok();
    reference.is_some_and(|reference| reference.family == running.family && reference.revision.is_none_or(|number| number == running.revision))
}

/// Once an Ingress exists, its class stays: a default that changes does not move it to another load balancer.
fn keep_ingress_class(service: &mut ecs::Service, observed: &ObservedService) {
    if let Some(class) = &observed.ingress_class {
        service.kubernetes.get_or_insert_default().ingress_class_name.get_or_insert_with(|| class.clone());
    }
}

/// Renders the pods of today for a service revision of this number, and notes what there is to say.
fn render(plan: &mut Plan, observed: &ObservedService, environment: &Environment, number: i64, target: &TaskDefinitionRecord) -> Result<Rendering, Problem> {
    let unreadable = |error| Problem::InvalidSpecification(format!("task definition {}: spec: {error}", target.qualified()));
    let specification: ecs::TaskDefinition = unset::read(&target.spec).map_err(unreadable)?;
    let cluster = read_cluster(&observed.cluster);
    let named = observed.access.named(grant::names(&specification), &Home::of(&environment.settings));
    let inputs = inputs(observed, environment, &plan.service, cluster.as_ref(), &named, number, revision_of(target, &specification));
    let (rendering, diagnostics) = (environment.render)(&inputs);
    plan.diagnostics = diagnostics;
    rendering.ok_or_else(|| problem_of(&plan.diagnostics))
}

/// Whether today's rendering differs from the frozen one, for the same revisions.
fn renders_anew(plan: &mut Plan, observed: &ObservedService, environment: &Environment, number: i64, revision: &ServiceRevision) -> bool {
    let rendering = render(plan, observed, environment, number, &revision.task_definition);
    rendering.is_ok_and(|rendering| rendering.template != revision.rendering.template)
}

/// Adds the objects of the running revision as its service had them, with the counts of today: where the next deployment
/// cannot start, nothing else of today's specification holds either, or running pods would lose what leads to them.
fn with_objects_of_running(mut plan: Plan, observed: &ObservedService, environment: &Environment) -> Plan {
    plan.register = None;
    plan.revision = observed.deployed();
    plan.desired = plan.revision.as_ref().and_then(|(number, running)| {
        let service = as_it_ran(running, &plan.service)?;
        objects_of(&service, observed, environment, *number, running).0
    });
    plan
}

/// The objects of what runs in place of those of a plan that cannot be carried out, for what it needs is not there.
pub fn stay(plan: Plan, observed: &ObservedService, environment: &Environment, task_definition: &Value) -> Plan {
    asked(with_objects_of_running(plan, observed, environment), observed, environment, task_definition)
}

/// Adds the objects. Where today's specification stands in their way, the running revision keeps its own.
fn with_objects(mut plan: Plan, observed: &ObservedService, environment: &Environment) -> Plan {
    let Some((number, revision)) = plan.revision.clone() else { return plan };
    let (desired, diagnostics) = objects_of(&plan.service, observed, environment, number, &revision);
    plan.diagnostics.extend(diagnostics);
    let Some(desired) = desired else {
        plan.problem = Some(problem_of(&plan.diagnostics));
        return with_objects_of_running(plan, observed, environment);
    };
    let waits = desired.waiting.iter().map(|Waiting::IngressClass { name }| Problem::IngressClassNotFound(name.clone())).next();
    // A new service waits for what it needs, whole; a running one goes on with what it has.
    let is_held = waits.is_some() && observed.revisions.is_empty();
    plan.problem = plan.problem.or(waits);
    plan.register = plan.register.filter(|_| !is_held);
    plan.desired = Some(desired).filter(|_| !is_held);
    plan
}

fn objects_of(
    service: &ecs::Service,
    observed: &ObservedService,
    environment: &Environment,
    number: i64,
    revision: &ServiceRevision,
) -> (Option<Desired>, Vec<Diagnostic>) {
    let Ok(specification) = unset::read::<ecs::TaskDefinition>(&revision.task_definition.spec) else { return (None, Vec::new()) };
    let cluster = read_cluster(&observed.cluster);
    // The objects around pods have nothing of AWS.
    let named = Named::default();
    let inputs = inputs(observed, environment, service, cluster.as_ref(), &named, number, revision_of(&revision.task_definition, &specification));
    objects(&inputs, &revision.rendering)
}

/// The service that a revision was made from, with what of today's never needs a deployment: how many tasks, and how
/// they are replaced.
fn as_it_ran(running: &ServiceRevision, today: &ecs::Service) -> Option<ecs::Service> {
    let mut service: ecs::Service = unset::read(&running.service).ok()?;
    service.desired_count = today.desired_count;
    service.deployment_configuration.clone_from(&today.deployment_configuration);
    Some(service)
}

fn revision_of<'a>(target: &'a TaskDefinitionRecord, spec: &'a ecs::TaskDefinition) -> TaskDefinitionRevision<'a> {
    TaskDefinitionRevision { name: &target.name, family: &target.family, revision: target.revision, spec }
}

fn inputs<'a>(
    observed: &'a ObservedService,
    environment: &'a Environment,
    service: &'a ecs::Service,
    cluster: Option<&'a ecs::Cluster>,
    named: &'a Named,
    number: i64,
    task_definition: TaskDefinitionRevision<'a>,
) -> Inputs<'a> {
    Inputs {
        namespace: &observed.name.namespace,
        name: &observed.name.name,
        service,
        task_definition,
        cluster,
        settings: &environment.settings,
        grants: Grants::Known(named),
        has_ack: observed.has_ack,
        kubernetes: environment.kubernetes,
        ingress_classes: &observed.ingress_classes,
        service_revision: number,
        running_ports: observed.revisions.last().and_then(|revision| revision.content.as_ref()).map_or(&[], |running| running.rendering.ports.as_slice()),
    }
}

/// The cluster of a namespace, where there is one that can be read.
pub fn read_cluster(spec: &Value) -> Option<ecs::Cluster> {
    if spec.is_null() { None } else { unset::read(spec).ok() }
}

/// What stands in the way of a service, as a problem: its own to mend, its task definition's, or an administrator's.
fn problem_of(diagnostics: &[Diagnostic]) -> Problem {
    match first_error(diagnostics) {
        Some(error) if error.origin == Origin::TaskDefinition && !is_denial(error) => {
            Problem::TaskDefinitionInvalid(format!("{}: {}", error.path, error.fault.message()))
        }
        Some(error) => invalid(error),
        None => Problem::InvalidSpecification("it cannot be translated".into()),
    }
}

/// The first error among diagnostics; what the author must mend comes before what is denied.
pub fn first_error(diagnostics: &[Diagnostic]) -> Option<&Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.fault.severity() == Severity::Error).min_by_key(|error| is_denial(error))
}

/// An error as the problem of the object that it speaks of.
pub fn invalid(error: &Diagnostic) -> Problem {
    let message = format!("{}: {}", error.path, error.fault.message());
    if is_denial(error) { Problem::AccessDenied(message) } else { Problem::InvalidSpecification(message) }
}

fn is_denial(error: &Diagnostic) -> bool {
    matches!(error.fault, Fault::Access(_))
}

#[cfg(test)]
mod tests;
