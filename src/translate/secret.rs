//! The Secrets of a service revision, without values: whoever writes them to a server fills them in.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{EnvironmentFiles, Kind, Object, RegistryReference, Rendering, SecretReference, names};

/// A Secret of a service revision.
#[derive(Clone, Debug, PartialEq)]
pub struct RevisionSecret<'a> {
    /// The object, with its keys as far as they are known, and no values.
    pub object: Object,
    /// What its values are made from.
    pub content: Content<'a>,
}

/// What the values of a Secret are made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content<'a> {
    /// Each key from a secret.
    Secrets(&'a BTreeMap<String, SecretReference>),
    /// The variables of files.
    Files(&'a EnvironmentFiles),
    /// The credentials of registries.
    Registry(&'a RegistryReference),
}

/// All Secrets of a service revision, that of its `secrets` first. Where the rendering has them made by others, there are none.
pub fn secrets<'a>(namespace: &str, service: &str, service_revision: i64, rendering: &'a Rendering) -> Vec<RevisionSecret<'a>> {
    let Rendering { template: _, ports: _, secrets, environment_files, registries, service_account: _, objects } = rendering;
    if objects.iter().any(|object| object.kind == Kind::ExternalSecret) {
        return Vec::new();
    }
    let object = |name: &str, kind: &str, data: Map<String, Value>| {
        let metadata = json!({ "name": name, "namespace": namespace, "labels": names::service_labels(service) });
        let mut body = json!({ "metadata": metadata, "type": kind, "immutable": true });
        if !data.is_empty() {
            body["data"] = data.into();
        }
        Object::new(Kind::Secret, name, body)
    };
    let of_secrets = (!secrets.is_empty()).then(|| {
        let keys = secrets.keys().map(|key| (key.clone(), json!(""))).collect();
        RevisionSecret { object: object(&names::secret(service, service_revision), "Opaque", keys), content: Content::Secrets(secrets) }
    });
    let of_files = environment_files.iter().map(|(name, files)| RevisionSecret { object: object(name, "Opaque", Map::new()), content: Content::Files(files) });
    let of_registries = registries.iter().map(|(name, registry)| RevisionSecret {
        object: object(name, REGISTRY_TYPE, [(REGISTRY_KEY.to_owned(), json!(NO_CREDENTIALS))].into_iter().collect()),
        content: Content::Registry(registry),
    });
    of_secrets.into_iter().chain(of_files).chain(of_registries).collect()
}

/// The type of a Secret that images are pulled with.
pub const REGISTRY_TYPE: &str = "kubernetes.io/dockerconfigjson";
/// Its key.
pub const REGISTRY_KEY: &str = ".dockerconfigjson";
/// `{"auths":{}}`: the server takes no Secret of that type without.
pub const NO_CREDENTIALS: &str = "eyJhdXRocyI6e319";
