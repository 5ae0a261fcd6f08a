//! `devices`: a pod can mount the file of a device, as any file of its node.

use super::mountable;
use crate::ecs::container_definition::linux_parameters::{Device, DevicePermission};
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::container::{Pod, Task};
use crate::translate::diagnostic::{KernelFault, Place};
use crate::translate::names;

/// Names of disks, by their beginning.
const DISKS: [&str; 8] = ["dm-", "loop", "md", "nbd", "nvme", "sd", "vd", "xvd"];
/// Folders of devices that are used as a whole.
const FOLDERS: [&str; 4] = ["/dev/bus/usb", "/dev/dri", "/dev/input", "/dev/snd"];

/// Mounts of the devices; the volumes go into `pod`, one for each device whatever the number of containers.
pub(super) fn devices(devices: &[Device], is_privileged: bool, task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) -> Vec<k8s::VolumeMount> {
    let mut mounts = Vec::new();
    for (index, device) in devices.iter().enumerate() {
        let at = at.item(index);
        if allowed(Danger::Devices, task.inputs, &at) {
            mounts.extend(mount(device, is_privileged, pod, &at));
        }
    }
    mounts
}

fn mount(device: &Device, is_privileged: bool, pod: &mut Pod, at: &Place<'_>) -> Option<k8s::VolumeMount> {
    let Device { host_path, container_path, permissions } = device;
    let host_path = mountable(host_path, &at.member("hostPath"))?;
    let mount_path = match container_path {
        Some(path) => mountable(path, &at.member("containerPath"))?,
        None => host_path,
    };
    report_permissions(host_path, permissions.as_deref(), is_privileged, at);
    let name = format!("ecs-device-{}", names::hash(host_path));
    if pod.volumes.iter().all(|volume| volume.name != name) {
        let source = k8s::HostPathVolumeSource { path: host_path.into(), type_: Some(kind(host_path).into()) };
        pod.volumes.push(k8s::Volume { name: name.clone(), host_path: Some(source), ..Default::default() });
    }
    Some(k8s::VolumeMount { name, mount_path: mount_path.into(), ..Default::default() })
}

/// A device that the node does not have must stop the pod, as it stops the task: the mount says what it must find.
fn kind(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    if FOLDERS.contains(&path.trim_end_matches('/')) {
        "Directory"
    } else if DISKS.iter().any(|disk| name.starts_with(disk)) {
        "BlockDevice"
    } else {
        "CharDevice"
    }
}

fn report_permissions(device: &str, permissions: Option<&[DevicePermission]>, is_privileged: bool, at: &Place<'_>) {
    let word = |permission: &DevicePermission| match permission {
        DevicePermission::Read => "read",
        DevicePermission::Write => "write",
        DevicePermission::Mknod => "mknod",
    };
    let words = permissions.map(|permissions| permissions.iter().map(word).collect::<Vec<_>>().join(", "));
    let device = device.to_owned();
    match (is_privileged, words) {
        (false, permissions) => {
            at.say(KernelFault::DeviceAccessNotGranted { device, permissions: permissions.unwrap_or_else(|| "read, write, mknod".into()) });
        }
        (true, Some(permissions)) => at.say(KernelFault::DevicePermissionsNotNarrowed { device, permissions }),
        (true, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn devices_are_told_apart_by_their_names() {
        assert_eq!([kind("/dev/fuse"), kind("/dev/net/tun"), kind("/dev/nvidia0")], ["CharDevice"; 3]);
        assert_eq!([kind("/dev/nvme1n1"), kind("/dev/xvdf"), kind("/dev/sda1")], ["BlockDevice"; 3]);
        assert_eq!([kind("/dev/snd"), kind("/dev/bus/usb/")], ["Directory"; 2]);
    }
}
