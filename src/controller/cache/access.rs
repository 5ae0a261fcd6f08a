//! Grants, and the labels of namespaces by which they select them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::ecs::unset;
use crate::grant::{All, Home, Labels, Named};

/// What objects of one namespace may have of AWS.
#[derive(Clone, Debug, Default)]
pub struct Access {
    all: Arc<All>,
    labels: Option<Arc<BTreeMap<String, String>>>,
}

impl Access {
    /// Those of the grants of these names that count in the namespace.
    pub fn named<'a>(&self, names: impl IntoIterator<Item = &'a str>, home: &Home) -> Named {
        Named::of(names, &self.all, self.labels.as_deref().map_or(Labels::Unseen, Labels::Known), home)
    }
}

/// What is known of grants and namespaces.
#[derive(Debug, Default)]
pub(super) struct Known {
    grants: Arc<All>,
    labels: BTreeMap<String, Arc<BTreeMap<String, String>>>,
}

impl Known {
    pub(super) fn grants(&self) -> impl Iterator<Item = &String> {
        self.grants.keys()
    }

    pub(super) fn namespaces(&self) -> impl Iterator<Item = &String> {
        self.labels.keys()
    }

    /// One that cannot be read allows nothing.
    pub(super) fn grant_seen(&mut self, name: String, object: &Value) {
        let specification = object.get("spec").map_or_else(|| Err("it has no spec".into()), |spec| unset::read(spec).map_err(|error| error.to_string()));
        Arc::make_mut(&mut self.grants).insert(name, specification);
    }

    pub(super) fn grant_gone(&mut self, name: &str) {
        Arc::make_mut(&mut self.grants).remove(name);
    }

    pub(super) fn namespace_seen(&mut self, name: String, object: &Value) {
        self.labels.insert(name, Arc::new(labels(object)));
    }

    pub(super) fn namespace_gone(&mut self, name: &str) {
        self.labels.remove(name);
    }

    /// Whether a namespace has other labels than those that are known.
    pub(super) fn has_other_labels(&self, object: &Value) -> bool {
        let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        self.labels.get(name).is_none_or(|known| **known != labels(object))
    }

    pub(super) fn of(&self, namespace: &str) -> Access {
        Access { all: self.grants.clone(), labels: self.labels.get(namespace).cloned() }
    }
}

fn labels(object: &Value) -> BTreeMap<String, String> {
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object).into_iter().flatten();
    labels.filter_map(|(label, value)| Some((label.clone(), value.as_str()?.to_owned()))).collect()
}
