//! What lives, as the watches and the replies to our own writes show it: specifications whole, children as
//! digests and small projections.

mod access;
pub mod child;
pub mod owned;
mod specification;

use std::collections::{BTreeMap, BTreeSet};

pub use access::Access;
pub use child::{Child, Owner, Record, Revision, RevisionContent, Workload, owner};
use serde_json::Value;
pub use specification::{OwnKind, Specification};

use crate::translate::{IngressClass, Kind};

/// A namespace and a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespacedName {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl NamespacedName {
    /// The pair of the two.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// Where the object of this JSON lives.
    pub fn of(object: &Value) -> Self {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { namespace: text("/metadata/namespace"), name: text("/metadata/name") }
    }
}

/// What a watch streams: one of our own kinds, a kind that we make, or what belongs to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Specifications.
    Own(OwnKind),
    /// Objects that we made.
    Child(Kind),
    /// Ingress classes.
    IngressClass,
    /// Grants.
    AccessGrant,
    /// Namespaces: their labels, by which grants select them.
    Namespace,
}

impl Source {
    /// All that is watched: Secrets never are.
    pub fn all() -> impl Iterator<Item = Self> {
        let own = [OwnKind::TaskDefinition, OwnKind::Service, OwnKind::Cluster].map(Self::Own);
        let children = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Secret).map(Self::Child);
        own.into_iter().chain(children).chain([Self::IngressClass, Self::AccessGrant, Self::Namespace])
    }
}

/// How many deletions are remembered. They matter while a reply to a write is under way; forgotten ones cost a
/// request that the server refuses.
const GONE: usize = 4096;

/// What lives.
#[derive(Debug, Default)]
pub struct Cache {
    specifications: BTreeMap<(OwnKind, NamespacedName), Specification>,
    children: BTreeMap<(Kind, NamespacedName), Child>,
    ingress_classes: BTreeMap<String, IngressClass>,
    access: access::Known,
    synced: BTreeSet<Source>,
    /// The last resource version at which an object of this name went away: an older reply does not bring it back.
    gone: BTreeMap<(Source, NamespacedName), u64>,
    /// The children that name an owner, by the owner's kind and name, of whatever uid.
    by_owner: BTreeMap<(String, NamespacedName), BTreeSet<(Kind, String)>>,
    /// While a list is under way: what it has shown, and what our own writes brought meanwhile.
    listing: BTreeMap<Source, BTreeSet<NamespacedName>>,
    /// The kinds of others that were seen to be served.
    installed: BTreeSet<Kind>,
    /// Namespaces that are being deleted: nothing more is made in them.
    terminating: BTreeSet<String>,
}

impl Cache {
    /// Whether every watch has shown all there was: before that, absent in here does not mean absent.
    pub fn is_synced(&self) -> bool {
        Source::all().all(|source| self.synced.contains(&source))
    }

    /// A list starts: what it does not show is gone.
    pub fn list_starts(&mut self, source: Source) {
        self.listing.insert(source, BTreeSet::new());
    }

    /// A list is complete. Gives the names of what was here and is gone.
    pub fn list_ends(&mut self, source: Source) -> Vec<NamespacedName> {
        self.synced.insert(source);
        let Some(shown) = self.listing.remove(&source) else { return Vec::new() };
        let known: Vec<NamespacedName> = match source {
            Source::Own(kind) => self.specifications.keys().filter(|(known, _)| *known == kind).map(|(_, name)| name.clone()).collect(),
            Source::Child(kind) => self.children.keys().filter(|(known, _)| *known == kind).map(|(_, name)| name.clone()).collect(),
            Source::IngressClass => self.ingress_classes.keys().map(|name| NamespacedName::new("", name)).collect(),
            Source::AccessGrant => self.access.grants().map(|name| NamespacedName::new("", name)).collect(),
            Source::Namespace => self.access.namespaces().map(|name| NamespacedName::new("", name)).collect(),
        };
        let gone: Vec<_> = known.into_iter().filter(|name| !shown.contains(name)).collect();
        for name in &gone {
            self.forget(source, name);
        }
        gone
    }

