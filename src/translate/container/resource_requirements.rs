//! `resourceRequirements`: GPUs and Neuron devices, which a container asks for by their number.

use std::collections::BTreeMap;

use crate::ecs::container_definition::{NvidiaMps, ResourceRequirement, ResourceType, SharingStrategy};
use crate::translate::diagnostic::{Place, ResourceFault};
use crate::translate::written::written;

/// More than any node has.
const LARGEST: u32 = 1024;

/// How many devices the container is given, by the name of the resource.
pub(super) fn devices(requirements: &[ResourceRequirement], at: &Place<'_>) -> BTreeMap<&'static str, u32> {
    let mut devices = BTreeMap::new();
    for (index, requirement) in requirements.iter().enumerate() {
        let at = at.item(index);
        let resource = match requirement.resource_type {
            ResourceType::Gpu => "nvidia.com/gpu",
            ResourceType::NeuronDevice => "aws.amazon.com/neuron",
            ResourceType::InferenceAccelerator => {
                at.say(ResourceFault::InferenceAcceleratorWithoutEffect { accelerator: written(requirement) });
                continue;
            }
        };
        *devices.entry(resource).or_default() += number(requirement, resource, &at);
    }
    devices
}

fn number(requirement: &ResourceRequirement, resource: &'static str, at: &Place<'_>) -> u32 {
    let ResourceRequirement { value, resource_type: _, sharing_strategy } = requirement;
    if let Some(SharingStrategy { nvidia_mps: Some(NvidiaMps { memory, max_compute_percent }) }) = sharing_strategy {
        let percent = max_compute_percent.map_or_else(String::new, |percent| format!(" and {percent} % of its processors"));
        at.member("sharingStrategy").say(ResourceFault::GpuSharedByNodes { sharing: format!("{memory} MiB of its memory{percent}") });
    }
    match value.as_deref() {
        Some("ALL") => at.member("value").say(ResourceFault::AllDevicesUnknown { resource }),
        None if sharing_strategy.is_some() => {}
        Some(value) if value.parse().is_ok_and(|number: u32| (1..=LARGEST).contains(&number)) => return value.parse().unwrap_or(1),
        None | Some(_) => at.say(ResourceFault::ResourceRequirementNotLegal { requirement: written(requirement) }),
    }
    1
}
