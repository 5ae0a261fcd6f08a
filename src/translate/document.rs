//! What any document has: a name, and parts that are spoken of as they were written.

use serde::Serialize;

use super::diagnostic::{DocumentFault, Place};
use super::names;
use crate::ecs::unset;

/// Reports a name that objects cannot be named after.
pub(super) fn report_name(name: &str, document: &Place<'_>) {
    if !names::is_legal(name) {
        document.member("metadata").member("name").say(DocumentFault::NameNotLegal { name: name.into() });
    }
}

/// A part of a document as it was written, as JSON on one line: whole, so that no member of it is forgotten.
pub(super) fn written(part: &impl Serialize) -> String {
    serde_json::to_value(part).map(|value| unset::without_unset(&value).to_string()).unwrap_or_default()
}