    fn forget(&mut self, source: Source, name: &NamespacedName) {
        match source {
            Source::Own(kind) => drop(self.specifications.remove(&(kind, name.clone()))),
            Source::Child(kind) => self.child_gone(kind, name),
            Source::IngressClass => drop(self.ingress_classes.remove(&name.name)),
            Source::AccessGrant => self.access.grant_gone(&name.name),
            Source::Namespace => self.access.namespace_gone(&name.name),
        }
    }

    /// An object was seen: by a watch, or in the reply to a write of ours.
    pub fn seen(&mut self, source: Source, object: &Value) {
        let name = NamespacedName::of(object);
        if let Some(shown) = self.listing.get_mut(&source) {
            shown.insert(name.clone());
        }
        match source {
            Source::Own(kind) => self.specification_seen(kind, name, object),
            Source::Child(kind) => self.child_seen(kind, name, object, None),
            Source::IngressClass => drop(self.ingress_classes.insert(name.name, ingress_class(object))),
            Source::AccessGrant => self.access.grant_seen(name.name, object),
            Source::Namespace => self.access.namespace_seen(name.name, object),
        }
    }

    /// The reply to a write of ours, and the keys in maps that are ours by it: what it shows is what we made.
    pub fn written(&mut self, kind: Kind, object: &Value, keys: owned::OwnKeys) {
        let name = NamespacedName::of(object);
        if let Some(shown) = self.listing.get_mut(&Source::Child(kind)) {
            shown.insert(name.clone());
        }
        let record = Record { digest: owned::owned_digest(kind, object, &keys), keys };
        self.child_seen(kind, name, object, Some(record));
    }

    /// A live object was found to be as we want it: from here on a digest tells whether it stays so.
    pub fn verified(&mut self, kind: Kind, name: &NamespacedName, keys: owned::OwnKeys) {
        if let Some(child) = self.children.get_mut(&(kind, name.clone())) {
            child.verified(kind, keys);
        }
    }

    /// An object went away.
    pub fn deleted(&mut self, source: Source, object: &Value) {
        let name = NamespacedName::of(object);
        if self.gone.len() >= GONE {
            self.gone.clear();
        }
        self.gone.insert((source, name.clone()), child::resource_version(object));
        let uid = child::text(object, "/metadata/uid");
        let known = match source {
            Source::Own(kind) => self.specification(kind, &name).map(|known| &known.uid),
            Source::Child(kind) => self.child(kind, &name).map(|known| &known.uid),
            Source::IngressClass | Source::AccessGrant | Source::Namespace => None,
        };
        if known.is_none_or(|known| *known == uid) {
            self.forget(source, &name);
        }
    }

    fn specification_seen(&mut self, kind: OwnKind, name: NamespacedName, object: &Value) {
        let specification = Specification::of(object);
        if !self.is_news(Source::Own(kind), &name, specification.resource_version) {
            return;
        }
        let known = self.specifications.get(&(kind, name.clone()));
        if known.is_some_and(|known| known.resource_version >= specification.resource_version) {
            return;
        }
        if known.is_none_or(|known| known.uid != specification.uid) {
            // In a namespace that is being deleted nothing new can be made: this is another of the same name.
            self.terminating.remove(&name.namespace);
        }
        self.specifications.insert((kind, name), specification);
    }

    fn child_seen(&mut self, kind: Kind, name: NamespacedName, object: &Value, record: Option<Record>) {
        let version = child::resource_version(object);
        if !self.is_news(Source::Child(kind), &name, version) {
            return;
        }
        let key = (kind, name);
        let known = self.children.get_mut(&key);
        if let Some(known) = known.filter(|known| known.resource_version >= version) {
            // The watch was faster than the reply: what it brought stays, held against what we wrote.
            if let Some(record) = record {
                known.recorded(kind, record);
            }
            return;
        }
        let same = self.children.get(&key).filter(|known| known.uid == child::text(object, "/metadata/uid"));
        let record = record.or_else(|| same.and_then(|known| known.record.clone()));
        let child = Child::of(kind, object, record);
        self.child_gone(key.0, &key.1);
        if let Some(owner) = &child.owner {
            let owner = (owner.kind.clone(), NamespacedName::new(&key.1.namespace, &owner.name));
            self.by_owner.entry(owner).or_default().insert((kind, key.1.name.clone()));
        }
        self.children.insert(key, child);
    }

