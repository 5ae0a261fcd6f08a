//! What any document has: a name and tags.

use super::diagnostic::{DocumentFault, Place};
use super::names;
use crate::ecs;

/// Reports a name that objects cannot be named after.
pub(super) fn report_name(name: &str, document: &Place<'_>) {
    if !names::is_legal(name) {
        document.member("metadata").member("name").say(DocumentFault::NameNotLegal { name: name.into() });
    }
}

/// Reports tags, which have no effect.
pub(super) fn report_tags(tags: Option<&[ecs::Tag]>, at: &Place<'_>) {
    if tags.is_some_and(|tags| !tags.is_empty()) {
        at.member("tags").say(DocumentFault::TagsWithoutEffect);
    }
}
