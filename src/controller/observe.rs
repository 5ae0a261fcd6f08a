//! Observe: from what lives, all that the reconcile of one object depends on, as one consistent picture.

use std::sync::Arc;

use serde_json::Value;

use super::cache::{Access, Cache, Child, NamespacedName, OwnKind, Specification};
use super::error::Problem;
use super::report::conditions::served_message;
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::{self, unset};
use crate::revision::{RegisteredTaskDefinition, ServiceRevision, TaskDefinitionRecord};
use crate::translate::{IngressClass, Kind, ServiceAccountReference};

/// All that the reconcile of a service depends on.
#[derive(Clone, Debug)]
pub struct ObservedService {
    /// Where it lives.
    pub name: NamespacedName,
    /// The service itself.
    pub specification: Specification,
    /// The cluster of its namespace, as served.
    pub cluster: Arc<Value>,
    /// What objects of its namespace may have of AWS.
    pub access: Access,
    /// Whether the cluster has ACK's `PodIdentityAssociation`.
    pub has_ack: bool,
    /// The ingress classes there are.
    pub ingress_classes: Vec<IngressClass>,
    /// Its revisions, the oldest first.
    pub revisions: Vec<NumberedRevision>,
    /// Its Deployment or DaemonSet.
    pub workload: Option<Child>,
    /// The class of its Ingress.
    pub ingress_class: Option<String>,
    /// A child of an earlier object of its name.
    pub leftover: Option<(Kind, String)>,
    /// Whether the ServiceAccount that the running revision names is missing, or its association, and no task definition makes it.
    pub service_account_orphaned: bool,
    /// Whether a secret has another value than the running deployment; found out where the service asks for it.
    pub secrets_changed: bool,
}

/// A revision of a service.
#[derive(Clone, Debug)]
pub struct NumberedRevision {
    /// Its number.
    pub number: i64,
    /// The uid of the object that holds it.
    pub uid: String,
    /// What it holds; nothing where it cannot be read.
    pub content: Option<Arc<ServiceRevision>>,
    /// The names of Secrets in what cannot be read.
    pub secrets: Vec<String>,
}

impl ObservedService {
    /// The picture of the service of this name.
    pub fn of(cache: &Cache, name: &NamespacedName) -> Option<Self> {
        let specification = cache.specification(OwnKind::Service, name)?.clone();
        let mut revisions: Vec<NumberedRevision> = cache
            .children_of(OwnKind::Service, name)
            .filter(|(_, _, child)| child.is_owned_by(&specification.uid) && !child.deleting)
            .filter_map(|(_, _, child)| {
                let revision = child.revision.as_ref()?;
                Some(NumberedRevision {
                    number: revision.number,
                    uid: child.uid.clone(),
                    content: revision.service().cloned(),
                    secrets: revision.secrets().to_vec(),
                })
            })
            .collect();
        revisions.sort_by_key(|revision| revision.number);
        Some(Self {
            cluster: cluster_of(cache, &name.namespace).map_or(Arc::new(Value::Null), |(_, cluster)| cluster.spec.clone()),
            access: cache.access(&name.namespace),
            has_ack: cache.is_installed(Kind::PodIdentityAssociation),
            ingress_classes: cache.ingress_classes(),
            workload: cache.workload(name, &specification.uid).cloned(),
            ingress_class: cache.child(Kind::Ingress, name).filter(|child| child.is_owned_by(&specification.uid)).and_then(|child| child.ingress_class.clone()),
            leftover: leftover(cache, OwnKind::Service, name, &specification.uid),
            service_account_orphaned: revisions.last().and_then(|revision| revision.content.as_ref()).is_some_and(|running| is_orphaned(cache, name, running)),
            secrets_changed: false,
            revisions,
            specification,
            name: name.clone(),
        })
    }

    /// The newest revision: what is deployed.
    pub fn running(&self) -> Option<(i64, Arc<ServiceRevision>)> {
        self.revisions.last().and_then(|revision| Some((revision.number, revision.content.clone()?)))
    }

