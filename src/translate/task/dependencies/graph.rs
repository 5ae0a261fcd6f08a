//! What waits for what.

use std::collections::BTreeMap;

use super::Place;
use crate::ecs;
use crate::ecs::container_definition::{DependencyCondition, LogDriver};
use crate::translate::diagnostic::OrderFault;
use crate::translate::word::word;

/// What waits for what: of each container, in the order of the document, what it waits for.
#[derive(Debug)]
pub(super) struct Graph(Vec<Vec<Edge>>);

/// One thing that a container waits for.
#[derive(Clone, Debug)]
struct Edge {
    /// The index of the other container.
    to: usize,
    wait: Wait,
    /// The index in `dependsOn`, where it is written there.
    written: Option<usize>,
}

/// What the other container must have reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// It is created. The volumes of a pod are there before any container is, so nothing has to wait.
    Created,
    Condition(DependencyCondition),
}

impl Graph {
    /// The graph of the definitions. What ECS refuses of it is reported.
    pub fn of(definitions: &[ecs::ContainerDefinition], at: &Place<'_>) -> Self {
        let mut indices = BTreeMap::new();
        for (index, definition) in definitions.iter().enumerate() {
            indices.entry(definition.name.as_str()).or_insert(index);
        }
        let mut edges: Vec<Vec<Edge>> = definitions
            .iter()
            .enumerate()
            .map(|(index, definition)| {
                let written = written(definition, definitions, &indices, &at.item(index).member("dependsOn"));
                written.into_iter().chain(implied(definition, &indices)).collect()
            })
            .collect();
        if let Some(router) = definitions.iter().rposition(|definition| definition.firelens_configuration.is_some())
            && edges[router].is_empty()
        {
            let logs = |definition: &ecs::ContainerDefinition| {
                definition.log_configuration.as_ref().and_then(|configuration| configuration.log_driver) == Some(LogDriver::Awsfirelens)
            };
            for (index, definition) in definitions.iter().enumerate() {
                if index != router && logs(definition) && edges[index].iter().all(|edge| edge.to != router) {
                    edges[index].push(Edge { to: router, wait: Wait::Condition(DependencyCondition::Start), written: None });
                }
            }
        }
        Self(edges)
    }

    /// The containers, each after all that it waits for: those first that hold nothing up, then those whose health is
    /// awaited, then those whose end is; else as in the document. A cycle is reported.
    pub fn order(&self, definitions: &[ecs::ContainerDefinition], at: &Place<'_>) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        let mut rest: Vec<usize> = (0..self.0.len()).collect();
        while !rest.is_empty() {
            let is_free = |index: &&usize| self.0[**index].iter().all(|edge| order.contains(&edge.to));
            let hold_up = |index: &&usize| (self.must_end(**index).is_some(), self.is_awaited_healthy(**index));
            let Some(next) = rest.iter().filter(is_free).min_by_key(hold_up).copied() else {
                let cycle = self.cycle(&rest);
                let names: Vec<&str> = cycle.iter().map(|index| definitions[*index].name.as_str()).collect();
                let place = cycle.first().map_or_else(|| at.clone(), |first| at.item(*first).member("dependsOn"));
                place.say(OrderFault::DependencyCycle { names: names.join("`, `") });
                break;
            };
            order.push(next);
            rest.retain(|index| *index != next);
        }
        order.extend(rest);
        order
    }

    /// The containers of a cycle, each of which waits for the next, and the last for the first. Each of `rest` waits for
    /// another of them.
    fn cycle(&self, rest: &[usize]) -> Vec<usize> {
        let mut walked: Vec<usize> = rest.first().copied().into_iter().collect();
        loop {
            let next = walked.last().and_then(|last| self.0[*last].iter().map(|edge| edge.to).find(|to| rest.contains(to)));
            let Some(next) = next else { return walked };
            if let Some(start) = walked.iter().position(|index| *index == next) {
                return walked.split_off(start);
            }
            walked.push(next);
        }
    }

    /// Whether the container must have ended before others start, and whether with 0.
    pub fn must_end(&self, index: usize) -> Option<bool> {
        let is_awaited = |condition| self.waits_for(index).any(|wait| wait == Wait::Condition(condition));
        let must_succeed = is_awaited(DependencyCondition::Success);
        (must_succeed || is_awaited(DependencyCondition::Complete)).then_some(must_succeed)
    }

    /// Whether others wait until it is healthy.
    pub fn is_awaited_healthy(&self, index: usize) -> bool {
        self.waits_for(index).any(|wait| wait == Wait::Condition(DependencyCondition::Healthy))
    }

