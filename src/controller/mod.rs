//! The controller: the only code with a client. It observes, plans, applies and reports, object by object.
//!
//! Watches feed a [`cache`]; what changed goes into a [`queue`]; for each object in it a driver ([`service`],
//! [`task_definition`], [`cluster`]) takes a picture of what lives ([`observe`]), decides what should be
//! ([`plan`], pure), writes what differs ([`apply`]) and says how things stand ([`report`]).

pub mod apply;
pub mod cache;
mod cluster;
mod dispatch;
pub mod error;
pub mod leader;
mod observe;
pub mod plan;
mod queue;
mod refresh;
mod report;
mod run;
pub mod secrets;
mod service;
mod task_definition;
mod telemetry;
mod watches;
mod withdrawn;
mod write;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use apply::Apply;
use apply::secrets::SecretCheck;
use cache::{NamespacedName, OwnKind, Source, Specification};
use error::Problem;
use plan::Environment;
use queue::Queue;
use refresh::{Turn, Turns};
use report::Verdict;
use report::conditions::served_reason;
use report::events::{Events, Happening};
pub use run::{Options, RunError, run};
use secrets::Backend;
use serde::Serialize;
use serde_json::Value;
use telemetry::Telemetry;
use tokio::sync::Notify;
use tokio::time::Instant;
use withdrawn::Withdrawn;
use write::WriteError;

/// The least time between two status writes of one object: while tasks come up, counts change often.
const STATUS_INTERVAL: Duration = Duration::from_secs(1);

/// How often in a row what heals by itself may fail before users are told.
const PATIENCE: u32 = 3;

/// An object to reconcile.
pub type Key = (OwnKind, NamespacedName);

/// The controller.
pub struct Controller {
    apply: Apply,
    backend: Backend,
    environment: Environment,
    events: Events,
    queue: Queue<Key>,
    telemetry: Telemetry,
    memory: Mutex<Memory>,
    /// Told whenever a watch has shown all there was.
    synced: Notify,
}

/// What is remembered between two reconciles of an object. All of it may be lost.
#[derive(Default)]
struct Memory {
    status_written: BTreeMap<Key, Instant>,
    secret_checked: BTreeMap<NamespacedName, SecretCheck>,
    withdrawn: BTreeMap<NamespacedName, Withdrawn>,
    refreshed: BTreeMap<NamespacedName, Turns>,
    failures: BTreeMap<Key, u32>,
}

/// What became of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusWrite {
    /// It says what is served already.
    Unchanged,
    /// It was written.
    Written,
    /// It must wait: the last one was written a moment ago.
    Later(Duration),
}

/// What came of a reconcile.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What stands in the way.
    problem: Option<Problem>,
    /// When to look again, although nothing may change.
    again: Option<Duration>,
}

impl Outcome {
    fn look_again(&mut self, delay: Duration) {
        self.again = Some(self.again.map_or(delay, |again| again.min(delay)));
    }
}

impl Controller {
    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until every watch has shown all there was: absent in the cache means absent only from then on.
    async fn wait_for_sync(&self) {
        loop {
            let told = self.synced.notified();
            if self.apply.cache().is_synced() {
                return;
            }
            told.await;
        }
    }

    /// Writes a status that says something new.
    async fn write_status(&self, kind: OwnKind, name: &NamespacedName, specification: &Specification, status: &Value) -> Result<StatusWrite, WriteError> {
        let key = (kind, name.clone());
        let is_new = self.apply.cache().specification(kind, name).is_some_and(|served| served.uid == specification.uid && *served.status != *status);
        if !is_new {
            return Ok(StatusWrite::Unchanged);
        }
        let last = self.memory().status_written.get(&key).map(Instant::elapsed);
        if let Some(elapsed) = last.filter(|elapsed| *elapsed < STATUS_INTERVAL) {
            return Ok(StatusWrite::Later(STATUS_INTERVAL.saturating_sub(elapsed)));
        }
        let reply = self.apply.writer.status(kind, name, &specification.uid, status).await?;
        self.apply.cache().seen(Source::Own(kind), &reply);
        self.memory().status_written.insert(key, Instant::now());
        Ok(StatusWrite::Written)
    }

    /// Writes the status where it says something new, and tells of the transition. True when it was written.
    async fn conclude(&self, key: &Key, specification: &Specification, verdict: &Verdict, status: impl Serialize, outcome: &mut Outcome) -> bool {
        let status = serde_json::to_value(status).unwrap_or(Value::Null);
        match self.write_status(key.0, &key.1, specification, &status).await {
            Ok(StatusWrite::Written) => {
                self.tell(key.0, &key.1, specification, verdict);
                return true;
            }
            Ok(StatusWrite::Later(delay)) => outcome.look_again(delay),
            // Nothing new; or the object was deleted meanwhile.
            Ok(StatusWrite::Unchanged) | Err(WriteError::NotFound | WriteError::TestFailed | WriteError::NamespaceTerminating) => {}
            Err(source) => drop(outcome.problem.get_or_insert(Problem::Status { name: key.1.name.clone(), source })),
        }
        false
    }

    /// Tells of a verdict, unless the status that was served said so already, or it says what another event tells.
    fn tell(&self, kind: OwnKind, name: &NamespacedName, specification: &Specification, verdict: &Verdict) {
        let is_new = served_reason(&specification.status).is_none_or(|(reason, _)| reason != verdict.reason());
        if is_new && !matches!(verdict.reason(), "DeploymentInProgress" | "TasksPending" | "Registered") {
            self.events.publish(kind, name, &specification.uid, &Happening::of(verdict));
        }
    }

    /// Whether a problem is worth a status: what heals by itself within a moment is not, unless it does not.
    fn is_worth_telling(&self, key: &Key, problem: &Problem) -> bool {
        let failures = self.memory().failures.get(key).copied().unwrap_or_default();
        problem.is_worth_telling() || (failures >= PATIENCE && matches!(problem, Problem::Outdated { .. }))
    }

    fn secret_checked(&self, name: &NamespacedName) -> Option<SecretCheck> {
        self.memory().secret_checked.get(name).copied()
    }

    fn remember_secret_check(&self, name: &NamespacedName, checked: Option<SecretCheck>) {
        if let Some(checked) = checked {
            self.memory().secret_checked.insert(name.clone(), checked);
        }
    }

    fn remember_turn(&self, name: &NamespacedName, turn: Turn) {
        self.memory().refreshed.insert(name.clone(), Turns::had(turn.number));
    }

    /// Forgets what was remembered of an object that is gone.
    fn forget(&self, key: &Key) {
        let mut memory = self.memory();
        memory.status_written.remove(key);
        memory.failures.remove(key);
        memory.secret_checked.remove(&key.1);
        if key.0 == OwnKind::Service {
            memory.withdrawn.remove(&key.1);
            memory.refreshed.remove(&key.1);
        }
    }
}
