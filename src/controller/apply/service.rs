//! The children of a service, in one fixed order: the service revision (what is deployed is decided), its Secrets
//! (pods need them), then the objects in the order of their kinds (what pods refer to, what guards them, what leads to
//! them, the workload); then what is no longer wanted goes, the other way round.

use serde_json::Value;
use tokio::time::Instant;

use super::super::cache::{Child, NamespacedName, OwnKind};
use super::super::error::Problem;
use super::super::observe::ObservedService;
use super::super::plan::Plan;
use super::super::secrets::Backend;
use super::secrets::{self, Reading};
use super::{Applied, Apply, OwnerReference, owned_body, patch, revision_object};
use crate::ecs::kubernetes::Exposure;
use crate::revision::service::{self, ServiceRevision};
use crate::translate::{Desired, Kind, names};

/// Whether an Ingress may go: when the service says so or has another one, never because a default changed or a class
/// vanished.
fn may_lose_ingress(plan: &Plan, desired: &Desired) -> bool {
    let has_rules = plan.service.load_balancers.iter().flatten().any(|balancer| balancer.listener_rules.iter().flatten().next().is_some());
    let exposure = plan.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.exposure);
    let has_another = desired.objects.iter().any(|object| object.kind == Kind::Ingress);
    !has_rules || has_another || exposure.is_some_and(|exposure| exposure != Exposure::Ingress)
}

/// Whether the pods of a revision that is kept refer to an object: while a deployment runs, or is gone back from, both
/// the old and the new one are needed. One that was registered a moment ago has not been observed yet.
fn is_kept(observed: &ObservedService, applied: &Applied, kind: Kind, name: &str) -> bool {
    let registered = applied.registered.as_ref().map(|(_, revision, _)| revision);
    let revisions = observed.revisions.iter().filter_map(|revision| revision.content.as_ref());
    revisions.chain(registered).flat_map(|content| &content.rendering.objects).any(|object| object.kind == kind && object.name == name)
}

impl Apply {
    /// Applies a plan, with the values of the secrets of the revision that it registers.
    pub async fn service(&self, observed: &ObservedService, plan: &Plan, backend: &Backend, applied: &mut Applied) -> Result<(), Problem> {
        let owner = OwnerReference::of(OwnKind::Service, &observed.name, &observed.specification);
        let (Some((number, revision)), Some(desired)) = (&plan.revision, &plan.desired) else { return Ok(()) };
        let deployed = observed.workload.as_ref().and_then(|child| child.workload.as_ref()).and_then(|workload| workload.service_revision);
        // A workload that carries the revision, or a roll-out that was complete, proves that its Secrets were written.
        let is_proven = deployed.is_some_and(|deployed| deployed >= *number) || observed.was_completed(&service::name(&observed.name.name, *number));
        // What runs, runs on, and what does not yet run is not begun.
        if !is_proven && plan.revoked().is_some() {
            return Ok(());
        }
        let secrets = if is_proven { Vec::new() } else { secrets::secrets(&owner, *number, revision) };
        let running = observed.running();
        let is_forced = plan.register.is_some() && service::is_forced(running.as_ref().map(|(_, running)| running.as_ref()), &observed.specification.spec);
        let reading = Reading { backend, name: &observed.name, named: &plan.named, since: is_forced.then(Instant::now) };
        let values = reading.values(&secrets).await?;
        if plan.register.is_some() {
            self.register(&owner, *number, revision).await?;
            applied.registered = plan.register.map(|cause| (*number, revision.clone(), cause));
        }
        self.create_secrets(&owner, &secrets, values).await?;
        if !plan.revoked().is_some_and(|revoked| revoked.is_role) {
            self.identities(&owner, observed, plan, applied).await?;
            // What runs already has its role.
            if !is_proven {
                self.associated(&owner, plan, revision)?;
            }
        }
        let mut forbidden = None;
        for object in &desired.objects {
            match object.kind {
                Kind::PersistentVolume => match self.volume(object).await {
                    // An administrator may have made it, so its claim and the pods follow.
                    Err(problem @ Problem::VolumeForbidden(_)) => forbidden = Some(problem),
                    result => result?,
                },
                // What may no longer be had is not asked for.
                Kind::ExternalSecret if !plan.may_have_values() => {}
                Kind::ExternalSecret => {
                    self.ensure(&owner, object, applied).await?;
                    // What runs already has its Secrets.
                    if !is_proven {
                        self.ready(object.kind, NamespacedName::new(&owner.name.namespace, &object.name))?;
                    }
                }
                _ => self.ensure(&owner, object, applied).await?,
            }
        }
        if let Some(workload) = desired.workload() {
            self.scale(observed, plan, workload.body.pointer("/spec/replicas").and_then(Value::as_i64), applied).await?;
            applied.counted = true;
        }
        self.prune_service(&owner, observed, plan, applied).await?;
        forbidden.map_or(Ok(()), Err)
    }

