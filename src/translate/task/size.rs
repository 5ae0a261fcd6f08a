//! `cpu` and `memory` of the task: the hard size of the pod.

use crate::translate::container::{Resources, Size, quantities};
use crate::translate::diagnostic::{Place, TaskFault};
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

/// The size of the task, as it is written.
pub(super) fn size(cpu: Option<&ecs::Size>, memory: Option<&ecs::Size>, is_fargate: bool, at: &Place<'_>) -> Size {
    let read = |member: &str, size: Option<&ecs::Size>, number: fn(&ecs::Size) -> Option<i64>| {
        let number = number(size?);
        if number.is_none() {
            at.member(member).say(TaskFault::SizeNotLegal { size: size.map_or_else(String::new, |size| size.0.clone()) });
        }
        number
    };
    let size = Size { cpu: read("cpu", cpu, ecs::Size::cpu_units), memory: read("memory", memory, ecs::Size::mebibytes) };
    match (is_fargate, size.cpu, size.memory) {
        (true, Some(cpu), Some(memory)) if !is_size_of_fargate(cpu, memory) => at.say(TaskFault::FargateSizeUnknown { units: cpu, memory }),
        (true, None, _) | (true, _, None) if cpu.is_none() || memory.is_none() => at.say(TaskFault::FargateSizeMissing),
        (_, _, _) => {}
    }
    size
}

/// Requests and limits of the pod. What its containers ask for together must fit in.
pub(super) fn resources(size: Size, containers: &[Resources], at: &Place<'_>) -> Option<k8s::ResourceRequirements> {
    let sum = |part: fn(&Resources) -> i64| containers.iter().map(part).fold(0, i64::saturating_add);
    let sums = [
        ("cpu", "CPU units", size.cpu, sum(|container| container.cpu.unwrap_or_default())),
        ("memory", "MiB", size.memory, sum(|container| container.reserved_memory())),
    ];
    for (member, unit, task, sum) in sums {
        if let Some(task) = task.filter(|task| sum > *task) {
            at.member(member).say(TaskFault::ContainersExceedTask { sum, task, unit });
        }
    }
    let whole = quantities([("cpu", size.cpu.map(quantity::cpu)), ("memory", size.memory.map(quantity::memory))]);
    whole.map(|whole| k8s::ResourceRequirements { claims: None, requests: Some(whole.clone()), limits: Some(whole) })
}

fn is_size_of_fargate(cpu: i64, memory: i64) -> bool {
    // The smallest has no 1.5 GiB.
    let fits = |(units, least, most, step): (i64, i64, i64, i64)| units == cpu && (least..=most).contains(&memory) && memory % step == 0;
    FARGATE.into_iter().any(fits) && (cpu, memory) != (256, 1536)
}

#[cfg(test)]
mod tests {
    use super::is_size_of_fargate;

    #[test]
    fn the_sizes_of_fargate_are_known() {
        for (cpu, memory) in [(256, 512), (256, 2048), (512, 1024), (512, 4096), (4096, 30720), (8192, 20480), (16384, 122_880)] {
            assert!(is_size_of_fargate(cpu, memory), "{cpu} {memory}");
        }
        for (cpu, memory) in [(256, 1536), (256, 4096), (512, 512), (512, 1536), (8192, 17408), (300, 512)] {
            assert!(!is_size_of_fargate(cpu, memory), "{cpu} {memory}");
        }
    }
}
