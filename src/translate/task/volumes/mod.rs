//! `volumes[]`: what the task's containers mount, each by the room of its kind. Those that nobody mounts are left out.

mod docker;
mod driver_options;
mod efs;
mod fsx;
mod host;
mod managed_ebs_volume;
mod nfs;
mod persistent_volume;
mod s3_files;

use std::collections::BTreeMap;

use crate::translate::container::{Pod, Task};
use crate::translate::diagnostic::{Place, StorageFault};
use crate::translate::written::written;
use crate::translate::{Object, names};
use crate::{ecs, k8s};

/// A volume of the pod without its name, and the objects that it refers to.
#[derive(Debug, Default)]
struct Source {
    volume: k8s::Volume,
    objects: Vec<Object>,
}

/// Adds the volumes to the pod; their names there, by those in the task definition.
pub(super) fn volumes(volumes: &[ecs::Volume], task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for (index, volume) in volumes.iter().enumerate() {
        let at = at.item(index);
        let name = volume.name.as_deref().unwrap_or_default();
        if !is_legal(name) {
            at.member("name").say(StorageFault::VolumeNameNotLegal { name: name.into() });
        } else if known.contains_key(name) {
            at.member("name").say(StorageFault::VolumeNameTwice { name: name.into() });
        }
        let mounted_at = mounted_at(name, task);
        let name_in_pod = name_in_pod(name, &known);
        if mounted_at.is_empty() {
            at.say(StorageFault::VolumeNotMounted { content: written(volume) });
        } else if let Some(Source { volume, objects }) = source(volume, &name_in_pod, task, &at) {
            let paths = mounted_at.iter().copied().filter(|path| !path.is_empty()).collect::<Vec<_>>().join(", ");
            if volume.empty_dir.is_some() && !paths.is_empty() {
                at.say(StorageFault::VolumeHidesImageContent { paths });
            }
            pod.volumes.push(k8s::Volume { name: name_in_pod.clone(), ..volume });
            pod.objects.extend(objects);
        }
        known.insert(name.to_owned(), name_in_pod);
    }
    if let Some((index, second)) = volumes.iter().enumerate().filter(|(_, volume)| volume.configured_at_launch == Some(true)).nth(1) {
        at.item(index).say(StorageFault::VolumesConfiguredAtLaunch { name: second.name.clone().unwrap_or_default() });
    }
    known
}

/// What the volume is; nothing where an error was said, and where the service must say what it is and does not.
fn source(volume: &ecs::Volume, name: &str, task: &Task<'_>, at: &Place<'_>) -> Option<Source> {
    let ecs::Volume {
        name: name_in_ecs,
        host,
        docker_volume_configuration,
        efs_volume_configuration,
        s3_files_volume_configuration,
        fsx_windows_file_server_volume_configuration,
        configured_at_launch,
    } = volume;
    let name_in_ecs = name_in_ecs.as_deref().unwrap_or_default();
    let source_path = host.as_ref().and_then(|ecs::volume::HostVolume { source_path }| source_path.as_deref());
    let is_configured_at_launch = *configured_at_launch == Some(true);
    let kinds = [
        source_path.is_some(),
        docker_volume_configuration.is_some(),
        efs_volume_configuration.is_some(),
        s3_files_volume_configuration.is_some(),
        fsx_windows_file_server_volume_configuration.is_some(),
        is_configured_at_launch,
    ];
    if kinds.into_iter().filter(|is_there| *is_there).count() > 1 {
        at.say(StorageFault::VolumeOfSeveralKinds { name: name_in_ecs.into() });
        return None;
    }
    if let Some(path) = source_path {
        let at = at.member("host").member("sourcePath");
        report_fargate(&format!("folders of a node (`{path}`)"), task, &at);
        return host::folder(path, None, task, &at);
    }
    if let Some(configuration) = docker_volume_configuration {
        let at = at.member("dockerVolumeConfiguration");
        report_fargate("volumes of Docker", task, &at);
        return docker::docker(configuration, name_in_ecs, name, task, &at);
    }
    if let Some(configuration) = efs_volume_configuration {
        return efs::efs(configuration, name, task, &at.member("efsVolumeConfiguration"));
    }
    if let Some(configuration) = s3_files_volume_configuration {
        return s3_files::s3_files(configuration, name, task, &at.member("s3filesVolumeConfiguration"));
    }
    if let Some(configuration) = fsx_windows_file_server_volume_configuration {
        fsx::report(configuration, &at.member("fsxWindowsFileServerVolumeConfiguration"));
        return None;
    }
    if is_configured_at_launch {
        return managed_ebs_volume::configured(name_in_ecs, task);
    }
    Some(host::empty_folder(k8s::EmptyDirVolumeSource::default()))
}

/// The paths at which containers mount the volume themselves.
fn mounted_at<'a>(volume: &str, task: &Task<'a>) -> Vec<&'a str> {
    let definitions = &task.inputs.task_definition.spec.container_definitions;
    let mounts = definitions.iter().flat_map(|definition| definition.mount_points.iter().flatten());
    let paths = mounts.filter(|mount| mount.source_volume.as_deref() == Some(volume)).map(|mount| mount.container_path.as_deref().unwrap_or_default());
    paths.fold(Vec::new(), |mut paths, path| {
        if !paths.contains(&path) {
            paths.push(path);
        }
        paths
    })
}

/// The name in the pod, unique there.
fn name_in_pod(name: &str, known: &BTreeMap<String, String>) -> String {
    let label = names::dns_label(name);
    let is_free = !label.is_empty() && !known.values().any(|taken| *taken == label);
    let start = if label.is_empty() { "v".into() } else { format!("v-{label}") };
    if is_free { label } else { names::dns_label(&format!("{start}-{}", names::hash(name))) }
}

fn report_fargate(what: &str, task: &Task<'_>, at: &Place<'_>) {
    if task.is_fargate {
        at.say(StorageFault::VolumeNotOnFargate { what: what.into() });
    }
}

fn is_legal(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
