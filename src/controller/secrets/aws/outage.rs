//! When AWS may be asked again. Where a group of requests is throttled or gets no answer, one request after a growing,
//! random while finds out whether that is over; until then nobody else asks. So an outage of any length costs a request
//! now and then, and at its end not everybody asks at once.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::super::SecretFault;
use super::question::Group;

/// The first and the longest while.
const WHILE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How long who finds out has for it.
const TRIAL: Duration = Duration::from_secs(15);

/// The groups that fail.
#[derive(Default)]
pub struct Outages {
    failing: Mutex<BTreeMap<Group, Outage>>,
    random: RandomState,
}

struct Outage {
    times: u32,
    seen: Instant,
    until: Instant,
    fault: SecretFault,
}

impl Outages {
    /// Whether a group may be asked now, and if so, whether that finds out if an outage is over: then one request is
    /// enough. Else what stood in the way the last time.
    pub fn ask(&self, group: &Group) -> Result<bool, SecretFault> {
        let mut failing = self.failing();
        let Some(outage) = failing.get_mut(group) else { return Ok(false) };
        if outage.until > Instant::now() {
            return Err(outage.fault.clone());
        }
        outage.until = Instant::now() + TRIAL;
        Ok(true)
    }

    /// A group has answered.
    pub fn is_over(&self, group: &Group) {
        self.failing().remove(group);
    }

    /// A group that was asked at that time has not answered. What others have seen since then counts once.
    pub fn goes_on(&self, group: &Group, asked: Instant, fault: SecretFault) {
        let mut failing = self.failing();
        let known = failing.get(group);
        if known.is_some_and(|outage| outage.seen > asked) {
            return;
        }
        let times = known.map_or(0, |outage| outage.times);
        let longest = WHILE.0.saturating_mul(2u32.saturating_pow(times)).min(WHILE.1);
        let seen = Instant::now();
        let random = u32::try_from(self.random.hash_one(seen) % 1000).unwrap_or_default();
        let until = seen + longest / 2 + longest.mul_f64(f64::from(random) / 2000.0);
        failing.insert(group.clone(), Outage { times: times.saturating_add(1), seen, until, fault });
    }

    fn failing(&self) -> MutexGuard<'_, BTreeMap<Group, Outage>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::super::question::{Group, Reader, Service};
    use super::{Outages, SecretFault};

    fn group(role: &str) -> Group {
        let role = format!("arn:aws:iam::111122223333:role/{role}").parse().expect("an ARN");
        Group { reader: Reader { role, external_id: None }, service: Service::SecretsManager, region: "us-east-1".into(), account: "111122223333".into() }
    }

    #[tokio::test(start_paused = true)]
    async fn an_hour_without_answers_costs_a_request_now_and_then() {
        let (outages, down) = (Outages::default(), group("down"));
        let (start, mut requests) = (Instant::now(), 0);
        while start.elapsed() < Duration::from_hours(1) {
            if let Ok(is_trial) = outages.ask(&down) {
                assert_eq!(is_trial, requests > 0);
                assert!(requests == 0 || outages.ask(&down).is_err(), "one finds out for all");
                requests += 1;
                outages.goes_on(&down, Instant::now(), SecretFault::Unavailable("down".into()));
            }
            advance(Duration::from_millis(100)).await;
        }
        assert!((120..260).contains(&requests), "{requests} requests");
        assert!(matches!(outages.ask(&group("up")), Ok(false)), "others are asked");
        outages.is_over(&down);
        assert!(matches!(outages.ask(&down), Ok(false)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_side_by_side_counts_once() {
        let (outages, down) = (Outages::default(), group("down"));
        let asked = Instant::now();
        for _ in 0..20 {
            advance(Duration::from_millis(1)).await;
            outages.goes_on(&down, asked, SecretFault::Throttled("slow".into()));
        }
        advance(Duration::from_secs(2)).await;
        assert!(matches!(outages.ask(&down), Ok(true)), "after the first while, not after the twentieth");
    }
}
