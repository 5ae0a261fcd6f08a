//! The order in which the containers of a task start and stop: `dependsOn`, and what `links`, `volumesFrom` and a log
//! router imply.
//!
//! Kubernetes starts init containers one after the other, then all others at once, and stops them the other way round. So
//! what must have ended before others start becomes an init container; what must have started, or be healthy, one that runs
//! on (a native sidecar). ECS starts what waits for nothing at once, and tasks rely on it: a migration may need a proxy that
//! it does not name. So whatever waits for no end and no health comes before those ends and healths, as a sidecar too.

mod graph;

use super::Place;
use crate::translate::container::{Role, stop_timeout};
use crate::{ecs, k8s};
use graph::Graph;

/// How the containers of a task are arranged in the pod.
#[derive(Debug)]
pub(super) struct Arrangement {
    /// Their parts, in the order of the document.
    pub roles: Vec<Role>,
    /// The order in which they start, as indices into the document's.
    order: Vec<usize>,
}

/// The arrangement; `at` is the place of the definitions. What ECS refuses, and what cannot be said in one line, is reported.
pub(super) fn arrangement(definitions: &[ecs::ContainerDefinition], at: &Place<'_>) -> Arrangement {
    let graph = Graph::of(definitions, at);
    let order = graph.order(definitions, at);
    let last_blocking = order.iter().rposition(|index| graph.is_blocking(*index));
    let mut roles = vec![Role::Regular; definitions.len()];
    for (position, index) in order.iter().enumerate() {
        roles[*index] = if let Some(must_succeed) = graph.must_end(*index) {
            Role::OneShot { must_succeed }
        } else if graph.is_awaited(*index) || last_blocking.is_some_and(|last| position < last) {
            Role::Sidecar { is_awaited_healthy: graph.is_awaited_healthy(*index) }
        } else {
            Role::Regular
        };
    }
    graph.report_longer_waits(definitions, at);
    Arrangement { roles, order }
}

impl Arrangement {
    /// The init containers in the order of their start, and the others in that of the document.
    pub fn arranged(&self, containers: Vec<k8s::Container>) -> (Vec<k8s::Container>, Vec<k8s::Container>) {
        let position = |index: &usize| self.order.iter().position(|started| started == index);
        let mut containers: Vec<(usize, k8s::Container)> = containers.into_iter().enumerate().collect();
        let regular = containers.extract_if(.., |(index, _)| self.roles[*index] == Role::Regular).map(|(_, container)| container).collect();
        containers.sort_by_key(|(index, _)| position(index));
        (containers.into_iter().map(|(_, container)| container).collect(), regular)
    }

    /// Seconds from the stop signal to the end of the pod: those that nothing waits for stop together, then each sidecar
    /// on its own, the last one first.
    pub fn stop_timeout(&self, definitions: &[ecs::ContainerDefinition]) -> i64 {
        let timeouts = || self.roles.iter().zip(definitions).map(|(role, definition)| (role, stop_timeout(definition.stop_timeout)));
        let sidecars: i64 = timeouts().filter(|(role, _)| matches!(role, Role::Sidecar { .. })).map(|(_, seconds)| seconds).sum();
        let others = timeouts().filter(|(role, _)| !matches!(role, Role::Sidecar { .. })).map(|(_, seconds)| seconds).max();
        sidecars + others.unwrap_or_default()
    }
}
