//! Every service with what it refers to, translated; and the task definitions that no service uses.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::resolution::{Definition, Placed, Resolution};
use crate::controller::plan::Render;
use crate::documents::{Fault, Report};
use crate::ecs;
use crate::settings::Settings;
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

/// What was made so far. The service accounts are applied before the services that name them.
#[derive(Default)]
struct Made {
    accounts: Vec<Value>,
    account_names: BTreeSet<(String, String)>,
    services: Vec<Value>,
    reports: Vec<Report>,
}

/// What is translated: a service, or a task definition that is rendered as if a service used it.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Service(Placed<'a>),
    Imagined,
    Unused,
}

impl Translation<'_> {
    /// The objects in the order in which they are applied, and what there is to say.
    pub fn run(self) -> (Vec<Value>, Vec<Report>) {
        let mut made = Made::default();
        for (placed, service) in &self.resolution.services {
            let reference = service.task_definition.as_deref().unwrap_or_default();
            match self.resolution.definition(placed.namespace, reference) {
                Ok((definition, revision)) => self.translate(Subject::Service(*placed), service, &definition, revision, &mut made),
                Err(fault) => made.reports.push(placed.report(&fault, "spec.taskDefinition")),
            }
        }
        self.unused(&mut made);
        made.accounts.append(&mut made.services);
        (made.accounts, made.reports)
    }

    /// The newest of each family that no service uses: a raw one is rendered with an imagined service, one of ours is
    /// only looked through.
    fn unused(&self, made: &mut Made) {
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
            if !is_newest || is_used || definition.specification.is_none() {
                continue;
            }
            let document = definition.placed.document;
            let (fault, subject) = if document.raw {
                (Fault::ServiceImagined { service: document.name.clone() }, Subject::Imagined)
            } else {
                (Fault::TaskDefinitionUnused {}, Subject::Unused)
            };
            made.reports.push(definition.placed.report(&fault, "spec.family"));
            let service = ecs::Service { task_definition: Some(definition.family.into()), desired_count: Some(1), ..ecs::Service::default() };
            self.translate(subject, &service, definition, document.revision.unwrap_or(1), made);
        }
    }

    fn translate(&self, subject: Subject<'_>, service: &ecs::Service, definition: &Definition<'_>, revision: i64, made: &mut Made) {
        let Some(specification) = definition.specification else { return };
        let (namespace, name) = match subject {
            Subject::Service(placed) => (placed.namespace, placed.document.name.as_str()),
            Subject::Imagined | Subject::Unused => (definition.placed.namespace, definition.placed.document.name.as_str()),
        };
        let cluster = self.resolution.clusters.get(namespace).copied();
        let task_definition_name = definition.placed.document.name.as_str();
        let classes = self.ingress_classes(service);
        let inputs = Inputs {
            namespace,
            name,
            service,
            task_definition: TaskDefinitionRevision { name: task_definition_name, family: definition.family, revision, spec: specification },
            cluster: cluster.map(|(_, cluster)| cluster),
            settings: self.settings,
            kubernetes: self.kubernetes,
            ingress_classes: &classes,
            service_revision: 1,
            running_ports: &[],
        };
        let (rendering, mut diagnostics) = (self.render)(&inputs);
        let (desired, more) = rendering.as_ref().map_or((None, Vec::new()), |rendering| translate::objects(&inputs, rendering));
        diagnostics.extend(more);
        made.reports.extend(diagnostics.iter().filter_map(|diagnostic| report(subject, definition, cluster.map(|(placed, _)| placed), diagnostic)));
        let (Some(rendering), Some(desired)) = (rendering, desired) else { return };
        if diagnostics.iter().any(|diagnostic| diagnostic.fault.severity() == Severity::Error) {
            return;
        }
        if made.account_names.insert((namespace.into(), rendering.service_account.name.clone())) {
            made.accounts.push(translate::service_account(namespace, task_definition_name, &rendering.service_account).body);
        }
        if matches!(subject, Subject::Unused) {
            return;
        }
        if !rendering.secrets.is_empty() {
            let keys = rendering.secrets.keys().map(String::as_str);
            made.services.push(translate::secret(namespace, &translate::names::secret(name, 1), name, keys).body);
        }
        made.services.extend(desired.objects.into_iter().map(|object| object.body));
        for waiting in &desired.waiting {
            let Waiting::IngressClass { name } = waiting;
            let fault = Fault::WaitsForIngressClass { class: name.clone() };
            if let Subject::Service(placed) = subject {
                made.reports.push(placed.report(&fault, "spec.loadBalancers"));
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
    let place = placed.document.place_of(&diagnostic.path);
    let report = Report::translated(diagnostic, placed.document.source);
    Some(Report { place, ..report }.at(placed.document.path(&diagnostic.path)).about(placed.object()))
}
