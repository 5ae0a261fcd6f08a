//! Leader election by client-go's protocol: a Lease is read, and replaced with its resource version. Whether
//! another's lease has run out is judged by our own clock since the record last changed, never by the times in it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::Api;
use kube::api::PostParams;
use tokio::time::Instant;

use crate::k8s;

/// The least wait between two looks at the lease.
const LEAST_WAIT: Duration = Duration::from_millis(100);

/// How leadership is taken and kept.
#[derive(Clone, Debug)]
pub struct Election {
    /// The namespace of the Lease; without one, that of the client.
    pub namespace: Option<String>,
    /// The name of the Lease.
    pub name: String,
    /// Who we are.
    pub identity: String,
    /// How long others wait for a leader that is silent.
    pub lease_duration: Duration,
    /// How long a leader tries to renew before it gives up.
    pub renew_deadline: Duration,
    /// How often the lease is looked at.
    pub retry_period: Duration,
}

/// Whether we may write: until when, or for ever.
#[derive(Clone, Debug)]
pub struct Leadership(Arc<Mutex<Option<Until>>>);

#[derive(Clone, Copy, Debug)]
enum Until {
    Forever,
    Instant(Instant),
}

/// What we last saw of the Lease, and when it last changed by our clock.
struct Seen {
    record: (Option<String>, Option<MicroTime>),
    changed: Instant,
    lasts: Duration,
}

impl Leadership {
    /// Not held.
    pub fn none() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    /// Held for ever: there is no election.
    pub fn forever() -> Self {
        Self(Arc::new(Mutex::new(Some(Until::Forever))))
    }

    /// Whether it is held now.
    pub fn is_held(&self) -> bool {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            None => false,
            Some(Until::Forever) => true,
            Some(Until::Instant(until)) => Instant::now() < until,
        }
    }

    fn extend(&self, until: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Until::Instant(until));
    }

    fn drop_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Election {
    /// Waits until we lead.
    pub async fn acquire(&self, client: &kube::Client, leadership: &Leadership) {
        let mut seen: Option<Seen> = None;
        while !self.attempt(client, leadership, &mut seen).await {
            // Not later than another's lease runs out.
            let left = seen.as_ref().map_or(self.retry_period, |seen| seen.lasts.saturating_sub(seen.changed.elapsed()));
            tokio::time::sleep(left.clamp(LEAST_WAIT, self.retry_period.max(LEAST_WAIT))).await;
        }
    }

    /// Keeps the lease; returns when it is lost.
    pub async fn keep(&self, client: &kube::Client, leadership: &Leadership) {
        let mut seen: Option<Seen> = None;
        let mut deadline = Instant::now() + self.renew_deadline;
        while Instant::now() < deadline {
            tokio::time::sleep(self.retry_period).await;
            let attempt = tokio::time::timeout_at(deadline, self.attempt(client, leadership, &mut seen)).await;
            if attempt == Ok(true) {
                deadline = Instant::now() + self.renew_deadline;
            } else if seen.as_ref().is_some_and(|seen| seen.record.0.as_deref().is_some_and(|holder| !holder.is_empty() && holder != self.identity)) {
                break;
            }
        }
        leadership.drop_now();
    }

    /// Gives the lease back, so that another replica need not wait for it to run out.
    pub async fn release(&self, client: &kube::Client, leadership: &Leadership) {
        leadership.drop_now();
        let api = self.leases(client);
        let Ok(Ok(Some(mut lease))) = tokio::time::timeout(self.retry_period, api.get_opt(&self.name)).await else { return };
        let Some(spec) = lease.spec.as_mut().filter(|spec| spec.holder_identity.as_deref() == Some(&self.identity)) else { return };
        spec.holder_identity = Some(String::new());
        spec.lease_duration_seconds = Some(1);
        let released = tokio::time::timeout(self.retry_period, api.replace(&self.name, &PostParams::default(), &lease)).await;
        if !matches!(released, Ok(Ok(_))) {
            tracing::warn!("the lease could not be given back; another replica takes over when it has run out");
        }
    }

    /// One look at the lease; true when we hold it afterwards.
    async fn attempt(&self, client: &kube::Client, leadership: &Leadership, seen: &mut Option<Seen>) -> bool {
        let started = Instant::now();
        match tokio::time::timeout(self.renew_deadline / 2, self.take(client, seen)).await {
            Ok(Ok(true)) => {
                // From the start of the attempt: the server may have written before we heard of it.
                leadership.extend(started + self.renew_deadline);
                true
            }
            Ok(Ok(false)) => false,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the lease could not be taken or renewed");
                false
            }
            Err(_) => {
                tracing::warn!("the lease could not be taken or renewed in time");
                false
            }
        }
    }

    async fn take(&self, client: &kube::Client, seen: &mut Option<Seen>) -> Result<bool, kube::Error> {
        let api = self.leases(client);
        let Some(mut lease) = api.get_opt(&self.name).await? else {
            let metadata = k8s::ObjectMeta { name: Some(self.name.clone()), ..k8s::ObjectMeta::default() };
            let lease = k8s::Lease { metadata, spec: Some(self.record(None)) };
            return created(api.create(&PostParams::default(), &lease).await);
        };
        let spec = lease.spec.clone().unwrap_or_default();
        let record = (spec.holder_identity.clone(), spec.renew_time.clone());
        if seen.as_ref().is_none_or(|seen| seen.record != record) {
            *seen = Some(Seen { record, changed: Instant::now(), lasts: lease_duration(&spec) });
        }
        let holder = spec.holder_identity.clone().unwrap_or_default();
        let is_alive = seen.as_ref().is_some_and(|seen| seen.changed.elapsed() < seen.lasts);
        if !holder.is_empty() && holder != self.identity && is_alive {
            return Ok(false);
        }
        lease.spec = Some(self.record(Some(&spec)));
        created(api.replace(&self.name, &PostParams::default(), &lease).await)
    }

    fn leases(&self, client: &kube::Client) -> Api<k8s::Lease> {
        match &self.namespace {
            Some(namespace) => Api::namespaced(client.clone(), namespace),
            None => Api::default_namespaced(client.clone()),
        }
    }

    fn record(&self, previous: Option<&k8s::LeaseSpec>) -> k8s::LeaseSpec {
        let now = MicroTime(Timestamp::now());
        let ours = previous.filter(|previous| previous.holder_identity.as_deref() == Some(&self.identity));
        let transitions = previous.and_then(|previous| previous.lease_transitions).unwrap_or_default();
        k8s::LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: i32::try_from(self.lease_duration.as_secs()).ok(),
            acquire_time: ours.and_then(|ours| ours.acquire_time.clone()).or_else(|| Some(now.clone())),
            renew_time: Some(now),
            lease_transitions: Some(if ours.is_some() || previous.is_none() { transitions } else { transitions + 1 }),
            ..k8s::LeaseSpec::default()
        }
    }
}

fn lease_duration(spec: &k8s::LeaseSpec) -> Duration {
    Duration::from_secs(u64::try_from(spec.lease_duration_seconds.unwrap_or_default()).unwrap_or_default())
}

/// A conflict means that another was faster, which is no error.
fn created<T>(result: Result<T, kube::Error>) -> Result<bool, kube::Error> {
    match result {
        Ok(_) => Ok(true),
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
        Err(error) => Err(error),
    }
}
