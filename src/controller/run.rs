//! The life of the process: connect, become leader, watch and reconcile, and on a signal finish and step down.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::pending;
use kube::Client;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::apply::Apply;
use super::cache::Source;
use super::leader::{Election, Leadership};
use super::plan::Environment;
use super::queue::Queue;
use super::report::events::Events;
use super::secrets::Backend;
use super::telemetry::Telemetry;
use super::write::Writer;
use super::{Controller, watches};
use crate::settings::Settings;
use crate::translate::version::VersionError;
use crate::translate::{Kind, KubernetesVersion, Render};

/// How long a request at the start may take, and how long to wait before the next.
const START: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(2));
/// How long running reconciles may take to finish after a signal.
const GRACE: Duration = Duration::from_secs(20);

/// How often the gauges of load are set.
const LOAD_INTERVAL: Duration = Duration::from_secs(5);

/// What `run` is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the operator is configured with.
    pub settings: Settings,
    /// The one namespace to watch; all where there is none.
    pub watch_namespace: Option<String>,
    /// How leadership is taken; without election this process leads.
    pub election: Option<Election>,
    /// Who this replica is, in events.
    pub identity: String,
    /// Where health and metrics are served.
    pub listen: SocketAddr,
    /// How many objects are reconciled at once.
    pub concurrency: usize,
    /// How often all objects are looked at, although nothing changed.
    pub resync_interval: Duration,
}

/// Why the process ends.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no way to the cluster.
    #[error("no Kubernetes configuration was found; set KUBECONFIG, or run in a cluster")]
    Configuration(#[source] Box<kube::config::InferConfigError>),
    /// The client cannot be made.
    #[error("the Kubernetes client cannot be made")]
    Client(#[source] Box<kube::Error>),
    /// The server is too old or too new.
    #[error("the server's version is not supported")]
    Version(#[from] VersionError),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// Signals cannot be received.
    #[error("signals cannot be received")]
    Signals(#[source] std::io::Error),
    /// A watch ended for good.
    #[error("a watch ended; the process must start afresh")]
    WatchEnded,
    /// Another replica leads.
    #[error("leadership was lost; another replica takes over")]
    LeadershipLost,
}

/// Runs the controller until a signal or the loss of leadership.
pub async fn run(options: Options, render: Render) -> Result<(), RunError> {
    let mut stopped = stopped()?;
    let telemetry = Telemetry::new();
    let listener = TcpListener::bind(options.listen).await.map_err(|error| RunError::Listen(options.listen, error))?;
    tokio::spawn(telemetry.clone().serve(listener));
    let leadership = if options.election.is_some() { Leadership::none() } else { Leadership::forever() };
    let (client, kubernetes) = tokio::select! {
        prepared = prepare(&options, &telemetry, &leadership) => prepared?,
        _ = stopped.changed() => return Ok(()),
    };
    tracing::info!(kubernetes = %format!("1.{}", kubernetes.minor), "leading");
    telemetry.leads();
    let controller = Arc::new(Controller {
        apply: Apply::new(Writer::new(client.clone(), leadership.clone())),
        backend: Backend::of(&options.settings),
        environment: Environment { settings: options.settings.clone(), kubernetes, render },
        events: Events::new(client.clone(), &options.identity),
        queue: Queue::default(),
        telemetry,
        memory: Mutex::default(),
        synced: Notify::new(),
    });
    tokio::select! {
        () = work(&controller, &client, &options) => Err(RunError::WatchEnded),
        () = keep(&client, &options, &leadership) => Err(RunError::LeadershipLost),
        _ = stopped.changed() => {
            finish(&controller).await;
            if let Some(election) = &options.election {
                election.release(&client, &leadership).await;
            }
            Ok(())
        }
    }
}

/// Becomes true when the process is asked to stop.
fn stopped() -> Result<watch::Receiver<bool>, RunError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(RunError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(RunError::Signals)?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        stop.send_replace(true);
        stop.closed().await;
    });
    Ok(stopped)
}

/// Connects, and waits for our turn to lead.
async fn prepare(options: &Options, telemetry: &Telemetry, leadership: &Leadership) -> Result<(Client, KubernetesVersion), RunError> {
    let client = client().await?;
    let kubernetes = server_version(&client).await?;
    telemetry.is_ready();
    if let Some(election) = &options.election {
        tracing::info!(identity = election.identity, lease = election.name, "waiting to lead");
        election.acquire(&client, leadership).await;
    }
    Ok((client, kubernetes))
}

/// Keeps the lease; returns when it is lost. Without election it never is.
async fn keep(client: &Client, options: &Options, leadership: &Leadership) {
    match &options.election {
        Some(election) => election.keep(client, leadership).await,
        None => pending().await,
    }
}

/// Watches and reconciles; returns only if a watch ends, which none should.
async fn work(controller: &Arc<Controller>, client: &Client, options: &Options) {
    let mut watches = JoinSet::new();
    // Who serves one namespace has no right to volumes, which belong to the cluster.
    let is_ours = |source: &Source| options.watch_namespace.is_none() || *source != Source::Child(Kind::PersistentVolume);
    for source in Source::all() {
        if !is_ours(&source) {
            controller.apply.cache().list_ends(source);
            continue;
        }
        watches.spawn(watches::watch(controller.clone(), client.clone(), source, options.watch_namespace.clone()));
    }
    if let Some(folder) = controller.backend.folder() {
        watches.spawn(watches::watch_folder(controller.clone(), folder.to_owned()));
    }
    let reconcile = async {
        controller.wait_for_sync().await;
        tokio::join!(controller.clone().dispatch(options.concurrency), tick(controller, options.resync_interval));
    };
    tokio::select! {
        () = reconcile => {}
        // A controller that does not see what changes must not look alive.
        _ = watches.join_next() => {}
    }
}

/// Looks at everything from time to time, and says how much there is.
async fn tick(controller: &Controller, resync_interval: Duration) {
    let mut resync = tokio::time::interval_at(Instant::now() + resync_interval, resync_interval);
    let mut load = tokio::time::interval(LOAD_INTERVAL);
    loop {
        tokio::select! {
            _ = resync.tick() => {
                controller.wake_all();
                controller.apply.reclaim_volumes().await;
            }
            _ = load.tick() => {
                let (specifications, children) = controller.apply.cache().len();
                controller.telemetry.load(controller.queue.len().0, specifications + children);
            }
        }
    }
}

/// Waits for the reconciles that are under way: one that is cut off would have to be found again.
async fn finish(controller: &Controller) {
    tracing::info!("stopping");
    let idle = async {
        while controller.queue.len().1 > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    if timeout(GRACE, idle).await.is_err() {
        tracing::warn!("some reconciles did not finish in time");
    }
}

async fn client() -> Result<Client, RunError> {
    let mut config = kube::Config::infer().await.map_err(|error| RunError::Configuration(Box::new(error)))?;
    // Every request of ours has a deadline and a back-off of its own; a watch that is silent for longer than it may
    // last is dead.
    config.default_retry = false;
    config.read_timeout = Some(Duration::from_secs(u64::from(watches::WATCH_SECONDS) + 30));
    Client::try_from(config).map_err(|error| RunError::Client(Box::new(error)))
}

async fn server_version(client: &Client) -> Result<KubernetesVersion, RunError> {
    loop {
        match timeout(START.0, client.apiserver_version()).await {
            Ok(Ok(version)) => return Ok(version.git_version.parse()?),
            Ok(Err(error)) => tracing::warn!(%error, "the server's version could not be read; trying again"),
            Err(_) => tracing::warn!("the server did not answer; trying again"),
        }
        sleep(START.1).await;
    }
}
