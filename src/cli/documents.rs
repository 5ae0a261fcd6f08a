//! The documents of all texts. What is written in them is kept of a few texts only, and read again where it is asked for later: so the
//! memory that is needed does not grow with the number of files.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::input::Source;
use crate::documents::{self, Document, Fault, Kind, Read, Report, Schemas, Written};
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
    at_hand: RefCell<AtHand>,
}

/// What is written in each document of a text.
type OfText = Vec<Rc<Written>>;

/// What is kept of the texts, by their numbers.
#[derive(Debug, Default)]
struct AtHand {
    /// Those asked for last, the very last first.
    recent: VecDeque<(usize, OfText)>,
    /// Those that are asked for time and again: they stay.
    often: BTreeMap<usize, OfText>,
    /// How often each was read again.
    times: BTreeMap<usize, usize>,
}

impl<'a> Documents<'a> {
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
        let read_again = || {
            let text = &self.sources.get(document.source)?.text;
            documents::read(self.schemas, document.source, text).ok().map(|read| read.written.into_iter().map(Rc::new).collect())
        };
        self.at_hand.borrow_mut().of(document.source, read_again)?.get(document.number).cloned()
    }

    fn empty(schemas: &'a Schemas, sources: Vec<Source>, unreadable: Vec<Report>) -> Self {
        let (documents, namespaces, reports) = (Vec::new(), Vec::new(), Vec::new());
        Self { documents, namespaces, reports, unreadable, sources, schemas, at_hand: RefCell::default() }
    }

    fn add(&mut self, source: usize, read: Read, namespace: Option<&str>) {
        let Read { documents, written, mut reports } = read;
        let in_force = |own: Option<&str>| namespace.or(own).unwrap_or("default").to_owned();
        for report in reports.iter_mut().filter(|report| !report.object.kind.is_empty()) {
            if report.object.kind == Kind::AccessGrant.name() {
                report.object.namespace.clear();
                continue;
            }
            report.object.namespace = in_force(Some(report.object.namespace.as_str()).filter(|own| !own.is_empty()));
        }
        self.reports.extend(reports);
        self.namespaces.extend(documents.iter().map(|document| in_force(document.namespace.as_deref())));
        self.documents.extend(documents);
        self.at_hand.borrow_mut().put(source, written.into_iter().map(Rc::new).collect());
    }
}

impl AtHand {
    /// How many texts are kept: what documents refer to usually stands in few.
    const RECENT: usize = 16;
    /// How often a text is read again before it stays. A large one would be read for each of its documents.
    const OFTEN: usize = 3;

    /// What is written in the text of this number, which is read again where it is not at hand.
    fn of(&mut self, source: usize, read_again: impl FnOnce() -> Option<OfText>) -> Option<&OfText> {
        if self.often.contains_key(&source) {
            return self.often.get(&source);
        }
        let found = self.recent.iter().position(|(other, _)| *other == source).and_then(|position| self.recent.remove(position));
        if let Some((_, of_text)) = found {
            self.put(source, of_text);
        } else {
            let times = self.times.entry(source).or_default();
            *times += 1;
            let (is_often, of_text) = (*times >= Self::OFTEN, read_again()?);
            if is_often {
                return Some(self.often.entry(source).or_insert(of_text));
            }
            self.put(source, of_text);
        }
        self.recent.front().map(|(_, of_text)| of_text)
    }

    /// Lets the one go that was not asked for the longest.
    fn put(&mut self, source: usize, of_text: OfText) {
        self.recent.push_front((source, of_text));
        self.recent.truncate(Self::RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::AtHand;

    #[test]
    fn a_text_is_read_again_a_few_times_only() {
        let (mut at_hand, mut reads) = (AtHand::default(), 0);
        let texts = AtHand::RECENT + 1;
        for source in (0..texts).cycle().take(10 * texts) {
            let read_again = || {
                reads += 1;
                Some(Vec::new())
            };
            assert!(at_hand.of(source, read_again).is_some());
        }
        assert!(reads <= AtHand::OFTEN * texts, "{reads}");
        assert!(at_hand.recent.len() <= AtHand::RECENT);
    }
}
