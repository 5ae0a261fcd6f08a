//! The children of a service, in one fixed order: the service revision (what is deployed is decided), its Secret
//! (pods need it), then the objects in the order of their kinds (what pods refer to, what guards them, what leads to
//! them, the workload); then what is no longer wanted goes, the other way round.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::super::cache::{Child, NamespacedName, OwnKind};
use super::super::error::Problem;
use super::super::observe::ObservedService;
use super::super::plan::Plan;
use super::super::secrets::{self, Access, Backend, SecretError, SecretValue, Wanted};
use super::super::write::WriteError;
use super::{Applied, Apply, OwnerReference, owned_body, patch, revision_object};
use crate::ecs::kubernetes::Exposure;
use crate::grant::Grant;
use crate::revision::service::{self, ServiceRevision};
use crate::translate::{self, Desired, Kind, SecretReference, ValueFrom, names};

/// How often it is looked whether a Secret is still there, while a completed deployment is unavailable.
pub const SECRET_CHECK: Duration = Duration::from_mins(1);

/// The values of a service revision's secrets.
pub type Values = Vec<(String, SecretValue)>;

/// Reads the values of all secrets that the revision of a plan refers to, by the grants that allow it: all of them, or none.
pub async fn values(backend: &Backend, name: &NamespacedName, plan: &Plan, secrets: &BTreeMap<String, SecretReference>) -> Result<Values, SecretError> {
    let access = |value_from: &str| {
        let value: ValueFrom = value_from.parse().ok()?;
        let Grant { name: _, spec, home: _ } = plan.named.allowing(&value.wanted()).ok()?;
        Some(Access {
            role_arn: spec.role_arn.clone()?,
            external_id: spec.external_id.clone(),
            namespace: name.namespace.clone(),
            object: format!("{}/{}", OwnKind::Service.name(), name.name),
        })
    };
    let wanted = secrets.values().map(|SecretReference { value_from, path }| Wanted::secret(value_from, access(value_from), path));
    let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
    let values = backend.read(&wanted).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(secrets.keys().cloned().zip(values).collect())
}

/// Whether an Ingress may go: when the service says so or has another one, never because a default changed or a class
/// vanished.
fn may_lose_ingress(plan: &Plan, desired: &Desired) -> bool {
    let has_rules = plan.service.load_balancers.iter().flatten().any(|balancer| balancer.listener_rules.iter().flatten().next().is_some());
    let exposure = plan.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.exposure);
    let has_another = desired.objects.iter().any(|object| object.kind == Kind::Ingress);
    !has_rules || has_another || exposure.is_some_and(|exposure| exposure != Exposure::Ingress)
}

/// Whether the pods of a revision that is kept refer to an object: while a deployment runs, or is gone back from, both
/// the old and the new one are needed.
fn is_kept(observed: &ObservedService, kind: Kind, name: &str) -> bool {
    let revisions = observed.revisions.iter().filter_map(|revision| revision.content.as_ref());
    revisions.flat_map(|content| &content.rendering.objects).any(|object| object.kind == kind && object.name == name)
}

impl Apply {
    /// Applies a plan, with the values of the secrets of the revision that it registers.
    pub async fn service(&self, observed: &ObservedService, plan: &Plan, backend: &Backend, applied: &mut Applied) -> Result<(), Problem> {
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let (Some((number, revision)), Some(desired)) = (&plan.revision, &plan.desired) else { return Ok(()) };
        let deployed = observed.workload.as_ref().and_then(|child| child.workload.as_ref()).and_then(|workload| workload.service_revision);
        // A workload that carries the revision, or a roll-out that was complete, proves that its Secret was written.
        let is_proven = deployed.is_some_and(|deployed| deployed >= *number) || observed.was_completed(&service::name(&observed.name.name, *number));
        let needs_secret = !revision.rendering.secrets.is_empty() && !is_proven;
        if needs_secret && plan.revoked().is_some() {
            return Ok(());
        }
        let values = if needs_secret { values(backend, &observed.name, plan, &revision.rendering.secrets).await? } else { Values::new() };
        if plan.register.is_some() {
            self.register(&owner, *number, revision).await?;
            applied.registered = true;
        }
        if needs_secret {
            self.create_secret(&owner, *number, revision, values).await?;
        }
        if !plan.revoked().is_some_and(|revoked| revoked.is_role) {
            self.service_account(&owner, observed, revision, applied).await?;
        }
        let mut forbidden = None;
        for object in &desired.objects {
            match object.kind {
                Kind::PersistentVolume => match self.volume(object).await {
                    // An administrator may have made it, so its claim and the pods follow.
                    Err(problem @ Problem::VolumeForbidden(_)) => forbidden = Some(problem),
                    result => result?,
                },
                _ => self.ensure(&owner, object, applied).await?,
            }
        }
        if let Some(workload) = desired.workload() {
            self.scale(observed, plan, workload.body.pointer("/spec/replicas").and_then(Value::as_i64), applied).await?;
            applied.counted = true;
        }
        self.prune_service(&owner, observed, plan).await?;
        forbidden.map_or(Ok(()), Err)
    }

