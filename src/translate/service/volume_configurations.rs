//! `volumeConfigurations`: whether they are of the volumes that the task definition leaves to the service, and of no others.
//! What becomes of them is part of the pods (`task/volumes/managed_ebs_volume.rs`). That one is missing is a fault of the service:
//! the task definition is as it should be.

use crate::ecs;
use crate::ecs::service::VolumeConfiguration;
use crate::translate::diagnostic::{AwsStorageFault, Place, StorageFault};
use crate::translate::written::written;

/// Reports what does not belong together.
pub(super) fn report(configurations: &[VolumeConfiguration], task_definition: &ecs::TaskDefinition, at: &Place<'_>) {
    let at_launch = task_definition.volumes.iter().flatten().filter(|volume| volume.configured_at_launch == Some(true));
    let names: Vec<&str> = at_launch.filter_map(|volume| volume.name.as_deref()).collect();
    for name in names.iter().filter(|name| !configurations.iter().any(|configuration| configuration.name == **name)) {
        at.say(AwsStorageFault::VolumeNotConfigured { name: (*name).into() });
    }
    for (index, configuration) in configurations.iter().enumerate() {
        let VolumeConfiguration { name, managed_ebs_volume } = configuration;
        let (at, name) = (at.item(index), name.as_str());
        if !names.contains(&name) {
            at.member("name").say(AwsStorageFault::VolumeConfigurationUnknown { name: name.into() });
        } else if configurations[..index].iter().any(|earlier| earlier.name == name) {
            at.member("name").say(AwsStorageFault::VolumeConfiguredTwice { name: name.into() });
        } else if managed_ebs_volume.is_none() {
            at.say(AwsStorageFault::VolumeNotConfigured { name: name.into() });
        } else if !is_mounted(name, task_definition) {
            at.say(StorageFault::VolumeNotMounted { content: written(configuration) });
        }
    }
}

fn is_mounted(volume: &str, task_definition: &ecs::TaskDefinition) -> bool {
    let mounts = task_definition.container_definitions.iter().flat_map(|definition| definition.mount_points.iter().flatten());
    mounts.into_iter().any(|mount| mount.source_volume.as_deref() == Some(volume))
}
