//! The reconcile of an `ECSCluster`: it has no children; it says whether it is in force.

use jiff::Timestamp;

use super::cache::{NamespacedName, OwnKind};
use super::error::Problem;
use super::observe::cluster_of;
use super::report::Verdict;
use super::{Controller, Outcome};
use crate::ecs::status::ClusterStatus;
use crate::ecs::{self, unset};

/// Reconciles the cluster of this name.
pub async fn reconcile(controller: &Controller, name: &NamespacedName) -> Outcome {
    let (specification, in_force) = {
        let cache = controller.apply.cache();
        let Some(specification) = cache.specification(OwnKind::Cluster, name).cloned() else { return Outcome::default() };
        (specification, cluster_of(&cache, &name.namespace).map(|(name, _)| name.to_owned()))
    };
    if specification.deleting {
        return Outcome::default();
    }
    let cluster = unset::read::<ecs::Cluster>(&specification.spec).map_err(|error| Problem::InvalidSpecification(format!("spec: {error}")));
    let problem = match (&cluster, in_force) {
        (Ok(_), Some(other)) if other != name.name => Some(Problem::Claimed { kind: OwnKind::Cluster.name(), name: other, identity: "namespace".into() }),
        _ => None,
    };
    let cluster_name = cluster.as_ref().ok().and_then(|cluster| cluster.cluster_name.clone()).unwrap_or_else(|| name.name.clone());
    let mut outcome = Outcome { problem: problem.or(cluster.err()), ..Outcome::default() };
    let in_force = || Verdict::Ready { reason: "InForce", message: "its settings hold for the services of the namespace".into() };
    let verdict = outcome.problem.as_ref().map_or_else(in_force, Verdict::of);
    let status = ClusterStatus {
        observed_generation: specification.generation,
        conditions: verdict.conditions(&specification.status, specification.generation, Timestamp::now()),
        status: Some("ACTIVE".into()),
        cluster_name: Some(cluster_name),
    };
    controller.conclude(&(OwnKind::Cluster, name.clone()), &specification, &verdict, status, &mut outcome).await;
    outcome
}
