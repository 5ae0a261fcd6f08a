//! A document: one object of our kinds, read from one of our own manifests or from what ECS takes or prints.

use serde_json::Value;

use super::described::{self, read_only};
use super::fault::Fault;
use super::foreign::{self, Language};
use super::kind::Kind;
use super::recognise::{Recognised, recognise};
use super::report::{Object, Report};
use super::schema::{Finding, Schemas, is_in_another_case, is_unset, member_path, shortened};
use super::{names, placeholder};
use crate::ecs::{self, SchedulingStrategy};
use crate::translate::names::is_legal;
use crate::yaml::tree::{Content, Node, Place, Unreadable};

/// A document that was read: what it is, and where. What is written in it is large, and stands elsewhere: [`Written`].
#[derive(Clone, Debug)]
pub struct Document {
    /// The number of the source that it comes from.
    pub source: usize,
    /// Which of the documents of the source it is.
    pub number: usize,
    /// Whether it is what ECS takes or prints, and no object of ours.
    pub raw: bool,
    /// Where its name was written, or the document itself.
    pub place: Place,
    /// The kind.
    pub kind: Kind,
    /// The `metadata.name`, for a raw document one that was made of its name in ECS.
    pub name: String,
    /// The `metadata.namespace`.
    pub namespace: Option<String>,
    /// The revision, where a description of a task definition has one.
    pub revision: Option<i64>,
    /// The family that a task definition states.
    pub family: Option<String>,
    /// The task definition that a service refers to, as written.
    pub task_definition: Option<String>,
    /// Whether an error stands in the way of its specification.
    pub is_refused: bool,
}

/// What is written in a document.
#[derive(Clone, Debug)]
pub struct Written {
    /// The whole document.
    pub root: Node,
    /// The specification; `None` where an error stands in its way.
    pub specification: Option<Specification>,
}

/// All documents of a text.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The documents.
    pub documents: Vec<Document>,
    /// What is written in each.
    pub written: Vec<Written>,
    /// What there is to say of them.
    pub reports: Vec<Report>,
}

/// What is specified.
#[derive(Clone, Debug)]
pub enum Specification {
    /// A cluster.
    Cluster(Box<ecs::Cluster>),
    /// A service.
    Service(Box<ecs::Service>),
    /// A task definition.
    TaskDefinition(Box<ecs::TaskDefinition>),
    /// A grant.
    AccessGrant(Box<ecs::AccessGrant>),
}

impl Document {
    /// The path of a member of the document, from its path below a custom resource: raw documents have no `spec`.
    pub fn path(&self, path: &str) -> String {
        let bare = path.strip_prefix("spec").filter(|rest| rest.is_empty() || rest.starts_with('.'));
        match bare {
            Some(rest) if self.raw => rest.trim_start_matches('.').to_owned(),
            Some(_) | None => path.to_owned(),
        }
    }

    /// Where the member at a path below a custom resource was written.
    pub fn place_of(&self, path: &str, written: &Written) -> Place {
        let path = self.path(path);
        if path.is_empty() { self.place } else { written.root.place_of(&path) }
    }
}

impl Written {
    /// The cluster that is specified.
    pub fn cluster(&self) -> Option<&ecs::Cluster> {
        match &self.specification {
            Some(Specification::Cluster(cluster)) => Some(cluster),
            Some(Specification::Service(_) | Specification::TaskDefinition(_) | Specification::AccessGrant(_)) | None => None,
        }
    }

    /// The service that is specified.
    pub fn service(&self) -> Option<&ecs::Service> {
        match &self.specification {
            Some(Specification::Service(service)) => Some(service),
            Some(Specification::Cluster(_) | Specification::TaskDefinition(_) | Specification::AccessGrant(_)) | None => None,
        }
    }

    /// The task definition that is specified.
    pub fn task_definition(&self) -> Option<&ecs::TaskDefinition> {
        match &self.specification {
            Some(Specification::TaskDefinition(definition)) => Some(definition),
            Some(Specification::Cluster(_) | Specification::Service(_) | Specification::AccessGrant(_)) | None => None,
        }
    }

    /// The grant that is specified.
    pub fn access_grant(&self) -> Option<&ecs::AccessGrant> {
        match &self.specification {
            Some(Specification::AccessGrant(grant)) => Some(grant),
            Some(Specification::Cluster(_) | Specification::Service(_) | Specification::TaskDefinition(_)) | None => None,
        }
    }
}

/// All documents of a text, and what there is to say about them; or why it cannot be read. The text is the source of number `source`.
pub fn read(schemas: &Schemas, source: usize, text: &str) -> Result<Read, Box<Report>> {
    match crate::yaml::tree::read(text) {
        Ok(roots) => Ok(of_roots(schemas, source, text, roots)),
        Err(unreadable) => {
            let (fault, place) = why_unreadable(text, unreadable);
            let report = Report::of(&fault, source, place);
            let is_template = fault == Fault::DocumentOfAnotherTool { language: Language::CloudFormation };
            if is_template { Ok(Read { reports: vec![report], ..Read::default() }) } else { Err(Box::new(report)) }
        }
    }
}

