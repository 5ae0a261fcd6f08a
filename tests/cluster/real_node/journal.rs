//! What the application has noted: its own time stamps, as it wrote them.

use futures::io::AsyncBufReadExt;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, LogParams};
use serde_json::Value;
use tokio::task::JoinHandle;

use super::history::Seen;
use crate::support::{Result, While};

/// The journal of a container, read while it is written: with its pod it would be gone.
pub struct Journal(JoinHandle<Result<Vec<Note>>>);

/// Something that the application has noted.
#[derive(Clone, Debug)]
pub struct Note {
    pub at: Timestamp,
    pub event: String,
    pub details: Value,
}

impl Journal {
    /// Follows a container of a pod as it runs now, until it ends.
    pub fn follow(client: Client, pod: &Seen, container: &str) -> Self {
        let pods: Api<Pod> = Api::namespaced(client, pod.pod.metadata.namespace.as_deref().unwrap_or_default());
        let parameters = LogParams { container: Some(container.to_owned()), follow: true, ..LogParams::default() };
        let name = pod.name();
        Self(tokio::spawn(async move {
            let lines = pods.log_stream(&name, &parameters).await?.lines();
            lines.map(|line| note(&line?)).try_collect().await
        }))
    }

    /// All of it, once the container has ended.
    pub async fn whole(self) -> Result<Vec<Note>> {
        self.0.await?
    }
}

/// When this was noted first.
pub fn time_of(notes: &[Note], event: &str) -> Result<Timestamp> {
    let note = notes.iter().find(|note| note.event == event);
    Ok(note.map(|note| note.at).ok_or_else(|| format!("nothing is noted of `{event}`: {notes:?}"))?)
}

/// The real-time clock's nanoseconds, as a time.
pub fn time(nanoseconds: &Value) -> Result<Timestamp> {
    Ok(Timestamp::from_nanosecond(nanoseconds.as_i64().ok_or("a time is a number")?.into())?)
}

fn note(line: &str) -> Result<Note> {
    let details: Value = serde_json::from_str(line).during(line)?;
    Ok(Note { at: time(&details["time"])?, event: details["event"].as_str().unwrap_or_default().to_owned(), details })
}