    /// Whether others wait for more than that it is created.
    pub fn is_awaited(&self, index: usize) -> bool {
        self.waits_for(index).any(|wait| wait != Wait::Created)
    }

    /// Whether it holds up what comes after it.
    pub fn is_blocking(&self, index: usize) -> bool {
        self.must_end(index).is_some() || self.is_awaited_healthy(index)
    }

    /// What others wait for of the container.
    fn waits_for(&self, index: usize) -> impl Iterator<Item = Wait> {
        self.0.iter().flatten().filter(move |edge| edge.to == index).map(|edge| edge.wait)
    }

    /// Reports those that wait for less of a container than another does: they wait as long as that one.
    pub fn report_longer_waits(&self, definitions: &[ecs::ContainerDefinition], at: &Place<'_>) {
        for (index, edges) in self.0.iter().enumerate() {
            for Edge { to, wait, written } in edges {
                let (Wait::Condition(condition), Some(written)) = (wait, written) else { continue };
                let place = at.item(index).member("dependsOn").item(*written).member("condition");
                let name = definitions[*to].name.clone();
                let until = match (self.must_end(*to), self.is_awaited_healthy(*to), condition) {
                    (Some(true), _, DependencyCondition::Success) => {
                        place.say(OrderFault::SuccessTriedAgain { name });
                        continue;
                    }
                    (Some(true), _, _) => "has ended with 0",
                    (Some(false), _, DependencyCondition::Start | DependencyCondition::Healthy) => "has ended",
                    (None, true, DependencyCondition::Start) => "is healthy",
                    (_, _, _) => continue,
                };
                place.say(OrderFault::DependencyWaitsLonger { condition: word(*condition), name, until });
            }
        }
    }
}

/// What the container waits for by its `dependsOn`, whose place is `at`.
fn written(definition: &ecs::ContainerDefinition, definitions: &[ecs::ContainerDefinition], indices: &BTreeMap<&str, usize>, at: &Place<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (index, ecs::container_definition::ContainerDependency { container_name, condition }) in definition.depends_on.iter().flatten().enumerate() {
        let (at, name) = (at.item(index), container_name.clone());
        let Some(to) = indices.get(container_name.as_str()).copied() else {
            at.member("containerName").say(OrderFault::DependencyUnknown { name });
            continue;
        };
        match condition {
            DependencyCondition::Complete | DependencyCondition::Success if definitions[to].essential.unwrap_or(true) => {
                at.member("condition").say(OrderFault::DependencyOnEssential { name });
            }
            DependencyCondition::Healthy if !is_checked(&definitions[to]) => at.member("condition").say(OrderFault::DependencyNeverHealthy { name }),
            DependencyCondition::Start | DependencyCondition::Complete | DependencyCondition::Success | DependencyCondition::Healthy => {}
        }
        edges.push(Edge { to, wait: Wait::Condition(*condition), written: Some(index) });
    }
    edges
}

/// What the container waits for by its links and the volumes that it has from others.
fn implied(definition: &ecs::ContainerDefinition, indices: &BTreeMap<&str, usize>) -> Vec<Edge> {
    let linked = definition.links.iter().flatten().filter_map(|link| link.split(':').next());
    let linked = linked.map(|name| (name, Wait::Condition(DependencyCondition::Start)));
    let sources = definition.volumes_from.iter().flatten().filter_map(|volume| volume.source_container.as_deref()).map(|name| (name, Wait::Created));
    linked.chain(sources).filter_map(|(name, wait)| Some(Edge { to: *indices.get(name)?, wait, written: None })).collect()
}

/// Whether ECS finds out about the container's health.
fn is_checked(definition: &ecs::ContainerDefinition) -> bool {
    let command = definition.health_check.as_ref().map(|check| check.command.as_deref().unwrap_or_default());
    command.is_some_and(|command| command.first().is_none_or(|first| first != "NONE"))
}

#[cfg(test)]
mod tests {
    use super::super::arrangement;
    use crate::ecs::{self, unset};
    use crate::translate::container::Role;
    use crate::translate::diagnostic::{Origin, Said};

