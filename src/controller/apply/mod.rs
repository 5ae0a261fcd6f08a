//! Apply: absent → POST, different → one JSON Patch, equal → nothing, 409 → ask whose it is.

mod patch;
pub mod secrets;
pub mod service;
pub mod task_definition;
mod volumes;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::cache::owned::{self, APPLIED};
use super::cache::{Cache, Child, NamespacedName, OwnKind, Source, Specification};
use super::error::Problem;
use super::write::{WriteError, Writer};
use crate::ecs::{GROUP, VERSION};
use crate::revision::{Cause, ServiceRevision};
use crate::translate::{Kind, Object, names};

/// Within this time of a repair a difference that is there again counts as returned.
const DRIFT_MEMORY: Duration = Duration::from_mins(10);
/// The least and the longest that a returning difference is left alone.
const DRIFT_DELAY: Duration = Duration::from_secs(1);
const DRIFT_LIMIT: Duration = Duration::from_mins(5);

/// What apply needs: the cache, the writer, and when it last repaired what.
pub struct Apply {
    /// What lives.
    cache: Mutex<Cache>,
    /// The requests.
    pub writer: Writer,
    /// Told when an object of a kind that others bring was made.
    pub third_party: Notify,
    drift: Mutex<BTreeMap<(Kind, NamespacedName), Drift>>,
}

struct Drift {
    times: u32,
    repaired: Instant,
}

/// The object that a child belongs to.
#[derive(Clone, Debug)]
pub struct OwnerReference {
    /// Its kind.
    pub kind: OwnKind,
    /// Where it lives.
    pub name: NamespacedName,
    /// Its uid.
    pub uid: String,
}

impl OwnerReference {
    /// The reference to the object of this specification.
    pub fn of(kind: OwnKind, name: &NamespacedName, specification: &Specification) -> Self {
        Self { kind, name: name.clone(), uid: specification.uid.clone() }
    }
}

/// What was done.
#[derive(Debug, Default)]
pub struct Applied {
    /// The service revision that was registered, and why.
    pub registered: Option<(i64, Arc<ServiceRevision>, Cause)>,
    /// What somebody else had changed and was repaired: kind, name, and who it was.
    pub repaired: Vec<(Kind, String, Option<String>)>,
    /// When to look again.
    pub again: Option<Duration>,
    /// Whether the replica count was seen to: only then the count of today is what the status may show.
    pub counted: bool,
    /// Who set the replica count, where it is left alone.
    pub scaled_by: Option<String>,
}

impl Applied {
    /// Has the object looked at again after this time, if not before.
    pub fn look_again(&mut self, delay: Duration) {
        self.again = Some(self.again.map_or(delay, |again| again.min(delay)));
    }
}

enum Difference {
    Absent,
    None,
    Changed(Box<Child>),
    Foreign,
    Deleting,
}

impl Apply {
    /// Applies by this writer.
    pub fn new(writer: Writer) -> Self {
        Self { cache: Mutex::new(Cache::default()), writer, third_party: Notify::new(), drift: Mutex::new(BTreeMap::new()) }
    }

    /// The cache, locked.
    pub fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes an object what we want it to be.
    async fn ensure(&self, owner: &OwnerReference, object: &Object, applied: &mut Applied) -> Result<(), Problem> {
        let name = NamespacedName::new(&owner.name.namespace, &object.name);
        let (body, digest) = owned_body(owner, &self.with_live_class(&name, object));
        let mut difference = self.difference(owner, object.kind, &name, &body, &digest);
        if matches!(difference, Difference::Absent) {
            match self.writer.post(object.kind, &name.namespace, &body).await {
                Ok(reply) => {
                    self.remember(object.kind, &reply, &body);
                    if object.kind.is_third_party() {
                        self.third_party.notify_waiters();
                    }
                    return Ok(());
                }
                Err(WriteError::Exists) => {
                    if let Some(live) = self.ask(owner, object.kind, &name).await? {
                        self.cache().seen(Source::Child(object.kind), &live);
                    }
                    difference = self.difference(owner, object.kind, &name, &body, &digest);
                }
                Err(WriteError::NotFound) if object.kind.is_third_party() => {
                    if self.cache().uninstalled(object.kind) {
                        applied.look_again(Duration::ZERO);
                    }
                    return Err(Problem::KindNotInstalled(object.kind));
                }
                Err(error) => return Err(self.problem(object.kind, &name, error)),
            }
        }
        match difference {
            Difference::None => Ok(()),
            Difference::Changed(child) => self.change(object.kind, &name, &child, &body, &digest, applied).await,
            Difference::Foreign => Err(Problem::Conflict { kind: object.kind, name: name.name }),
            Difference::Deleting => Err(Problem::StillDeleting { kind: object.kind, name: name.name }),
            Difference::Absent => Err(Problem::Outdated { kind: object.kind, name: name.name }),
        }
    }