    /// The revision whose pods run: the one that the workload carries, else the newest.
    pub fn deployed(&self) -> Option<(i64, Arc<ServiceRevision>)> {
        let carried = self.workload.as_ref().and_then(|child| child.workload.as_ref()).and_then(|workload| workload.service_revision);
        let is_deployed = |revision: &&NumberedRevision| carried == Some(revision.number);
        let deployed = self.revisions.iter().find(is_deployed).and_then(|revision| Some((revision.number, revision.content.clone()?)));
        deployed.or_else(|| self.running())
    }

    /// The revisions that tasks are of: the newest, and until its roll-out is complete the one before it.
    pub fn in_use(&self) -> impl Iterator<Item = (i64, &Arc<ServiceRevision>)> {
        let is_complete = self.revisions.last().is_some_and(|newest| self.was_completed(&crate::revision::service::name(&self.name.name, newest.number)));
        let used = self.revisions.iter().rev().take(if is_complete { 1 } else { 2 });
        used.filter_map(|revision| Some((revision.number, revision.content.as_ref()?)))
    }

    /// The number of the next revision.
    pub fn next_number(&self) -> i64 {
        self.revisions.last().map_or(0, |revision| revision.number) + 1
    }

    /// The first deployment of the status: the newest.
    fn primary(&self) -> Option<&Value> {
        self.specification.status.pointer("/deployments/0")
    }

    /// Whether the roll-out of this revision was seen to be complete: that is remembered in the status.
    pub fn was_completed(&self, revision: &str) -> bool {
        let text = |member: &str| self.primary().and_then(|primary| primary.get(member)).and_then(Value::as_str);
        text("id") == Some(revision) && text("rolloutState") == Some("COMPLETED")
    }

    /// Whether the running deployment ever had a ready task.
    pub fn had_ready_task(&self, number: i64) -> bool {
        let id = crate::revision::service::name(&self.name.name, number);
        let workload = self.workload.as_ref().and_then(|child| child.workload.as_ref());
        let is_ready = workload
            .is_some_and(|workload| workload.service_revision == Some(number) && workload.updated > 0 && workload.ready > workload.total - workload.updated);
        self.was_completed(&id) || is_ready
    }
}

/// Whether the ServiceAccount of a revision is missing, or its association, and its task definition does not make it (any more).
fn is_orphaned(cache: &Cache, name: &NamespacedName, running: &ServiceRevision) -> bool {
    let ServiceAccountReference { name: account, is_associated, .. } = &running.rendering.service_account;
    let definition = NamespacedName::new(&name.namespace, &running.task_definition.name);
    let is_made = cache
        .specification(OwnKind::TaskDefinition, &definition)
        .is_some_and(|specification| registered(cache, &definition, &specification.uid).any(|(_, _, held)| held.service_account.name == *account));
    let is_missing = |kind| cache.child(kind, &NamespacedName::new(&name.namespace, account)).is_none();
    let association = Kind::PodIdentityAssociation;
    !is_made && (is_missing(Kind::ServiceAccount) || (*is_associated && cache.is_installed(association) && is_missing(association)))
}

/// The cluster in force in a namespace: of several the oldest, then the one of the lesser name.
pub fn cluster_of<'a>(cache: &'a Cache, namespace: &'a str) -> Option<(&'a str, &'a Specification)> {
    cache
        .specifications(OwnKind::Cluster, namespace)
        .filter(|(_, cluster)| !cluster.deleting)
        .min_by_key(|(name, cluster)| (cluster.created.clone(), (*name).to_owned()))
}

/// A child that an earlier object of this kind and name left, and that is not deleted yet.
pub fn leftover(cache: &Cache, kind: OwnKind, name: &NamespacedName, uid: &str) -> Option<(Kind, String)> {
    cache.children_of(kind, name).find(|(_, _, child)| !child.is_owned_by(uid)).map(|(kind, child, _)| (kind, child.to_owned()))
}

/// The family of a task definition: what it says, or its name.
pub fn family(name: &str, spec: &Value) -> String {
    spec.get("family").and_then(Value::as_str).filter(|family| !family.is_empty()).unwrap_or(name).to_owned()
}

