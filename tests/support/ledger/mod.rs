//! The ledger: a reverse proxy before the API server that records every request, and can make one go wrong.
//!
//! The operator talks plain HTTP to a *door* of the ledger on the loopback interface; the ledger forwards to the API
//! server, passes `Authorization` through, and so leaves authentication and RBAC to the server. Several operators have
//! a door each, and all their requests stand in one sequence.

mod fault;
mod proxy;
mod record;
mod requests;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kube::{Client, Config};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use fault::{Fault, KillPoint};
pub use record::{Request, Verb};
pub use requests::Requests;

use super::{Cluster, Result, lock};
use fault::Rule;
use proxy::Door;

/// A moment between two requests.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

/// The record of every request that went through its doors.
pub struct Ledger {
    book: Arc<Book>,
    upstream: Client,
    doors: Mutex<Vec<(Arc<Door>, JoinHandle<()>)>>,
}

/// What all doors share.
struct Book {
    started: Instant,
    requests: Mutex<Vec<Request>>,
    rule: Mutex<Option<Rule>>,
}

impl Ledger {
    /// A ledger before the API server of this cluster, with nothing in it and no door.
    pub fn before(cluster: &Cluster) -> Result<Self> {
        let (server, authority) = cluster.endpoint();
        let mut config = Config::new(server.parse()?);
        config.root_cert_file = Some(authority);
        // what the server answers is what the operator gets, once, and however late
        config.default_retry = false;
        config.write_timeout = None;
        let book = Book { started: Instant::now(), requests: Mutex::new(Vec::new()), rule: Mutex::new(None) };
        Ok(Self { book: Arc::new(book), upstream: Client::try_from(config)?, doors: Mutex::new(Vec::new()) })
    }

    /// Opens a door and returns the address for the `server` of a kubeconfig. A door is opened once per name: whoever
    /// starts again comes through the same one, which lets requests pass again if a kill had closed it.
    pub async fn door(&self, name: &str) -> Result<String> {
        if let Some(door) = self.find(name) {
            door.open_again();
            return Ok(door.address());
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let door = Arc::new(Door::new(name, listener.local_addr()?, Arc::clone(&self.book), self.upstream.clone()));
        let serving = tokio::spawn(proxy::serve(listener, Arc::clone(&door)));
        let address = door.address();
        lock(&self.doors).push((door, serving));
        Ok(address)
    }

    /// What `Fault::Kill` does to whoever uses this door.
    pub fn on_kill(&self, door: &str, kill: impl Fn() + Send + Sync + 'static) {
        if let Some(door) = self.find(door) {
            door.set_kill(Arc::new(kill));
        }
    }

    /// From now on every write is decided by this rule, in the order in which they arrive.
    pub fn on_write(&self, rule: impl Fn(&Request) -> Fault + Send + Sync + 'static) {
        self.on_request(move |request| if request.is_write() { rule(request) } else { Fault::Pass });
    }

    /// From now on every request is decided by this rule.
    pub fn on_request(&self, rule: impl Fn(&Request) -> Fault + Send + Sync + 'static) {
        *lock(&self.book.rule) = Some(Arc::new(rule));
    }

    /// No faults any more.
    pub fn clear_faults(&self) {
        *lock(&self.book.rule) = None;
    }

    /// How long ago the ledger was opened: the clock of its requests.
    pub fn elapsed(&self) -> Duration {
        self.book.started.elapsed()
    }

    /// Every request so far.
    pub fn requests(&self) -> Requests {
        self.since(Mark(0))
    }

    /// This moment, to ask later what came after it.
    pub fn mark(&self) -> Mark {
        Mark(lock(&self.book.requests).len())
    }

    /// Every request that came after the mark.
    pub fn since(&self, mark: Mark) -> Requests {
        let requests = lock(&self.book.requests);
        Requests(requests.get(mark.0..).unwrap_or_default().to_vec())
    }

    /// Every request that asked for a change.
    pub fn writes(&self) -> Requests {
        self.requests().writes()
    }

    fn find(&self, name: &str) -> Option<Arc<Door>> {
        lock(&self.doors).iter().map(|(door, _)| door).find(|door| door.is_named(name)).cloned()
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        for (_, serving) in lock(&self.doors).iter() {
            serving.abort();
        }
    }
}
