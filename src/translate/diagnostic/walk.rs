//! The walk through a document: where it is, and what it has to say there.

use std::cell::RefCell;

use super::{Diagnostic, Fault, Origin, Severity};

/// What was said during the walks through the documents.
#[derive(Debug, Default)]
pub(in crate::translate) struct Said(RefCell<Vec<Diagnostic>>);

impl Said {
    /// The root of a document.
    pub fn document(&self, origin: Origin) -> Place<'_> {
        Place { said: self, origin, path: String::new() }
    }

    /// The member at that path, from the root of a document.
    pub fn at(&self, origin: Origin, path: &str) -> Place<'_> {
        Place { said: self, origin, path: path.to_owned() }
    }

    /// Whether anything stands in the way of applying.
    pub fn has_errors(&self) -> bool {
        self.0.borrow().iter().any(|diagnostic| diagnostic.fault.severity() == Severity::Error)
    }

    /// All that was said.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.0.into_inner()
    }
}

/// A place in a document.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Place<'a> {
    said: &'a Said,
    origin: Origin,
    path: String,
}

impl<'a> Place<'a> {
    /// The member of the object that is here.
    pub fn member(&self, name: &str) -> Place<'a> {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.below([&self.path, dot, name].concat())
    }

    /// The item of the list that is here.
    pub fn item(&self, index: usize) -> Place<'a> {
        self.below(format!("{}[{index}]", self.path))
    }

    fn below(&self, path: String) -> Place<'a> {
        Place { said: self.said, origin: self.origin, path }
    }

    /// The path of the place, from the root of the document.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Says something about what is here.
    pub fn say(&self, fault: impl Into<Fault>) {
        self.said.0.borrow_mut().push(Diagnostic { origin: self.origin, path: self.path.clone(), fault: fault.into() });
    }
}
