//! Takes objects from the queue and reconciles them, several at once, each with a deadline. A panic in one
//! reconcile becomes that object's condition.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::cache::OwnKind;
use super::error::{Problem, Retry};
use super::report::Verdict;
use super::{Controller, Key, Outcome, cluster, service, task_definition};

/// How long one reconcile may take.
const RECONCILE_DEADLINE: Duration = Duration::from_mins(1);

impl Controller {
    /// Reconciles what the queue gives, for ever.
    pub(super) async fn dispatch(self: Arc<Self>, concurrency: usize) {
        let permits = Arc::new(Semaphore::new(concurrency));
        loop {
            let Ok(permit) = permits.clone().acquire_owned().await else { return };
            let key = self.queue.next().await;
            let controller = self.clone();
            tokio::spawn(async move {
                controller.work(key).await;
                drop(permit);
            });
        }
    }

    async fn work(self: &Arc<Self>, key: Key) {
        let started = Instant::now();
        let (controller, running) = (self.clone(), key.clone());
        let task = tokio::spawn(async move { timeout(RECONCILE_DEADLINE, controller.reconcile(&running)).await });
        let outcome = match task.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => self.report_failure(&key, Problem::TimedOut(RECONCILE_DEADLINE)).await,
            Err(error) => self.report_failure(&key, Problem::Panicked(panic_message(error))).await,
        };
        self.telemetry.reconciled(key.0, outcome.problem.as_ref().map_or("Success", Problem::reason), started.elapsed());
        if let Some(delay) = self.next_delay(&key, &outcome) {
            self.queue.add_after(key.clone(), delay);
        }
        self.queue.done(&key);
    }

    async fn reconcile(&self, (kind, name): &Key) -> Outcome {
        match kind {
            OwnKind::TaskDefinition => task_definition::reconcile(self, name).await,
            OwnKind::Service => service::reconcile(self, name).await,
            OwnKind::Cluster => cluster::reconcile(self, name).await,
        }
    }

    /// Reports a failure that the driver could not: its status stays as it was but for the conditions.
    async fn report_failure(&self, (kind, name): &Key, problem: Problem) -> Outcome {
        tracing::error!(kind = kind.name(), namespace = %name.namespace, name = %name.name, %problem, "reconcile failed");
        let specification = self.apply.cache().specification(*kind, name).cloned();
        let outcome = Outcome { problem: Some(problem), ..Outcome::default() };
        let (Some(specification), Some(problem)) = (specification, &outcome.problem) else { return outcome };
        let conditions = Verdict::of(problem).conditions(&specification.status, specification.generation, Timestamp::now());
        let mut status = specification.status.as_ref().clone();
        if !status.is_object() {
            status = json!({});
        }
        status["observedGeneration"] = json!(specification.generation);
        status["conditions"] = serde_json::to_value(conditions).unwrap_or(Value::Null);
        if let Err(error) = self.write_status(*kind, name, &specification, &status).await {
            tracing::error!(%error, "the failure could not be reported");
        }
        outcome
    }

    /// When the object is looked at again: after a failure later each time, else when the outcome says so.
    fn next_delay(&self, key: &Key, outcome: &Outcome) -> Option<Duration> {
        let is_gone = self.apply.cache().specification(key.0, &key.1).is_none();
        if is_gone {
            self.forget(key);
            return None;
        }
        let mut memory = self.memory();
        let failures = memory.failures.get(key).copied().unwrap_or_default();
        let retry = outcome.problem.as_ref().map(Problem::retry);
        let Some((delay, longest)) = retry.and_then(|retry| Some((retry.delay(failures)?, retry.delays()?.1))) else {
            memory.failures.remove(key);
            return outcome.again;
        };
        memory.failures.insert(key.clone(), failures.saturating_add(1).min(16));
        drop(memory);
        if let Some(problem) = &outcome.problem
            && (delay < longest || problem.retry() != Retry::Soon)
        {
            tracing::warn!(kind = key.0.name(), namespace = %key.1.namespace, name = %key.1.name, reason = problem.reason(), %problem, ?delay, "will try again");
        }
        Some(outcome.again.map_or(delay, |again| again.min(delay)))
    }
}

fn panic_message(error: tokio::task::JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "no message".into()),
        Err(error) => error.to_string(),
    }
}