/// All documents of a text that was read into trees, and what there is to say about them.
pub fn of_roots(schemas: &Schemas, source: usize, text: &str, roots: Vec<Node>) -> Read {
    let mut read = Read::default();
    for root in roots {
        for recognised in recognise(&root) {
            match recognised {
                Recognised::Ours(kind, node) => read.add(ours(schemas, kind, node), source),
                Recognised::Raw(kind, node) => read.add(raw(schemas, kind, node), source),
                Recognised::Fault(fault, place) => {
                    // What is neither YAML nor JSON may be read as a text of several lines.
                    let of_another_tool = foreign::language_of_text(text).filter(|_| matches!(fault, Fault::UnrecognisedDocument { .. }));
                    let fault = of_another_tool.map_or(fault, |language| Fault::DocumentOfAnotherTool { language });
                    read.reports.push(Report::of(&fault, source, place));
                }
            }
        }
    }
    read
}

/// What was found in a document.
struct Found {
    raw: bool,
    place: Place,
    kind: Kind,
    name: String,
    namespace: Option<String>,
    revision: Option<i64>,
    written: Written,
    findings: Vec<Finding>,
}

impl Read {
    fn add(&mut self, found: Found, source: usize) {
        let Found { raw, place, kind, name, namespace, revision, written, findings } = found;
        let object = Object { kind: kind.name().into(), namespace: namespace.clone().unwrap_or_default(), name: name.clone() };
        self.reports.extend(findings.into_iter().map(|finding| Report::of(&finding.fault, source, finding.place).at(finding.path).about(object.clone())));
        let specification = if raw { Some(&written.root) } else { written.root.get("spec") };
        let text = |of: Kind, member: &str| specification.filter(|_| kind == of)?.text(member).map(str::to_owned);
        self.documents.push(Document {
            source,
            number: self.documents.len(),
            raw,
            place,
            kind,
            name,
            namespace,
            revision,
            family: text(Kind::TaskDefinition, "family").filter(|family| !family.is_empty()),
            task_definition: text(Kind::Service, "taskDefinition"),
            is_refused: written.specification.is_none(),
        });
        self.written.push(written);
    }
}

/// Why a text is neither YAML nor JSON.
fn why_unreadable(text: &str, unreadable: Unreadable) -> (Fault, Place) {
    let Unreadable { message, place } = unreadable;
    let hint = if message.contains("<document start>") {
        "several documents of one file are items of a list, or have a line `---` between them"
    } else if text.starts_with('{') {
        "it is read as JSON, or as YAML, of which JSON is a part"
    } else {
        "documents are YAML or JSON"
    };
    let of_another_tool = foreign::language_of_text(text).map(|language| (Fault::DocumentOfAnotherTool { language }, place));
    of_another_tool.or_else(|| placeholder::unquoted(text)).unwrap_or((Fault::UnreadableInput { reason: message, hint }, place))
}

/// A manifest of one of our kinds.
fn ours(schemas: &Schemas, kind: Kind, root: Node) -> Found {
    const MEMBERS: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
    let mut findings = Vec::new();
    for member in root.members().iter().filter(|member| !MEMBERS.contains(&member.name.as_str())) {
        let nearest = crate::nearest::nearest(&member.name, MEMBERS).map(str::to_owned);
        let fault = Fault::UnknownMember { member: shortened(&member.name), nearest, read_only: false };
        findings.push(Finding { path: member.name.clone(), place: member.place, fault });
    }
    let metadata = root.get("metadata");
    let name = metadata.and_then(|metadata| metadata.text("name")).unwrap_or_default().to_owned();
    let place = root.place_of("metadata.name");
    if name.is_empty() {
        findings.push(missing("metadata.name", "the name of the object", place));
    } else if matches!(kind, Kind::Service | Kind::TaskDefinition) && !is_legal(&name) {
        findings.push(Finding { path: "metadata.name".into(), place, fault: Fault::IllegalName { name: shortened(&name) } });
    }
    for finding in metadata.map(|metadata| placeholder::findings(metadata, "metadata")).unwrap_or_default() {
        findings.retain(|other| other.path != finding.path);
        findings.push(finding);
    }
    let namespace = metadata.and_then(|metadata| metadata.text("namespace")).filter(|namespace| !namespace.is_empty()).map(str::to_owned);
    let empty = Node { content: Content::Members(Vec::new()), place: root.place };
    let specification = specification(schemas, kind, root.get("spec").unwrap_or(&empty), "spec", &mut findings);
    let place = if place.line == 0 { root.place } else { place };
    Found { raw: false, place, kind, name, namespace, revision: None, written: Written { root, specification }, findings }
}

