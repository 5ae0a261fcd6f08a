//! Specifications of other people, as they lie in public repositories: classes A (task definitions) and B (services) of the corpus, where
//! it is there, as they are. Each renders or is refused for a reason that ECS shares; what was counted is printed (`--nocapture` shows it).

#![expect(clippy::expect_used, reason = "a test")]

mod documents;
mod files;
mod filled_in;
mod import;

use std::collections::BTreeMap;

use documents::Read;
use ecs_operator::documents::{Report, Schemas};
use ecs_operator::settings::{Allow, Settings};
use ecs_operator::translate::Severity;
use files::corpus;
use serde_json::Value;

/// Why ECS refuses a document too, or cannot be asked.
const REASONS: [(&str, &str); 13] = [
    ("document-of-another-tool", "a program that makes documents is none"),
    ("host-port-differs", "RegisterTaskDefinition refuses another host port in network mode awsvpc"),
    ("missing-member", "a member that the API requires"),
    ("out-of-range", "a bound that the API has"),
    ("placeholder", "no legal value of its member"),
    ("task-definition-not-found", "the service lies alone in its file: CreateService refuses a task definition that was not registered"),
    ("task-definition-not-legal", "a name or ARN that is none"),
    ("task-role-not-legal", "an ARN without an account"),
    ("unknown-member", "the AWS command line refuses unknown parameters"),
    ("unknown-word", "an enumeration of the API"),
    ("unreadable-input", "broken JSON"),
    ("value-from-not-legal", "an ARN without an account"),
    ("wrong-type", "the AWS command line refuses values of another type"),
];

#[test]
fn every_document_renders_or_is_refused_for_a_reason_that_ecs_shares() {
    let (schemas, mut counts, mut unshared) = (Schemas::new(), Counts::default(), Vec::new());
    for file in corpus("A").into_iter().chain(corpus("B")) {
        let (documents, objects, reports) = match Read::of(&schemas, &file) {
            Ok(read) => {
                let (objects, reports) = read.rendered();
                (read.count(), objects.len(), reports)
            }
            Err(reports) => (0, 0, reports),
        };
        counts.add(documents, objects, &reports);
        let errors = reports.iter().filter(|report| report.severity == Severity::Error);
        let is_shared = |report: &&Report| REASONS.iter().any(|(name, _)| *name == report.name);
        unshared.extend(errors.filter(|report| !is_shared(report)).map(|report| format!("{}: {}: {}", file.display(), report.name, report.message)));
        let is_told = objects > 0 || reports.iter().any(|report| report.severity == Severity::Error);
        assert!(is_told, "{}: no object, and no reason", file.display());
    }
    println!("{counts}");
    assert!(unshared.is_empty(), "refused for a reason of our own:\n{}", unshared.join("\n"));
}

#[test]
fn only_what_is_dangerous_is_refused_where_nothing_is_allowed() {
    let nothing_allowed = Settings { allow: Allow::default(), ..documents::settings() };
    let schemas = Schemas::new();
    let (mut renders, mut refused, mut otherwise) = (0, 0, Vec::new());
    for (file, documents) in filled_in::corpus() {
        let text = documents.iter().map(Value::to_string).collect::<Vec<_>>().join("\n---\n");
        let read = Read::of_text(&schemas, &file.display().to_string(), &text).expect("JSON");
        let errors = |reports: Vec<Report>| reports.into_iter().filter(|report| report.severity == Severity::Error).collect::<Vec<_>>();
        if !errors(read.rendered().1).is_empty() {
            continue;
        }
        let (_, reports) = read.rendered_with(&nothing_allowed);
        let errors = errors(reports);
        renders += 1;
        refused += usize::from(!errors.is_empty());
        let others = errors.iter().filter(|report| !["not-allowed", "host-not-allowed", "file-system-not-allowed"].contains(&report.name));
        otherwise.extend(others.map(|report| format!("{}: {}: {}", file.display(), report.name, report.message)));
    }
    println!("of {renders} files {refused} ask for what is dangerous");
    assert!(otherwise.is_empty(), "refused for another reason:\n{}", otherwise.join("\n"));
}

/// What was counted.
#[derive(Default)]
struct Counts {
    files: usize,
    documents: usize,
    objects: usize,
    rendered: usize,
    diagnostics: BTreeMap<(Severity, &'static str), usize>,
    refusals: BTreeMap<&'static str, usize>,
    unreadable: BTreeMap<String, usize>,
}

impl Counts {
    fn add(&mut self, documents: usize, objects: usize, reports: &[Report]) {
        self.files += 1;
        self.documents += documents;
        self.objects += objects;
        let errors = || reports.iter().filter(|report| report.severity == Severity::Error);
        self.rendered += usize::from(errors().count() == 0);
        for report in reports {
            *self.diagnostics.entry((report.severity, report.name)).or_default() += 1;
        }
        for name in errors().map(|report| report.name).collect::<std::collections::BTreeSet<_>>() {
            *self.refusals.entry(name).or_default() += 1;
        }
        if let Some(report) = reports.first().filter(|_| documents == 0) {
            let kind = if report.name == "placeholder" { "a template".into() } else { report.message.clone() };
            *self.unreadable.entry(kind).or_default() += 1;
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { files, documents, objects, rendered, diagnostics, refusals, unreadable } = self;
        writeln!(formatter, "{files} files with {documents} documents: {objects} objects; {rendered} files rendered without an error")?;
        writeln!(formatter, "no document:")?;
        unreadable.iter().try_for_each(|(kind, count)| writeln!(formatter, "{count:5} {kind}"))?;
        writeln!(formatter, "files refused, by reason (a file may have several):")?;
        refusals.iter().try_for_each(|(name, count)| writeln!(formatter, "{count:5} {name}"))?;
        writeln!(formatter, "diagnostics:")?;
        diagnostics.iter().try_for_each(|((severity, name), count)| writeln!(formatter, "{count:5} {} {name}", format!("{severity:?}").to_lowercase()))
    }
}
