//! Which document refers to which: services to task definitions, and both to the cluster of their namespace.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::documents::Documents;
use crate::documents::{Document, Fault, Kind, Object, Report, Written};
use crate::ecs::reference::TaskDefinitionReference;
use crate::nearest::nearest;
use crate::yaml::tree::Place;

/// A document with the namespace that it is rendered for.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its namespace.
    pub namespace: &'a str,
    documents: &'a Documents<'a>,
}

/// A task definition, as services find it.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'a> {
    /// Where it comes from.
    pub placed: Placed<'a>,
    /// The family.
    pub family: &'a str,
}

/// Documents by what they are.
#[derive(Debug, Default)]
pub struct Resolution<'a> {
    /// The cluster in force, by namespace.
    pub clusters: BTreeMap<&'a str, Placed<'a>>,
    /// The task definitions in force.
    pub definitions: Vec<Definition<'a>>,
    /// The grants, by name.
    pub grants: BTreeMap<&'a str, Placed<'a>>,
    /// The services, as given.
    pub services: Vec<Placed<'a>>,
    /// The families that services refer to, refused services too, each with its namespace.
    pub used: BTreeSet<(&'a str, String)>,
    /// What there is to say.
    pub reports: Vec<Report>,
}

impl Placed<'_> {
    /// The object, as reports name it.
    pub fn object(&self) -> Object {
        Object { kind: self.document.kind.name().into(), namespace: self.namespace.into(), name: self.document.name.clone() }
    }

    /// A report on the member at a path below a custom resource.
    pub fn report(&self, fault: &Fault, path: &str) -> Report {
        let report = Report::of(fault, self.document.source, self.place_of(path));
        report.at(self.document.path(path)).about(self.object())
    }

    /// Where the member at a path below a custom resource was written.
    pub fn place_of(&self, path: &str) -> Place {
        self.written().map_or(self.document.place, |written| self.document.place_of(path, &written))
    }

    /// What is written in the document.
    pub fn written(&self) -> Option<Rc<Written>> {
        self.documents.written(self.document)
    }

    /// The path of the name that tells the object.
    fn identity(&self) -> &'static str {
        match (self.document.raw, self.document.kind) {
            (false, _) => "metadata.name",
            (true, Kind::Service) => "serviceName",
            (true, Kind::Cluster | Kind::TaskDefinition | Kind::AccessGrant) => "family",
        }
    }
}

impl<'a> Resolution<'a> {
    /// Sorts documents by what they are. Of several that claim one name, family or namespace one is in force.
    pub fn of(documents: &'a Documents<'a>) -> Self {
        let mut resolution = Self::default();
        let mut first: BTreeMap<(Kind, &str, &str, Option<i64>), &Document> = BTreeMap::new();
        let mut clusters: Vec<Placed<'a>> = Vec::new();
        for (document, namespace) in documents.documents.iter().zip(&documents.namespaces) {
            // A grant is the cluster's.
            let namespace = if document.kind == Kind::AccessGrant { "" } else { namespace.as_str() };
            let placed = Placed { document, namespace, documents };
            if let Some(earlier) = first.insert((document.kind, namespace, &document.name, document.revision), document).filter(|_| !document.name.is_empty()) {
                let file = documents.sources.get(earlier.source).map(|source| source.name.as_str()).unwrap_or_default();
                let fault = Fault::DocumentTwice { first: format!("{file}:{}", earlier.place.line) };
                resolution.reports.push(placed.report(&fault, placed.identity()));
                continue;
            }
            if let Some(Ok(reference)) = document.task_definition.as_deref().map(str::parse::<TaskDefinitionReference>) {
                resolution.used.insert((namespace, reference.family));
            }
            match document.kind {
                Kind::TaskDefinition => resolution.definitions.push(Definition { placed, family: document.family.as_deref().unwrap_or(&document.name) }),
                // One that is refused allows nothing, but is known.
                Kind::AccessGrant => drop(resolution.grants.insert(&document.name, placed)),
                Kind::Cluster | Kind::Service if document.is_refused => {}
                Kind::Cluster => clusters.push(placed),
                Kind::Service => resolution.services.push(placed),
            }
        }
        resolution.settle_clusters(clusters);
        resolution.settle_families();
        resolution
    }

    /// Of two clusters of a namespace the one whose name sorts first is in force.
    fn settle_clusters(&mut self, mut clusters: Vec<Placed<'a>>) {
        clusters.sort_by_key(|placed| (placed.namespace, placed.document.name.as_str()));
        let mut in_force: BTreeMap<&str, &str> = BTreeMap::new();
        for placed in clusters {
            if let Some(first) = in_force.get(placed.namespace) {
                self.reports.push(placed.report(&Fault::ClusterConflict { first: (*first).into() }, "metadata.name"));
            } else {
                in_force.insert(placed.namespace, &placed.document.name);
                self.clusters.insert(placed.namespace, placed);
            }
        }
    }

    /// Of two task definitions of one family the one whose name sorts first is in force.
    fn settle_families(&mut self) {
        let mut in_force: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for definition in &self.definitions {
            let name = definition.placed.document.name.as_str();
            in_force.entry((definition.placed.namespace, definition.family)).and_modify(|first| *first = (*first).min(name)).or_insert(name);
        }
        let (definitions, reports) = (&mut self.definitions, &mut self.reports);
        definitions.retain(|Definition { placed, family }| {
            let first = in_force.get(&(placed.namespace, *family)).copied().unwrap_or_default();
            let keep = placed.document.name == first;
            if !keep {
                let fault = Fault::FamilyConflict { family: (*family).into(), first: first.into() };
                let path = if placed.place_of("spec.family").line > 0 { "spec.family" } else { placed.identity() };
                reports.push(placed.report(&fault, path));
            }
            keep
        });
    }

    /// The task definition that a service refers to, and the number of its revision; or why there is none.
    pub fn definition(&self, namespace: &str, reference: &str) -> Result<(Definition<'a>, i64), Fault> {
        let parsed: TaskDefinitionReference = match reference.parse() {
            Ok(parsed) => parsed,
            Err(error) => return Err(Fault::MalformedReference { reason: format!("{error}") }),
        };
        let here = || self.definitions.iter().filter(|definition| definition.placed.namespace == namespace);
        let family = || here().filter(|definition| definition.family == parsed.family);
        let number = |definition: &Definition<'_>| definition.placed.document.revision;
        let found = match parsed.revision {
            Some(revision) => {
                family().find(|definition| number(definition) == Some(revision)).or_else(|| family().find(|definition| number(definition).is_none()))
            }
            None => family().max_by_key(|definition| number(definition)),
        };
        let Some(found) = found else {
            let given: Vec<String> = family().filter_map(number).map(|revision| revision.to_string()).collect();
            let given = if given.is_empty() { String::new() } else { format!("of this family revision {} is given", given.join(", ")) };
            let nearest = if given.is_empty() { nearest(&parsed.family, here().map(|definition| definition.family)).map(str::to_owned) } else { None };
            return Err(Fault::TaskDefinitionNotFound { reference: reference.into(), nearest, given });
        };
        if found.placed.document.is_refused {
            return Err(Fault::TaskDefinitionRefused { reference: reference.into() });
        }
        Ok((*found, parsed.revision.or(number(found)).unwrap_or(1)))
    }
}
