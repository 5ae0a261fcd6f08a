//! Which part of a live object is ours: whole subtrees, and single keys of label and annotation maps.
//! What others put beside it stays.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::translate::{Kind, names};

/// The name under which we write.
pub const FIELD_MANAGER: &str = names::MANAGER;
/// The annotation that records the digest of what we wanted when we wrote an object.
pub const APPLIED: &str = "ecs-operator.dev/applied";

/// Our keys in each map of labels or annotations, by the map's JSON pointer.
pub type OwnKeys = BTreeMap<&'static str, BTreeSet<String>>;

/// The members of an object of this kind that are ours whole, as JSON pointers.
pub fn subtrees(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::ServiceAccount => &["/automountServiceAccountToken"],
        // ACK writes what AWS answers into the other members.
        Kind::PodIdentityAssociation => &["/spec/clusterName", "/spec/namespace", "/spec/serviceAccount", "/spec/roleARN"],
        Kind::ExternalSecret
        | Kind::Service
        | Kind::Ingress
        | Kind::NetworkPolicy
        | Kind::SecurityGroupPolicy
        | Kind::TargetGroupBinding
        | Kind::PodDisruptionBudget => &["/spec"],
        Kind::ConfigMap => &["/data"],
        Kind::DaemonSet => &["/spec/template/spec", "/spec/updateStrategy", "/spec/minReadySeconds", "/spec/revisionHistoryLimit"],
        Kind::Deployment => &["/spec/template/spec", "/spec/strategy", "/spec/minReadySeconds", "/spec/progressDeadlineSeconds", "/spec/revisionHistoryLimit"],
        Kind::ControllerRevision | Kind::Secret | Kind::PersistentVolume | Kind::PersistentVolumeClaim => &[],
    }
}

/// The maps of labels and annotations in which we own keys, as JSON pointers.
pub fn maps(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Deployment | Kind::DaemonSet => {
            &["/metadata/labels", "/metadata/annotations", "/spec/template/metadata/labels", "/spec/template/metadata/annotations"]
        }
        Kind::ServiceAccount
        | Kind::PodIdentityAssociation
        | Kind::ExternalSecret
        | Kind::ConfigMap
        | Kind::PersistentVolumeClaim
        | Kind::Service
        | Kind::Ingress
        | Kind::NetworkPolicy
        | Kind::SecurityGroupPolicy
        | Kind::TargetGroupBinding
        | Kind::PodDisruptionBudget => &["/metadata/labels", "/metadata/annotations"],
        Kind::ControllerRevision | Kind::Secret | Kind::PersistentVolume => &[],
    }
}

/// The digest of a JSON value: equal for equal values, whatever the order of their members.
pub fn digest(value: &Value) -> String {
    let mut hasher = Sha256::new();
    feed(&mut hasher, value);
    hasher.finalize().iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn feed(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Object(members) => {
            hasher.update(b"{");
            for (key, member) in members.iter().collect::<BTreeMap<_, _>>() {
                hasher.update(key.as_bytes());
                hasher.update(b"\0");
                feed(hasher, member);
            }
            hasher.update(b"}");
        }
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                feed(hasher, item);
            }
            hasher.update(b"]");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            hasher.update(value.to_string().as_bytes());
            hasher.update(b"\0");
        }
    }
}

/// The digest of what we want of an object: all but the replica count, which autoscalers may own, and the
/// annotation that records the digest itself.
pub fn wanted_digest(kind: Kind, body: &Value) -> String {
    let mut body = body.clone();
    if let Some(annotations) = body.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove(APPLIED);
    }
    if let (Kind::Deployment, Some(spec)) = (kind, body.pointer_mut("/spec").and_then(Value::as_object_mut)) {
        spec.remove("replicas");
    }
    digest(&body)
}

