//! What users wrote, as the server serves it.

use std::sync::Arc;

use serde_json::Value;

use super::child::{resource_version, text};

/// The kinds that users write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnKind {
    /// `ECSTaskDefinition`
    TaskDefinition,
    /// `ECSService`
    Service,
    /// `ECSCluster`
    Cluster,
}

impl OwnKind {
    /// The word of the kind, as in `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::TaskDefinition => "ECSTaskDefinition",
            Self::Service => "ECSService",
            Self::Cluster => "ECSCluster",
        }
    }

    /// The resource of the kind, as in a URL.
    pub fn plural(self) -> &'static str {
        match self {
            Self::TaskDefinition => "ecstaskdefinitions",
            Self::Service => "ecsservices",
            Self::Cluster => "ecsclusters",
        }
    }

    /// The kind of this word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::TaskDefinition, Self::Service, Self::Cluster].into_iter().find(|kind| kind.name() == name)
    }
}

/// A specification and its status, as raw JSON: one that cannot be read must not stop the watch.
#[derive(Clone, Debug)]
pub struct Specification {
    /// The object's uid.
    pub uid: String,
    /// Its resource version.
    pub resource_version: u64,
    /// Its generation.
    pub generation: i64,
    /// When it was created: of two that claim one name the older wins.
    pub created: String,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// `spec`, as served.
    pub spec: Arc<Value>,
    /// `status`, as served.
    pub status: Arc<Value>,
}

impl Specification {
    /// The specification of this object.
    pub fn of(object: &Value) -> Self {
        let member = |name: &str| Arc::new(object.get(name).cloned().unwrap_or(Value::Null));
        Self {
            uid: text(object, "/metadata/uid"),
            resource_version: resource_version(object),
            generation: object.pointer("/metadata/generation").and_then(Value::as_i64).unwrap_or_default(),
            created: text(object, "/metadata/creationTimestamp"),
            deleting: object.pointer("/metadata/deletionTimestamp").is_some(),
            spec: member("spec"),
            status: member("status"),
        }
    }

    /// Whether the status speaks of this generation.
    pub fn is_observed(&self) -> bool {
        self.status.get("observedGeneration").and_then(Value::as_i64) == Some(self.generation)
    }
}
