//! A child as we remember it: whose it is, whether it is still as our last write left it, and what status needs.

use std::sync::Arc;

use serde_json::Value;

use super::NamespacedName;
use super::owned::{self, APPLIED, OwnKeys};
use crate::ecs::GROUP;
use crate::revision::{RegisteredTaskDefinition, ServiceRevision};
use crate::translate::{Kind, names};

/// A child, remembered.
#[derive(Clone, Debug)]
pub struct Child {
    /// The object's uid.
    pub uid: String,
    /// Its resource version.
    pub resource_version: u64,
    /// Its controlling owner.
    pub owner: Option<Owner>,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// The digest that our last write recorded on it.
    pub applied: Option<String>,
    /// What our last write made of it; not known after a start until it was compared.
    pub record: Option<Record>,
    /// The whole object, kept only while it has not been found to be as our record says.
    pub raw: Option<Arc<Value>>,
    /// The class of an Ingress.
    pub ingress_class: Option<String>,
    /// The class of the load balancer of a Service, which cannot be changed.
    pub load_balancer_class: Option<String>,
    /// Of a workload: what status needs.
    pub workload: Option<Workload>,
    /// Of what others carry out: whether it is done, or what is said why not.
    pub ready: Result<(), String>,
    /// Of a volume: the claim that it is for.
    pub claim: NamespacedName,
    /// Whether it is a volume whose claim is gone.
    pub released: bool,
    /// Of a revision: what it holds.
    pub revision: Option<Revision>,
}

/// The owner that an object names as its controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
    /// Where it stands among the owner references.
    pub index: usize,
}

/// What our last write made of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The digest of what is ours.
    pub digest: String,
    /// Our keys in its maps.
    pub keys: OwnKeys,
}

/// Of a Deployment or DaemonSet: what status needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// The service revision that its template carries.
    pub service_revision: Option<i64>,
    /// How many pods it wants.
    pub replicas: i64,
    /// The manager that set the count by the `scale` subresource.
    pub scaled_by: Option<String>,
    /// Whether its status speaks of its present specification.
    pub observed: bool,
    /// How many pods there are.
    pub total: i64,
    /// How many of them have the present template.
    pub updated: i64,
    /// How many are ready.
    pub ready: i64,
    /// How many have been ready long enough.
    pub available: i64,
    /// Why it makes no progress, where its controller gave up.
    pub stalled: Option<String>,
    /// Why pods cannot be created.
    pub replica_failure: Option<String>,
}

impl Workload {
    /// Whether all its pods have the present template and are available.
    pub fn is_rolled_out(&self) -> bool {
        self.updated >= self.replicas && self.total == self.updated && self.available >= self.replicas
    }
}

/// A revision, of a task definition or of a service.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// What it holds.
    pub content: RevisionContent,
}

/// What a revision holds, read once.
#[derive(Clone, Debug)]
pub enum RevisionContent {
    /// A service, with its frozen pods.
    Service(Arc<ServiceRevision>),
    /// A task definition.
    TaskDefinition(Arc<RegisteredTaskDefinition>),
    /// Nothing that this operator can read, but for the names of Secrets.
    Unreadable(Vec<String>),
}

impl Revision {
    fn of(object: &Value) -> Self {
        let data = object.get("data").cloned().unwrap_or(Value::Null);
        let secrets = secrets_in(&data);
        let content = match data.get("rendering") {
            Some(_) => serde_json::from_value(data).map(|service| RevisionContent::Service(Arc::new(service))),
            None => serde_json::from_value(data).map(|definition| RevisionContent::TaskDefinition(Arc::new(definition))),
        };
        let number = object.get("revision").and_then(Value::as_i64).unwrap_or_default();
        Self { number, content: content.unwrap_or(RevisionContent::Unreadable(secrets)) }
    }

    /// The service that it holds.
    pub fn service(&self) -> Option<&Arc<ServiceRevision>> {
        match &self.content {
            RevisionContent::Service(service) => Some(service),
            RevisionContent::TaskDefinition(_) | RevisionContent::Unreadable(_) => None,
        }
    }

