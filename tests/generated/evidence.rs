//! What each member does, as the goldens show it: each of their leaves is taken out and changed, and what differs then is its doing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use ecs_operator::documents;
use ecs_operator::translate::Severity;

use serde_json::Value;

use crate::difference;
use crate::leaves::{self, Edit, Step};
use crate::members::is_within;
use crate::subject::{self, Outcome, Subject, Translator};

/// The members that name objects.
const NAMES: [&str; 4] = [" metadata.name", " spec.claimRef.name", " spec.volumeName", ".persistentVolumeClaim.claimName"];

/// A member: its kind, and its path.
pub type Member = (String, String);

/// What was seen of one member.
#[derive(Debug, Default)]
pub struct Seen {
    kind: String,
    /// In how many edits the objects changed.
    pub changes: usize,
    /// The paths that changed in objects, and in how many edits.
    pub objects: BTreeMap<String, usize>,
    /// What was said because the member is as it is.
    pub said: BTreeSet<(Severity, &'static str)>,
}

/// What was seen of all members, and where each diagnostic was said.
#[derive(Debug, Default)]
pub struct Evidence {
    pub members: BTreeMap<Member, Seen>,
    /// By diagnostic: the members that it speaks of, with their kinds.
    pub places: BTreeMap<(Severity, &'static str), BTreeSet<Member>>,
}

/// Looks at every golden: at each member alone; then, of those that change nothing or cannot be changed alone, at what else shows them.
pub fn evidence() -> Evidence {
    let subjects = subject::goldens();
    let mut evidence = gathered(&subjects, |translator, subject, evidence| {
        let before = translator.outcome(subject, &subject.documents);
        for (severity, name, object, path, _) in &before.said {
            evidence.places.entry((*severity, *name)).or_default().insert((object.kind.clone(), without_numbers(path)));
        }
        for Leaf { index, member, edit } in leaves_of(translator, subject) {
            let after = translator.outcome(subject, &edited(&subject.documents, index, &edit));
            evidence.seen(member).add(&numbered(&edit.path), &before, &after, edit.value.is_some());
        }
    });
    let idle: BTreeSet<Member> = evidence.members.iter().filter(|(_, seen)| seen.changes == 0).map(|(member, _)| member.clone()).collect();
    evidence.merge(gathered(&subjects, |translator, subject, evidence| {
        let before = translator.outcome(subject, &subject.documents);
        let leaves: Vec<Leaf> = leaves_of(translator, subject).into_iter().filter(|leaf| idle.contains(&leaf.member)).collect();
        let is_changed = |of: &Leaf| leaves.iter().any(|leaf| leaf.index == of.index && leaf.edit.path == of.edit.path && leaf.edit.value.is_some());
        // What can be changed shows by that what it does, and not by what it is in.
        for Leaf { index, member, edit } in leaves.iter().filter(|leaf| leaf.edit.value.is_some() || !is_changed(leaf)) {
            let index = *index;
            let after = translator.outcome(subject, &edited(&subject.documents, index, edit));
            if refused(&after) != refused(&before) {
                let mut all = alternatives(subject, index, edit).into_iter().map(|documents| translator.outcome(subject, &documents));
                if let Some(after) = all.find(|after| refused(after) == refused(&before)) {
                    evidence.seen(member.clone()).add(&numbered(&edit.path), &before, &after, false);
                }
            }
        }
    }));
    evidence
}

/// What is seen in all documents, on all cores.
fn gathered(subjects: &[Subject], look: impl Fn(&Translator, &Subject, &mut Evidence) + Sync) -> Evidence {
    let next = AtomicUsize::new(0);
    let of_one = || {
        let (translator, mut evidence) = (Translator::new(), Evidence::default());
        while let Some(subject) = subjects.get(next.fetch_add(1, Ordering::Relaxed)) {
            look(&translator, subject, &mut evidence);
        }
        evidence
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..std::thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(of_one)).collect();
        let mut all = Evidence::default();
        for thread in threads {
            all.merge(thread.join().expect("no panic"));
        }
        all
    })
}

/// A leaf, and what is done to it.
struct Leaf {
    /// The number of the document.
    index: usize,
    member: Member,
    edit: Edit,
}

fn leaves_of(translator: &Translator, subject: &Subject) -> Vec<Leaf> {
    let of_document = |(index, document)| {
        let (schema, root) = translator.schema(document);
        let kind = document["kind"].as_str().unwrap_or_default().to_owned();
        let leaf = move |edit: Edit| Leaf { index, member: (kind.clone(), member(&edit.path, schema)), edit };
        leaves::edits(root, schema).into_iter().map(leaf)
    };
    subject.documents.iter().enumerate().flat_map(of_document).collect()
}

impl Evidence {
    fn seen(&mut self, member: Member) -> &mut Seen {
        let kind = member.0.clone();
        let seen = self.members.entry(member).or_default();
        seen.kind = kind;
        seen
    }

    fn merge(&mut self, other: Self) {
        for (member, seen) in other.members {
            self.seen(member).merge(seen);
        }
        for (diagnostic, places) in other.places {
            self.places.entry(diagnostic).or_default().extend(places);
        }
    }
}

