//! `host`: a folder of the node, or an empty one that lives as long as the task.

use super::Source;
use crate::ecs::kubernetes::PodSecurity;
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::container::Task;
use crate::translate::diagnostic::{Place, StorageFault};

/// A folder or file of the node. Without a type the container runtime takes whatever is there, and makes a folder
/// where nothing is: just what Docker does. `DirectoryOrCreate` would refuse the sockets and files that tasks mount.
pub(super) fn folder(path: &str, type_: Option<&str>, task: &Task<'_>, at: &Place<'_>) -> Option<Source> {
    if !task.absolute(path).is_some_and(|path| path.split(['/', '\\']).all(|part| part != "..")) {
        at.say(StorageFault::HostPathNotLegal { path: path.into() });
        return None;
    }
    if task.pod_security == PodSecurity::Restricted {
        at.say(StorageFault::HostPathWhereRestricted { path: path.into() });
        return None;
    }
    allowed(Danger::HostPaths, task.inputs, at).then(|| {
        let host_path = k8s::HostPathVolumeSource { path: path.into(), type_: type_.map(str::to_owned) };
        Source { volume: k8s::Volume { host_path: Some(host_path), ..Default::default() }, objects: Vec::new() }
    })
}

/// A folder that is empty when the task starts, and is deleted with it.
pub(super) fn empty_folder(empty_dir: k8s::EmptyDirVolumeSource) -> Source {
    Source { volume: k8s::Volume { empty_dir: Some(empty_dir), ..Default::default() }, objects: Vec::new() }
}