/// The task definition that a family belongs to: of several the oldest, then the one of the lesser name.
pub fn owner_of_family<'a>(cache: &'a Cache, namespace: &'a str, wanted: &str) -> Option<(&'a str, &'a Specification)> {
    cache
        .specifications(OwnKind::TaskDefinition, namespace)
        .filter(|(name, definition)| !definition.deleting && family(name, &definition.spec) == wanted)
        .min_by_key(|(name, definition)| (definition.created.clone(), (*name).to_owned()))
}

/// The family that a service refers to.
pub fn family_of(spec: &Value) -> Option<String> {
    Some(spec.get("taskDefinition")?.as_str()?.parse::<TaskDefinitionReference>().ok()?.family)
}

/// The services of a task definition, or the task definition of a service.
pub fn beside<'a>(cache: &'a Cache, kind: OwnKind, name: &'a NamespacedName) -> Vec<(OwnKind, &'a str)> {
    let Some(specification) = cache.specification(kind, name) else { return Vec::new() };
    match kind {
        OwnKind::Cluster => Vec::new(),
        OwnKind::Service => {
            let family = family_of(&specification.spec);
            let owner = family.and_then(|family| owner_of_family(cache, &name.namespace, &family));
            owner.map(|(name, _)| (OwnKind::TaskDefinition, name)).into_iter().collect()
        }
        OwnKind::TaskDefinition => {
            let family = family(&name.name, &specification.spec);
            let services = cache.specifications(OwnKind::Service, &name.namespace);
            services.filter(|(_, service)| family_of(&service.spec).as_ref() == Some(&family)).map(|(name, _)| (OwnKind::Service, name)).collect()
        }
    }
}

/// The revisions of a task definition, with their numbers and what was registered.
pub fn registered<'a>(cache: &'a Cache, name: &'a NamespacedName, uid: &'a str) -> impl Iterator<Item = (&'a Child, i64, &'a Arc<RegisteredTaskDefinition>)> {
    let children = cache.children_of(OwnKind::TaskDefinition, name).filter(move |(_, _, child)| child.is_owned_by(uid) && !child.deleting);
    children.filter_map(|(_, _, child)| {
        let revision = child.revision.as_ref()?;
        Some((child, revision.number, revision.task_definition()?))
    })
}

/// The revision of the task definition that a service refers to.
pub fn task_definition(cache: &Cache, namespace: &str, service: &ecs::Service) -> Result<TaskDefinitionRecord, Problem> {
    let text = service.task_definition.as_deref().ok_or_else(|| Problem::InvalidSpecification("spec.taskDefinition is not set".into()))?;
    let reference: TaskDefinitionReference = text.parse().map_err(|error| Problem::InvalidSpecification(format!("spec.taskDefinition: {error}")))?;
    let not_found = || Problem::TaskDefinitionNotFound(text.to_owned());
    let (name, definition) = owner_of_family(cache, namespace, &reference.family).ok_or_else(not_found)?;
    let owner = NamespacedName::new(namespace, name);
    let candidates = registered(cache, &owner, &definition.uid)
        .filter(|(_, number, registered)| registered.family == reference.family && reference.revision.is_none_or(|wanted| wanted == *number));
    match candidates.max_by_key(|(_, number, _)| *number) {
        Some((_, number, registered)) => {
            Ok(TaskDefinitionRecord { name: name.to_owned(), family: registered.family.clone(), revision: number, spec: registered.spec.clone() })
        }
        None if reference.revision.is_none() && definition.is_observed() => Err(refused(name, &definition.status)),
        None if reference.revision.is_none() => Err(Problem::TaskDefinitionNotRegistered(text.to_owned())),
        None => Err(not_found()),
    }
}

/// Why a task definition has no revision: what its own status says.
fn refused(name: &str, status: &Value) -> Problem {
    match served_message(status, "AccessDenied") {
        Some(message) => Problem::AccessDenied(format!("task definition `{name}`: {message}")),
        None => Problem::TaskDefinitionInvalid(format!("the status of `{name}` says why")),
    }
}

/// Reads the specification of a service.
pub fn read_service(spec: &Value) -> Result<ecs::Service, Problem> {
    unset::read(spec).map_err(|error| Problem::InvalidSpecification(format!("spec: {error}")))
}