/// What ECS takes or prints.
fn raw(schemas: &Schemas, kind: Kind, mut root: Node) -> Found {
    let mut findings = Vec::new();
    let revision = root.get("revision").and_then(|revision| revision.value().as_i64());
    let identity = if kind == Kind::Service { "serviceName" } else { "family" };
    let place = root.member(identity).map_or(root.place, |member| member.place);
    let left_out = described::as_input(kind, &mut root);
    if let Some(first) = left_out.first() {
        let members = left_out.iter().map(|member| member.name.as_str()).collect::<Vec<_>>().join(", ");
        findings.push(Finding { path: String::new(), place: first.place, fault: Fault::ReadOnlyMembersLeftOut { members } });
    }
    let in_ecs = root.text(identity).unwrap_or_default().to_owned();
    let name = names::legal(&in_ecs).unwrap_or_default();
    if name.is_empty() && !is_in_another_case(&root, identity) {
        // ecspresso keeps both elsewhere.
        let of_ecspresso = kind == Kind::Service && root.text("taskDefinition").is_none_or(str::is_empty);
        let about = if of_ecspresso { "the name in ECS; ecspresso has it as `service` in its configuration" } else { "the name in ECS" };
        findings.push(missing(identity, about, place));
    } else if name != in_ecs && !name.is_empty() {
        findings.push(Finding { path: identity.into(), place, fault: Fault::Renamed { from: shortened(&in_ecs), to: name.clone() } });
    }
    let specification = specification(schemas, kind, &root, "", &mut findings);
    Found { raw: true, place, kind, name, namespace: None, revision, written: Written { root, specification }, findings }
}

/// Checks and reads the specification that stands at `path`.
fn specification(schemas: &Schemas, kind: Kind, node: &Node, path: &str, findings: &mut Vec<Finding>) -> Option<Specification> {
    let placeholders = placeholder::findings(node, path);
    let mut found = schemas.check(kind, node, path);
    found.extend(required_by_ecs(kind, node, path));
    for finding in &mut found {
        if let Fault::UnknownMember { member, read_only: by_ecs, nearest } = &mut finding.fault
            && finding.path == member_path(path, member)
            && read_only(kind).contains(&member.as_str())
        {
            (*by_ecs, *nearest) = (true, None);
        }
    }
    // Of what is not filled in nothing else needs to be said.
    findings.extend(found);
    findings.retain(|finding| placeholders.iter().all(|placeholder| placeholder.path != finding.path));
    findings.extend(placeholders);
    // A document that has errors elsewhere (its name, say) is read nevertheless only to be refused below.
    if findings.iter().any(|finding| finding.fault.severity() == crate::translate::Severity::Error) {
        return None;
    }
    let value = node.value();
    let read = match kind {
        Kind::Cluster => ecs::unset::from_value(value).map(|cluster| Specification::Cluster(Box::new(cluster))),
        Kind::Service => ecs::unset::from_value(value).map(|service| Specification::Service(Box::new(service))),
        Kind::TaskDefinition => ecs::unset::from_value(value).map(|definition| Specification::TaskDefinition(Box::new(definition))),
        Kind::AccessGrant => ecs::unset::from_value(value).map(|grant| Specification::AccessGrant(Box::new(grant))),
    };
    read.map_err(|error| {
        let hint = "the specification is not as the schema of its kind has it";
        findings.push(Finding { path: path.into(), place: node.place, fault: Fault::UnreadableInput { reason: error.to_string(), hint } });
    })
    .ok()
}

/// What ECS requires beyond what the schema of the custom resource does.
fn required_by_ecs(kind: Kind, node: &Node, path: &str) -> Vec<Finding> {
    let absent = |node: &Node, member: &str| node.get(member).is_none_or(is_unset) && !is_in_another_case(node, member);
    let mut findings = Vec::new();
    match kind {
        Kind::Cluster | Kind::AccessGrant => {}
        Kind::Service => {
            let daemon = serde_json::to_value(SchedulingStrategy::Daemon).unwrap_or(Value::Null);
            let is_daemon = node.get("schedulingStrategy").is_some_and(|strategy| strategy.value() == daemon);
            let required = [("desiredCount", !is_daemon, "how many tasks are kept running"), ("taskDefinition", true, "what the tasks run")];
            for (member, required, about) in required {
                if required && absent(node, member) {
                    findings.push(missing(&member_path(path, member), about, node.place));
                }
            }
        }
        Kind::TaskDefinition => {
            let containers = node.get("containerDefinitions").and_then(Node::items).unwrap_or_default();
            for (index, container) in containers.iter().enumerate() {
                if matches!(container.content, Content::Members(_)) && absent(container, "image") {
                    let at = member_path(path, &format!("containerDefinitions[{index}].image"));
                    findings.push(missing(&at, "the image, as in `docker pull`", container.place));
                }
            }
        }
    }
    findings
}

fn missing(path: &str, about: &str, place: Place) -> Finding {
    let member = path.rsplit('.').next().unwrap_or(path).to_owned();
    Finding { path: path.into(), place, fault: Fault::MissingMember { member, about: about.into() } }
}