    /// That others have carried out what an object asks them for.
    fn ready(&self, kind: Kind, name: NamespacedName) -> Result<(), Problem> {
        let ready = self.cache().child(kind, &name).map_or_else(|| Err("it is not there".into()), |child| child.ready.clone());
        ready.map_err(|message| Problem::NotReady { kind, name: name.name, message })
    }

    /// The object with the load balancer's class that lives: a setting that changes does not move a load balancer, which
    /// the server would refuse.
    fn with_live_class<'a>(&self, name: &NamespacedName, object: &'a Object) -> Cow<'a, Object> {
        let live = self.cache().child(object.kind, name).and_then(|child| child.load_balancer_class.clone());
        let wanted = object.body.pointer("/spec/loadBalancerClass").and_then(Value::as_str);
        match live.filter(|live| wanted.is_some_and(|wanted| wanted != live)) {
            Some(live) => {
                let mut object = object.clone();
                object.body["spec"]["loadBalancerClass"] = json!(live);
                Cow::Owned(object)
            }
            None => Cow::Borrowed(object),
        }
    }

    /// How a live object differs from what we want. One that was not compared since the start is compared whole.
    fn difference(&self, owner: &OwnerReference, kind: Kind, name: &NamespacedName, body: &Value, digest: &str) -> Difference {
        let mut cache = self.cache();
        let Some(child) = cache.child(kind, name) else { return Difference::Absent };
        if !child.is_owned_by(&owner.uid) {
            return Difference::Foreign;
        }
        if child.deleting {
            return Difference::Deleting;
        }
        let is_recorded = child.applied.as_deref() == Some(digest);
        match (&child.record, &child.raw) {
            (Some(_), None) if is_recorded => Difference::None,
            (None, Some(raw)) if is_recorded && owned::is_as_wanted(kind, raw, body) => {
                let keys = owned::wanted_keys(kind, body);
                cache.verified(kind, name, keys);
                Difference::None
            }
            _ => Difference::Changed(Box::new(child.clone())),
        }
    }

    /// Sends the one patch; a difference that somebody else makes again and again is left alone for a while.
    async fn change(&self, kind: Kind, name: &NamespacedName, child: &Child, body: &Value, digest: &str, applied: &mut Applied) -> Result<(), Problem> {
        let is_drift = child.applied.as_deref() == Some(digest) || child.applied.is_none();
        if is_drift && let Some(wait) = self.wait_for_drift(kind, name) {
            applied.look_again(wait);
            return Ok(());
        }
        let reply = self.writer.patch(kind, name, &patch::patch(kind, child, body)).await.map_err(|error| self.problem(kind, name, error))?;
        self.remember(kind, &reply, body);
        if is_drift {
            self.drift_repaired(kind, name);
            applied.repaired.push((kind, name.name.clone(), child.raw.as_deref().and_then(owned::last_manager)));
        }
        Ok(())
    }

    /// How long a difference that somebody makes again and again is left alone: twice as long each time.
    fn wait_for_drift(&self, kind: Kind, name: &NamespacedName) -> Option<Duration> {
        let mut drift = self.drift.lock().unwrap_or_else(PoisonError::into_inner);
        drift.retain(|_, drift| drift.repaired.elapsed() < DRIFT_MEMORY);
        let drift = drift.get(&(kind, name.clone()))?;
        let delay = (DRIFT_DELAY * 2u32.saturating_pow(drift.times.saturating_sub(1))).min(DRIFT_LIMIT);
        delay.checked_sub(drift.repaired.elapsed()).filter(|wait| !wait.is_zero())
    }

    fn drift_repaired(&self, kind: Kind, name: &NamespacedName) {
        let mut drift = self.drift.lock().unwrap_or_else(PoisonError::into_inner);
        let times = drift.get(&(kind, name.clone())).map_or(0, |drift| drift.times) + 1;
        drift.insert((kind, name.clone()), Drift { times, repaired: Instant::now() });
    }

    /// Asks whose an object is: ours comes back, an absent one is none, a foreign one is a conflict.
    async fn ask(&self, owner: &OwnerReference, kind: Kind, name: &NamespacedName) -> Result<Option<Value>, Problem> {
        match self.writer.patch(kind, name, &patch::ownership_test(&owner.uid)).await {
            Ok(reply) => Ok(Some(reply)),
            Err(WriteError::TestFailed) => Err(Problem::Conflict { kind, name: name.name.clone() }),
            Err(WriteError::NotFound) => Ok(None),
            Err(error) => Err(self.problem(kind, name, error)),
        }
    }

    /// Creates a revision. One that exists and is ours means that our view is old, or that somebody took its label,
    /// by which we watch, away: it gets that back, and is decided upon anew.
    async fn post_revision(&self, owner: &OwnerReference, name: &str, body: &Value) -> Result<(), Problem> {
        let (kind, name) = (Kind::ControllerRevision, NamespacedName::new(&owner.name.namespace, name));
        match self.writer.post(kind, &name.namespace, body).await {
            Ok(reply) => self.remember(kind, &reply, body),
            Err(WriteError::Exists) => {
                if let Some(live) = self.ask(owner, kind, &name).await? {
                    let relabel = patch::labels(&live, body);
                    let live = if relabel.is_empty() { Ok(live) } else { self.writer.patch(kind, &name, &relabel).await };
                    self.cache().seen(Source::Child(kind), &live.map_err(|error| self.problem(kind, &name, error))?);
                }
                return Err(Problem::Outdated { kind, name: name.name });
            }
            Err(error) => return Err(self.problem(kind, &name, error)),
        }
        Ok(())
    }

    /// Deletes a child that we made and no longer want.
    async fn prune(&self, kind: Kind, name: &NamespacedName, uid: &str) -> Result<(), Problem> {
        match self.writer.delete(kind, name, uid).await {
            Ok(()) | Err(WriteError::NotFound | WriteError::Exists) => Ok(()),
            Err(error) => Err(self.problem(kind, name, error)),
        }
    }

    fn remember(&self, kind: Kind, reply: &Value, body: &Value) {
        self.cache().written(kind, reply, owned::wanted_keys(kind, body));
    }

    /// A failed write as a problem; a namespace that is being deleted is remembered.
    fn problem(&self, kind: Kind, name: &NamespacedName, source: WriteError) -> Problem {
        match source {
            WriteError::NamespaceTerminating => {
                self.cache().terminates(&name.namespace);
                Problem::NamespaceTerminating(name.namespace.clone())
            }
            WriteError::NotFound | WriteError::TestFailed => Problem::Outdated { kind, name: name.name.clone() },
            source => Problem::Write { kind, name: name.name.clone(), source },
        }
    }
}

