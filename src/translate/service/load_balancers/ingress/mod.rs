//! The Ingresses of a service. One serves all entries of `loadBalancers` that are of one load balancer, listener and target
//! group, since annotations hold for the whole of an Ingress; those of one named load balancer are a group. The first keeps the
//! service's name, so that adding another moves nothing.

mod annotations;
mod authentication;
mod rules;

use std::collections::BTreeMap;

use serde_json::json;

use self::rules::{Backend, Rule};
use super::class::Class;
use super::exposure::has_rules;
use super::settings::report_difference;
use super::{Target, is_named, load_balancer_of};
use crate::ecs::load_balancing::{Listener, LoadBalancer};
use crate::k8s;
use crate::translate::diagnostic::{ListenerFault, LoadBalancingFault};
use crate::translate::service::metadata;
use crate::translate::written::{json, written};
use crate::translate::{IngressClass, Inputs, Kind, Object, names};

/// The port of a backend that is an annotation.
const USE_ANNOTATION: &str = "use-annotation";

/// What one Ingress serves.
struct Unit<'a> {
    targets: Vec<&'a Target<'a>>,
}

/// The Ingresses, where any of the rules can be said.
pub(super) fn ingresses(targets: &[Target<'_>], class: &IngressClass, inputs: &Inputs<'_>) -> Vec<Object> {
    let class = Class::of(class);
    let of_rules: Vec<&Target<'_>> = targets.iter().filter(|target| !target.is_network && has_rules(target.load_balancer)).collect();
    let units = units(&of_rules, class);
    if class.is_aws {
        report_interleaved(&units);
    } else {
        for target in &of_rules {
            annotations::report_settings(target, class);
        }
    }
    let (mut ingresses, mut load_balancers) = (Vec::new(), BTreeMap::new());
    for unit in &units {
        let first = unit.first();
        let (rules, authentication) = rules::rules(unit, targets, class, inputs);
        let Some(lowest_priority) = rules.first().map(|rule| rule.priority) else { continue };
        let name = if ingresses.is_empty() { inputs.name.into() } else { format!("{}-{}", inputs.name, names::hash(&unit.key())) };
        let mut annotations = BTreeMap::new();
        if class.is_aws {
            let is_first = !load_balancers.contains_key(&load_balancer_of(first));
            let policy = load_balancers.entry(load_balancer_of(first)).or_default();
            annotations = annotations::annotations(first, lowest_priority, is_first, policy, class, inputs);
        }
        annotations.extend(authentication.into_iter().map(|(name, value)| (annotations::name(name), value)));
        ingresses.push(ingress(&name, rules, annotations, class, inputs));
    }
    ingresses
}

fn ingress(name: &str, rules: Vec<Rule>, mut annotations: BTreeMap<String, String>, class: Class<'_>, inputs: &Inputs<'_>) -> Object {
    let rules = ingress_rules(rules, &mut annotations, inputs);
    let metadata = k8s::ObjectMeta { annotations: Some(annotations).filter(|annotations| !annotations.is_empty()), ..metadata(name, inputs) };
    let spec = k8s::IngressSpec { ingress_class_name: Some(class.name.into()), rules: Some(rules), ..Default::default() };
    Object::new(Kind::Ingress, name, json!({ "metadata": metadata, "spec": spec }))
}

/// The rules in the order of their priorities; neighbours of one host are one rule of the Ingress. A backend that an Ingress
/// cannot say is an annotation with a name of its own, by which conditions know it too.
fn ingress_rules(rules: Vec<Rule>, annotations: &mut BTreeMap<String, String>, inputs: &Inputs<'_>) -> Vec<k8s::IngressRule> {
    let mut ingress_rules: Vec<k8s::IngressRule> = Vec::new();
    // Conditions go by the backend's name: no Service may have it.
    let stem = if inputs.name.starts_with("rule-") { "listener-rule" } else { "rule" };
    for Rule { priority, hosts, paths, backend } in rules {
        let (name, port) = match backend {
            Backend::Port(port) => (inputs.name.to_owned(), port),
            Backend::Annotations(values) => {
                let is_free = |name: &String| !annotations.contains_key(&annotations::name(&format!("actions.{name}")));
                let numbered = (2..).map(|number: u32| format!("{stem}-{priority}-{number}"));
                let name = std::iter::once(format!("{stem}-{priority}")).chain(numbered).find(is_free).unwrap_or_default();
                annotations.extend(values.into_iter().map(|(kind, value)| (annotations::name(&format!("{kind}.{name}")), value.to_string())));
                (name, USE_ANNOTATION.to_owned())
            }
        };
        let service = k8s::IngressServiceBackend { name, port: Some(k8s::ServiceBackendPort { name: Some(port), number: None }) };
        for host in &hosts {
            let paths = paths.iter().map(|(path, path_type)| k8s::HTTPIngressPath {
                path: path.clone(),
                path_type: (*path_type).into(),
                backend: k8s::IngressBackend { service: Some(service.clone()), resource: None },
            });
            match ingress_rules.last_mut().filter(|last| last.host == *host).and_then(|last| last.http.as_mut()) {
                Some(http) => http.paths.extend(paths),
                None => ingress_rules.push(k8s::IngressRule { host: host.clone(), http: Some(k8s::HTTPIngressRuleValue { paths: paths.collect() }) }),
            }
        }
    }
    ingress_rules
}

/// The targets by the Ingress that serves them.
fn units<'a>(targets: &[&'a Target<'a>], class: Class<'_>) -> Vec<Unit<'a>> {
    let mut units: Vec<Unit<'a>> = Vec::new();
    for target in targets {
        let of_load_balancer = units.iter().map(Unit::first).find(|first| load_balancer_of(first) == load_balancer_of(target));
        if !class.is_aws && !units.is_empty() && of_load_balancer.is_none() {
            target.at.say(LoadBalancingFault::AnotherLoadBalancer { class: class.name.into(), rules: written(&target.load_balancer.listener_rules) });
            continue;
        }
        if let Some(first) = of_load_balancer.filter(|_| class.is_aws) {
            report_difference("loadBalancer", settings_of(first).as_ref(), settings_of(target).as_ref(), target);
        }
        match units.iter_mut().find(|unit| unit.serves(target, class)) {
            Some(unit) => {
                if class.is_aws {
                    let (one, two) = (unit.first().load_balancer, target.load_balancer);
                    report_difference("targetGroup", one.target_group.as_ref(), two.target_group.as_ref(), target);
                    report_difference("listener", one.listener.as_ref(), two.listener.as_ref(), target);
                }
                unit.targets.push(target);
            }
            None => units.push(Unit { targets: vec![target] }),
        }
    }
    units
}