    /// The names of the init containers in the order of their start, those of the others, and what was said.
    fn arranged(text: &str) -> (String, String, Vec<&'static str>) {
        let value = serde_saphyr::from_str(text).expect("YAML");
        let task: ecs::TaskDefinition = unset::read(&value).expect("a task definition");
        let said = Said::default();
        let arrangement = arrangement(&task.container_definitions, &said.document(Origin::TaskDefinition));
        let container = |definition: &ecs::ContainerDefinition| crate::k8s::Container { name: definition.name.clone(), ..Default::default() };
        let (before, regular) = arrangement.arranged(task.container_definitions.iter().map(container).collect());
        let part = |name: &str| {
            let index = task.container_definitions.iter().position(|definition| definition.name == name);
            match index.map(|index| arrangement.roles[index]) {
                Some(Role::Sidecar { is_awaited_healthy: true }) => "healthy ",
                Some(Role::Sidecar { is_awaited_healthy: false }) => "",
                Some(Role::OneShot { must_succeed: true }) => "success ",
                Some(Role::OneShot { must_succeed: false }) => "complete ",
                Some(Role::Regular) | None => "regular ",
            }
        };
        let names = |containers: &[crate::k8s::Container]| containers.iter().map(|container| container.name.clone()).collect::<Vec<_>>();
        let before: Vec<String> = names(&before).iter().map(|name| format!("{}{name}", part(name))).collect();
        let said = said.into_diagnostics().iter().map(|diagnostic| diagnostic.fault.name()).collect();
        (before.join(", "), names(&regular).join(", "), said)
    }

    #[test]
    fn what_nothing_waits_for_stays_as_it_is() {
        assert_eq!(arranged("containerDefinitions: [{name: a}, {name: b}]"), (String::new(), "a, b".into(), vec![]));
    }

    #[test]
    fn what_is_waited_for_starts_before() {
        let text = "containerDefinitions:
            - {name: web, dependsOn: [{containerName: app, condition: START}]}
            - {name: log}
            - {name: app, dependsOn: [{containerName: db, condition: START}]}
            - {name: db}";
        assert_eq!(arranged(text), ("db, app".into(), "web, log".into(), vec![]));
    }

    #[test]
    fn what_waits_for_no_end_and_no_health_comes_before_them() {
        let text = "containerDefinitions:
            - {name: web, dependsOn: [{containerName: migrate, condition: SUCCESS}]}
            - {name: migrate, essential: false, dependsOn: [{containerName: db, condition: HEALTHY}]}
            - {name: proxy}
            - {name: db, healthCheck: {command: [CMD, 'true']}}
            - {name: xray, dependsOn: [{containerName: proxy, condition: START}]}";
        assert_eq!(arranged(text), ("proxy, xray, healthy db, success migrate".into(), "web".into(), vec!["success-tried-again"]));
    }

    #[test]
    fn links_and_a_log_router_start_before_and_sources_of_volumes_need_not() {
        let text = "containerDefinitions:
            - {name: web, links: ['db:database'], volumesFrom: [{sourceContainer: data}], logConfiguration: {logDriver: awsfirelens}}
            - {name: data}
            - {name: db}
            - {name: router, firelensConfiguration: {type: fluentbit}, logConfiguration: {logDriver: awsfirelens}}";
        assert_eq!(arranged(text), ("db, router".into(), "web, data".into(), vec![]));
        let with_a_dependency = text.replace("{name: router,", "{name: router, dependsOn: [{containerName: db, condition: START}],");
        assert_eq!(arranged(&with_a_dependency), ("db".into(), "web, data, router".into(), vec![]));
    }

    #[test]
    fn who_waits_for_less_waits_as_long() {
        let text = "containerDefinitions:
            - {name: a, dependsOn: [{containerName: job, condition: COMPLETE}]}
            - {name: b, dependsOn: [{containerName: job, condition: SUCCESS}, {containerName: db, condition: START}]}
            - {name: job, essential: false}
            - {name: c, dependsOn: [{containerName: db, condition: HEALTHY}]}
            - {name: db, healthCheck: {command: [CMD, 'true']}}";
        let said = vec!["dependency-waits-longer", "success-tried-again", "dependency-waits-longer"];
        assert_eq!(arranged(text), ("healthy db, c, success job".into(), "a, b".into(), said));
    }

    #[test]
    fn what_ecs_refuses_is_refused() {
        let said = |text: &str| arranged(&format!("containerDefinitions: [{text}, {{name: b}}]")).2;
        assert_eq!(said("{name: a, dependsOn: [{containerName: c, condition: START}]}"), ["dependency-unknown"]);
        assert_eq!(said("{name: a, dependsOn: [{containerName: a, condition: START}]}"), ["dependency-cycle"]);
        assert_eq!(said("{name: a, dependsOn: [{containerName: b, condition: HEALTHY}]}"), ["dependency-never-healthy"]);
        assert_eq!(said("{name: a, dependsOn: [{containerName: b, condition: COMPLETE}]}"), ["dependency-on-essential"]);
        let cycle = "{name: p, links: [q]}, {name: q, dependsOn: [{containerName: r, condition: START}]}, {name: r, volumesFrom: [{sourceContainer: q}]}";
        assert_eq!(said(cycle), ["dependency-cycle"]);
    }
}
