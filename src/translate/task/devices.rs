//! Devices that containers ask for: nodes that have them are, by custom, tainted with the name of the resource, so that no
//! other pods take their place. ECS places a task that needs a GPU on an instance that has one, and asks nothing else.

use std::collections::BTreeSet;

use crate::k8s;

/// What lets the pod run on nodes with the devices of its containers.
pub(super) fn tolerations<'a>(containers: impl Iterator<Item = &'a k8s::Container>) -> Vec<k8s::Toleration> {
    let limits = containers.filter_map(|container| container.resources.as_ref()?.limits.as_ref());
    let devices: BTreeSet<&String> = limits.flat_map(|limits| limits.keys()).filter(|resource| resource.contains('/')).collect();
    let toleration = |resource: &String| k8s::Toleration {
        key: Some(resource.clone()),
        operator: Some("Exists".into()),
        effect: Some("NoSchedule".into()),
        ..Default::default()
    };
    devices.into_iter().map(toleration).collect()
}