    async fn register(&self, owner: &OwnerReference, number: i64, revision: &ServiceRevision) -> Result<(), Problem> {
        let name = service::name(&owner.name.name, number);
        let data = serde_json::to_value(revision).unwrap_or(Value::Null);
        let (body, _) = owned_body(owner, &revision_object(&name, (names::SERVICE_LABEL, &owner.name.name), number, &data));
        self.post_revision(owner, &name, &body).await
    }

    /// Creates the immutable Secret of a service revision; one of ours that exists is as good.
    async fn create_secret(&self, owner: &OwnerReference, number: i64, revision: &ServiceRevision, values: Values) -> Result<(), Problem> {
        let name = NamespacedName::new(&owner.name.namespace, names::secret(&owner.name.name, number));
        let keys: Vec<&str> = revision.rendering.secrets.keys().map(String::as_str).collect();
        let (mut body, _) = owned_body(owner, &translate::secret(&name.namespace, &name.name, &owner.name.name, keys));
        secrets::fill(&mut body, values);
        match self.writer.post(Kind::Secret, &name.namespace, &body).await {
            Ok(_) => Ok(()),
            Err(WriteError::Exists) => self.ask(owner, Kind::Secret, &name).await.map(drop),
            Err(error) => Err(self.problem(Kind::Secret, &name, error)),
        }
    }

    /// Makes the Secret of the running revision again, which we deleted when it might not be had.
    pub async fn make_secret_again(&self, observed: &ObservedService, plan: &Plan, backend: &Backend) -> Result<(), Problem> {
        let Some((number, revision)) = &plan.revision else { return Ok(()) };
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let values = values(backend, &observed.name, plan, &revision.rendering.secrets).await?;
        self.create_secret(&owner, *number, revision, values).await
    }

    /// Without its ServiceAccount no pod can be made. Its task definition makes it; where that is gone or names
    /// another by now, we do.
    async fn service_account(
        &self,
        owner: &OwnerReference,
        observed: &ObservedService,
        revision: &ServiceRevision,
        applied: &mut Applied,
    ) -> Result<(), Problem> {
        if !observed.service_account_orphaned {
            return Ok(());
        }
        let object = translate::service_account(&owner.name.namespace, &revision.task_definition.name, &revision.rendering.service_account);
        match self.ensure(owner, &object, applied).await {
            Err(Problem::Conflict { .. }) => Ok(()), // another service of ours was faster
            result => result,
        }
    }

    /// Sets the replica count, unless an autoscaler or a user set it by the `scale` subresource since.
    async fn scale(&self, observed: &ObservedService, plan: &Plan, wanted: Option<i64>, applied: &mut Applied) -> Result<(), Problem> {
        // Of a daemon nobody sets how many there are.
        let child: Option<Child> = self.cache().child(Kind::Deployment, &observed.name).cloned();
        let (Some(child), Some(wanted)) = (child, wanted) else { return Ok(()) };
        let Some(workload) = child.workload.as_ref().filter(|workload| workload.replicas != wanted) else { return Ok(()) };
        let reported = observed.specification.status.get("desiredCount").and_then(Value::as_i64);
        let is_drift = reported == plan.service.desired_count;
        if is_drift && workload.scaled_by.is_some() {
            applied.scaled_by.clone_from(&workload.scaled_by);
            return Ok(());
        }
        if is_drift && let Some(wait) = self.wait_for_drift(Kind::Deployment, &observed.name) {
            applied.look_again(wait);
            return Ok(());
        }
        let reply = self.writer.patch(Kind::Deployment, &observed.name, &patch::scale(&child, wanted)).await;
        let reply = reply.map_err(|error| self.problem(Kind::Deployment, &observed.name, error))?;
        if is_drift {
            self.drift_repaired(Kind::Deployment, &observed.name);
            applied.repaired.push((Kind::Deployment, observed.name.name.clone(), None));
        }
        let keys = child.record.map(|record| record.keys).unwrap_or_default();
        self.cache().written(Kind::Deployment, &reply, keys);
        Ok(())
    }

