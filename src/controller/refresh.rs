//! Refresh: a service that asks for it (`spec.kubernetes.refresh`) has the values of its secrets looked at in turns. Where
//! one is another than the running deployment has, a deployment starts. ECS itself looks only when a task starts.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::time::Instant;

use super::Controller;
use super::apply::secrets::Reading;
use super::error::Retry;
use super::observe::ObservedService;
use super::plan::{named, settings_of};
use crate::revision::service;
use crate::translate::names;

/// The shortest interval.
const SHORTEST: Duration = Duration::from_secs(10);

/// How soon a turn that a deployment stands in the way of is thought of again.
const UNDER_WAY: Duration = Duration::from_mins(1);
/// How long, at most, no operator may have been there that would have had a turn.
const ABSENCE: Duration = Duration::from_mins(5);

/// A service's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Which one it is, counted from the beginning of time.
    pub number: u128,
    /// How long it has been.
    since: Duration,
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
        let milliseconds = |count: u128| Duration::from_millis(u64::try_from(count).unwrap_or_default());
        let since = shifted % interval;
        Self { number: shifted / interval, since: milliseconds(since), next: milliseconds(interval - since) }
    }

    /// Whether it began so short a while ago that an operator before us may have missed it. Of all services that is a tenth
    /// at most, so that they are not all looked at whenever the operator starts.
    fn may_be_missed(&self) -> bool {
        self.since < ABSENCE.min((self.since + self.next) / 10)
    }
}

/// How the turns of a service went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turns {
    /// The last one that was had.
    had: u128,
    /// How often in a row its values could not be looked at.
    failures: u32,
    /// They are not looked at before.
    not_before: Option<Instant>,
}

impl Turns {
    /// This turn was had.
    pub fn had(turn: u128) -> Self {
        Self { had: turn, failures: 0, not_before: None }
    }

    /// Of a service that is seen for the first time: the turn counts as had, unless it is one that was complete before and
    /// we may have come late.
    fn first(turn: Turn, was_completed: bool) -> Self {
        Self::had(if was_completed && turn.may_be_missed() { turn.number.wrapping_sub(1) } else { turn.number })
    }

    /// How long it is until the values are looked at; nothing where they were in this turn.
    fn due(&self, turn: u128, now: Instant) -> Option<Duration> {
        (self.had != turn).then(|| self.not_before.map_or(Duration::ZERO, |not_before| not_before.saturating_duration_since(now)))
    }

    /// They could not be looked at: they are again after a while, later each time.
    fn failed(&mut self, retry: Retry, now: Instant) -> Option<Duration> {
        let delay = retry.delay(self.failures);
        self.failures = self.failures.saturating_add(1);
        self.not_before = delay.map(|delay| now + delay);
        delay
    }
}

/// What came of looking at the values of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The turn is had: nothing differs, or there is nothing yet that could.
    Had,
    /// A value is another one by now.
    Changed,
    /// They could not be looked at, and are after this time.
    Later(Duration),
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
    /// Looks in its turn whether a secret of the running deployment has another value by now. That one cannot be read is no
    /// difference: what runs, runs on. A turn that could not be had, for that or for a deployment that is under way, is not lost.
    pub(super) async fn look(&self, observed: &ObservedService, task_definition: &Value, turn: Turn) -> Look {
        let Some((number, revision)) = observed.running() else { return Look::Had };
        let was_completed = observed.was_completed(&service::name(&observed.name.name, number));
        let first = || Turns::first(turn, was_completed);
        let due = self.memory().refreshed.entry(observed.name.clone()).or_insert_with(first).due(turn.number, Instant::now());
        match due {
            None => return Look::Had,
            Some(Duration::ZERO) if was_completed => {}
            Some(wait) => return Look::Later(if was_completed { wait } else { UNDER_WAY }),
        }
        let named = named(observed, &settings_of(&revision, &self.environment), &revision, task_definition);
        // Services that share a secret have turns at different times: what was read in another's turn within the interval is good.
        let since = interval(&observed.specification.spec).and_then(|interval| Instant::now().checked_sub(interval));
        let reading = Reading { backend: &self.backend, name: &observed.name, named: &named, since };
        match self.apply.secrets_changed(observed, number, &revision, &reading).await {
            Ok(true) => Look::Changed,
            Ok(false) => Look::Had,
            Err(problem) => {
                let wait = self.memory().refreshed.get_mut(&observed.name).and_then(|turns| turns.failed(problem.retry(), Instant::now()));
                tracing::info!(service = %observed.name.name, namespace = %observed.name.namespace, %problem, ?wait, "the values of secrets could not be compared; it is tried again");
                Look::Later(wait.unwrap_or(turn.next))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use tokio::time::Instant;

    use super::super::error::Retry;
    use super::{Turn, Turns, interval};

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

    #[test]
    fn a_turn_that_fails_is_tried_again_later_each_time_until_it_is_had() {
        let now = Instant::now();
        let mut turns = Turns::had(7);
        assert_eq!((turns.due(7, now), turns.due(8, now)), (None, Some(Duration::ZERO)));
        let mut waits = Vec::new();
        for _ in 0..8 {
            let wait = turns.failed(Retry::Seldom, now);
            assert_eq!(turns.due(8, now), wait, "whoever has the service looked at meanwhile");
            assert_eq!(turns.due(8, now + Duration::from_mins(5)), Some(Duration::ZERO));
            waits.extend(wait.map(|wait| wait.as_secs()));
        }
        assert_eq!(waits, [15, 30, 60, 120, 240, 300, 300, 300]);
        assert_eq!(turns.due(9, now), Some(Duration::from_mins(5)), "the next turn is no reason to hurry");
        assert_eq!(Turns::had(9).due(9, now), None);
        assert_eq!((turns.failed(Retry::OnChange, now), turns.due(9, now)), (None, Some(Duration::ZERO)));
    }

    #[test]
    fn a_turn_that_began_while_no_operator_was_there_is_had_by_the_next() {
        let day = Duration::from_hours(24);
        let begun = |since: Duration| Turn { number: 7, since, next: day.saturating_sub(since) };
        let is_due = |turn, was_completed| Turns::first(turn, was_completed).due(7, Instant::now()).is_some();
        assert!(is_due(begun(Duration::from_mins(1)), true));
        assert!(!is_due(begun(Duration::from_mins(1)), false), "its values are of this turn");
        assert!(!is_due(begun(Duration::from_mins(6)), true));
        let short = Turn { number: 7, since: Duration::from_secs(2), next: Duration::from_secs(8) };
        assert!(!is_due(short, true), "of all services a tenth at most is looked at when the operator starts");
    }
}
