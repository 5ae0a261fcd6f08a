//! `mountPoints`: where the container sees volumes of the task.

use super::Task;
use crate::translate::diagnostic::{KernelFault, Place, StorageFault};
use crate::{ecs, k8s};

/// Where programs look for memory that processes share.
pub(super) const SHARED_MEMORY: &str = "/dev/shm";

/// The mounts of the container itself.
pub(super) fn mount_points(mount_points: &[ecs::MountPoint], task: &Task<'_>, at: &Place<'_>) -> Vec<k8s::VolumeMount> {
    let mut mounts: Vec<k8s::VolumeMount> = Vec::new();
    for (index, ecs::MountPoint { source_volume, container_path, read_only }) in mount_points.iter().enumerate() {
        let at = at.item(index);
        let (volume, path) = (source_volume.as_deref().unwrap_or_default(), container_path.as_deref().unwrap_or_default());
        let name = task.volumes.get(volume);
        if name.is_none() {
            at.member("sourceVolume").say(StorageFault::MountedVolumeUnknown { name: volume.into() });
        }
        let at = at.member("containerPath");
        if !task.absolute(path).is_some_and(is_below_root) {
            at.say(StorageFault::MountPathNotLegal { path: path.into() });
        } else if mounts.iter().any(|mount| is_same(&mount.mount_path, path)) {
            at.say(StorageFault::MountPathTwice { path: path.into() });
        } else if let Some(name) = name {
            let read_only = read_only.filter(|is_read_only| *is_read_only);
            mounts.push(k8s::VolumeMount { name: name.clone(), mount_path: path.into(), read_only, ..Default::default() });
        }
    }
    mounts
}

/// The mounts that `linuxParameters` asks for, and those of volumes. As in Docker a volume takes the place of the memory at
/// `/dev/shm`, and of nothing else.
pub(super) fn joined(
    of_kernel: Vec<k8s::VolumeMount>,
    of_volumes: Vec<k8s::VolumeMount>,
    shared_memory_size: Option<i64>,
    at: &Place<'_>,
) -> Vec<k8s::VolumeMount> {
    let mut mounts: Vec<k8s::VolumeMount> = Vec::new();
    for mount in of_kernel {
        if mounts.iter().any(|other| is_same(&other.mount_path, &mount.mount_path)) {
            at.member("linuxParameters").say(StorageFault::MountPathTwice { path: mount.mount_path });
        } else if !of_volumes.iter().any(|of_volume| is_same(&of_volume.mount_path, &mount.mount_path)) {
            mounts.push(mount);
        } else if let Some(size) = shared_memory_size.filter(|_| is_same(&mount.mount_path, SHARED_MEMORY)) {
            at.member("linuxParameters").member("sharedMemorySize").say(KernelFault::SharedMemoryHidden { size, by: "a volume is mounted at `/dev/shm`" });
        } else {
            at.member("mountPoints").say(StorageFault::MountPathTwice { path: mount.mount_path });
        }
    }
    mounts.extend(of_volumes);
    mounts
}

/// Whether both are one path, with or without a slash at the end.
pub(super) fn is_same(path: &str, other: &str) -> bool {
    path.trim_end_matches('/') == other.trim_end_matches('/')
}

/// Whether something can be mounted at the absolute path: it is not the root.
fn is_below_root(path: &str) -> bool {
    !path.contains(':') && !path.trim_matches(['/', '\\']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_below_root, is_same};

    #[test]
    fn volumes_are_mounted_below_the_root() {
        assert!(is_below_root("/data") && is_below_root("/var/www/html/") && is_below_root("\\data"));
        for path in ["/", "//", "\\", "/a:b"] {
            assert!(!is_below_root(path), "{path}");
        }
        assert!(is_same("/data", "/data/") && !is_same("/data", "/data/a"));
    }
}
