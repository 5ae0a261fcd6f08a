//! What can be seen from outside: `/livez`, `/readyz` and `/metrics`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;

use super::cache::OwnKind;

/// The metrics, and whether the process is ready.
#[derive(Clone)]
pub struct Telemetry {
    registry: Arc<Mutex<Registry>>,
    ready: Arc<AtomicBool>,
    reconciles: Family<ReconcileLabels, Counter>,
    durations: Family<KindLabels, Histogram>,
    watch_failures: Family<WatchLabels, Counter>,
    leading: Gauge,
    queued: Gauge,
    held: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReconcileLabels {
    kind: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WatchLabels {
    resource: String,
}

impl Telemetry {
    /// The metrics, all at zero, and not ready.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("ecs_operator");
        let telemetry = Self {
            registry: Arc::default(),
            ready: Arc::default(),
            reconciles: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new([0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0])),
            watch_failures: Family::default(),
            leading: Gauge::default(),
            queued: Gauge::default(),
            held: Gauge::default(),
        };
        registry.register("reconciles", "Reconciles, by kind and by the reason of what stood in the way", telemetry.reconciles.clone());
        registry.register("reconcile_seconds", "How long reconciles took", telemetry.durations.clone());
        registry.register("watch_failures", "Watches that failed and started again", telemetry.watch_failures.clone());
        registry.register("leading", "Whether this replica leads", telemetry.leading.clone());
        registry.register("queued", "Objects that wait to be reconciled", telemetry.queued.clone());
        registry.register("objects", "Objects held in memory", telemetry.held.clone());
        Self { registry: Arc::new(Mutex::new(registry)), ..telemetry }
    }

    /// A reconcile ended.
    pub fn reconciled(&self, kind: OwnKind, reason: &'static str, took: Duration) {
        self.reconciles.get_or_create(&ReconcileLabels { kind: kind.name(), reason }).inc();
        self.durations.get_or_create(&KindLabels { kind: kind.name() }).observe(took.as_secs_f64());
    }

    /// A watch failed.
    pub fn watch_failed(&self, resource: &str) {
        self.watch_failures.get_or_create(&WatchLabels { resource: resource.to_owned() }).inc();
    }

    /// This replica leads.
    pub fn leads(&self) {
        self.leading.set(1);
    }

    /// The process can do its work, or wait for its turn to lead.
    pub fn is_ready(&self) {
        self.ready.store(true, Ordering::Relaxed);
    }

    /// How much there is to do, and how much is held.
    pub fn load(&self, queued: usize, held: usize) {
        self.queued.set(i64::try_from(queued).unwrap_or(i64::MAX));
        self.held.set(i64::try_from(held).unwrap_or(i64::MAX));
    }

    /// Serves health and metrics for ever.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let ready = self.ready.clone();
        let readyz = move || async move { if ready.load(Ordering::Relaxed) { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "starting") } };
        let router =
            Router::new().route("/livez", get(|| async { "ok" })).route("/readyz", get(readyz)).route("/metrics", get(move || async move { self.metrics() }));
        axum::serve(listener, router).await
    }

    fn metrics(&self) -> impl IntoResponse + use<> {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        match encode(&mut text, &registry) {
            Ok(()) => (StatusCode::OK, [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], error.to_string()),
        }
    }
}
