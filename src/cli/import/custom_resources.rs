//! Documents as custom resources that Git may keep: clusters, task definitions, services.
//!
//! Of several revisions of a family one becomes the custom resource: the newest that a service refers to, or the newest of all.
//! Services follow it, because the cluster numbers revisions anew.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::cli::resolution::{Definition, Placed, Resolution};
use crate::documents::{Fault, Kind, Report, Written};
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::unset::FREE_FORM;
use crate::ecs::{GROUP, VERSION};
use crate::yaml::tree::{self, Content, Member, Node, Place};

/// A custom resource, its members in the order in which they are written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomResource {
    api_version: String,
    kind: &'static str,
    metadata: Node,
    spec: Node,
}

/// What the API server writes into `metadata`, or what is of no use in another cluster.
const WRITTEN_BY_THE_SERVER: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];
/// The annotation in which `kubectl apply` keeps the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The documents in force as custom resources, and what there is to say. `namespace` replaces that of each.
pub fn of(resolution: &Resolution<'_>, namespace: Option<&str>) -> (Vec<CustomResource>, Vec<Report>) {
    let kept = kept_revisions(resolution);
    let mut import = Import { namespace, resources: Vec::new(), reports: Vec::new() };
    for placed in resolution.clusters.values() {
        if let Some(written) = placed.written()
            && let Some(cluster) = written.cluster()
        {
            import.add(*placed, &written, cluster);
        }
    }
    for placed in resolution.grants.values() {
        if let Some(written) = placed.written()
            && let Some(grant) = written.access_grant()
        {
            import.add(*placed, &written, grant);
        }
    }
    for definition in &resolution.definitions {
        import.task_definition(definition, kept.get(&key(definition)).copied().flatten());
    }
    for placed in &resolution.services {
        import.service(*placed, resolution, &kept);
    }
    (import.resources, import.reports)
}

/// A family in its namespace.
type Family<'a> = (&'a str, &'a str);

fn key<'a>(definition: &Definition<'a>) -> Family<'a> {
    (definition.placed.namespace, definition.family)
}

/// The revision of each family that becomes the custom resource.
fn kept_revisions<'a>(resolution: &Resolution<'a>) -> BTreeMap<Family<'a>, Option<i64>> {
    let newest_of = |definitions: &mut dyn Iterator<Item = Definition<'a>>| {
        let mut newest: BTreeMap<Family<'a>, Option<i64>> = BTreeMap::new();
        for definition in definitions {
            let number = definition.placed.document.revision;
            newest.entry(key(&definition)).and_modify(|newest| *newest = number.max(*newest)).or_insert(number);
        }
        newest
    };
    let mut kept = newest_of(&mut resolution.definitions.iter().copied());
    let referred_to = |placed: &Placed<'_>| Some(resolution.definition(placed.namespace, placed.document.task_definition.as_deref()?).ok()?.0);
    kept.extend(newest_of(&mut resolution.services.iter().filter_map(referred_to)));
    kept
}

struct Import<'n> {
    namespace: Option<&'n str>,
    resources: Vec<CustomResource>,
    reports: Vec<Report>,
}

