//! The one JSON Patch that makes a live object what we want: tests that it is the one we saw, then our subtrees
//! and our keys. What others put beside them stays.

use serde_json::{Value, json};

use super::super::cache::owned::{self, APPLIED, OwnKeys};
use super::super::cache::{Child, Owner};
use crate::translate::Kind;

/// A patch that only asks whether an object is ours: 200 brings it, 422 says no.
pub fn ownership_test(owner_uid: &str) -> Vec<Value> {
    vec![test("/metadata/ownerReferences/0/uid", &json!(owner_uid))]
}

/// The patch that makes `child` what `wanted` is.
pub fn patch(kind: Kind, child: &Child, wanted: &Value) -> Vec<Value> {
    let mut operations = guards(child);
    for pointer in owned::subtrees(kind) {
        operations.push(add(pointer, wanted.pointer(pointer).unwrap_or(&unset_value(pointer))));
    }
    let wanted_keys = owned::wanted_keys(kind, wanted);
    let ours =
        child.record.as_ref().map_or_else(|| child.raw.as_ref().map(|raw| owned::managed_keys(kind, raw)).unwrap_or_default(), |record| record.keys.clone());
    for pointer in owned::maps(kind) {
        operations.extend(map_operations(pointer, child.raw.as_deref(), wanted, &wanted_keys, &ours));
    }
    operations
}

/// The patch that puts back the labels that `live` has lost; empty where it has them all.
pub fn labels(live: &Value, wanted: &Value) -> Vec<Value> {
    let pointer = "/metadata/labels";
    let wanted = wanted.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
    let lost = |key: &str| live.pointer(pointer).and_then(|labels| labels.get(key)).is_none();
    if !wanted.keys().any(|key| lost(key)) {
        return Vec::new();
    }
    let guard = test("/metadata/uid", live.pointer("/metadata/uid").unwrap_or(&Value::Null));
    if live.pointer(pointer).is_none() {
        return vec![guard, add(pointer, &Value::Object(wanted))];
    }
    let added = wanted.iter().filter(|(key, _)| lost(key)).map(|(key, value)| add(&format!("{pointer}/{}", escaped(key)), value));
    [guard].into_iter().chain(added).collect()
}

/// The patch that sets the replica count alone.
pub fn scale(child: &Child, replicas: i64) -> Vec<Value> {
    let mut operations = guards(child);
    operations.push(add("/spec/replicas", &json!(replicas)));
    operations
}

/// That it is the object that we saw: its uid, its owner, and the digest that we recorded.
fn guards(child: &Child) -> Vec<Value> {
    let mut guards = vec![test("/metadata/uid", &json!(child.uid))];
    if let Some(Owner { uid, index, .. }) = &child.owner {
        guards.push(test(&format!("/metadata/ownerReferences/{index}/uid"), &json!(uid)));
    }
    if let Some(applied) = &child.applied {
        guards.push(test(&format!("/metadata/annotations/{}", escaped(APPLIED)), &json!(applied)));
    }
    guards
}

fn map_operations(pointer: &'static str, raw: Option<&Value>, wanted: &Value, wanted_keys: &OwnKeys, ours: &OwnKeys) -> Vec<Value> {
    let wanted_map = wanted.pointer(pointer).cloned().unwrap_or_else(|| json!({}));
    let is_there = raw.is_none_or(|raw| raw.pointer(pointer).is_some_and(Value::is_object));
    if !is_there {
        return vec![add(pointer, &wanted_map)];
    }
    // Removing what is not there is refused: only what the live object shows, or is known to show, is removed.
    let shows = |key: &str| raw.is_none_or(|raw| raw.pointer(pointer).is_some_and(|map| map.get(key).is_some()));
    let stale = ours.get(pointer).into_iter().flatten().filter(|key| !wanted_keys[pointer].contains(*key) && shows(key));
    let removed = stale.map(|key| json!({"op": "remove", "path": format!("{pointer}/{}", escaped(key))}));
    let set = wanted_map.as_object().into_iter().flatten().map(|(key, value)| add(&format!("{pointer}/{}", escaped(key)), value));
    set.chain(removed).collect()
}

