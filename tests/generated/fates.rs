//! The fate of each member, from the evidence: `crds/fates.tsv`, which the program has in it, and what `crds/FIELDS.md` shows of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use ecs_operator::ecs::crds;
use ecs_operator::translate::Severity;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;

use crate::evidence::{Evidence, Seen, evidence};
use crate::members::{is_within, members, property, root};

/// What goldens cannot show, with where else it is proved: these say when a deployment starts, not what it is, and the tests of service
/// revisions have them; and grants, which say whether it may be, and not what it is.
const OF_DEPLOYMENTS: [&str; 4] = ["forceNewDeployment", "kubernetes.grants", "kubernetes.refresh.interval", "kubernetes.restartedAt"];
/// The kind of which nothing becomes: it is asked.
pub const ASKED: &str = "AWSAccessGrant";
/// How many paths of objects are shown of a member.
const SHOWN: usize = 3;

/// What becomes of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Exact,
    Approximated,
    Reported,
}

impl Fate {
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximated => "approximated",
            Self::Reported => "reported",
        }
    }
}

/// A member with its fate; `None` where nothing shows it.
pub struct Member {
    pub kind: String,
    pub path: String,
    pub fate: Option<Fate>,
    /// The paths in objects, those that change most often first.
    pub becomes: Vec<String>,
    pub diagnostics: BTreeSet<(Severity, &'static str)>,
}

/// What the goldens show: looked at once, for the table and for the pages.
pub static EVIDENCE: LazyLock<Evidence> = LazyLock::new(evidence);

/// Every member of every specification, in the order of the schemas.
pub static FATES: LazyLock<Vec<Member>> = LazyLock::new(|| {
    let said_of = said_of(&EVIDENCE);
    let definitions = crds::all();
    let of_kind = |definition: &CustomResourceDefinition| {
        let kind = &definition.spec.names.kind;
        let paths = members(property(root(definition), "spec")).into_iter().map(|member| member.path);
        paths.map(|path| of_member(kind, path, &said_of)).collect::<Vec<_>>()
    };
    definitions.iter().filter(|definition| definition.spec.names.kind != ASKED).flat_map(of_kind).collect()
});

/// The member, from what was seen of it, or of those in it.
fn of_member(kind: &str, path: String, said_of: &BTreeMap<(String, String), BTreeSet<(Severity, &'static str)>>) -> Member {
    let key = (kind.to_owned(), path.clone());
    let of_kind = EVIDENCE.members.iter().filter(|((of, _), _)| of == kind);
    let within: Vec<(&str, &Seen)> = of_kind.map(|((_, other), seen)| (other.as_str(), seen)).filter(|(other, _)| is_within(other, &path)).collect();
    let fate = together(within.iter().map(|(path, seen)| if OF_DEPLOYMENTS.contains(path) { Some(Fate::Exact) } else { fate(seen) }));
    let own = EVIDENCE.members.get(&key);
    let becomes = own.map(in_short).unwrap_or_default();
    let diagnostics = own.into_iter().flat_map(|seen| &seen.said).chain(said_of.get(&key).into_iter().flatten()).copied().collect();
    Member { kind: kind.into(), path, fate, becomes, diagnostics }
}

/// The members that diagnostics speak of, with those diagnostics.
fn said_of(evidence: &Evidence) -> BTreeMap<(String, String), BTreeSet<(Severity, &'static str)>> {
    let mut said = BTreeMap::<_, BTreeSet<_>>::new();
    for (diagnostic, places) in &evidence.places {
        for place in places {
            said.entry(place.clone()).or_default().insert(*diagnostic);
        }
    }
    said
}

fn fate(seen: &Seen) -> Option<Fate> {
    let is_warned_of = seen.said.iter().any(|(severity, _)| *severity == Severity::Warning);
    match (seen.changes > 0, seen.said.is_empty()) {
        (true, _) if is_warned_of => Some(Fate::Approximated),
        (true, _) => Some(Fate::Exact),
        (false, false) => Some(Fate::Reported),
        (false, true) => None,
    }
}

/// That of a structure whose members have these fates.
fn together(fates: impl Iterator<Item = Option<Fate>>) -> Option<Fate> {
    let fates = fates.collect::<Option<BTreeSet<Fate>>>()?;
    match (fates.first(), fates.last()) {
        (Some(first), Some(last)) if first == last => Some(*first),
        (Some(_), Some(_)) => Some(Fate::Approximated),
        _ => None,
    }
}

/// The paths that changed most often, each without those that are in it.
fn in_short(seen: &Seen) -> Vec<String> {
    let mut paths: Vec<(&String, usize)> = seen.objects.iter().map(|(path, times)| (path, *times)).filter(|(_, times)| times * 4 >= seen.changes).collect();
    paths.sort_by_key(|(path, times)| (usize::MAX - times, *path));
    let mut kept: Vec<&String> = Vec::new();
    for (path, _) in paths {
        let is_shown = kept.iter().any(|other| path.starts_with(*other) || other.starts_with(path));
        if !is_shown && kept.len() < SHOWN {
            kept.push(path);
        }
    }
    kept.into_iter().cloned().collect()
}

/// `crds/fates.tsv`.
pub fn table() -> String {
    let line = |member: &Member| {
        let Member { kind, path, fate, becomes, diagnostics } = member;
        let names: Vec<&str> = diagnostics.iter().map(|(_, name)| *name).collect();
        format!("{kind}\t{path}\t{}\t{}\t{}\n", fate.map_or("", Fate::word), becomes.join("; "), names.join(" "))
    };
    format!("kind\tmember\tfate\tbecomes\tdiagnostics\n{}", FATES.iter().map(line).collect::<String>())
}

#[test]
fn every_member_has_a_fate() {
    let unknown = FATES.iter().filter(|member| member.fate.is_none());
    let faults = unknown.map(|Member { kind, path, .. }| match EVIDENCE.members.range((kind.clone(), path.clone())..).next() {
        Some(((of, member), _)) if of == kind && is_within(member, path) => format!("{kind} {path}: goldens set it, and nothing comes of it"),
        Some(_) | None => format!("{kind} {path}: no golden sets it"),
    });
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_structure_has_the_fate_of_its_members() {
    use Fate::{Approximated, Exact, Reported};
    let cases: [(&[Option<Fate>], Option<Fate>); 4] = [
        (&[Some(Exact), Some(Exact)], Some(Exact)),
        (&[Some(Reported)], Some(Reported)),
        (&[Some(Exact), Some(Reported)], Some(Approximated)),
        (&[Some(Exact), None], None),
    ];
    for (of_members, expected) in cases {
        assert_eq!(together(of_members.iter().copied()), expected);
    }
}