    /// The names of Secrets in what cannot be read.
    pub fn secrets(&self) -> &[String] {
        match &self.content {
            RevisionContent::Unreadable(secrets) => secrets,
            RevisionContent::Service(_) | RevisionContent::TaskDefinition(_) => &[],
        }
    }

    /// The task definition that it holds.
    pub fn task_definition(&self) -> Option<&Arc<RegisteredTaskDefinition>> {
        match &self.content {
            RevisionContent::TaskDefinition(definition) => Some(definition),
            RevisionContent::Service(_) | RevisionContent::Unreadable(_) => None,
        }
    }
}

/// The Secrets that a service revision of another operator has by these names, as far as it is like ours.
fn secrets_in(data: &Value) -> Vec<String> {
    let named = ["/rendering/environmentFiles", "/rendering/registries"].into_iter().filter_map(|members| data.pointer(members)?.as_object());
    named.flat_map(|members| members.keys()).filter(|name| names::is_domain_name(name)).cloned().collect()
}

/// The text at a JSON pointer, empty where there is none.
pub fn text(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The resource version of an object, which servers of today promise to be a growing number.
pub fn resource_version(object: &Value) -> u64 {
    text(object, "/metadata/resourceVersion").parse().unwrap_or_default()
}

impl Child {
    /// What is remembered of an object, given what our last write made of it.
    pub fn of(kind: Kind, object: &Value, record: Option<Record>) -> Self {
        let as_recorded = record.as_ref().is_some_and(|record| record.digest == owned::owned_digest(kind, object, &record.keys));
        let revision = (kind == Kind::ControllerRevision).then(|| Revision::of(object));
        let raw = (!as_recorded && revision.is_none()).then(|| Arc::new(object.clone()));
        Self {
            uid: text(object, "/metadata/uid"),
            resource_version: resource_version(object),
            owner: owner(object),
            deleting: object.pointer("/metadata/deletionTimestamp").is_some(),
            applied: object.pointer("/metadata/annotations").and_then(|annotations| annotations.get(APPLIED)).and_then(Value::as_str).map(str::to_owned),
            record,
            raw,
            ingress_class: object.pointer("/spec/ingressClassName").and_then(Value::as_str).map(str::to_owned),
            load_balancer_class: object.pointer("/spec/loadBalancerClass").and_then(Value::as_str).map(str::to_owned),
            workload: match kind {
                Kind::Deployment => Some(deployment(object)),
                Kind::DaemonSet => Some(daemon_set(object)),
                _ => None,
            },
            ready: ready(object),
            claim: NamespacedName::new(text(object, "/spec/claimRef/namespace"), text(object, "/spec/claimRef/name")),
            released: object.pointer("/status/phase").and_then(Value::as_str) == Some("Released"),
            revision,
        }
    }

    /// Our last write made this of the object, or of what it was a moment ago.
    pub fn recorded(&mut self, kind: Kind, record: Record) {
        self.raw = self.raw.take().filter(|raw| record.digest != owned::owned_digest(kind, raw, &record.keys));
        self.record = Some(record);
    }

    /// The object was found to be as we want it.
    pub fn verified(&mut self, kind: Kind, keys: OwnKeys) {
        if let Some(raw) = self.raw.take() {
            self.record = Some(Record { digest: owned::owned_digest(kind, &raw, &keys), keys });
        }
    }

    /// Whether this owner made the object.
    pub fn is_owned_by(&self, uid: &str) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.uid == uid)
    }
}

/// The owner of our group that an object names as its controller. The group counts: the chart's admission policies keep others
/// from naming one of ours, and could not if a kind of another group that is called alike were taken for it.
pub fn owner(object: &Value) -> Option<Owner> {
    let references = object.pointer("/metadata/ownerReferences")?.as_array()?;
    let is_ours = |reference: &Value| text(reference, "/apiVersion").split_once('/').is_some_and(|(group, _)| group == GROUP);
    let controls = |reference: &Value| reference.get("controller").and_then(Value::as_bool) == Some(true);
    let index = references.iter().position(|reference| controls(reference) && is_ours(reference))?;
    let reference = &references[index];
    Some(Owner { kind: text(reference, "/kind"), name: text(reference, "/name"), uid: text(reference, "/uid"), index })
}

