//! Refresh: a service that asks for it (`spec.kubernetes.refresh`) has the values of its secrets looked at in turns. Where
//! one is another than the running deployment has, a deployment starts. ECS itself looks only when a task starts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::time::Instant;

use super::Controller;
use super::apply::secrets::Reading;
use super::observe::ObservedService;
use super::plan::named;
use crate::revision::service;
use crate::translate::names;

/// The shortest interval.
const SHORTEST: Duration = Duration::from_secs(10);

/// A service's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which one it is, counted from the beginning of time.
    pub number: u128,
    /// How long it is until the next one.
    pub next: Duration,
}

impl Turn {
    /// The turn at this time of the service of this uid. Services of one interval have their turns at different times of it,
    /// always the same: neither all at once, nor anew whenever the operator starts.
    fn of(interval: Duration, uid: &str, now: Duration) -> Self {
        let phase = u64::from_str_radix(&names::hash(uid), 16).unwrap_or_default();
        let shifted = now.as_millis() + u128::from(phase);
        let interval = interval.as_millis().max(1);
        let rest = u64::try_from(interval - shifted % interval).unwrap_or_default();
        Self { number: shifted / interval, next: Duration::from_millis(rest) }
    }
}

/// The interval that a service asks for.
fn interval(service: &Value) -> Option<Duration> {
    let text = service.pointer("/kubernetes/refresh/interval")?.as_str()?;
    let interval: SignedDuration = text.parse().ok()?;
    Duration::try_from(interval).ok().map(|interval| interval.max(SHORTEST))
}

/// The turn that a service has now, where it asks for one.
pub fn turn(observed: &ObservedService, now: Timestamp) -> Option<Turn> {
    let interval = interval(&observed.specification.spec)?;
    let now = Duration::try_from(now.as_duration()).ok()?;
    Some(Turn::of(interval, &observed.specification.uid, now))
}

impl Controller {
    /// Whether a secret of the running deployment has another value by now. That one cannot be read is no difference: what
    /// runs, runs on.
    pub(super) async fn secrets_changed(&self, observed: &ObservedService, task_definition: &Value, turn: Turn) -> bool {
        let Some((number, revision)) = observed.running() else { return false };
        if !observed.was_completed(&service::name(&observed.name.name, number)) || self.has_refreshed(&observed.name, turn.number) {
            return false;
        }
        let named = named(observed, &self.environment, &revision, task_definition);
        // Services that share a secret have turns at different times: what was read in another's turn within the interval is good.
        let since = interval(&observed.specification.spec).and_then(|interval| Instant::now().checked_sub(interval));
        let reading = Reading { backend: &self.backend, name: &observed.name, named: &named, since };
        match self.apply.secrets_changed(observed, number, &revision, &reading).await {
            Ok(changed) => changed,
            Err(problem) => {
                tracing::info!(service = %observed.name.name, namespace = %observed.name.namespace, %problem, "the values of secrets could not be compared; they will be in the next turn");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{Turn, interval};

    #[test]
    fn intervals_are_written_as_kubernetes_writes_them() {
        let of = |text: &str| interval(&json!({"kubernetes": {"refresh": {"interval": text}}})).map(|interval| interval.as_secs());
        assert_eq!(
            [of("1h30m"), of("90m"), of("1h0m0s"), of("10s"), of("1s"), of(""), of("soon")],
            [Some(5400), Some(5400), Some(3600), Some(10), Some(10), None, None]
        );
        assert_eq!(interval(&json!({"kubernetes": {}})), None);
    }

    #[test]
    fn each_service_has_one_turn_in_an_interval_at_its_own_time() {
        let hour = Duration::from_hours(1);
        let mut starts = std::collections::BTreeSet::new();
        for service in 0..60 {
            let time = |minutes: u64| Duration::from_hours(500_000) + Duration::from_mins(minutes);
            let at = |minutes: u64| Turn::of(hour, &format!("uid-{service}"), time(minutes));
            let numbers: std::collections::BTreeSet<u128> = (0..60).map(|minute| at(minute).number).collect();
            assert!(numbers.len() <= 2 && at(60).number == at(0).number + 1);
            assert!(at(0).next <= hour && Turn::of(hour, &format!("uid-{service}"), time(0) + at(0).next).number == at(0).number + 1);
            starts.insert(at(0).next.as_secs() / 60);
        }
        assert!(starts.len() > 20, "{starts:?}");
    }
}