    fn child_gone(&mut self, kind: Kind, name: &NamespacedName) {
        let Some(owner) = self.children.remove(&(kind, name.clone())).and_then(|child| child.owner) else { return };
        let owner = (owner.kind, NamespacedName::new(&name.namespace, owner.name));
        if let Some(children) = self.by_owner.get_mut(&owner) {
            children.remove(&(kind, name.name.clone()));
            if children.is_empty() {
                self.by_owner.remove(&owner);
            }
        }
    }

    /// Whether what is seen is newer than the last deletion of that name: a late reply to a write is not.
    fn is_news(&mut self, source: Source, name: &NamespacedName, version: u64) -> bool {
        let key = (source, name.clone());
        let is_news = self.gone.get(&key).is_none_or(|gone| *gone <= version);
        if is_news {
            self.gone.remove(&key);
        }
        is_news
    }

    /// The children that name this owner, of whatever uid.
    pub fn children_of<'a>(&'a self, owner: OwnKind, name: &'a NamespacedName) -> impl Iterator<Item = (Kind, &'a str, &'a Child)> {
        let children = self.by_owner.get(&(owner.name().to_owned(), name.clone())).into_iter().flatten();
        children.filter_map(|(kind, child)| Some((*kind, child.as_str(), self.child(*kind, &NamespacedName::new(&name.namespace, child))?)))
    }

    /// The specification of this name.
    pub fn specification(&self, kind: OwnKind, name: &NamespacedName) -> Option<&Specification> {
        self.specifications.get(&(kind, name.clone()))
    }

    /// All specifications of a kind in a namespace.
    pub fn specifications<'a>(&'a self, kind: OwnKind, namespace: &'a str) -> impl Iterator<Item = (&'a str, &'a Specification)> {
        let first = (kind, NamespacedName::new(namespace, ""));
        self.specifications
            .range(first..)
            .take_while(move |((found, name), _)| *found == kind && name.namespace == namespace)
            .map(|((_, name), found)| (name.name.as_str(), found))
    }

    /// The names of all specifications.
    pub fn names(&self) -> impl Iterator<Item = (OwnKind, &NamespacedName)> {
        self.specifications.keys().map(|(kind, name)| (*kind, name))
    }

    /// The Deployment or DaemonSet of this name that the owner of this uid made.
    pub fn workload(&self, name: &NamespacedName, uid: &str) -> Option<&Child> {
        let made = |kind| self.child(kind, name).filter(|child| child.is_owned_by(uid));
        [Kind::Deployment, Kind::DaemonSet].into_iter().find_map(made)
    }

    /// The volumes of ours whose claims are gone: their names and uids.
    pub fn released_volumes(&self) -> Vec<(NamespacedName, String)> {
        let released = self.children(Kind::PersistentVolume, "").filter(|(_, child)| child.released && !child.deleting);
        released.map(|(name, child)| (NamespacedName::new("", name), child.uid.clone())).collect()
    }

    /// The child of this name.
    pub fn child(&self, kind: Kind, name: &NamespacedName) -> Option<&Child> {
        self.children.get(&(kind, name.clone()))
    }

    /// All children of a kind in a namespace.
    pub fn children<'a>(&'a self, kind: Kind, namespace: &'a str) -> impl Iterator<Item = (&'a str, &'a Child)> {
        let first = (kind, NamespacedName::new(namespace, ""));
        self.children
            .range(first..)
            .take_while(move |((found, name), _)| *found == kind && name.namespace == namespace)
            .map(|((_, name), child)| (name.name.as_str(), child))
    }

    /// The ingress classes.
    pub fn ingress_classes(&self) -> Vec<IngressClass> {
        self.ingress_classes.values().cloned().collect()
    }

    /// What objects of a namespace may have of AWS.
    pub fn access(&self, namespace: &str) -> Access {
        self.access.of(namespace)
    }

    /// Whether a namespace has other labels than those that are known.
    pub fn has_other_labels(&self, object: &Value) -> bool {
        self.access.has_other_labels(object)
    }

    /// A kind of others is served. True when that was not known.
    pub fn installed(&mut self, kind: Kind) -> bool {
        self.installed.insert(kind)
    }

    /// A kind of others is not served. True when that was not known.
    pub fn uninstalled(&mut self, kind: Kind) -> bool {
        self.installed.remove(&kind)
    }

    /// Whether a kind of others is known to be served.
    pub fn is_installed(&self, kind: Kind) -> bool {
        self.installed.contains(&kind)
    }

    /// Marks a namespace as being deleted.
    pub fn terminates(&mut self, namespace: &str) {
        self.terminating.insert(namespace.to_owned());
    }

    /// Whether a namespace is being deleted.
    pub fn is_terminating(&self, namespace: &str) -> bool {
        self.terminating.contains(namespace)
    }

    /// How many specifications and children are held.
    pub fn len(&self) -> (usize, usize) {
        (self.specifications.len(), self.children.len())
    }
}

