//! The documents of all texts. What is written in them is kept of a few texts only, and read again where it is asked for later: so the
//! memory that is needed does not grow with the number of files.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::input::Source;
use crate::documents::{self, Document, Fault, Read, Report, Schemas, Written};
use crate::yaml::tree::Place;

/// Documents, and what there was to say as they were read.
#[derive(Debug)]
pub struct Documents<'a> {
    /// The documents.
    pub documents: Vec<Document>,
    /// The namespace of each.
    pub namespaces: Vec<String>,
    /// What there is to say of them.
    pub reports: Vec<Report>,
    /// Why a text cannot be read.
    pub unreadable: Vec<Report>,
    /// The texts.
    pub sources: Vec<Source>,
    schemas: &'a Schemas,
    at_hand: RefCell<VecDeque<(usize, Vec<Rc<Written>>)>>,
}

impl<'a> Documents<'a> {
    /// Of how many texts is kept what is written in them: for what documents refer to usually stands in few.
    const AT_HAND: usize = 16;

    /// The documents of all texts but those that are known as unreadable, in `namespace` where one is given.
    pub fn of(schemas: &'a Schemas, sources: Vec<Source>, unreadable: Vec<Report>, namespace: Option<&str>) -> Self {
        let mut all = Self::empty(schemas, sources, unreadable);
        for number in 0..all.sources.len() {
            let text = all.sources.get(number).map(|source| source.text.as_str()).unwrap_or_default();
            if all.unreadable.iter().any(|report| report.source == number) {
                continue;
            }
            match documents::read(schemas, number, text) {
                Ok(read) if read.documents.is_empty() && read.reports.is_empty() => {
                    let fault = Fault::UnreadableInput { reason: "there is no document in it".into(), hint: "" };
                    all.unreadable.push(Report::of(&fault, number, Place::default()));
                }
                Ok(read) => all.add(number, read, namespace),
                Err(report) => all.unreadable.push(*report),
            }
        }
        all
    }

    /// The documents of one text that was read already; it is not kept.
    pub fn of_read(schemas: &'a Schemas, name: &str, read: Read) -> Self {
        let mut all = Self::empty(schemas, vec![Source { name: name.into(), text: String::new() }], Vec::new());
        all.add(0, read, None);
        all
    }

    /// What is written in a document.
    pub fn written(&self, document: &Document) -> Option<Rc<Written>> {
        let mut at_hand = self.at_hand.borrow_mut();
        let found = at_hand.iter().position(|(source, _)| *source == document.source).and_then(|position| at_hand.remove(position));
        let (source, written) = found.or_else(|| {
            let text = &self.sources.get(document.source)?.text;
            let read = documents::read(self.schemas, document.source, text).ok()?;
            Some((document.source, read.written.into_iter().map(Rc::new).collect()))
        })?;
        let of_document = written.get(document.number).cloned();
        put(&mut at_hand, source, written);
        of_document
    }

    fn empty(schemas: &'a Schemas, sources: Vec<Source>, unreadable: Vec<Report>) -> Self {
        let (documents, namespaces, reports) = (Vec::new(), Vec::new(), Vec::new());
        Self { documents, namespaces, reports, unreadable, sources, schemas, at_hand: RefCell::default() }
    }

    fn add(&mut self, source: usize, read: Read, namespace: Option<&str>) {
        let Read { documents, written, mut reports } = read;
        let in_force = |own: Option<&str>| namespace.or(own).unwrap_or("default").to_owned();
        for report in reports.iter_mut().filter(|report| !report.object.kind.is_empty()) {
            report.object.namespace = in_force(Some(report.object.namespace.as_str()).filter(|own| !own.is_empty()));
        }
        self.reports.extend(reports);
        self.namespaces.extend(documents.iter().map(|document| in_force(document.namespace.as_deref())));
        self.documents.extend(documents);
        put(&mut self.at_hand.borrow_mut(), source, written.into_iter().map(Rc::new).collect());
    }
}

/// Puts what is written in a text where it is found first, and lets the one go that was not asked for the longest.
fn put(at_hand: &mut VecDeque<(usize, Vec<Rc<Written>>)>, source: usize, written: Vec<Rc<Written>>) {
    at_hand.push_front((source, written));
    at_hand.truncate(Documents::AT_HAND);
}
