//! Spellings × grants: each cell says whether it is had, and if not, why.

use serde::Deserialize;

use super::super::{Grant, List, Reason};
use super::{asked, home};
use crate::ecs::AccessGrant;

#[derive(Deserialize)]
struct Column {
    name: String,
    spec: AccessGrant,
}

fn grants() -> Vec<Grant> {
    let columns: Vec<Column> = serde_saphyr::from_str(include_str!("grants.yaml")).expect("grants");
    columns.into_iter().map(|Column { name, spec }| Grant { name, spec, home: home() }).collect()
}

/// Each spelling, and a letter for each grant.
fn cells() -> Vec<(&'static str, &'static str)> {
    let lines = include_str!("cells.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').expect("letters and a spelling")).map(|(letters, spelling)| (spelling, letters)).collect()
}

#[test]
fn every_spelling_is_had_by_the_grants_that_allow_it_and_by_no_other() {
    let (grants, cells) = (grants(), cells());
    let mut faults = Vec::new();
    for (written, expected) in &cells {
        let found: String = grants.iter().map(|grant| outcome(grant, written)).collect();
        if found != *expected {
            faults.push(format!("{written}: {expected} is expected, {found} was found"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(cells.len() * grants.len() >= 600, "{} cells", cells.len() * grants.len());
    let all: String = cells.iter().map(|(_, cells)| *cells).collect();
    for outcome in "YARLPNOXM".chars() {
        assert!(all.matches(outcome).count() > 2, "{outcome}");
    }
}

fn outcome(grant: &Grant, written: &str) -> char {
    let Some(answer) = asked(std::slice::from_ref(grant), written) else { return 'M' };
    let reason = answer.err().and_then(|denial| denial.refusals.into_iter().next()).map(|refusal| refusal.reason);
    match reason {
        None => 'Y',
        Some(Reason::NotListed { list: List::Accounts, .. }) => 'A',
        Some(Reason::NotListed { list: List::Regions, .. }) => 'R',
        Some(Reason::NotListed { .. }) => 'L',
        Some(Reason::OtherPartition { .. }) => 'P',
        Some(Reason::NoRole) => 'N',
        Some(Reason::RoleOfAnotherAccount { .. }) => 'O',
        Some(Reason::NotPlain) => 'X',
        Some(Reason::NotThere | Reason::Unreadable { .. } | Reason::OtherNamespaces | Reason::Unknown(_)) => '?',
    }
}
