//! Reports on standard error: as rustc prints them, or one JSON object a line.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use clap::ValueEnum;
use serde_json::json;

use super::input::Source;
use crate::documents::Report;
use crate::translate::Severity;

/// How reports are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: with the lines that they speak of, and colours on a terminal.
    #[default]
    Human,
    /// For programs: one JSON object a line.
    Json,
}

/// How many reports there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    /// Counts reports.
    pub fn of(reports: &[Report]) -> Self {
        let count = |severity| reports.iter().filter(|report| report.severity == severity).count();
        Self { errors: count(Severity::Error), warnings: count(Severity::Warning), notes: count(Severity::Note) }
    }
}

/// Prints reports to standard error. That nobody listens there is no fault.
pub fn print(reports: &[Report], sources: &[Source], format: Format) {
    let mut stderr = anstream::stderr().lock();
    for report in reports {
        let text = match format {
            Format::Human => human(report, sources),
            Format::Json => machine(report, sources).to_string(),
        };
        let end = if format == Format::Human { "\n\n" } else { "\n" };
        if write!(stderr, "{text}{end}").is_err() {
            return;
        }
    }
    let _: io::Result<()> = stderr.flush();
}

fn machine(report: &Report, sources: &[Source]) -> serde_json::Value {
    let Report { name, severity, message, help, path, object, source, place } = report;
    let source = sources.get(*source);
    let line = source.and_then(|source| line_of(&source.text, place.start)).filter(|_| place.line > 0);
    let column = line.and_then(|(start, line)| line.get(..place.start - start)).map(|before| before.chars().count() + 1);
    json!({
        "name": name,
        "severity": severity,
        "path": path,
        "object": { "kind": object.kind, "namespace": object.namespace, "name": object.name },
        "file": source.map(|source| source.name.as_str()).unwrap_or_default(),
        "line": place.line,
        "column": column,
        "message": message,
        "help": help,
    })
}

fn human(report: &Report, sources: &[Source]) -> String {
    let level = match report.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(normalize_untrusted_str(&report.message)).id(report.name));
    if let Some(source) = sources.get(report.source) {
        let file = normalize_untrusted_str(&source.name);
        group = match line_of(&source.text, report.place.start).filter(|_| report.place.line > 0 && !source.text.is_empty()) {
            Some((start, line)) => {
                let from = report.place.start - start;
                let to = (report.place.end.saturating_sub(start)).clamp(from, line.len());
                let annotation = AnnotationKind::Primary.span(from..to);
                let annotation = if report.path.is_empty() { annotation } else { annotation.label(normalize_untrusted_str(&report.path)) };
                group.element(Snippet::source(line).path(file).line_start(report.place.line).annotation(annotation))
            }
            None if report.place.line > 0 => group.element(Origin::path(file).line(report.place.line)),
            None => group.element(Origin::path(file)),
        };
    }
    if !report.help.is_empty() {
        group = group.element(Level::HELP.message(normalize_untrusted_str(&report.help)));
    }
    Renderer::styled().render(&[group])
}

/// The line that holds the byte at `offset`, with its first byte. Only that line is shown: a report costs the same
/// however long the text is.
fn line_of(text: &str, offset: usize) -> Option<(usize, &str)> {
    let before = text.get(..offset)?;
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let rest = text.get(start..)?;
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    Some((start, rest.get(..end)?))
}