fn ingress_class(object: &Value) -> IngressClass {
    let default = object.pointer("/metadata/annotations/ingressclass.kubernetes.io~1is-default-class").and_then(Value::as_str) == Some("true");
    IngressClass { name: child::text(object, "/metadata/name"), controller: child::text(object, "/spec/controller"), default }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Cache, NamespacedName, OwnKind, Source, owned};
    use crate::translate::Kind;

    const SERVICES: Source = Source::Child(Kind::Service);

    fn service(version: u64, port: u16) -> Value {
        json!({"metadata": {"namespace": "n", "name": "s", "uid": "u", "resourceVersion": version.to_string(), "labels": {"a": "1"},
            "ownerReferences": [{"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "name": "s", "uid": "o", "controller": true}]}, "spec": {"ports": [{"port": port}]}})
    }

    fn name() -> NamespacedName {
        NamespacedName::new("n", "s")
    }

    fn written(cache: &mut Cache, object: &Value) {
        cache.written(Kind::Service, object, owned::wanted_keys(Kind::Service, object));
    }

    #[test]
    fn a_late_reply_does_not_bring_back_what_is_gone() {
        let mut cache = Cache::default();
        cache.deleted(SERVICES, &service(9, 80));
        written(&mut cache, &service(5, 80));
        assert!(cache.child(Kind::Service, &name()).is_none());
        assert_eq!(cache.children_of(OwnKind::Service, &name()).count(), 0);
        written(&mut cache, &service(9, 80)); // the label that we watch by was taken off; the object lives
        assert_eq!(cache.children_of(OwnKind::Service, &name()).count(), 1);
    }

    #[test]
    fn a_late_reply_does_not_hide_what_others_did_meanwhile() {
        let mut cache = Cache::default();
        cache.seen(SERVICES, &service(7, 81));
        written(&mut cache, &service(5, 80));
        let child = cache.child(Kind::Service, &name()).expect("a child");
        assert_eq!(child.resource_version, 7);
        assert!(child.raw.is_some(), "it is not as our write left it");
    }

    #[test]
    fn what_is_as_we_left_it_is_kept_as_a_digest() {
        let mut cache = Cache::default();
        written(&mut cache, &service(5, 80));
        cache.seen(SERVICES, &service(6, 80));
        assert!(cache.child(Kind::Service, &name()).is_some_and(|child| child.raw.is_none()));
        cache.seen(SERVICES, &service(7, 81));
        assert!(cache.child(Kind::Service, &name()).is_some_and(|child| child.raw.is_some()));
    }

    #[test]
    fn what_a_new_list_does_not_show_is_gone() {
        let mut cache = Cache::default();
        cache.seen(SERVICES, &service(5, 80));
        cache.list_starts(SERVICES);
        assert!(!cache.is_synced());
        assert_eq!(cache.list_ends(SERVICES), vec![name()]);
        cache.list_starts(SERVICES);
        written(&mut cache, &service(9, 80)); // made while the list was under way
        assert_eq!(cache.list_ends(SERVICES), vec![]);
    }
}