/// The digest of what is ours of a live object.
pub fn owned_digest(kind: Kind, live: &Value, keys: &OwnKeys) -> String {
    let subtrees = subtrees(kind).iter().map(|pointer| ((*pointer).to_owned(), live.pointer(pointer).cloned().unwrap_or(Value::Null)));
    let maps = maps(kind).iter().map(|pointer| {
        let ours: Map<String, Value> =
            entries(live, pointer).filter(|(key, _)| keys.get(pointer).is_some_and(|keys| keys.contains(*key))).map(owned_pair).collect();
        ((*pointer).to_owned(), Value::Object(ours))
    });
    digest(&Value::Object(subtrees.chain(maps).collect()))
}

fn entries<'a>(live: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    live.pointer(pointer).and_then(Value::as_object).into_iter().flatten()
}

fn owned_pair((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}

/// The keys that we set in an object that we want.
pub fn wanted_keys(kind: Kind, body: &Value) -> OwnKeys {
    maps(kind).iter().map(|pointer| (*pointer, entries(body, pointer).map(|(key, _)| key.clone()).collect())).collect()
}

/// The keys of a live object that the server counts as written by us.
pub fn managed_keys(kind: Kind, live: &Value) -> OwnKeys {
    let fields: Vec<&Value> = managed_fields(live).filter(|(manager, _)| *manager == FIELD_MANAGER).map(|(_, fields)| fields).collect();
    let keys_at = |pointer: &str| -> BTreeSet<String> {
        let path = fields_pointer(pointer);
        let keys = fields.iter().filter_map(|fields| fields.pointer(&path)).filter_map(Value::as_object).flatten();
        keys.filter_map(|(key, _)| key.strip_prefix("f:")).map(str::to_owned).collect()
    };
    maps(kind).iter().map(|pointer| (*pointer, keys_at(pointer))).collect()
}

/// The managers of the object itself (not of its subresources), with what they own.
fn managed_fields(live: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array).into_iter().flatten();
    entries.filter(|entry| entry.get("subresource").is_none()).filter_map(|entry| Some((entry.get("manager")?.as_str()?, entry.get("fieldsV1")?)))
}

fn fields_pointer(pointer: &str) -> String {
    pointer.split('/').skip(1).fold(String::new(), |path, part| path + "/f:" + part)
}

/// Whether a live object is as we want it, found out without a record of what our last write made of it: each
/// member that we set is there, and nothing beneath a subtree of ours belongs to another manager and not to us.
pub fn is_as_wanted(kind: Kind, live: &Value, wanted: &Value) -> bool {
    let subtrees_hold =
        subtrees(kind).iter().all(|pointer| wanted.pointer(pointer).is_none_or(|wanted| live.pointer(pointer).is_some_and(|live| holds(live, wanted))));
    let maps_hold =
        maps(kind).iter().all(|pointer| entries(wanted, pointer).all(|(key, value)| live.pointer(pointer).and_then(|map| map.get(key)) == Some(value)));
    let stale = managed_keys(kind, live);
    let wanted_keys = wanted_keys(kind, wanted);
    let no_stale_key = stale.iter().all(|(pointer, keys)| keys.iter().all(|key| wanted_keys[pointer].contains(key)));
    subtrees_hold && maps_hold && no_stale_key && foreign_manager(kind, live).is_none()
}

/// Whether `live` has every member of `wanted`; lists must be equally long.
fn holds(live: &Value, wanted: &Value) -> bool {
    match (live, wanted) {
        (Value::Object(live), Value::Object(wanted)) => wanted.iter().all(|(key, wanted)| live.get(key).is_some_and(|live| holds(live, wanted))),
        (Value::Array(live), Value::Array(wanted)) => live.len() == wanted.len() && live.iter().zip(wanted).all(|(live, wanted)| holds(live, wanted)),
        (live, wanted) => live == wanted,
    }
}

/// The manager that owns something beneath our subtrees that we do not own too.
pub fn foreign_manager(kind: Kind, live: &Value) -> Option<String> {
    let ours: Vec<&Value> = managed_fields(live).filter(|(manager, _)| *manager == FIELD_MANAGER).map(|(_, fields)| fields).collect();
    let intrudes = |fields: &Value| {
        subtrees(kind).iter().map(|pointer| fields_pointer(pointer)).any(|path| {
            let mine: Vec<&Value> = ours.iter().filter_map(|fields| fields.pointer(&path)).collect();
            fields.pointer(&path).is_some_and(|theirs| exceeds(theirs, &mine))
        })
    };
    managed_fields(live).find(|(manager, fields)| *manager != FIELD_MANAGER && intrudes(fields)).map(|(manager, _)| manager.to_owned())
}