    /// Deletes what is no longer wanted: objects, then revisions that have served their time.
    async fn prune_service(&self, owner: &OwnerReference, observed: &ObservedService, plan: &Plan) -> Result<(), Problem> {
        let Some(desired) = &plan.desired else { return Ok(()) };
        let superfluous = |kind: Kind, name: &str, child: &Child| {
            let is_object = !matches!(kind, Kind::ServiceAccount | Kind::ControllerRevision | Kind::Secret | Kind::PersistentVolume);
            is_object
                && child.is_owned_by(&owner.uid)
                && !child.deleting
                && !desired.has(kind, name)
                && (kind != Kind::Ingress || may_lose_ingress(plan, desired))
                && !is_kept(observed, kind, name)
        };
        let mut gone: Vec<(Kind, NamespacedName, String)> = self
            .cache()
            .children_of(OwnKind::Service, &observed.name)
            .filter(|(kind, name, child)| superfluous(*kind, name, child))
            .map(|(kind, name, child)| (kind, NamespacedName::new(&observed.name.namespace, name), child.uid.clone()))
            .collect();
        gone.sort_by(|(one, ..), (other, ..)| other.cmp(one));
        for (kind, name, uid) in gone {
            self.prune(kind, &name, &uid).await?;
        }
        self.prune_revisions(owner, observed, plan).await
    }

    /// The last completed revision, all after it and ten before it stay. A revision's Secret goes before it.
    async fn prune_revisions(&self, owner: &OwnerReference, observed: &ObservedService, plan: &Plan) -> Result<(), Problem> {
        let Some((newest, _)) = plan.revision else { return Ok(()) };
        if !observed.was_completed(&service::name(&owner.name.name, newest)) || observed.revisions.len() <= crate::revision::HISTORY + 1 {
            return Ok(());
        }
        let excess = observed.revisions.len() - crate::revision::HISTORY - 1;
        for revision in observed.revisions.iter().take(excess) {
            let has_secret = revision.content.as_ref().is_none_or(|content| !content.rendering.secrets.is_empty());
            let secret = NamespacedName::new(&owner.name.namespace, names::secret(&owner.name.name, revision.number));
            if has_secret {
                self.prune_secret(owner, &secret).await?;
            }
            let name = NamespacedName::new(&owner.name.namespace, service::name(&owner.name.name, revision.number));
            self.prune(Kind::ControllerRevision, &name, &revision.uid).await?;
        }
        Ok(())
    }

    /// Deletes the Secret of a revision that may no longer have what is in it.
    pub async fn delete_secret(&self, observed: &ObservedService, number: i64) -> Result<(), Problem> {
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        self.prune_secret(&owner, &NamespacedName::new(&owner.name.namespace, names::secret(&owner.name.name, number))).await
    }

    /// Deletes a Secret, which is not watched: that it is ours is asked first.
    async fn prune_secret(&self, owner: &OwnerReference, name: &NamespacedName) -> Result<(), Problem> {
        match self.ask(owner, Kind::Secret, name).await {
            Ok(Some(live)) => self.prune(Kind::Secret, name, live.pointer("/metadata/uid").and_then(Value::as_str).unwrap_or_default()).await,
            Ok(None) | Err(Problem::Conflict { .. }) => Ok(()),
            Err(problem) => Err(problem),
        }
    }

    /// Restores the Secret of the running revision if somebody deleted it. Secrets are not watched: this is asked
    /// when a completed deployment is unavailable, and at most once a minute. What may not be read is not restored.
    pub async fn restore_secret(
        &self,
        observed: &ObservedService,
        plan: &Plan,
        backend: &Backend,
        checked: &mut Option<Instant>,
        applied: &mut Applied,
    ) -> Result<(), Problem> {
        let Some((number, revision)) = plan.revision.as_ref().filter(|_| plan.revoked().is_none()) else { return Ok(()) };
        let workload = observed.workload.as_ref().and_then(|child| child.workload.as_ref());
        let is_unavailable = workload.is_some_and(|workload| workload.service_revision == Some(*number) && workload.available < workload.replicas);
        if revision.rendering.secrets.is_empty() || !is_unavailable || !observed.was_completed(&service::name(&observed.name.name, *number)) {
            return Ok(());
        }
        if let Some(checked) = checked
            && checked.elapsed() < SECRET_CHECK
        {
            applied.look_again(SECRET_CHECK.saturating_sub(checked.elapsed()));
            return Ok(());
        }
        applied.look_again(SECRET_CHECK);
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let name = NamespacedName::new(&owner.name.namespace, names::secret(&owner.name.name, *number));
        if self.ask(&owner, Kind::Secret, &name).await?.is_some() {
            *checked = Some(Instant::now());
            return Ok(());
        }
        let values = values(backend, &observed.name, plan, &revision.rendering.secrets).await?;
        self.create_secret(&owner, *number, revision, values).await?;
        *checked = Some(Instant::now());
        applied.repaired.push((Kind::Secret, name.name, None));
        Ok(())
    }
}
