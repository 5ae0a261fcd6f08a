//! File systems that others keep: a `PersistentVolume` for what is there already, and the claim by which pods mount it.
//! Both are named after their content, so that old and new pods of a deployment each have their own.

use std::collections::BTreeMap;

use serde_json::json;

use super::Source;
use crate::k8s;
use crate::translate::diagnostic::{AwsStorageFault, Place};
use crate::translate::{Inputs, Kind, Object, names};

/// A size must be said, and means nothing: these file systems grow.
const SIZE: &str = "1Gi";
/// Pods of all nodes mount it.
const ACCESS: &str = "ReadWriteMany";

/// Whether tasks of the namespace may mount a file system, or the access point of it that they mount it by (empty: none); that they may not is said. Volumes are the cluster's, so that no tenant can be
/// asked for a right to them, and the driver mounts whatever it is told by a right of its own.
pub(super) fn allowed(file_system: &str, access_point: &str, inputs: &Inputs<'_>, at: &Place<'_>) -> bool {
    let has = |id: &str| inputs.settings.allow.has_file_system(id, inputs.namespace);
    let is_allowed = has(file_system) || !access_point.is_empty() && has(access_point);
    if !is_allowed {
        at.say(AwsStorageFault::FileSystemNotAllowed { file_system: file_system.into(), namespace: inputs.namespace.into() });
    }
    is_allowed
}

/// Whether a path names one folder of a file system, and never one above: absolute, without `.`, `..` and empty parts. It may end in `/`.
pub(super) fn is_plain(path: &str) -> bool {
    let inner = path.strip_suffix('/').unwrap_or(path).strip_prefix('/');
    let is_part = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(char::is_control);
    path == "/" || inner.is_some_and(|inner| inner.split('/').all(is_part))
}

/// The volume of the pod with its claim and the `PersistentVolume`, of which `source` has the kind of file system only.
pub(super) fn claimed(source: k8s::PersistentVolumeSpec, mount_options: Vec<String>, volume: &str, inputs: &Inputs<'_>) -> Source {
    // Our types hold no map with keys that are not strings, the only thing that JSON cannot say.
    let content = serde_json::to_string(&(inputs.namespace, inputs.name, volume, &source, &mount_options)).unwrap_or_default();
    let claim_name = names::claim(inputs.name, volume, &content);
    let volume_name = names::persistent_volume(inputs.namespace, &claim_name);
    let size: BTreeMap<_, _> = [("storage".to_owned(), k8s::Quantity(SIZE.into()))].into();
    let persistent_volume = k8s::PersistentVolumeSpec {
        access_modes: Some(vec![ACCESS.into()]),
        capacity: Some(size.clone()),
        claim_ref: Some(claim_reference(&claim_name, inputs)),
        mount_options: Some(mount_options).filter(|options| !options.is_empty()),
        persistent_volume_reclaim_policy: Some("Retain".into()),
        // No `storageClassName`: a PersistentVolume without one is of the class "", which its claim names.
        volume_mode: Some("Filesystem".into()),
        ..source
    };
    let claim_spec = k8s::PersistentVolumeClaimSpec {
        access_modes: Some(vec![ACCESS.into()]),
        resources: Some(k8s::VolumeResourceRequirements { requests: Some(size), limits: None }),
        storage_class_name: Some(String::new()),
        volume_mode: Some("Filesystem".into()),
        volume_name: Some(volume_name.clone()),
        ..Default::default()
    };
    let objects = vec![
        Object::new(Kind::PersistentVolume, volume_name.clone(), json!({ "metadata": metadata(&volume_name, None, inputs), "spec": persistent_volume })),
        Object::new(
            Kind::PersistentVolumeClaim,
            claim_name.clone(),
            json!({ "metadata": metadata(&claim_name, Some(inputs.namespace), inputs), "spec": claim_spec }),
        ),
    ];
    Source { volume: claim(claim_name), objects }
}

/// A volume of the pod that is a claim.
pub(super) fn claim(name: String) -> k8s::Volume {
    let claim = k8s::PersistentVolumeClaimVolumeSource { claim_name: name, read_only: None };
    k8s::Volume { persistent_volume_claim: Some(claim), ..Default::default() }
}

/// Only this claim is ever bound to the volume.
fn claim_reference(claim: &str, inputs: &Inputs<'_>) -> k8s::ObjectReference {
    k8s::ObjectReference {
        api_version: Some(Kind::PersistentVolumeClaim.api_version().into()),
        kind: Some(Kind::PersistentVolumeClaim.name().into()),
        name: Some(claim.into()),
        namespace: Some(inputs.namespace.into()),
        ..Default::default()
    }
}

/// What is outside of namespaces is labelled with the one that it serves.
fn metadata(name: &str, namespace: Option<&str>, inputs: &Inputs<'_>) -> k8s::ObjectMeta {
    let mut labels = names::service_labels(inputs.name);
    if namespace.is_none() {
        labels.insert(names::NAMESPACE_LABEL.into(), inputs.namespace.into());
    }
    k8s::ObjectMeta { name: Some(name.into()), namespace: namespace.map(str::to_owned), labels: Some(labels), ..Default::default() }
}
