//! The watches: each a stream of its own with its own back-off, feeding the cache and the queue.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt, TryStreamExt};
use kube::Api;
use kube::api::{ApiResource, DynamicObject, PartialObjectMeta};
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt, watcher as watch_stream};
use notify::{EventKind, RecursiveMode, Watcher};
use serde_json::Value;
use tokio::sync::mpsc;

use super::cache::{NamespacedName, OwnKind, Source, owner};
use super::{Controller, observe, report};
use crate::ecs::{GROUP, VERSION};
use crate::grant;
use crate::translate::{Kind, names};

/// How long one watch request lasts: below the idle time-outs of common load balancers.
pub const WATCH_SECONDS: u32 = 200;
/// How long to wait before what failed is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// Watches one source for ever.
pub async fn watch(controller: Arc<Controller>, client: kube::Client, source: Source, namespace: Option<String>) {
    let resource = resource(source);
    if let Source::Child(kind) = source
        && kind.is_third_party()
    {
        wait_until_installed(&controller, &client, kind).await;
    }
    let is_namespaced = match source {
        Source::Own(_) => true,
        Source::Child(kind) => kind.is_namespaced(),
        Source::IngressClass | Source::AccessGrant | Source::Namespace => false,
    };
    let (only, of_metadata) = (namespace.clone(), client.clone());
    let api: Api<DynamicObject> = match namespace.filter(|_| is_namespaced) {
        Some(namespace) => Api::namespaced_with(client, &namespace, &resource),
        None => Api::all_with(client, &resource),
    };
    let config = watcher::Config::default().streaming_lists().timeout(WATCH_SECONDS);
    let config = match source {
        Source::Child(_) => config.labels(&format!("{}={}", names::MANAGED_BY_LABEL, names::MANAGER)),
        // Who serves one namespace may look at no other.
        Source::Namespace => match only {
            Some(name) => config.fields(&format!("metadata.name={name}")),
            None => config,
        },
        Source::Own(_) | Source::IngressClass | Source::AccessGrant => config,
    };
    let mut events =
        if source == Source::Namespace { labels(of_metadata, &resource, config).boxed() } else { watch_stream(api, config).default_backoff().boxed() };
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => {
                controller.observe_event(source, event);
                if source == Source::Child(Kind::PersistentVolume) {
                    controller.apply.reclaim_volumes().await;
                }
            }
            Err(error) => {
                controller.telemetry.watch_failed(resource.plural.as_str());
                tracing::warn!(%error, resource = resource.plural, "a watch failed; it starts again");
            }
        }
    }
}

/// The metadata alone: nothing else of a namespace is asked for.
fn labels(client: kube::Client, resource: &ApiResource, config: watcher::Config) -> impl Stream<Item = Result<Event<DynamicObject>, watcher::Error>> {
    let api: Api<PartialObjectMeta<DynamicObject>> = Api::all_with(client, resource);
    let whole = |PartialObjectMeta { types, metadata, .. }| DynamicObject { types, metadata, data: Value::Null };
    watch_stream(api, config).default_backoff().map_ok(move |event| match event {
        Event::Apply(object) => Event::Apply(whole(object)),
        Event::Delete(object) => Event::Delete(whole(object)),
        Event::InitApply(object) => Event::InitApply(whole(object)),
        Event::Init => Event::Init,
        Event::InitDone => Event::InitDone,
    })
}

/// A kind that others bring: until it is installed there is nothing of it to see. It is asked for again when somebody
/// made an object of such a kind, and so found it installed.
async fn wait_until_installed(controller: &Controller, client: &kube::Client, kind: Kind) {
    loop {
        // Listened to before the question is asked: what is made meanwhile is not missed.
        let made = controller.apply.third_party.notified();
        if is_installed(client, kind).await {
            return;
        }
        controller.apply.cache().list_ends(Source::Child(kind));
        controller.synced.notify_waiters();
        made.await;
    }
}