fn edited(documents: &[Value], index: usize, edit: &Edit) -> Vec<Value> {
    let mut documents = documents.to_vec();
    leaves::apply(subject::specification_mut(&mut documents[index]), &edit.path, edit.value.as_ref());
    documents
}

/// What is tried where the documents are refused with a member changed: another value; what is meant by it changed with it; no more of
/// what it is in; without it what cannot be beside it.
fn alternatives(subject: &Subject, index: usize, edit: &Edit) -> Vec<Vec<Value>> {
    let documents = &subject.documents;
    let specification = subject::specification(&documents[index]);
    let mut all = Vec::new();
    if let (Some(text), Some(_)) = (leaves::at(specification, &edit.path).and_then(Value::as_str), &edit.value) {
        let next = Edit { path: edit.path.clone(), value: Some(next(text).into()) };
        all.push(edited(documents, index, &next));
        let mut renamed = documents.clone();
        for document in &mut renamed {
            rename(subject::specification_mut(document), text, &format!("{text}x"));
        }
        all.push(renamed);
    }
    if let Some(item) = edit.path.iter().rposition(|step| matches!(step, Step::Item(_))) {
        all.push(edited(documents, index, &Edit { path: edit.path[..=item].to_vec(), value: None }));
    }
    for (other, document) in documents.iter().enumerate() {
        for name in subject::specification(document).as_object().into_iter().flat_map(serde_json::Map::keys) {
            let path = vec![Step::Member(name.clone())];
            if other != index || !edit.path.starts_with(&path) {
                all.push(edited(&edited(documents, index, edit), other, &Edit { path, value: None }));
            }
        }
    }
    all
}

/// The documents that are refused, and why.
fn refused(outcome: &Outcome) -> BTreeSet<(&documents::Object, &str)> {
    outcome.said.iter().filter(|(severity, ..)| *severity == Severity::Error).map(|(_, name, object, ..)| (object, *name)).collect()
}

/// The text with another last letter or digit, which names, addresses and identifiers have.
fn next(text: &str) -> String {
    let mut text = text.to_owned();
    let other = match text.pop() {
        Some(last @ ('0'..='8' | 'a'..='e' | 'g'..='y')) => char::from_u32(u32::from(last) + 1),
        _ => Some('1'),
    };
    text.extend(other);
    text
}

fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        Value::Object(members) => members.values_mut().for_each(|member| rename(member, from, to)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Seen {
    /// Adds what an edit of the member shows. Where other documents are refused than before, only the reasons count: no more is said of them.
    fn add(&mut self, path: &str, before: &Outcome, after: &Outcome, is_there_after: bool) {
        let is_refused = refused(before) != refused(after);
        if !is_refused {
            self.compare(before, after);
        }
        for (side, other, is_there) in [(before, after, true), (after, before, is_there_after)] {
            let said = side.said.difference(&other.said).filter(|said| is_there && (!is_refused || said.0 == Severity::Error));
            let of_it = said.filter(|(_, _, object, place, _)| object.kind == self.kind && (is_within(path, place) || is_within(place, path)));
            self.said.extend(of_it.map(|(severity, name, ..)| (*severity, *name)));
        }
    }

    fn compare(&mut self, before: &Outcome, after: &Outcome) {
        let mut objects = difference::paths(&before.objects, &after.objects);
        self.changes += usize::from(!objects.is_empty());
        // Names with a hash change with whatever is in the object.
        let is_name = |path: &str| NAMES.iter().any(|name| path.ends_with(name));
        if objects.iter().any(|path| !is_name(path)) {
            objects.retain(|path| !is_name(path));
        }
        for path in objects {
            *self.objects.entry(path).or_default() += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        self.changes += other.changes;
        for (path, times) in other.objects {
            *self.objects.entry(path).or_default() += times;
        }
        self.said.extend(other.said);
    }
}

/// The path of a member, without the keys of maps.
fn member(path: &[Step], schema: &Value) -> String {
    let (mut title, mut schema) = (String::new(), schema);
    for step in path {
        match step {
            Step::Member(name) => {
                let Some(member) = schema["properties"].get(name) else { break };
                schema = member;
                title = if title.is_empty() { name.clone() } else { format!("{title}.{name}") };
            }
            Step::Item(_) => {
                schema = &schema["items"];
                title += "[]";
            }
        }
    }
    title.trim_end_matches("[]").into()
}

/// The path as diagnostics have it.
fn numbered(path: &[Step]) -> String {
    path.iter().fold("spec".to_owned(), |path, step| match step {
        Step::Member(name) => format!("{path}.{name}"),
        Step::Item(index) => format!("{path}[{index}]"),
    })
}

/// The path of a member from that of a diagnostic.
fn without_numbers(path: &str) -> String {
    let bare =
        path.split('[').enumerate().map(|(index, part)| if index == 0 { part.into() } else { format!("[]{}", part.split_once(']').unwrap_or_default().1) });
    bare.collect::<String>().trim_start_matches("spec.").trim_end_matches("[]").to_owned()
}
