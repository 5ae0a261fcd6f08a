//! `cpu`, `memory` and `memoryReservation`: a share of the processor, a hard limit and a reservation.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::resource_requirements;
use super::task::Size;
use crate::ecs::container_definition::ResourceRequirement;
use crate::translate::diagnostic::{ContainerFault, Place, ResourceFault, TaskFault};
use crate::translate::quantity;
use crate::{ecs, k8s};

/// The least memory of a container, in MiB.
const LEAST_MEMORY: i64 = 6;
/// More than any node has.
const LARGEST: i64 = 1_000_000_000;

/// What a container says of its size; to say 0 is as good as nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::translate) struct Resources {
    pub cpu: Option<i64>,
    /// CPU units of the containers before it.
    pub cpu_before: i64,
    pub memory: Option<i64>,
    pub memory_reservation: Option<i64>,
    /// What it may use of the processor at most, in CPU units: on Windows only.
    pub cpu_limit: Option<i64>,
    /// What it may store on the node, in GiB.
    pub ephemeral_storage: Option<i64>,
}

impl Resources {
    /// What the definition says, with its exports' zeros left out.
    pub fn of(definition: &ecs::ContainerDefinition) -> Self {
        let said = |number: Option<i64>| number.filter(|number| *number > 0).map(|number| number.min(LARGEST));
        let (cpu, memory, memory_reservation) = (said(definition.cpu), said(definition.memory), said(definition.memory_reservation));
        Self { cpu, cpu_before: 0, memory, memory_reservation, cpu_limit: None, ephemeral_storage: None }
    }

    /// What is set aside of the task's memory for the container.
    pub fn reserved_memory(self) -> i64 {
        self.memory_reservation.or(self.memory).unwrap_or_default()
    }
}

/// Requests and limits of the container.
pub(super) fn resources(container: Resources, requirements: &[ResourceRequirement], task: Size, at: &Place<'_>) -> Option<k8s::ResourceRequirements> {
    let Resources { cpu, cpu_before, memory, memory_reservation, cpu_limit, ephemeral_storage } = container;
    for (member, mebibytes) in [("memory", memory), ("memoryReservation", memory_reservation)] {
        if let Some(memory) = mebibytes.filter(|mebibytes| *mebibytes < LEAST_MEMORY) {
            at.member(member).say(ContainerFault::MemoryTooSmall { memory });
        }
    }
    if let (Some(memory), Some(reservation)) = (memory, memory_reservation) {
        let at = at.member("memoryReservation");
        match reservation.cmp(&memory) {
            Ordering::Greater => at.say(ContainerFault::ReservationExceedsMemory { reservation, memory }),
            Ordering::Equal => at.say(ResourceFault::ReservationIsMemory { memory }),
            Ordering::Less => {}
        }
    }
    if let (Some(memory), Some(task)) = (memory, task.memory)
        && memory > task
    {
        at.member("memory").say(TaskFault::MemoryLimitExceedsTask { memory, task });
    }
    if memory.or(memory_reservation).or(task.memory).is_none() {
        at.say(TaskFault::MemoryMissing);
    }
    let cpu = cpu.map(|units| if task.cpu.is_some() { quantity::part_of_cpu(cpu_before, units) } else { quantity::cpu(units) });
    let storage = ephemeral_storage.map(|gibibytes| quantity::memory(gibibytes * 1024));
    let requests = [("cpu", cpu), ("memory", memory_reservation.or(memory).map(quantity::memory)), ("ephemeral-storage", storage.clone())];
    let limits = [("cpu", cpu_limit.map(quantity::cpu)), ("memory", memory.map(quantity::memory)), ("ephemeral-storage", storage)];
    let mut limits = quantities(limits);
    for (resource, number) in resource_requirements::devices(requirements, &at.member("resourceRequirements")) {
        limits.get_or_insert_default().insert(resource.into(), k8s::Quantity(number.to_string()));
    }
    let requirements = k8s::ResourceRequirements { claims: None, requests: quantities(requests), limits };
    (requirements != k8s::ResourceRequirements::default()).then_some(requirements)
}

/// Those of the quantities that are there.
pub(in crate::translate) fn quantities<const N: usize>(quantities: [(&str, Option<k8s::Quantity>); N]) -> Option<BTreeMap<String, k8s::Quantity>> {
    let there: BTreeMap<_, _> = quantities.into_iter().filter_map(|(name, quantity)| Some((name.to_owned(), quantity?))).collect();
    (!there.is_empty()).then_some(there)
}
