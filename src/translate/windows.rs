//! What Windows lacks.

use serde::Serialize;

use super::diagnostic::{Place, PlacementFault};
use super::written::written;

/// Reports a member that has an effect on Linux only, in ECS and here; `at` is its place.
pub(super) fn linux_only(member: &str, value: &impl Serialize, at: &Place<'_>) {
    at.say(PlacementFault::OfLinuxAlone { member: member.into(), value: written(value) });
}
