//! `volumesFrom`: the mounts of another container of the task, and those that it has from others in turn.

use std::collections::BTreeMap;

use super::Task;
use super::mount_points::{is_same, mount_points};
use crate::translate::diagnostic::{Origin, Place, Said, StorageFault};
use crate::{ecs, k8s};

/// The mounts of the container: its own, and those of other containers at paths where it has none.
pub(super) fn volumes_from(
    volumes_from: &[ecs::VolumeFrom],
    own: Vec<k8s::VolumeMount>,
    container: &str,
    task: &Task<'_>,
    at: &Place<'_>,
) -> Vec<k8s::VolumeMount> {
    for (index, ecs::VolumeFrom { source_container, read_only }) in volumes_from.iter().enumerate() {
        let (at, source) = (at.item(index).member("sourceContainer"), source_container.as_deref().unwrap_or_default());
        let fault = if task.definition(source).is_none() {
            StorageFault::SourceContainerUnknown { name: source.into() }
        } else if leads_to(source, container, task, &mut Vec::new()) {
            StorageFault::VolumesFromCircle { name: source.into() }
        } else {
            let access = if *read_only == Some(true) { "be read" } else { "be read and written" };
            StorageFault::ImageVolumesNotShared { container: source.into(), access }
        };
        at.say(fault);
    }
    let mut known = BTreeMap::from([(container.to_owned(), own.clone())]);
    with_those_of_others(own, volumes_from, task, &mut known)
}

/// Adds the mounts of others. Of two others that mount something at one path the later counts, as in Docker.
fn with_those_of_others(
    own: Vec<k8s::VolumeMount>,
    volumes_from: &[ecs::VolumeFrom],
    task: &Task<'_>,
    known: &mut BTreeMap<String, Vec<k8s::VolumeMount>>,
) -> Vec<k8s::VolumeMount> {
    let mut others: Vec<k8s::VolumeMount> = Vec::new();
    for from in volumes_from {
        let only_read = from.read_only.filter(|is_read_only| *is_read_only);
        for mount in mounts_of(from.source_container.as_deref().unwrap_or_default(), task, known) {
            others.retain(|other| !is_same(&other.mount_path, &mount.mount_path));
            others.push(k8s::VolumeMount { read_only: mount.read_only.or(only_read), ..mount });
        }
    }
    others.retain(|other| !own.iter().any(|mount| is_same(&mount.mount_path, &other.mount_path)));
    own.into_iter().chain(others).collect()
}

/// All mounts of the container of that name. What there is to say of them is said where they are its own.
fn mounts_of(container: &str, task: &Task<'_>, known: &mut BTreeMap<String, Vec<k8s::VolumeMount>>) -> Vec<k8s::VolumeMount> {
    if let Some(mounts) = known.get(container) {
        return mounts.clone();
    }
    let Some(definition) = task.definition(container) else { return Vec::new() };
    let own = mount_points(definition.mount_points.as_deref().unwrap_or_default(), task, &Said::default().document(Origin::TaskDefinition));
    // Whoever is led back here is in a circle, which is an error.
    known.insert(container.into(), own.clone());
    let mounts = with_those_of_others(own, definition.volumes_from.as_deref().unwrap_or_default(), task, known);
    known.insert(container.into(), mounts.clone());
    mounts
}

/// Whether the container takes volumes of the target, or is it.
fn leads_to<'a>(container: &'a str, target: &str, task: &Task<'a>, seen: &mut Vec<&'a str>) -> bool {
    if container == target {
        return true;
    }
    if seen.contains(&container) {
        return false;
    }
    seen.push(container);
    let sources = task.definition(container).and_then(|definition| definition.volumes_from.as_deref()).unwrap_or_default();
    sources.iter().filter_map(|from| from.source_container.as_deref()).any(|source| leads_to(source, target, task, seen))
}