fn exceeds(theirs: &Value, mine: &[&Value]) -> bool {
    let Some(members) = theirs.as_object().filter(|members| !members.is_empty()) else { return mine.is_empty() };
    members.iter().any(|(key, theirs)| {
        let below: Vec<&Value> = mine.iter().filter_map(|mine| mine.get(key)).collect();
        exceeds(theirs, &below)
    })
}

/// The manager that wrote last: who is told of when a difference returns.
pub fn last_manager(live: &Value) -> Option<String> {
    let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array)?;
    let others =
        entries.iter().filter(|entry| entry.get("subresource").is_none()).filter(|entry| entry.get("manager").and_then(Value::as_str) != Some(FIELD_MANAGER));
    let last = others.max_by_key(|entry| entry.get("time").and_then(Value::as_str).unwrap_or_default().to_owned())?;
    last.get("manager").and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{foreign_manager, is_as_wanted, owned_digest, wanted_digest, wanted_keys};
    use crate::translate::Kind;

    fn wanted() -> Value {
        json!({"metadata": {"labels": {"a": "1"}, "annotations": {"b": "2"}}, "spec": {"ports": [{"port": 80}]}})
    }

    fn live() -> Value {
        json!({
            "metadata": {"labels": {"a": "1", "theirs": "x"}, "annotations": {"b": "2"}, "managedFields": [
                {"manager": "ecs-operator", "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:a": {}}, "f:annotations": {"f:b": {}}}, "f:spec": {"f:ports": {}}}},
                {"manager": "other", "fieldsV1": {"f:metadata": {"f:labels": {"f:theirs": {}}}}},
                {"manager": "status", "subresource": "status", "fieldsV1": {"f:status": {}}},
            ]},
            "spec": {"ports": [{"port": 80, "protocol": "TCP"}], "clusterIP": "10.0.0.1"},
        })
    }

    #[test]
    fn defaults_of_the_server_and_labels_of_others_are_no_difference() {
        assert!(is_as_wanted(Kind::Service, &live(), &wanted()));
    }

    #[test]
    fn a_longer_list_a_lost_label_and_a_member_of_another_manager_are() {
        let mut longer = live();
        longer["spec"]["ports"] = json!([{"port": 80}, {"port": 81}]);
        assert!(!is_as_wanted(Kind::Service, &longer, &wanted()));
        let mut unlabelled = live();
        unlabelled["metadata"]["labels"] = json!({"theirs": "x"});
        assert!(!is_as_wanted(Kind::Service, &unlabelled, &wanted()));
        let mut intruded = live();
        intruded["metadata"]["managedFields"][1]["fieldsV1"] = json!({"f:spec": {"f:sessionAffinity": {}}});
        assert_eq!(foreign_manager(Kind::Service, &intruded).as_deref(), Some("other"));
        assert!(!is_as_wanted(Kind::Service, &intruded, &wanted()));
    }

    #[test]
    fn digests_see_what_is_ours_and_nothing_else() {
        let keys = wanted_keys(Kind::Service, &wanted());
        let before = owned_digest(Kind::Service, &live(), &keys);
        let mut relabelled = live();
        relabelled["metadata"]["labels"]["theirs"] = json!("y");
        assert_eq!(owned_digest(Kind::Service, &relabelled, &keys), before);
        relabelled["metadata"]["labels"]["a"] = json!("y");
        assert_ne!(owned_digest(Kind::Service, &relabelled, &keys), before);
        let scaled = |replicas: i64| wanted_digest(Kind::Deployment, &json!({"spec": {"replicas": replicas, "minReadySeconds": 1}}));
        assert_eq!(scaled(1), scaled(5));
    }
}
