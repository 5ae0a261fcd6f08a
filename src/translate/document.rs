//! What any document has: a name.

use super::diagnostic::{DocumentFault, Place};
use super::names;

/// Reports a name that objects cannot be named after.
pub(super) fn report_name(name: &str, document: &Place<'_>) {
    if !names::is_legal(name) {
        document.member("metadata").member("name").say(DocumentFault::NameNotLegal { name: name.into() });
    }
}
