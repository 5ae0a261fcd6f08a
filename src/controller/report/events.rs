//! Events in ECS words, one a transition.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::Api;
use kube::api::PostParams;

use super::super::cache::owned::FIELD_MANAGER;
use super::super::cache::{NamespacedName, OwnKind};
use super::Verdict;
use crate::ecs::{GROUP, VERSION};
use crate::k8s;

/// How long the publication of an event may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// The API's limit of a note, in bytes.
const NOTE_LIMIT: usize = 1000;

/// Publishes events: one object each. kube's recorder would count them together by their reason, and go on telling
/// the first one's names.
#[derive(Clone)]
pub struct Events {
    client: kube::Client,
    replica: String,
}

/// Something that happened to one of our objects.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The reason, in camel case.
    pub reason: &'static str,
    /// What happened.
    pub note: String,
    /// Whether it is a fault.
    pub is_warning: bool,
}

impl Happening {
    /// What a change of the verdict is worth.
    pub fn of(verdict: &Verdict) -> Self {
        let is_warning = match verdict {
            Verdict::Ready { .. } => false,
            Verdict::Reconciling { reason, .. } => !matches!(*reason, "DeploymentInProgress" | "TasksPending" | "Registering"),
            Verdict::Stalled { .. } => true,
        };
        Self { reason: verdict.reason(), note: verdict.message().to_owned(), is_warning }
    }
}

impl Events {
    /// Publishes by this client, as this replica.
    pub fn new(client: kube::Client, replica: &str) -> Self {
        Self { client, replica: replica.to_owned() }
    }

    /// Publishes what happened, beside the work: an event that cannot be published is logged, and stops nothing.
    pub fn publish(&self, kind: OwnKind, name: &NamespacedName, uid: &str, happening: &Happening) {
        let api: Api<k8s::Event> = Api::namespaced(self.client.clone(), &name.namespace);
        let event = self.event(kind, name, uid, happening);
        let reason = happening.reason;
        tokio::spawn(async move {
            match tokio::time::timeout(DEADLINE, api.create(&PostParams::default(), &event)).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(%error, reason, "an event could not be published"),
                Err(_) => tracing::warn!(reason, "an event could not be published in time"),
            }
        });
    }

    fn event(&self, kind: OwnKind, name: &NamespacedName, uid: &str, happening: &Happening) -> k8s::Event {
        let regarding = k8s::ObjectReference {
            api_version: Some(format!("{GROUP}/{VERSION}")),
            kind: Some(kind.name().into()),
            name: Some(name.name.clone()),
            namespace: Some(name.namespace.clone()),
            uid: Some(uid.into()),
            ..k8s::ObjectReference::default()
        };
        let now = Timestamp::now();
        let mut note = happening.note.clone();
        while note.len() > NOTE_LIMIT {
            note.pop();
        }
        k8s::Event {
            metadata: k8s::ObjectMeta { name: Some(format!("{}.{:x}", name.name, now.as_nanosecond())), ..k8s::ObjectMeta::default() },
            type_: Some(if happening.is_warning { "Warning" } else { "Normal" }.into()),
            reason: Some(happening.reason.into()),
            note: Some(note),
            action: Some("Reconcile".into()),
            event_time: Some(MicroTime(now)),
            regarding: Some(regarding),
            reporting_controller: Some(FIELD_MANAGER.into()),
            reporting_instance: Some(self.replica.clone()),
            ..k8s::Event::default()
        }
    }
}
