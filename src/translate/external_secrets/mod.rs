//! The backend `ExternalSecrets`: in place of each Secret that the operator would fill there is an `ExternalSecret` of
//! the same name, from which the External Secrets operator makes the Secret, once. It fetches what is asked for and
//! nothing else: the whole secret or one key of its top level, of one version.
//!
//! One object asks both stores, because a Secret can have one owner only.

mod property;

use serde_json::{Map, Value, json};

use super::diagnostic::{EnvironmentFault, Place};
use super::secret::{Content, REGISTRY_KEY, REGISTRY_TYPE, RevisionSecret};
use super::value_from::{Parameter, SecretsManager, ValueFrom};
use super::{Inputs, Kind, Object, names, secret};
use crate::settings::{ExternalSecrets, SecretStore, Secrets, Settings};
use crate::translate::Rendering;

/// The stores, where the settings have values read by the External Secrets operator.
pub(super) fn stores(settings: &Settings) -> Option<&ExternalSecrets> {
    match &settings.secrets {
        Some(Secrets::ExternalSecrets { external_secrets }) => Some(external_secrets),
        Some(Secrets::Aws { .. } | Secrets::File { .. }) | None => None,
    }
}

/// The objects that stand for the Secrets of a rendering.
pub(super) fn external_secrets(inputs: &Inputs<'_>, rendering: &Rendering) -> Vec<Object> {
    let Some(stores) = stores(inputs.settings) else { return Vec::new() };
    let secrets = secret::secrets(inputs.namespace, inputs.name, inputs.service_revision, rendering);
    secrets.iter().map(|secret| external_secret(secret, stores, inputs)).collect()
}

/// Says what of a reference the stores cannot do, or not exactly.
pub(super) fn report(reference: &ValueFrom, settings: &Settings, at: &Place<'_>) {
    let Some(stores) = stores(settings) else { return };
    let (store, setting) = store(reference, stores);
    if store.is_none() {
        at.say(EnvironmentFault::SecretStoreMissing { setting });
    }
    let region = match reference {
        ValueFrom::SecretsManager(secret) => Some(&secret.region),
        ValueFrom::Parameter(parameter) => parameter.arn.as_ref().map(|arn| &arn.region),
    };
    if let (Some(region), Some(ours)) = (region, &settings.region)
        && region != ours
    {
        at.say(EnvironmentFault::SecretOfAnotherRegion { region: region.clone() });
    }
    if let ValueFrom::SecretsManager(SecretsManager { json_key: Some(key), .. }) = reference {
        at.say(EnvironmentFault::KeyPrintedOtherwise { key: key.clone() });
    }
}

/// The store that has the value, and the setting that names it.
fn store<'a>(reference: &ValueFrom, stores: &'a ExternalSecrets) -> (Option<&'a SecretStore>, &'static str) {
    let ExternalSecrets { secrets_manager, parameter_store } = stores;
    match reference {
        ValueFrom::SecretsManager(_) => (secrets_manager.as_ref(), "secretsManager"),
        ValueFrom::Parameter(_) => (parameter_store.as_ref(), "parameterStore"),
    }
}

fn external_secret(secret: &RevisionSecret<'_>, stores: &ExternalSecrets, inputs: &Inputs<'_>) -> Object {
    let (name, service) = (&secret.object.name, names::label_value(inputs.name));
    let (data, kind, template) = match secret.content {
        Content::Secrets(references) => {
            let data = references.iter().filter_map(|(key, reference)| Some((key.as_str(), reference.value_from.parse().ok()?))).collect();
            (data, "Opaque", None)
        }
        Content::Registry(registry) => {
            let member = |member: &str| registry.credentials_parameter.parse().ok().map(|whole| with_key(whole, member));
            let data = ["username", "password"].into_iter().filter_map(|name| Some((name, member(name)?))).collect();
            (data, REGISTRY_TYPE, Some(json!({ REGISTRY_KEY: docker_configuration(registry.registries.iter()) })))
        }
        // The External Secrets operator reads no files; that it cannot is said.
        Content::Files(_) => (Vec::new(), "Opaque", None),
    };
    let mut template = json!({
        "engineVersion": "v2",
        "type": kind,
        "metadata": { "labels": { names::NAME_LABEL: service, names::SERVICE_LABEL: service } },
        "data": template,
    });
    if template["data"].is_null() {
        template.as_object_mut().map(|members| members.remove("data"));
    }
    let first = data.first().and_then(|(_, reference)| store(reference, stores).0).or(stores.secrets_manager.as_ref());
    Object::new(
        Kind::ExternalSecret,
        name,
        json!({
            "metadata": { "name": name, "namespace": inputs.namespace, "labels": names::service_labels(inputs.name) },
            "spec": {
                "refreshPolicy": "CreatedOnce",
                // else it is looked at every hour, for nothing
                "refreshInterval": "0s",
                "secretStoreRef": first.map(store_reference),
                "target": { "name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain", "immutable": true, "template": template },
                "data": data.iter().map(|(key, reference)| entry(key, reference, first, stores)).collect::<Vec<_>>(),
            },
        }),
    )
}

/// One key of the Secret. What is in another store than the first names its own.
fn entry(key: &str, reference: &ValueFrom, first: Option<&SecretStore>, stores: &ExternalSecrets) -> Value {
    let mut entry = json!({ "secretKey": key, "remoteRef": remote(reference) });
    let store = store(reference, stores).0;
    if store != first {
        entry["sourceRef"] = json!({ "storeRef": store.map(store_reference) });
    }
    entry
}

fn store_reference(store: &SecretStore) -> Value {
    json!({ "name": store.name, "kind": store.kind.unwrap_or_default() })
}

/// What is fetched: a version is meant by its stage, or after `uuid/` by its id.
fn remote(reference: &ValueFrom) -> Value {
    match reference {
        ValueFrom::SecretsManager(secret) => {
            let SecretsManager { json_key, version_stage, version_id, .. } = secret;
            let version = version_stage.clone().or_else(|| version_id.as_ref().map(|id| format!("uuid/{id}")));
            let members = [("key", Some(secret.arn())), ("property", json_key.as_deref().map(property::path)), ("version", version)];
            members.into_iter().filter_map(|(member, value)| Some((member.to_owned(), json!(value?)))).collect::<Map<_, _>>().into()
        }
        ValueFrom::Parameter(parameter) => json!({ "key": Parameter::asked(parameter) }),
    }
}

/// The reference to one key of a whole secret.
fn with_key(whole: ValueFrom, key: &str) -> ValueFrom {
    match whole {
        ValueFrom::SecretsManager(secret) => ValueFrom::SecretsManager(SecretsManager { json_key: Some(key.into()), ..secret }),
        parameter @ ValueFrom::Parameter(_) => parameter,
    }
}

/// The template of what images are pulled with.
fn docker_configuration<'a>(registries: impl Iterator<Item = &'a String>) -> String {
    let entry =
        r#"{"username":{{ .username | toJson }},"password":{{ .password | toJson }},"auth":{{ printf "%s:%s" .username .password | b64enc | toJson }}}"#;
    let entries: Vec<String> = registries.map(|registry| format!("{}:{entry}", json!(registry))).collect();
    format!(r#"{{"auths":{{{}}}}}"#, entries.join(","))
}
