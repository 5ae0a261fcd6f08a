//! What is dangerous is off unless the settings allow it.

use super::Inputs;
use super::diagnostic::{DocumentFault, Place};
use crate::settings::Danger;

/// Whether the settings allow something dangerous in the namespace; that they do not is said.
pub(super) fn allowed(danger: Danger, inputs: &Inputs<'_>, at: &Place<'_>) -> bool {
    let is_allowed = inputs.settings.allow.has(danger, inputs.namespace);
    if !is_allowed {
        at.say(DocumentFault::NotAllowed { what: danger.description(), setting: danger.setting() });
    }
    is_allowed
}
