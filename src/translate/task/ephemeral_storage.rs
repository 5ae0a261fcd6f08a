//! `ephemeralStorage`: what the task may store on its node.
//!
//! A pod's limit is the sum of its containers' limits, and a container without one is bounded by that sum alone. So when one
//! container has the task's whole size, the task has it.

use crate::ecs::task_definition::EphemeralStorage;
use crate::translate::container::Resources;
use crate::translate::diagnostic::{Place, ResourceFault};

/// Gives the whole size to the first of the essential containers.
pub(super) fn ephemeral_storage(storage: Option<&EphemeralStorage>, is_essential: impl Fn(usize) -> bool, containers: &mut [Resources], at: &Place<'_>) {
    let Some(EphemeralStorage { size }) = storage else { return };
    if !(21..=200).contains(size) {
        return at.member("sizeInGiB").say(ResourceFault::EphemeralStorageOutOfRange { size: *size });
    }
    let first = containers.iter_mut().enumerate().find(|(index, _)| is_essential(*index));
    if let Some((_, container)) = first {
        container.ephemeral_storage = Some(*size);
    }
}
