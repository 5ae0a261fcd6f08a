//! The diagnostics of all services, one line for each kind of them.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{Cell, Color};
use ecs_operator::ecs::status::{DiagnosticStatus, Severity};

use crate::screen::dim;
use crate::services::Service;
use crate::table;

/// The diagnostics, the most severe first.
pub fn list(services: &[Service]) -> String {
    let mut groups: BTreeMap<(Severity, &str), Vec<(&str, &DiagnosticStatus)>> = BTreeMap::new();
    for service in services {
        for diagnostic in &service.status.diagnostics {
            groups.entry((diagnostic.severity, &diagnostic.name)).or_default().push((&service.name, diagnostic));
        }
    }
    let mut table = table::plain();
    for ((severity, name), group) in &groups {
        table.add_row(row(*severity, name, group));
    }
    let hint = dim("one explained: cargo run -- explain security-groups-without-effect");
    format!("{}\n{hint}", table::text(&table))
}

fn row(severity: Severity, name: &str, group: &[(&str, &DiagnosticStatus)]) -> [Cell; 4] {
    let (word, colour) = match severity {
        Severity::Error => ("error", Color::Red),
        Severity::Warning => ("warning", Color::Yellow),
        Severity::Note => ("note", Color::Cyan),
    };
    let services: BTreeSet<&str> = group.iter().map(|(service, _)| *service).collect();
    let message = group.first().map(|(_, diagnostic)| diagnostic.message.as_str()).unwrap_or_default();
    // after the semicolon it says what to do
    let short = message.split(';').next().unwrap_or_default();
    [Cell::new(word).fg(colour), Cell::new(name), Cell::new(services.into_iter().collect::<Vec<_>>().join(", ")), Cell::new(short)]
}
