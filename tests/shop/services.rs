//! The table of ECS services.

use std::collections::BTreeMap;

use comfy_table::{Attribute, Cell, CellAlignment, Color};
use ecs_operator::ecs::status::{Deployment, ServiceStatus};
use kube::api::DynamicObject;

use crate::kinds::Kind;
use crate::screen::Waiting;
use crate::support::Result;
use crate::table;
use crate::watch::Watch;

const HEADER: [&str; 8] = ["SERVICE", "TASK DEFINITION", "DESIRED", "RUNNING", "PENDING", "ROLLOUT", "READY", "REASON"];

/// What a service says of itself.
#[derive(Clone, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: ServiceStatus,
    is_observed: bool,
}

impl Service {
    /// Reads an `ECSService`.
    pub fn read(object: &DynamicObject) -> Result<Self> {
        let status: ServiceStatus = object.data.get("status").map(|status| serde_json::from_value(status.clone())).transpose()?.unwrap_or_default();
        let is_observed = object.metadata.generation == Some(status.observed_generation);
        Ok(Self { name: object.metadata.name.clone().unwrap_or_default(), status, is_observed })
    }

    /// Every service that is watched.
    pub fn all(watch: &Watch) -> Result<Vec<Self>> {
        watch.of(Kind::SERVICE).map(Self::read).collect()
    }

    /// Whether the status speaks of the present specification and says that all is well.
    pub fn is_ready(&self) -> bool {
        self.is_observed && self.ready().0 == "True"
    }

    /// The newest deployment.
    pub fn primary(&self) -> Option<&Deployment> {
        self.status.deployments.first()
    }

    /// The state of its roll-out.
    pub fn rollout(&self) -> &str {
        self.primary().and_then(|primary| primary.rollout_state.as_deref()).unwrap_or("-")
    }

    fn ready(&self) -> (&str, &str) {
        let condition = self.status.conditions.iter().find(|condition| condition.type_ == "Ready");
        condition.map_or(("Unknown", "-"), |condition| (&condition.status, &condition.reason))
    }

    /// Everything in one line.
    fn line(&self) -> String {
        if !self.is_observed {
            return format!("{}: the operator has not reported yet", self.name);
        }
        let status = &self.status;
        let desired = status.desired_count.unwrap_or_default();
        let (ready, reason) = self.ready();
        format!(
            "{}: {}, {desired} desired, {} running, {} pending, {}, ready: {ready} ({reason})",
            self.name,
            self.task_definition(),
            status.running_count,
            status.pending_count,
            self.rollout()
        )
    }

    fn task_definition(&self) -> &str {
        self.status.task_definition.as_deref().unwrap_or("-")
    }

    fn row(&self) -> Vec<Cell> {
        let status = &self.status;
        let desired = status.desired_count.unwrap_or_default();
        let (ready, reason) = self.ready();
        let colour = |good| if good { Color::Green } else { Color::Yellow };
        let number = |number: i64| Cell::new(number).set_alignment(CellAlignment::Right);
        vec![
            Cell::new(&self.name).add_attribute(Attribute::Bold),
            Cell::new(self.task_definition()),
            number(desired),
            number(status.running_count).fg(colour(status.running_count == desired)),
            number(status.pending_count),
            Cell::new(self.rollout()).fg(colour(self.rollout() == "COMPLETED")),
            Cell::new(ready).fg(colour(ready == "True")),
            Cell::new(reason),
        ]
    }
}

/// The services as a table.
pub fn overview(services: &[Service]) -> String {
    let mut table = table::with_header(HEADER);
    table.add_rows(services.iter().map(Service::row));
    table::text(&table)
}

/// Shows the services whenever they have changed.
#[derive(Default)]
pub struct Pictures {
    last: BTreeMap<String, String>,
}

impl Pictures {
    /// Shows them if they differ from before.
    pub fn show(&mut self, waiting: &Waiting<'_>, services: &[Service]) {
        let now: BTreeMap<String, String> = services.iter().map(|service| (service.name.clone(), service.line())).collect();
        let news: Vec<String> = now.iter().filter(|(name, line)| self.last.get(*name) != Some(*line)).map(|(_, line)| line.clone()).collect();
        if now != self.last {
            waiting.show(&overview(services), &news);
            self.last = now;
        }
    }
}