impl Import<'_> {
    fn task_definition(&mut self, definition: &Definition<'_>, kept: Option<i64>) {
        let Definition { placed, family } = *definition;
        let Some(written) = placed.written() else { return };
        let Some(specification) = written.task_definition() else { return };
        if placed.document.revision != kept {
            let fault = Fault::RevisionLeftOut { revision: revision(placed.document.revision), kept: revision(kept) };
            return self.reports.push(placed.report(&fault, "spec.family"));
        }
        let mut specification = specification.clone();
        if placed.document.raw && family == placed.document.name {
            specification.family = None;
        }
        self.add(placed, &written, &specification);
    }

    fn service(&mut self, placed: Placed<'_>, resolution: &Resolution<'_>, kept: &BTreeMap<Family<'_>, Option<i64>>) {
        let Some(of_document) = placed.written() else { return };
        let Some(mut service) = of_document.service().cloned() else { return };
        if placed.document.raw {
            if service.service_name.as_ref() == Some(&placed.document.name) {
                service.service_name = None;
            }
            if let Some(written) = &service.task_definition
                && let Ok(TaskDefinitionReference { family, revision: _, arn: _ }) = written.parse()
            {
                if let Ok((definition, _)) = resolution.definition(placed.namespace, written)
                    && let Some(kept) = kept.get(&key(&definition)).filter(|kept| **kept != definition.placed.document.revision)
                {
                    let fault = Fault::OtherRevisionKept { written: written.clone(), kept: revision(*kept) };
                    self.reports.push(placed.report(&fault, "spec.taskDefinition"));
                } else if *written != family {
                    let fault = Fault::RevisionNotKept { written: written.clone(), family: family.clone() };
                    self.reports.push(placed.report(&fault, "spec.taskDefinition"));
                }
                service.task_definition = Some(family);
            }
        }
        self.add(placed, &of_document, &service);
    }

    fn add(&mut self, placed: Placed<'_>, written: &Written, specification: &impl Serialize) {
        let metadata = self.metadata(placed, written);
        match in_order(specification) {
            Ok(spec) => {
                let api_version = format!("{GROUP}/{VERSION}");
                self.resources.push(CustomResource { api_version, kind: placed.document.kind.name(), metadata, spec });
            }
            Err(reason) => self.reports.push(placed.report(&Fault::UnreadableInput { reason, hint: "" }, "spec")),
        }
    }

    /// Name and namespace; of an object of ours all that a user wrote.
    fn metadata(&mut self, placed: Placed<'_>, written: &Written) -> Node {
        let text = |text: &str| Node { content: Content::Scalar(text.into()), place: Place::default() };
        let member = |name: &str, node: Node| Member { name: name.into(), place: Place::default(), node };
        let document = placed.document;
        let mut members = vec![member("name", text(&document.name))];
        if let Some(namespace) = self.namespace.or(document.namespace.as_deref()).filter(|_| document.kind != Kind::AccessGrant) {
            members.push(member("namespace", text(namespace)));
        }
        let mut left_out: Vec<String> = written.root.get("status").filter(|_| !document.raw).map(|_| "status".into()).into_iter().collect();
        let written = if document.raw { &[] } else { written.root.get("metadata").map(Node::members).unwrap_or_default() };
        for written in written.iter().filter(|written| !["name", "namespace"].contains(&written.name.as_str())) {
            if WRITTEN_BY_THE_SERVER.contains(&written.name.as_str()) {
                left_out.push(format!("metadata.{}", written.name));
                continue;
            }
            let mut kept = written.clone();
            if let Content::Members(annotations) = &mut kept.node.content {
                annotations.retain(|annotation| annotation.name != LAST_APPLIED);
            }
            if !matches!(&kept.node.content, Content::Members(members) if members.is_empty()) {
                members.push(kept);
            }
        }
        if !left_out.is_empty() {
            self.reports.push(placed.report(&Fault::WrittenByTheServerLeftOut { members: left_out.join(", ") }, ""));
        }
        Node { content: Content::Members(members), place: Place::default() }
    }
}

fn revision(number: Option<i64>) -> String {
    number.map_or_else(|| "the one without a number".into(), |number| format!("revision {number}"))
}

/// A specification with its members in the order of its type, which is that of the ECS API, and without what is unset.
fn in_order(specification: &impl Serialize) -> Result<Node, String> {
    let text = serde_json::to_string(specification).map_err(|error| error.to_string())?;
    let mut documents = tree::read(&text).map_err(|unreadable| unreadable.message)?;
    let mut node = documents.pop().ok_or("there is no specification")?;
    leave_out_null(&mut node);
    Ok(node)
}

fn leave_out_null(node: &mut Node) {
    match &mut node.content {
        Content::Scalar(_) => {}
        Content::List(items) => items.iter_mut().for_each(leave_out_null),
        Content::Members(members) => {
            members.retain(|member| !matches!(member.node.content, Content::Scalar(Value::Null)));
            members.iter_mut().filter(|member| member.name != FREE_FORM).for_each(|member| leave_out_null(&mut member.node));
        }
    }
}
