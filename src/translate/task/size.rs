//! `cpu` and `memory` of the task: the hard size of the pod.

use crate::translate::container::{Resources, Size, quantities};
use crate::translate::diagnostic::{Place, ResourceFault, TaskFault};
use crate::translate::quantity;
use crate::{ecs, k8s};

/// Fargate's sizes: CPU units, and the least, the most and the step of memory in MiB.
const FARGATE: [(i64, i64, i64, i64); 7] = [
    (256, 512, 2048, 512),
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16384, 1024),
    (4096, 8192, 30720, 1024),
    (8192, 16384, 61440, 4096),
    (16384, 32768, 122_880, 8192),
];

/// The sizes that Fargate has on Windows, in CPU units.
const FARGATE_ON_WINDOWS: std::ops::RangeInclusive<i64> = 1024..=4096;

/// The size of the task, as it is written. On Windows it holds on Fargate only.
pub(super) fn size(cpu: Option<&ecs::Size>, memory: Option<&ecs::Size>, is_fargate: bool, is_windows: bool, at: &Place<'_>) -> Size {
    let read = |member: &str, size: Option<&ecs::Size>, number: fn(&ecs::Size) -> Option<i64>| {
        let number = number(size?);
        if number.is_none() {
            at.member(member).say(TaskFault::SizeNotLegal { size: size.map_or_else(String::new, |size| size.0.clone()) });
        }
        number
    };
    let size = Size { cpu: read("cpu", cpu, ecs::Size::cpu_units), memory: read("memory", memory, ecs::Size::mebibytes) };
    if is_windows && !is_fargate {
        for (member, unit, size) in [("cpu", "CPU units", size.cpu), ("memory", "MiB", size.memory)] {
            size.inspect(|size| at.member(member).say(ResourceFault::TaskSizeWithoutEffect { size: *size, unit }));
        }
        return Size::default();
    }
    match (is_fargate, size.cpu, size.memory) {
        (true, Some(cpu), Some(memory)) if !is_size_of_fargate(cpu, memory, is_windows) => at.say(TaskFault::FargateSizeUnknown { units: cpu, memory }),
        (true, None, _) | (true, _, None) if cpu.is_none() || memory.is_none() => at.say(TaskFault::FargateSizeMissing),
        (_, _, _) => {}
    }
    size
}

/// Sizes of containers on Windows, where a pod has none of its own, and where the share of a container is the most that it
/// gets. What the others leave of the task's size is shared out to those that name none.
pub(super) fn share_out(size: Size, containers: &mut [Resources], at: &Place<'_>) {
    for container in containers.iter_mut() {
        container.cpu_limit = container.cpu.or(size.cpu);
    }
    if let Some(task) = size.cpu {
        at.member("cpu").say(ResourceFault::TaskSizeSharedOut { size: task, unit: "CPU units" });
        let left = task - sum(containers, |container| container.cpu.unwrap_or_default());
        let idle: Vec<_> = containers.iter_mut().filter(|container| container.cpu.is_none()).collect();
        if let Some(part) = part(left, idle.len()) {
            for container in idle {
                container.cpu = Some(part);
            }
        }
    }
    if let Some(task) = size.memory {
        at.member("memory").say(ResourceFault::TaskSizeSharedOut { size: task, unit: "MiB" });
        let left = task - sum(containers, |container| container.reserved_memory());
        let idle: Vec<_> = containers.iter_mut().filter(|container| container.reserved_memory() == 0).collect();
        if let Some(part) = part(left, idle.len()) {
            for container in idle {
                container.memory_reservation = Some(part);
            }
        }
        for container in containers.iter_mut() {
            container.memory = container.memory.or(Some(task));
        }
    }
}

/// Lines the containers up, so that their parts of the task's CPU, though rounded, never exceed the whole. Beside those that
/// have a part, one that names none gets nothing: the kubelet would give it as many shares as the whole pod, ECS gives it the fewest.
pub(super) fn line_up(size: Size, containers: &mut [Resources]) {
    let is_shared_out = size.cpu.is_some() && containers.iter().any(|container| container.cpu.is_some());
    let mut before = 0;
    for container in containers {
        container.cpu_before = before;
        before += container.cpu.unwrap_or_default();
        if is_shared_out {
            container.cpu.get_or_insert_default();
        }
    }
}

/// An equal part of what is left, where there is one.
fn part(left: i64, parts: usize) -> Option<i64> {
    left.checked_div(i64::try_from(parts).ok()?).filter(|part| *part > 0)
}

fn sum(containers: &[Resources], size: fn(&Resources) -> i64) -> i64 {
    containers.iter().map(size).fold(0, i64::saturating_add)
}

/// Requests and limits of the pod. What its containers ask for together must fit in.
pub(super) fn resources(size: Size, containers: &[Resources], at: &Place<'_>) -> Option<k8s::ResourceRequirements> {
    let sums = [
        ("cpu", "CPU units", size.cpu, sum(containers, |container| container.cpu.unwrap_or_default())),
        ("memory", "MiB", size.memory, sum(containers, |container| container.reserved_memory())),
    ];
    for (member, unit, task, sum) in sums {
        if let Some(task) = task.filter(|task| sum > *task) {
            at.member(member).say(TaskFault::ContainersExceedTask { sum, task, unit });
        }
    }
    let whole = quantities([("cpu", size.cpu.map(quantity::cpu)), ("memory", size.memory.map(quantity::memory))]);
    whole.map(|whole| k8s::ResourceRequirements { claims: None, requests: Some(whole.clone()), limits: Some(whole) })
}

fn is_size_of_fargate(cpu: i64, memory: i64, is_windows: bool) -> bool {
    // The smallest has no 1.5 GiB.
    let fits = |(units, least, most, step): (i64, i64, i64, i64)| units == cpu && (least..=most).contains(&memory) && memory % step == 0;
    FARGATE.into_iter().any(fits) && (cpu, memory) != (256, 1536) && (!is_windows || FARGATE_ON_WINDOWS.contains(&cpu))
}

#[cfg(test)]
mod tests {
    use super::{Resources, Size, is_size_of_fargate, share_out};
    use crate::translate::diagnostic::{Origin, Said};

    #[test]
    fn the_sizes_of_fargate_are_known() {
        for (cpu, memory) in [(256, 512), (256, 2048), (512, 1024), (512, 4096), (4096, 30720), (8192, 20480), (16384, 122_880)] {
            assert!(is_size_of_fargate(cpu, memory, false), "{cpu} {memory}");
        }
        for (cpu, memory) in [(256, 1536), (256, 4096), (512, 512), (512, 1536), (8192, 17408), (300, 512)] {
            assert!(!is_size_of_fargate(cpu, memory, false), "{cpu} {memory}");
        }
        assert!(is_size_of_fargate(1024, 2048, true) && !is_size_of_fargate(512, 1024, true) && !is_size_of_fargate(8192, 16384, true));
    }

    #[test]
    fn what_is_left_is_shared_out_to_those_that_name_nothing() {
        let mut containers = [Resources { cpu: Some(512), memory: Some(1024), ..Resources::default() }, Resources::default(), Resources::default()];
        let said = Said::default();
        share_out(Size { cpu: Some(1024), memory: Some(2048) }, &mut containers, &said.document(Origin::TaskDefinition));
        let sizes = containers.map(|container| (container.cpu, container.cpu_limit, container.memory_reservation, container.memory));
        let part = (Some(256), Some(1024), Some(512), Some(2048));
        assert_eq!(sizes, [(Some(512), Some(512), None, Some(1024)), part, part]);
        assert_eq!(said.into_diagnostics().len(), 2);
    }
}
