//! Following objects as they change.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{BoxStream, StreamExt, select_all};
use kube::Client;
use kube::api::DynamicObject;
use kube::runtime::watcher::{self, Event, watcher};
use tokio::time::{Instant, timeout_at};

use crate::kinds::{Kind, NAMESPACE};
use crate::support::Result;

/// A namespace's objects of some kinds, as they are now.
pub struct Watch {
    events: BoxStream<'static, (Kind, watcher::Result<Event<DynamicObject>>)>,
    kinds: usize,
    objects: BTreeMap<(&'static str, String), DynamicObject>,
}

impl Watch {
    /// Starts to follow the shop, and returns when everything that is there now is known.
    pub async fn start(client: &Client, kinds: &[Kind]) -> Result<Self> {
        Self::start_in(client, NAMESPACE, kinds).await
    }

    /// The same, of a namespace.
    pub async fn start_in(client: &Client, namespace: &str, kinds: &[Kind]) -> Result<Self> {
        let streams = kinds.iter().map(|kind| {
            let kind = *kind;
            watcher(kind.api_in(client.clone(), namespace), watcher::Config::default()).map(move |event| (kind, event)).boxed()
        });
        let mut watch = Self { events: select_all(streams).boxed(), kinds: kinds.len(), objects: BTreeMap::new() };
        let mut known = 0;
        while known < watch.kinds {
            known += usize::from(watch.take().await?);
        }
        Ok(watch)
    }

    /// Waits until something has changed.
    pub async fn changed(&mut self) -> Result<()> {
        self.take().await.map(drop)
    }

    /// Looks at the objects, now and whenever they change, until the condition gives a value.
    pub async fn until<T>(&mut self, what: &str, deadline: Duration, mut condition: impl FnMut(&Self) -> Option<T>) -> Result<T> {
        let end = Instant::now() + deadline;
        loop {
            if let Some(value) = condition(self) {
                return Ok(value);
            }
            timeout_at(end, self.changed()).await.map_err(|_| format!("waited {deadline:?} in vain: {what}"))??;
        }
    }

    /// The objects of a kind, by name.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &DynamicObject> {
        self.objects.iter().filter(move |((name, _), _)| *name == kind.name).map(|(_, object)| object)
    }

    /// The object of this kind and name.
    pub fn find(&self, kind: Kind, name: &str) -> Option<&DynamicObject> {
        self.objects.get(&(kind.name, name.to_owned()))
    }

    /// Takes the next event in; true when it completes what was there at the start.
    async fn take(&mut self) -> Result<bool> {
        let Some((kind, event)) = self.events.next().await else { return Err("the watch has ended".into()) };
        let key = |object: &DynamicObject| (kind.name, object.metadata.name.clone().unwrap_or_default());
        match event? {
            Event::Init => self.objects.retain(|(name, _), _| *name != kind.name),
            Event::Apply(object) | Event::InitApply(object) => drop(self.objects.insert(key(&object), object)),
            Event::Delete(object) => drop(self.objects.remove(&key(&object))),
            Event::InitDone => return Ok(true),
        }
        Ok(false)
    }
}
