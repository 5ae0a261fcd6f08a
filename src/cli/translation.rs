//! Every service with what it refers to, translated; and the task definitions that no service uses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::resolution::{Definition, Placed, Resolution};
use crate::documents::{Fault, Report, Written};
use crate::ecs;
use crate::grant::{self, Grants};
use crate::settings::Settings;
use crate::translate::Render;
use crate::translate::{self, Diagnostic, IngressClass, Inputs, KubernetesVersion, Origin, Severity, TaskDefinitionRevision, Waiting};

/// All that the translation of documents depends on.
pub struct Translation<'a> {
    /// The documents.
    pub resolution: Resolution<'a>,
    /// What the operator is configured with.
    pub settings: &'a Settings,
    /// The version of the server that the objects are for.
    pub kubernetes: KubernetesVersion,
    /// The rendering of pods.
    pub render: Render,
}

/// What is done so far.
struct Done<'a> {
    /// The grants among the documents. Without any nothing is known of grants.
    grants: grant::All,
    /// The service accounts, by namespace and name.
    accounts: BTreeSet<(String, String)>,
    reports: Vec<Report>,
    emit: &'a mut dyn FnMut(Value),
}

/// What is translated: a service, or a task definition that is rendered as if a service used it.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Service(Placed<'a>),
    Imagined,
    Unused,
}