/// Whether the server has the kind. That the server does not answer is no answer: it is asked again at once.
async fn is_installed(client: &kube::Client, kind: Kind) -> bool {
    loop {
        match client.list_api_group_resources(kind.api_version()).await {
            Ok(resources) => return resources.resources.iter().any(|resource| resource.name == kind.plural()),
            Err(kube::Error::Api(status)) if status.code == 404 => return false,
            Err(error) => {
                tracing::warn!(%error, kind = kind.name(), "it could not be found out whether the kind is installed; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

fn resource(source: Source) -> ApiResource {
    let (group, version, kind, plural) = match source {
        Source::Own(kind) => (GROUP, VERSION, kind.name(), kind.plural()),
        Source::Child(kind) => (kind.group(), kind.version(), kind.name(), kind.plural()),
        Source::IngressClass => ("networking.k8s.io", "v1", "IngressClass", "ingressclasses"),
        Source::AccessGrant => (GROUP, VERSION, "AWSAccessGrant", "awsaccessgrants"),
        Source::Namespace => ("", "v1", "Namespace", "namespaces"),
    };
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ApiResource { group: group.into(), version: version.into(), api_version, kind: kind.into(), plural: plural.into() }
}

impl Controller {
    fn observe_event(&self, source: Source, event: Event<DynamicObject>) {
        match event {
            Event::Init => self.apply.cache().list_starts(source),
            Event::InitApply(object) | Event::Apply(object) => {
                let object = json(&object);
                self.wake_earlier_owner(source, &object);
                let is_news = source != Source::Namespace || self.apply.cache().has_other_labels(&object);
                self.apply.cache().seen(source, &object);
                if is_news {
                    self.wake(source, &object);
                }
            }
            Event::Delete(object) => {
                let object = json(&object);
                self.wake_earlier_owner(source, &object);
                self.apply.cache().deleted(source, &object);
                self.wake(source, &object);
                self.wake_kept(source, &object);
            }
            Event::InitDone => {
                let is_new = matches!(source, Source::Child(kind) if kind.is_third_party() && self.apply.cache().installed(kind));
                let gone = self.apply.cache().list_ends(source);
                if !gone.is_empty() || is_new {
                    // What went away unseen may concern anything, and so may a kind that was not there before.
                    self.wake_all();
                }
                self.synced.notify_waiters();
            }
        }
    }

    /// With a revision of a service that is gone goes what kept a revision of its task definition, and the ServiceAccount of that.
    fn wake_kept(&self, source: Source, object: &Value) {
        let kept = object.pointer("/data/taskDefinition/name").and_then(Value::as_str).filter(|_| source == Source::Child(Kind::ControllerRevision));
        if let Some(kept) = kept {
            self.queue.add((OwnKind::TaskDefinition, NamespacedName::new(NamespacedName::of(object).namespace, kept)));
        }
    }

    /// An object that has lost its owner reference concerns the owner that it had.
    fn wake_earlier_owner(&self, source: Source, object: &Value) {
        let Source::Child(kind) = source else { return };
        let name = NamespacedName::of(object);
        let owner = self.apply.cache().child(kind, &name).and_then(|child| child.owner.clone()).filter(|known| owner(object).as_ref() != Some(known));
        if let Some((kind, owner)) = owner.and_then(|owner| Some((OwnKind::named(&owner.kind)?, owner.name))) {
            self.queue.add((kind, NamespacedName::new(name.namespace, owner)));
        }
    }

    /// Puts into the queue whatever an object concerns.
    fn wake(&self, source: Source, object: &Value) {
        let name = NamespacedName::of(object);
        match source {
            Source::Own(kind) => {
                self.queue.add((kind, name.clone()));
                match kind {
                    OwnKind::TaskDefinition => self.wake_kinds(&name.namespace, &[OwnKind::Service, kind]),
                    OwnKind::Cluster => self.wake_kinds(&name.namespace, &[OwnKind::Service, OwnKind::TaskDefinition, kind]),
                    OwnKind::Service => self.wake_task_definitions_behind(&name.namespace),
                }
            }
            Source::Child(kind) => {
                let owner = owner(object);
                let owner_kind = owner.as_ref().and_then(|owner| OwnKind::named(&owner.kind));
                if let (Some(owner_kind), Some(owner)) = (owner_kind, owner) {
                    self.queue.add((owner_kind, NamespacedName::new(&name.namespace, owner.name)));
                }
                // Services share ServiceAccounts, whoever made them, and follow task definitions.
                if matches!(kind, Kind::ServiceAccount | Kind::PodIdentityAssociation)
                    || (kind == Kind::ControllerRevision && owner_kind == Some(OwnKind::TaskDefinition))
                {
                    self.wake_kinds(&name.namespace, &[OwnKind::Service]);
                }
            }
            Source::IngressClass => self.wake_services(),
            Source::AccessGrant => self.wake_users(|_, grant| grant == name.name),
            Source::Namespace => self.wake_users(|namespace, _| namespace == name.name),
        }
    }

    /// Puts into the queue what has something of AWS by grants: the task definitions that name such a grant in its namespace, the services
    /// that follow them, and those that run what named one.
    fn wake_users(&self, is_concerned: impl Fn(&str, &str) -> bool) {
        let cache = self.apply.cache();
        let names_one = |namespace: &str, spec: &Value| grant::names_in(spec).any(|name| is_concerned(namespace, name));
        let is_one = |(kind, name): &(OwnKind, &NamespacedName)| {
            let specification = cache.specification(*kind, name);
            // What runs may be of a task definition that named others than today's.
            let runs = || cache.children_of(*kind, name).filter_map(|(_, _, child)| child.revision.as_ref()?.service());
            specification.is_some_and(|specification| names_one(&name.namespace, &specification.spec))
                || runs().any(|revision| names_one(&name.namespace, &revision.task_definition.spec))
        };
        for (kind, name) in cache.names().filter(is_one) {
            self.queue.add((kind, name.clone()));
            for (kind, beside) in observe::beside(&cache, kind, name) {
                self.queue.add((kind, NamespacedName::new(&name.namespace, beside)));
            }
        }
    }

    pub(super) fn wake_kinds(&self, namespace: &str, kinds: &[OwnKind]) {
        let cache = self.apply.cache();
        for kind in kinds {
            for (name, _) in cache.specifications(*kind, namespace) {
                self.queue.add((*kind, NamespacedName::new(namespace, name)));
            }
        }
    }

    /// A task definition reports a new revision when all services that follow it have.
    fn wake_task_definitions_behind(&self, namespace: &str) {
        let cache = self.apply.cache();
        for (name, definition) in cache.specifications(OwnKind::TaskDefinition, namespace) {
            let name = NamespacedName::new(namespace, name);
            if report::task_definition::is_behind(&cache, &name, definition) {
                self.queue.add((OwnKind::TaskDefinition, name));
            }
        }
    }

    fn wake_services(&self) {
        let cache = self.apply.cache();
        for (kind, name) in cache.names().filter(|(kind, _)| *kind == OwnKind::Service) {
            self.queue.add((kind, name.clone()));
        }
    }

    /// Puts everything into the queue.
    pub(super) fn wake_all(&self) {
        let cache = self.apply.cache();
        for (kind, name) in cache.names() {
            self.queue.add((kind, name.clone()));
        }
    }
}

fn json(object: &DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or(Value::Null)
}

/// Watches the folder of secrets: whatever changes in it wakes all services.
pub async fn watch_folder(controller: Arc<Controller>, folder: std::path::PathBuf) {
    loop {
        let (sender, mut changes) = mpsc::unbounded_channel();
        match folder_watcher(&folder, sender) {
            Ok(_watcher) => {
                // What changed before the watch began is not told.
                controller.wake_services();
                while changes.recv().await.is_some() {
                    controller.wake_services();
                }
            }
            Err(error) => {
                tracing::warn!(%error, folder = %folder.display(), "the folder of secrets cannot be watched; trying again");
                tokio::time::sleep(RETRY).await;
                controller.wake_services();
            }
        }
    }
}

fn folder_watcher(folder: &Path, sender: mpsc::UnboundedSender<()>) -> notify::Result<impl Watcher + use<>> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Our own reading is an event too; only changes count.
        let is_change = event.map_or(true, |event| matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any));
        if is_change {
            let _ = sender.send(());
        }
    })?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
}
