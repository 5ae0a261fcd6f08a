//! `ulimits`: a pod cannot set them; each is reported.

use super::Task;
use crate::ecs::container_definition::Ulimit;
use crate::translate::diagnostic::{KernelFault, Place};
use crate::translate::windows::linux_only;
use crate::translate::word::word;

/// Reports each limit with its values.
pub(super) fn report(ulimits: &[Ulimit], task: &Task<'_>, at: &Place<'_>) {
    if task.is_windows && !ulimits.is_empty() {
        return linux_only("ulimits", &ulimits, at);
    }
    for (index, Ulimit { name, soft_limit, hard_limit }) in ulimits.iter().enumerate() {
        at.item(index).say(KernelFault::UlimitWithoutEffect { limit: word(name), soft: *soft_limit, hard: *hard_limit });
    }
}
