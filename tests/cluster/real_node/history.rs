//! What became of the pods of a service, and when: every change that the API server tells of.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use futures::StreamExt;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::Client;
use kube::api::Api;
use kube::runtime::watcher::{self, watcher};
use tokio::task::JoinHandle;

use crate::support::load::Sent;
use crate::support::lock;

/// So many failed requests are printed: the first tell as much as all.
const FAILURES_PRINTED: usize = 40;

/// The history from its start on.
pub struct History {
    seen: Arc<Mutex<Vec<Seen>>>,
    watch: JoinHandle<()>,
}

/// A pod as it was seen.
#[derive(Clone)]
pub struct Seen {
    pub at: Timestamp,
    pub pod: Pod,
    /// It is deleted.
    pub gone: bool,
}

/// How many pods there are at some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Those that serve: ready, and not told to stop.
    pub ready: usize,
    /// Those that start or run, as ECS counts tasks that are PENDING or RUNNING.
    pub running: usize,
    /// These, and those that are stopping.
    pub with_stopping: usize,
}

impl History {
    /// Watches the pods of a service.
    pub fn of(client: Client, namespace: &str, service: &str) -> Self {
        let pods: Api<Pod> = Api::namespaced(client, namespace);
        let labels = format!("ecs-operator.dev/service={service}");
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let told = Arc::clone(&seen);
        let watch = tokio::spawn(async move {
            let mut events = std::pin::pin!(watcher(pods, watcher::Config::default().labels(&labels)));
            while let Some(event) = events.next().await {
                let (pod, gone) = match event {
                    Ok(watcher::Event::Apply(pod) | watcher::Event::InitApply(pod)) => (pod, false),
                    Ok(watcher::Event::Delete(pod)) => (pod, true),
                    Ok(watcher::Event::Init | watcher::Event::InitDone) | Err(_) => continue,
                };
                lock(&told).push(Seen { at: Timestamp::now(), pod, gone });
            }
        });
        Self { seen, watch }
    }

    /// All that was seen so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.seen).clone()
    }

    /// What was seen of one pod.
    pub fn of_pod(&self, name: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.name() == name).collect()
    }

    /// The pods that are there and not told to stop, by their names.
    pub fn running(&self) -> Vec<Seen> {
        let latest: BTreeMap<String, Seen> = self.seen().into_iter().map(|seen| (seen.name(), seen)).collect();
        latest.into_values().filter(Seen::is_running).collect()
    }

    /// How many there were after each change, from the first time on that so many were ready.
    pub fn capacities(&self, desired: usize) -> Vec<(Timestamp, Capacity)> {
        let seen = self.seen();
        let mut pods: BTreeMap<String, &Seen> = BTreeMap::new();
        let after = |seen| -> (Timestamp, Capacity) {
            pods.insert(Seen::name(seen), seen);
            (seen.at, Capacity::of(pods.values().copied()))
        };
        seen.iter().map(after).skip_while(|(_, capacity)| capacity.ready < desired).collect()
    }

    /// What happened when, with the requests that failed at their times.
    pub fn beside(&self, sent: &[Sent]) -> String {
        let failed = sent.iter().filter(|sent| sent.answer.is_err()).take(FAILURES_PRINTED);
        let mut lines: Vec<(Timestamp, String)> = failed.map(|sent| (sent.at, sent.to_string())).collect();
        lines.extend(self.seen().iter().map(|seen| (seen.at, seen.to_string())));
        lines.sort_by_key(|(at, _)| *at);
        let mut text = String::new();
        for (_, line) in lines {
            let _infallible = writeln!(text, "{line}");
        }
        text
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl Capacity {
    fn of<'a>(pods: impl Iterator<Item = &'a Seen>) -> Self {
        let mut capacity = Self::default();
        for pod in pods.filter(|pod| !pod.gone) {
            capacity.with_stopping += 1;
            capacity.running += usize::from(pod.is_running());
            capacity.ready += usize::from(pod.is_running() && pod.is_ready());
        }
        capacity
    }
}

impl Seen {
    pub fn name(&self) -> String {
        self.pod.metadata.name.clone().unwrap_or_default()
    }

    pub fn is_stopping(&self) -> bool {
        self.pod.metadata.deletion_timestamp.is_some()
    }

    /// Whether it counts as a task that is PENDING or RUNNING.
    pub fn is_running(&self) -> bool {
        let ended = ["Succeeded", "Failed"].contains(&self.phase());
        !self.gone && !self.is_stopping() && !ended
    }

    pub fn is_ready(&self) -> bool {
        let conditions = self.pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
        conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
    }

    /// The pod's address.
    pub fn address(&self) -> Option<&str> {
        self.pod.status.as_ref()?.pod_ip.as_deref()
    }

    /// The status of a container.
    pub fn container(&self, name: &str) -> Option<&ContainerStatus> {
        self.containers().find(|container| container.name == name)
    }

    /// The statuses of all containers, those that start before the others first.
    pub fn containers(&self) -> impl Iterator<Item = &ContainerStatus> {
        let status = self.pod.status.as_ref();
        let init = status.and_then(|status| status.init_container_statuses.as_ref());
        init.into_iter().chain(status.and_then(|status| status.container_statuses.as_ref())).flatten()
    }

    fn phase(&self) -> &str {
        self.pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default()
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        if self.gone {
            return write!(formatter, "{:.3} {name} is deleted", self.at);
        }
        let ready = if self.is_ready() { "ready" } else { "not ready" };
        let stopping = if self.is_stopping() { ", stopping" } else { "" };
        write!(formatter, "{:.3} {name} {}, {ready}{stopping}", self.at, self.phase())?;
        for container in self.containers() {
            let state = serde_json::to_string(&container.state).map_err(|_| fmt::Error)?;
            write!(formatter, "; {} of {} restarted {} times {state}", container.name, container.image, container.restart_count)?;
        }
        Ok(())
    }
}
