//! One thing to tell a user, whoever found it: a reader of documents or the translation.

use super::Fault;
use crate::translate::{Diagnostic, Severity};
use crate::yaml::tree::Place;

/// One thing to tell a user, with the place it speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The name of the fault.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What happens now.
    pub message: String,
    /// What the user can do; may be empty.
    pub help: String,
    /// The path of the member, as in the document; may be empty.
    pub path: String,
    /// The object it speaks of.
    pub object: Object,
    /// The number of the source that it speaks of.
    pub source: usize,
    /// Where in that source.
    pub place: Place,
}

/// An object as users name it; what is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// The kind.
    pub kind: String,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Report {
    /// A report on what was found while documents were read.
    pub fn of(fault: &Fault, source: usize, place: Place) -> Self {
        let (object, path) = (Object::default(), String::new());
        Self { name: fault.name(), severity: fault.severity(), message: fault.message(), help: fault.help(), path, object, source, place }
    }

    /// A report on what the translation found.
    pub fn translated(diagnostic: &Diagnostic, source: usize) -> Self {
        let Diagnostic { origin: _, path, fault } = diagnostic;
        let (object, place, path) = (Object::default(), Place::default(), path.clone());
        Self { name: fault.name(), severity: fault.severity(), message: fault.message(), help: fault.help(), path, object, source, place }
    }

    /// The same report, on the member at `path`.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same report, on `object`.
    #[must_use]
    pub fn about(mut self, object: Object) -> Self {
        self.object = object;
        self
    }
}
