//! A steady load: so many requests a second, whatever becomes of them, half of them on connections that are kept and half
//! on new ones.
//!
//! What is asked is the application of the tests, whose answers say which version of it and which task has answered. A load
//! ends after fifteen minutes at the latest, and each request after one, so that their number has a bound.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::header::CONNECTION;
use http::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, interval, timeout};

use super::{Failure, Result, While, ensure};

const LONGEST: Duration = Duration::from_mins(15);
const PATIENCE: Duration = Duration::from_mins(1);
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Requests that go out until it is ended.
pub struct Load {
    end: oneshot::Sender<()>,
    sent: JoinHandle<Result<Vec<Sent>>>,
}

/// A request, and what became of it.
#[derive(Debug, Clone)]
pub struct Sent {
    pub at: Timestamp,
    pub took: Duration,
    /// On a connection that others have used or will use.
    pub kept: bool,
    /// Who has answered with success, or why nobody has.
    pub answer: Result<Answer, String>,
}

/// Who has answered.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    pub version: String,
    /// The name of the pod.
    pub hostname: String,
}

impl Load {
    /// Asks for this address so many times a second, from now on.
    pub fn start(address: &str, a_second: u32) -> Result<Self> {
        let address: Uri = address.parse().during(address)?;
        let (end, ended) = oneshot::channel();
        let sent = tokio::spawn(send_all(Clients::new(), address, Duration::from_secs(1) / a_second, ended));
        Ok(Self { end, sent })
    }

    /// Sends no more, and returns all that were sent once they have their answers, in the order of their start.
    pub async fn end(self) -> Result<Vec<Sent>> {
        // it may have ended by itself
        let _ended_already = self.end.send(());
        self.sent.await?
    }
}

/// One request, on a connection of its own.
pub async fn send_one(address: &str) -> Result<Sent> {
    Ok(send(Clients::new(), address.parse().during(address)?, false).await)
}

/// How many were sent, by the version that has answered them.
pub fn by_version(sent: &[Sent]) -> BTreeMap<&str, usize> {
    let mut versions = BTreeMap::new();
    for sent in sent {
        *versions.entry(sent.answer.as_ref().map_or("none", |answer| answer.version.as_str())).or_default() += 1;
    }
    versions
}

impl Sent {
    /// When it had its answer, or was given up.
    pub fn end(&self) -> Timestamp {
        self.at + self.took
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connection = if self.kept { "kept" } else { "new" };
        write!(formatter, "{:.3} request on a {connection} connection, after {:?}: ", self.at, self.took)?;
        match &self.answer {
            Ok(answer) => write!(formatter, "version {} of {}", answer.version, answer.hostname),
            Err(error) => write!(formatter, "FAILED: {error}"),
        }
    }
}

#[derive(Clone)]
struct Clients {
    keeping: Client<HttpConnector, Body>,
    opening: Client<HttpConnector, Body>,
}

impl Clients {
    fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let mut builder = Client::builder(TokioExecutor::new());
        // a request that fails has failed: none is sent twice
        builder.retry_canceled_requests(false);
        let keeping = builder.build(connector.clone());
        Self { keeping, opening: builder.pool_max_idle_per_host(0).build(connector) }
    }
}

async fn send_all(clients: Clients, address: Uri, period: Duration, mut ended: oneshot::Receiver<()>) -> Result<Vec<Sent>> {
    let last = Instant::now() + LONGEST;
    let (mut ticks, mut open, mut sent) = (interval(period), JoinSet::new(), Vec::new());
    for number in 0_usize.. {
        tokio::select! {
            _ = &mut ended => break,
            tick = ticks.tick() => ensure(tick < last, "the load was not ended in its time")?,
        }
        open.spawn(send(clients.clone(), address.clone(), number.is_multiple_of(2)));
        while let Some(done) = open.try_join_next() {
            sent.push(done?);
        }
    }
    while let Some(done) = open.join_next().await {
        sent.push(done?);
    }
    sent.sort_by_key(|sent: &Sent| sent.at);
    Ok(sent)
}

async fn send(clients: Clients, address: Uri, kept: bool) -> Sent {
    let (at, start) = (Timestamp::now(), Instant::now());
    let answered = timeout(PATIENCE, ask(&clients, address, kept)).await;
    let answer = match answered {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer after {PATIENCE:?}")),
    };
    Sent { at, took: start.elapsed(), kept, answer }
}

async fn ask(clients: &Clients, address: Uri, kept: bool) -> Result<Answer> {
    let mut request = Request::get(address);
    if !kept {
        request = request.header(CONNECTION, "close");
    }
    let client = if kept { &clients.keeping } else { &clients.opening };
    let response = client.request(request.body(Body::empty())?).await.map_err(|error| with_causes(&error))?;
    let status = response.status();
    let body = to_bytes(Body::new(response.into_body()), LARGEST_ANSWER).await?;
    ensure(status.is_success(), format!("{status}: {}", String::from_utf8_lossy(&body)))?;
    Ok(serde_json::from_slice(&body)?)
}

/// hyper's own words leave out what has happened.
fn with_causes(error: &dyn std::error::Error) -> Failure {
    let causes = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string);
    causes.collect::<Vec<_>>().join(": ").into()
}