/// The object as it is sent: with its owner, and with the digest of what is wanted.
fn owned_body(owner: &OwnerReference, object: &Object) -> (Value, String) {
    let mut body = object.body.clone();
    let digest = owned::wanted_digest(object.kind, &body);
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("namespace".into(), json!(owner.name.namespace));
        metadata.insert("ownerReferences".into(), json!([reference(owner)]));
        if !matches!(object.kind, Kind::Secret | Kind::ControllerRevision)
            && let Some(annotations) = metadata.entry("annotations").or_insert_with(|| json!({})).as_object_mut()
        {
            annotations.insert(APPLIED.into(), json!(digest));
        }
    }
    (body, digest)
}

fn reference(owner: &OwnerReference) -> Value {
    json!({"apiVersion": format!("{GROUP}/{VERSION}"), "kind": owner.kind.name(), "name": owner.name.name, "uid": owner.uid, "controller": true})
}

/// The object that holds a revision.
fn revision_object(name: &str, label: (&str, &str), number: i64, data: &Value) -> Object {
    let labels = json!({names::MANAGED_BY_LABEL: names::MANAGER, names::NAME_LABEL: label.1, label.0: label.1});
    let metadata = json!({"name": name, "labels": labels});
    let kind = Kind::ControllerRevision;
    let body = json!({"apiVersion": kind.api_version(), "kind": kind.name(), "metadata": metadata, "revision": number, "data": data});
    Object { kind, name: name.to_owned(), body }
}