/// What the conditions of an object say: `Ready`, which earlier versions of ACK call `ACK.ResourceSynced`; why it is not, ACK says in others.
fn ready(object: &Value) -> Result<(), String> {
    let conditions = || object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
    let find = |types: [&str; 2], status: Option<&str>| {
        conditions().find(|condition| types.contains(&text(condition, "/type").as_str()) && status.is_none_or(|status| text(condition, "/status") == status))
    };
    let done = ["Ready", "ACK.ResourceSynced"];
    if find(done, Some("True")).is_some() {
        return Ok(());
    }
    let reason = find(["ACK.Terminal", "ACK.Recoverable"], Some("True")).or_else(|| find(done, None));
    Err(reason.map_or_else(|| "nobody has looked at it yet".into(), |condition| text(condition, "/message")))
}

/// The number at a JSON pointer, 0 where there is none.
fn number(object: &Value, pointer: &str) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

fn service_revision(object: &Value) -> Option<i64> {
    let annotations = object.pointer("/spec/template/metadata/annotations")?;
    annotations.get(names::SERVICE_REVISION_ANNOTATION)?.as_str()?.parse().ok()
}

fn is_observed(object: &Value) -> bool {
    number(object, "/status/observedGeneration") >= number(object, "/metadata/generation")
}

/// One pod for each node that fits; its controller never gives up.
fn daemon_set(object: &Value) -> Workload {
    let number = |pointer: &str| number(object, pointer);
    Workload {
        service_revision: service_revision(object),
        replicas: number("/status/desiredNumberScheduled"),
        scaled_by: None,
        observed: is_observed(object),
        total: number("/status/currentNumberScheduled"),
        updated: number("/status/updatedNumberScheduled"),
        ready: number("/status/numberReady"),
        available: number("/status/numberAvailable"),
        stalled: None,
        replica_failure: None,
    }
}

fn deployment(object: &Value) -> Workload {
    let number = |pointer: &str| number(object, pointer);
    let condition = |kind: &str, status: &str| {
        let conditions = object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
        conditions.into_iter().find(|condition| text(condition, "/type") == kind && text(condition, "/status") == status).cloned()
    };
    let managers = object.pointer("/metadata/managedFields").and_then(Value::as_array).into_iter().flatten();
    let scaled_by = managers
        .into_iter()
        .find(|entry| text(entry, "/subresource") == "scale" && entry.pointer("/fieldsV1/f:spec/f:replicas").is_some())
        .map(|entry| text(entry, "/manager"));
    Workload {
        service_revision: service_revision(object),
        replicas: number("/spec/replicas"),
        scaled_by,
        observed: is_observed(object),
        total: number("/status/replicas"),
        updated: number("/status/updatedReplicas"),
        ready: number("/status/readyReplicas"),
        available: number("/status/availableReplicas"),
        stalled: condition("Progressing", "False")
            .filter(|condition| text(condition, "/reason") == "ProgressDeadlineExceeded")
            .map(|condition| text(&condition, "/message")),
        replica_failure: condition("ReplicaFailure", "True").map(|condition| text(&condition, "/message")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Revision;

    #[test]
    fn of_what_cannot_be_read_the_names_of_secrets_are_known() {
        let rendering = json!({"template": 7, "environmentFiles": {"web-3-env-0a0b": {"new": true}, "../up": {}}, "registries": {"web-3-pull-0a0b": []}});
        let revision = Revision::of(&json!({"revision": 3, "data": {"rendering": rendering}}));
        assert!(revision.service().is_none() && revision.task_definition().is_none());
        assert_eq!(revision.secrets(), ["web-3-env-0a0b", "web-3-pull-0a0b"]);
    }
}