    async fn register(&self, owner: &OwnerReference, number: i64, revision: &ServiceRevision) -> Result<(), Problem> {
        let name = service::name(&owner.name.name, number);
        let data = serde_json::to_value(revision).unwrap_or(Value::Null);
        let (body, _) = owned_body(owner, &revision_object(&name, (names::SERVICE_LABEL, &owner.name.name), number, &data));
        self.post_revision(owner, &name, &body).await
    }

    /// Without its ServiceAccount no pod can be made, and without its association it has no role. Its task definition makes
    /// them; where that is gone or names another by now, we do.
    async fn identities(&self, owner: &OwnerReference, observed: &ObservedService, plan: &Plan, applied: &mut Applied) -> Result<(), Problem> {
        for object in plan.identities.iter().filter(|_| observed.service_account_orphaned) {
            match self.ensure(owner, object, applied).await {
                // Another service of ours was faster; what others have taken meanwhile is not known to us.
                Err(Problem::Conflict { .. }) if self.cache().child(object.kind, &NamespacedName::new(&owner.name.namespace, &object.name)).is_some() => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// That EKS gives the pods of a revision their role: those that start before have none.
    fn associated(&self, owner: &OwnerReference, plan: &Plan, revision: &ServiceRevision) -> Result<(), Problem> {
        let (kind, account) = (Kind::PodIdentityAssociation, &revision.rendering.service_account);
        let name = NamespacedName::new(&owner.name.namespace, &account.name);
        let is_made = plan.identities.iter().any(|object| object.kind == kind) || self.cache().child(kind, &name).is_some();
        if account.is_associated && is_made { self.ready(kind, name) } else { Ok(()) }
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
    async fn prune_service(&self, owner: &OwnerReference, observed: &ObservedService, plan: &Plan, applied: &Applied) -> Result<(), Problem> {
        let Some(desired) = &plan.desired else { return Ok(()) };
        let superfluous = |kind: Kind, name: &str, child: &Child| {
            let is_object =
                !matches!(kind, Kind::ServiceAccount | Kind::PodIdentityAssociation | Kind::ControllerRevision | Kind::Secret | Kind::PersistentVolume);
            is_object
                && child.is_owned_by(&owner.uid)
                && !child.deleting
                && !desired.has(kind, name)
                && (kind != Kind::Ingress || may_lose_ingress(plan, desired))
                && !is_kept(observed, applied, kind, name)
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

    /// The last completed revision, all after it and ten before it stay. A revision's Secrets go before it.
    async fn prune_revisions(&self, owner: &OwnerReference, observed: &ObservedService, plan: &Plan) -> Result<(), Problem> {
        let Some((newest, _)) = plan.revision else { return Ok(()) };
        if !observed.was_completed(&service::name(&owner.name.name, newest)) || observed.revisions.len() <= crate::revision::HISTORY + 1 {
            return Ok(());
        }
        let excess = observed.revisions.len() - crate::revision::HISTORY - 1;
        for revision in observed.revisions.iter().take(excess) {
            self.delete_secrets(owner, revision).await?;
            let name = NamespacedName::new(&owner.name.namespace, service::name(&owner.name.name, revision.number));
            self.prune(Kind::ControllerRevision, &name, &revision.uid).await?;
        }
        Ok(())
    }
}