/// What stands for "not set" where we want nothing: the server drops it.
fn unset_value(pointer: &str) -> Value {
    match pointer {
        "/spec/minReadySeconds" => json!(0),
        "/spec/progressDeadlineSeconds" => json!(600),
        "/spec/revisionHistoryLimit" => json!(10),
        _ => Value::Null,
    }
}

fn test(path: &str, value: &Value) -> Value {
    json!({"op": "test", "path": path, "value": value})
}

fn add(path: &str, value: &Value) -> Value {
    json!({"op": "add", "path": path, "value": value})
}

/// A key as a JSON pointer has it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::cache::{Child, Record, owned};
    use super::patch;
    use crate::translate::Kind;

    fn live(labels: &Value) -> Value {
        json!({
            "metadata": {"uid": "u", "resourceVersion": "5", "labels": labels, "annotations": {"ecs-operator.dev/applied": "d"},
                "ownerReferences": [{"apiVersion": "ecs-operator.dev/v1alpha1", "kind": "ECSService", "name": "s", "uid": "o", "controller": true}],
                "managedFields": [{"manager": "ecs-operator", "fieldsV1": {"f:metadata": {"f:labels": {"f:a": {}, "f:gone": {}}}}}]},
            "spec": {"ports": [], "clusterIP": "10.0.0.1"},
        })
    }

    fn wanted() -> Value {
        json!({"metadata": {"labels": {"a": "1"}, "annotations": {"ecs-operator.dev/applied": "e"}}, "spec": {"ports": [{"port": 80}]}})
    }

    /// What the API server would make of it.
    fn applied(object: &Value, operations: &[Value]) -> Value {
        let mut object = object.clone();
        let operations: json_patch::Patch = serde_json::from_value(json!(operations)).expect("a patch");
        json_patch::patch(&mut object, &operations).expect("the patch applies");
        object
    }

    #[test]
    fn our_keys_and_subtrees_are_set_stale_keys_go_and_foreign_ones_stay() {
        let live = live(&json!({"a": "0", "gone": "x", "theirs": "y"}));
        let patched = applied(&live, &patch(Kind::Service, &Child::of(Kind::Service, &live, None), &wanted()));
        assert_eq!(patched["metadata"]["labels"], json!({"a": "1", "theirs": "y"}));
        assert_eq!(patched["spec"], json!({"ports": [{"port": 80}]}));
        assert_eq!(patched["metadata"]["annotations"], json!({"ecs-operator.dev/applied": "e"}));
    }

    #[test]
    fn a_map_that_somebody_removed_is_made_again() {
        let live = live(&Value::Null);
        let patched = applied(&live, &patch(Kind::Service, &Child::of(Kind::Service, &live, None), &wanted()));
        assert_eq!(patched["metadata"]["labels"], json!({"a": "1"}));
    }

    #[test]
    fn what_is_as_recorded_needs_no_whole_object_to_be_patched() {
        let live = live(&json!({"a": "0", "gone": "x"}));
        let keys = owned::managed_keys(Kind::Service, &live);
        let record = Record { digest: owned::owned_digest(Kind::Service, &live, &keys), keys };
        let child = Child::of(Kind::Service, &live, Some(record));
        assert!(child.raw.is_none());
        assert_eq!(applied(&live, &patch(Kind::Service, &child, &wanted()))["metadata"]["labels"], json!({"a": "1"}));
    }

    #[test]
    fn another_object_of_the_name_is_not_touched() {
        let live = live(&json!({"a": "0"}));
        let operations = patch(Kind::Service, &Child::of(Kind::Service, &live, None), &wanted());
        let mut other = live.clone();
        other["metadata"]["uid"] = json!("other");
        let operations: json_patch::Patch = serde_json::from_value(json!(operations)).expect("a patch");
        assert!(json_patch::patch(&mut other, &operations).is_err());
    }
}
