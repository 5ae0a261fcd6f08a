//! `tmpfs` and `sharedMemorySize`: folders in memory, which count against the memory of the container as in ECS.

use super::mountable;
use crate::ecs::container_definition::Tmpfs;
use crate::ecs::task_definition::IpcMode;
use crate::k8s;
use crate::translate::container::mount_points::{SHARED_MEMORY, is_same};
use crate::translate::container::{Pod, Task};
use crate::translate::diagnostic::{KernelFault, Place};
use crate::translate::{names, quantity};

/// Mounts of the folders; the volumes go into `pod`. `at` is the place of `linuxParameters`.
pub(super) fn folders_in_memory(
    tmpfs: &[Tmpfs],
    shared_memory_size: Option<i64>,
    container: &str,
    task: &Task<'_>,
    pod: &mut Pod,
    at: &Place<'_>,
) -> Vec<k8s::VolumeMount> {
    let mut mounts = Vec::new();
    for (index, Tmpfs { container_path, size, mount_options }) in tmpfs.iter().enumerate() {
        let at = at.member("tmpfs").item(index);
        let Some(path) = mountable(container_path, &at.member("containerPath")) else { continue };
        let (only_read, others): (Vec<_>, Vec<_>) = mount_options.iter().flatten().cloned().partition(|option| option == "ro");
        if !others.is_empty() {
            at.member("mountOptions").say(KernelFault::TmpfsOptionsWithoutEffect { options: format!("`{}`", others.join("`, `")) });
        }
        let name = format!("ecs-tmpfs-{}", names::hash(&format!("{container}:{path}")));
        let read_only = (!only_read.is_empty()).then_some(true);
        mounts.push(k8s::VolumeMount { name: name.clone(), mount_path: path.into(), read_only, ..Default::default() });
        pod.volumes.push(in_memory(name, *size));
    }
    if let Some(size) = shared_memory_size.filter(|size| *size > 0) {
        let by = if task.inputs.task_definition.spec.ipc_mode == Some(IpcMode::Host) {
            Some("the container has that of the node")
        } else if mounts.iter().any(|mount| is_same(&mount.mount_path, SHARED_MEMORY)) {
            Some("`tmpfs` has a folder at `/dev/shm`")
        } else {
            None
        };
        if let Some(by) = by {
            at.member("sharedMemorySize").say(KernelFault::SharedMemoryHidden { size, by });
        } else {
            let name = format!("ecs-shm-{}", names::hash(container));
            mounts.push(k8s::VolumeMount { name: name.clone(), mount_path: SHARED_MEMORY.into(), ..Default::default() });
            pod.volumes.push(in_memory(name, size));
        }
    }
    mounts
}

/// A volume in memory of so many MiB; 0 means that only the container's memory is its limit.
fn in_memory(name: String, size: i64) -> k8s::Volume {
    let size_limit = (size > 0).then(|| quantity::memory(size));
    k8s::Volume { name, empty_dir: Some(k8s::EmptyDirVolumeSource { medium: Some("Memory".into()), size_limit }), ..Default::default() }
}
