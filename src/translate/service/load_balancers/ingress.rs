//! The Ingress of a service: the listener rules of its first load balancer that has some, and of those that share it.

use super::annotations::annotations;
use super::class::Class;
use super::exposure::has_rules;
use super::rules::{self, Rule};
use super::{Target, metadata};
use crate::ecs::load_balancing::LoadBalancer;
use crate::k8s;
use crate::translate::diagnostic::LoadBalancingFault;
use crate::translate::{IngressClass, Inputs, Kind, Object};

/// The Ingress, where any of the rules can be said.
pub(super) fn ingress(targets: &[Target<'_>], class: &IngressClass, inputs: &Inputs<'_>) -> Option<Object> {
    let class = Class::of(class);
    let (first, others) =
        targets.iter().filter(|target| has_rules(target.load_balancer)).collect::<Vec<_>>().split_first().map(|(first, others)| (*first, others.to_vec()))?;
    let mut rules = rules::rules(first, class);
    for other in others {
        if load_balancer_name(other) == load_balancer_name(first) {
            report_differences(first, other);
            rules.extend(rules::rules(other, class));
        } else {
            other.at.say(LoadBalancingFault::AnotherLoadBalancer);
        }
    }
    rules.sort_by_key(|rule| rule.priority);
    let lowest_priority = rules.first()?.priority;
    let metadata = k8s::ObjectMeta { annotations: annotations(first, lowest_priority, class, inputs), ..metadata(inputs) };
    let spec = k8s::IngressSpec { ingress_class_name: Some(class.name.into()), rules: Some(ingress_rules(&rules, inputs.name)), ..Default::default() };
    let ingress = k8s::Ingress { metadata, spec: Some(spec), status: None };
    Some(Object::new(Kind::Ingress, inputs.name, ingress))
}

/// The rules in the order of their priorities; neighbours of one host are one rule of the Ingress.
fn ingress_rules(rules: &[Rule], service: &str) -> Vec<k8s::IngressRule> {
    let mut ingress_rules: Vec<k8s::IngressRule> = Vec::new();
    for Rule { priority: _, hosts, paths, port } in rules {
        for host in hosts {
            let backend = k8s::IngressServiceBackend { name: service.into(), port: Some(k8s::ServiceBackendPort { name: Some(port.clone()), number: None }) };
            let paths = paths.iter().map(|(path, path_type)| k8s::HTTPIngressPath {
                path: Some(path.clone()),
                path_type: (*path_type).into(),
                backend: k8s::IngressBackend { service: Some(backend.clone()), resource: None },
            });
            match ingress_rules.last_mut().filter(|last| last.host == *host).and_then(|last| last.http.as_mut()) {
                Some(http) => http.paths.extend(paths),
                None => ingress_rules.push(k8s::IngressRule { host: host.clone(), http: Some(k8s::HTTPIngressRuleValue { paths: paths.collect() }) }),
            }
        }
    }
    ingress_rules
}

fn load_balancer_name<'a>(target: &Target<'a>) -> Option<&'a str> {
    target.load_balancer.load_balancer.as_ref().and_then(|load_balancer| load_balancer.name.as_deref())
}

/// Reports settings that hold for the whole Ingress and are not those of the first.
fn report_differences(first: &Target<'_>, other: &Target<'_>) {
    let scheme = |target: &Target<'_>| target.load_balancer.load_balancer.as_ref().and_then(|LoadBalancer { name: _, scheme, load_balancer_type: _ }| *scheme);
    let (one, two) = (first.load_balancer, other.load_balancer);
    let differences = [
        ("targetGroup", two.target_group.is_some() && one.target_group != two.target_group),
        ("listener", two.listener.is_some() && one.listener != two.listener),
        ("loadBalancer", scheme(other).is_some() && scheme(first) != scheme(other)),
    ];
    for (member, _) in differences.into_iter().filter(|(_, differs)| *differs) {
        other.at.member(member).say(LoadBalancingFault::SettingsOfFirstHold { member });
    }
}