impl Translation<'_> {
    /// Gives the objects to `emit` as they are made, in the order in which they are applied, and gives back what there is to say.
    pub fn run(self, emit: &mut dyn FnMut(Value)) -> Vec<Report> {
        let mut done = Done { grants: self.grants(), accounts: BTreeSet::new(), reports: Vec::new(), emit };
        for placed in &self.resolution.services {
            let written = placed.written();
            let Some(service) = written.as_deref().and_then(Written::service) else { continue };
            let reference = service.task_definition.as_deref().unwrap_or_default();
            match self.resolution.definition(placed.namespace, reference) {
                Ok((definition, revision)) => self.translate(Subject::Service(*placed), service, &definition, revision, &mut done),
                Err(fault) => done.reports.push(placed.report(&fault, "spec.taskDefinition")),
            }
        }
        self.unused(&mut done);
        done.reports
    }

    fn grants(&self) -> grant::All {
        let of = |(name, placed): (&&str, &Placed<'_>)| {
            let written = placed.written();
            let specification = written.as_deref().and_then(Written::access_grant).cloned();
            ((*name).to_owned(), specification.ok_or_else(|| "it is refused".to_owned()))
        };
        self.resolution.grants.iter().map(of).collect()
    }

    /// The newest of each family that no service uses: a raw one is rendered with an imagined service, one of ours is
    /// only looked through.
    fn unused(&self, done: &mut Done<'_>) {
        let mut newest: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (index, definition) in self.resolution.definitions.iter().enumerate() {
            let revision = |index: usize| self.resolution.definitions.get(index).and_then(|definition| definition.placed.document.revision);
            let entry = newest.entry((definition.placed.namespace, definition.family)).or_insert(index);
            if revision(index) > revision(*entry) {
                *entry = index;
            }
        }
        for (index, definition) in self.resolution.definitions.iter().enumerate() {
            let is_newest = newest.get(&(definition.placed.namespace, definition.family)) == Some(&index);
            let is_used = self.resolution.used.contains(&(definition.placed.namespace, definition.family.to_owned()));
            if !is_newest || is_used || definition.placed.document.is_refused {
                continue;
            }
            let document = definition.placed.document;
            let (fault, subject) = if document.raw {
                (Fault::ServiceImagined { service: document.name.clone() }, Subject::Imagined)
            } else {
                (Fault::TaskDefinitionUnused {}, Subject::Unused)
            };
            done.reports.push(definition.placed.report(&fault, "spec.family"));
            let service = ecs::Service { task_definition: Some(definition.family.into()), desired_count: Some(1), ..ecs::Service::default() };
            self.translate(subject, &service, definition, document.revision.unwrap_or(1), done);
        }
    }

    fn translate(&self, subject: Subject<'_>, service: &ecs::Service, definition: &Definition<'_>, revision: i64, done: &mut Done<'_>) {
        let written = definition.placed.written();
        let Some(specification) = written.as_deref().and_then(Written::task_definition) else { return };
        let (namespace, name) = match subject {
            Subject::Service(placed) => (placed.namespace, placed.document.name.as_str()),
            Subject::Imagined | Subject::Unused => (definition.placed.namespace, definition.placed.document.name.as_str()),
        };
        let cluster = self.resolution.clusters.get(namespace).copied();
        let cluster_written = cluster.and_then(|cluster| cluster.written());
        let task_definition_name = definition.placed.document.name.as_str();
        let classes = self.ingress_classes(service);
        let home = grant::Home::of(self.settings);
        let named = grant::Named::of(grant::names(specification), &done.grants, grant::Labels::Name(namespace), &home);
        let inputs = Inputs {
            namespace,
            name,
            service,
            task_definition: TaskDefinitionRevision { name: task_definition_name, family: definition.family, revision, spec: specification },
            cluster: cluster_written.as_deref().and_then(Written::cluster),
            settings: self.settings,
            grants: if done.grants.is_empty() { Grants::Unknown } else { Grants::Known(&named) },
            has_ack: false,
            kubernetes: self.kubernetes,
            ingress_classes: &classes,
            service_revision: 1,
            running_ports: &[],
        };
        let (rendering, mut diagnostics) = (self.render)(&inputs);
        let (desired, more) = rendering.as_ref().map_or((None, Vec::new()), |rendering| translate::objects(&inputs, rendering));
        diagnostics.extend(more);
        done.reports.extend(diagnostics.iter().filter_map(|diagnostic| report(subject, definition, cluster, diagnostic)));
        let (Some(rendering), Some(desired)) = (rendering, desired) else { return };
        if diagnostics.iter().any(|diagnostic| diagnostic.fault.severity() == Severity::Error) {
            return;
        }
        if done.accounts.insert((namespace.into(), rendering.service_account.name.clone())) {
            for object in translate::identities(namespace, task_definition_name, &rendering.service_account, self.settings, false) {
                (done.emit)(object.body);
            }
        }
        if matches!(subject, Subject::Unused) {
            return;
        }
        for secret in translate::secret::secrets(namespace, name, 1, &rendering) {
            (done.emit)(secret.object.body);
        }
        desired.objects.into_iter().for_each(|object| (done.emit)(object.body));
        for waiting in &desired.waiting {
            let Waiting::IngressClass { name } = waiting;
            let fault = Fault::WaitsForIngressClass { class: name.clone() };
            if let Subject::Service(placed) = subject {
                done.reports.push(placed.report(&fault, "spec.loadBalancers"));
            }
        }
    }

    /// Offline nobody can be asked which ingress classes there are: those that are named are taken to be there, and one
    /// named like the AWS Load Balancer Controller's (`alb`, `alb-…`) to be its own.
    fn ingress_classes(&self, service: &ecs::Service) -> Vec<IngressClass> {
        let named = service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.ingress_class_name.as_ref());
        let classes: BTreeSet<&String> = named.into_iter().chain(&self.settings.ingress_class_name).collect();
        let controller = |name: &str| if name == "alb" || name.starts_with("alb-") { "ingress.k8s.aws/alb" } else { "" };
        classes.into_iter().map(|name| IngressClass { name: name.clone(), controller: controller(name).into(), default: false }).collect()
    }
}

/// A diagnostic with the document that it speaks of. Of a service that is only imagined nothing is said but what stands
/// in the way.
fn report(subject: Subject<'_>, definition: &Definition<'_>, cluster: Option<Placed<'_>>, diagnostic: &Diagnostic) -> Option<Report> {
    let placed = match (diagnostic.origin, subject) {
        (Origin::TaskDefinition, _) => definition.placed,
        (Origin::Cluster, Subject::Service(service)) => cluster.unwrap_or(service),
        (Origin::Service, Subject::Service(placed)) => placed,
        (Origin::Service | Origin::Cluster, Subject::Imagined) if diagnostic.fault.severity() == Severity::Error => {
            let report = Report::translated(diagnostic, definition.placed.document.source);
            return Some(Report { place: definition.placed.document.place, ..report }.at("").about(definition.placed.object()));
        }
        (Origin::Service | Origin::Cluster, Subject::Imagined | Subject::Unused) => return None,
    };
    let place = placed.place_of(&diagnostic.path);
    let report = Report::translated(diagnostic, placed.document.source);
    Some(Report { place, ..report }.at(placed.document.path(&diagnostic.path)).about(placed.object()))
}
