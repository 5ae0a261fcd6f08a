//! `crds/DIAGNOSTICS.md`: all that the operator and the command line have to say about documents.

use std::collections::BTreeMap;

use ecs_operator::documents;
use ecs_operator::documents::schema::first_sentence;
use ecs_operator::translate::{self, Explanation, Severity};

use crate::GENERATED;
use crate::fates::EVIDENCE;
use crate::markdown::{code, section, sentence, table};

const INTRODUCTION: &str = "\
# Diagnostics

What the operator and the command line say about ECS documents: everything in them that Kubernetes does in another way, or not at all.
The operator writes them into `status.diagnostics` of the object, `ecs-operator check` and `render` print them with the line that they
speak of, and `ecs-operator explain NAME` prints what stands here. Words in capitals stand for what differs from case to case.
";

/// The severities: the heading, and what they mean.
const SEVERITIES: [(Severity, &str, &str); 3] = [
    (Severity::Error, "Errors", "Nothing is applied. What runs already goes on, and is still scaled and repaired."),
    (Severity::Warning, "Warnings", "It is applied, and does something else than on ECS. Read these before you rely on it."),
    (Severity::Note, "Notes", "It belongs to AWS and has no effect here, or is only good to know."),
];

/// How many of the members that a diagnostic speaks of are named.
const PLACES: usize = 6;

/// A diagnostic: its name, a short word on it, and all that there is to say.
struct Entry {
    name: &'static str,
    severity: Severity,
    summary: String,
    text: String,
}

/// The page.
pub fn page() -> String {
    let entries: Vec<Entry> = translate::Fault::catalogue().map(of_translation).chain(documents::Fault::CATALOGUE.iter().map(of_reading)).collect();
    let of = |severity: Severity| entries.iter().filter(move |entry| entry.severity == severity);
    let severities = table(
        &["Severity", "Number", "What it means"],
        SEVERITIES
            .map(|(severity, heading, meaning)| vec![format!("[{heading}](#{})", heading.to_lowercase()), of(severity).count().to_string(), meaning.into()]),
    );
    let by_name: BTreeMap<&str, &Entry> = entries.iter().map(|entry| (entry.name, entry)).collect();
    let index = table(
        &["Name", "Severity", "What it says"],
        by_name.iter().map(|(name, entry)| vec![format!("[{0}](#{name})", code(name)), word(entry.severity), entry.summary.clone()]),
    );
    let sections = SEVERITIES.map(|(severity, heading, meaning)| {
        let entries: String = of(severity).map(|entry| section(3, &code(entry.name), &entry.text)).collect();
        section(2, heading, &format!("{meaning}\n{entries}"))
    });
    format!("<!-- {GENERATED} -->\n\n{INTRODUCTION}\n{severities}{}{}", section(2, "All by name", &index), sections.concat())
}

/// What translation says, in the operator and on the command line.
fn of_translation(explanation: &Explanation) -> Entry {
    let Explanation { name, severity, message: _, ecs, here, remedy, example } = *explanation;
    let places = places(severity, name);
    let summary = sentence(&explanation.summary());
    let language = if example.contains(": ") { "yaml" } else { "text" };
    let text =
        format!("{summary}\n\n- **On ECS:** {ecs}\n- **Here:** {here}\n- **What to do:** {}\n{places}\n```{language}\n{example}\n```\n", sentence(remedy));
    Entry { name, severity, summary, text }
}

/// The members that it speaks of, as the goldens show.
fn places(severity: Severity, name: &'static str) -> String {
    let members = EVIDENCE.places.get(&(severity, name)).into_iter().flatten().filter(|(_, path)| !path.is_empty());
    let mut members: Vec<String> = members.map(|(kind, path)| format!("{} ({kind})", code(path))).collect();
    let more = members.split_off(members.len().min(PLACES)).len();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    if members.is_empty() { String::new() } else { format!("- **Said of:** {}{more}\n", members.join(", ")) }
}

/// What is said as files are read.
fn of_reading(entry: &documents::fault::Entry) -> Entry {
    let about = entry.about.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let text = format!("{about}\n\nThe command line says so, as it reads files.\n");
    Entry { name: entry.name, severity: entry.severity, summary: first_sentence(&about), text }
}

fn word(severity: Severity) -> String {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
    .into()
}
