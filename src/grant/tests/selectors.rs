//! Which namespaces a grant is for, and which of the grants that an object names count.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{All, Labels, Named, Reason, selects};
use super::home;
use crate::ecs::AccessGrant;
use crate::ecs::unset;

fn read(spec: &Value) -> AccessGrant {
    unset::read(spec).expect("a grant")
}

fn labels() -> BTreeMap<String, String> {
    [("kubernetes.io/metadata.name", "shop"), ("team", "web"), ("empty", "")].map(|(label, value)| (label.to_owned(), value.to_owned())).into()
}

#[test]
fn a_selector_means_what_kubernetes_has_it_mean() {
    let cases = [
        (Value::Null, false),
        // Of Kubernetes this alone is not taken: a misspelt member would be a grant for everybody.
        (json!({}), false),
        (json!({"matchLabels": {}, "matchExpressions": []}), false),
        (json!({"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "Exists"}]}), true),
        (json!({"matchLabels": {"team": "web"}}), true),
        (json!({"matchLabels": {"kubernetes.io/metadata.name": "shop"}}), true),
        (json!({"matchLabels": {"team": "web", "stage": "test"}}), false),
        // An empty value is a value: without it the selector would select everything.
        (json!({"matchLabels": {"team": ""}}), false),
        (json!({"matchLabels": {"empty": ""}}), true),
        (json!({"matchExpressions": [{"key": "team", "operator": "In", "values": ["api", "web"]}]}), true),
        (json!({"matchExpressions": [{"key": "team", "operator": "In", "values": ["api"]}]}), false),
        (json!({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["web"]}]}), false),
        (json!({"matchExpressions": [{"key": "stage", "operator": "NotIn", "values": ["test"]}]}), true),
        (json!({"matchExpressions": [{"key": "team", "operator": "Exists"}]}), true),
        (json!({"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}), false),
        (json!({"matchExpressions": [{"key": "stage", "operator": "DoesNotExist"}, {"key": "team", "operator": "Exists"}]}), true),
        // What means nothing selects nothing.
        (json!({"matchExpressions": [{"key": "stage", "operator": "NotIn", "values": []}]}), false),
        (json!({"matchExpressions": [{"key": "stage", "operator": "DoesNotExist", "values": ["a"]}]}), false),
    ];
    for (selector, expected) in cases {
        let spec = read(&json!({"namespaceSelector": selector}));
        assert_eq!(selects(spec.namespace_selector.as_ref(), Labels::Known(&labels())), expected, "{selector}");
    }
}

#[test]
fn of_the_grants_that_are_named_those_count_that_are_there_and_for_the_namespace() {
    let all: All = [
        ("shop".to_owned(), Ok(read(&json!({"namespaceSelector": {"matchLabels": {"team": "web"}}})))),
        ("bank".to_owned(), Ok(read(&json!({"namespaceSelector": {"matchLabels": {"team": "bank"}}})))),
        ("broken".to_owned(), Err("unknown field `a`".to_owned())),
        ("unnamed".to_owned(), Ok(read(&json!({"namespaceSelector": {"matchLabels": {"team": "web"}}})))),
    ]
    .into();
    let named = Named::of(["shop", "bank", "broken", "gone", "shop", "gone"], &all, Labels::Known(&labels()), &home());
    assert_eq!(named.grants.iter().map(|grant| grant.name.as_str()).collect::<Vec<_>>(), ["shop"]);
    let refusals: Vec<(&str, &Reason)> = named.refusals.iter().map(|refusal| (refusal.grant.as_str(), &refusal.reason)).collect();
    let unreadable = Reason::Unreadable { error: "unknown field `a`".into() };
    assert_eq!(refusals, [("bank", &Reason::OtherNamespaces), ("broken", &unreadable), ("gone", &Reason::NotThere)]);
}

#[test]
fn without_a_cluster_only_the_name_of_a_namespace_is_held_against_a_selector() {
    let selected = |selector: Value| selects(read(&json!({"namespaceSelector": selector})).namespace_selector.as_ref(), Labels::Name("shop"));
    assert!(selected(json!({"matchLabels": {"kubernetes.io/metadata.name": "shop", "team": "web"}})));
    assert!(!selected(json!({"matchLabels": {"kubernetes.io/metadata.name": "bank"}})));
    assert!(!selected(json!({"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["shop"]}]})));
    assert!(!selected(Value::Null));
}