impl<'a> Unit<'a> {
    fn first(&self) -> &'a Target<'a> {
        self.targets[0]
    }

    /// Whether a target needs no Ingress of its own. Without a name there is no group, and another Ingress would be another
    /// load balancer.
    fn serves(&self, target: &Target<'_>, class: Class<'_>) -> bool {
        let is_one_listener = || listener_of(self.first()) == listener_of(target);
        let is_one_target_group = || {
            let of = |target: &Target<'_>| (target.load_balancer.container_name.clone(), target.load_balancer.container_port);
            let theirs = &target.load_balancer.target_group;
            theirs.is_none() || *theirs == self.first().load_balancer.target_group || self.targets.iter().any(|ours| of(ours) == of(target))
        };
        load_balancer_of(self.first()) == load_balancer_of(target) && (!class.is_aws || !is_named(target) || (is_one_listener() && is_one_target_group()))
    }

    /// What tells it from the other units of the service, whatever their order.
    fn key(&self) -> String {
        let (protocol, port) = listener_of(self.first());
        let of = |target: &&Target<'_>| format!("{}:{}", json(&target.load_balancer.container_name), json(&target.load_balancer.container_port));
        format!("{} {protocol}:{port} {}", load_balancer_of(self.first()), self.targets.iter().map(of).min().unwrap_or_default())
    }

    /// The lowest and the highest priority of its rules.
    fn priorities(&self) -> Option<(i64, i64)> {
        let priorities = || self.targets.iter().flat_map(|target| target.load_balancer.listener_rules.iter().flatten()).map(|rule| rule.priority);
        priorities().min().zip(priorities().max())
    }
}

/// The protocol and port of the listener.
fn listener_of(target: &Target<'_>) -> (&'static str, i64) {
    annotations::protocol_and_port(target.load_balancer.listener.as_ref().unwrap_or(&Listener::default()))
}

/// Reports rules whose order the Ingresses cannot keep: those of one are tried before those of the other.
fn report_interleaved(units: &[Unit<'_>]) {
    for (index, unit) in units.iter().enumerate() {
        let is_neighbour =
            |other: &&Unit<'_>| load_balancer_of(other.first()) == load_balancer_of(unit.first()) && listener_of(other.first()) == listener_of(unit.first());
        let overlaps = |other: &Unit<'_>| {
            let ((low, high), (other_low, other_high)) = unit.priorities().zip(other.priorities())?;
            (low <= other_high && other_low <= high).then_some(())
        };
        if units[..index].iter().filter(is_neighbour).any(|other| overlaps(other).is_some()) {
            unit.first().at.member("listenerRules").say(ListenerFault::RulesInterleave);
        }
    }
}

/// What is said of a load balancer besides its name.
fn settings_of(target: &Target<'_>) -> Option<LoadBalancer> {
    let load_balancer = target.load_balancer.load_balancer.clone()?;
    Some(LoadBalancer { name: None, ..load_balancer }).filter(|settings| *settings != LoadBalancer::default())
}
