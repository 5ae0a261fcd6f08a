//! Conditions of container instances as requirements of nodes: which label stands for an attribute, and with which values.

use super::expression::{Condition, Order, Subject, Test};
use super::nodes::{Nodes, TooMany};
use super::pattern;
use crate::settings::Settings;
use crate::translate::names;

/// The domain of the labels that stand for attributes of a team's own.
const DOMAIN: &str = "attribute.ecs-operator.dev";
const INSTANCE_TYPE: &str = "node.kubernetes.io/instance-type";
const WINDOWS_BUILD: &str = "node.kubernetes.io/windows-build";
const OPERATING_SYSTEM: &str = "kubernetes.io/os";

/// Versions of Windows Server, and the builds that nodes are labelled with.
const WINDOWS_BUILDS: [(&str, &str); 6] =
    [("2016", "10.0.14393"), ("2019", "10.0.17763"), ("2004", "10.0.19041"), ("20H2", "10.0.19042"), ("2022", "10.0.20348"), ("2025", "10.0.26100")];

/// The build of a version of Windows, by the word that ECS has for it, such as `WINDOWS_SERVER_2022_CORE`.
pub(in crate::translate) fn windows_build(family: &str) -> Option<&'static str> {
    let version = ["_CORE", "_FULL"].iter().find_map(|edition| family.strip_prefix("WINDOWS_SERVER_")?.strip_suffix(edition))?;
    WINDOWS_BUILDS.into_iter().find(|(known, _)| *known == version).map(|(_, build)| build)
}

/// What a condition asks of nodes.
pub(super) struct Asked {
    /// The nodes that fulfil it.
    pub nodes: Result<Nodes, TooMany>,
    /// The labels that no node has unless somebody sees to it.
    pub labels: Vec<String>,
}

/// Why nodes cannot be asked.
pub(super) type Reason = &'static str;

/// The label that stands for an attribute, and whether somebody must see to it that nodes have it. `None` where there is none.
pub(super) fn label(attribute: &str, settings: &Settings) -> Option<(String, bool)> {
    if let Some(label) = settings.node_attributes.get(attribute) {
        return Some((label.clone(), false));
    }
    let known = match attribute {
        "ecs.availability-zone" => "topology.kubernetes.io/zone",
        "ecs.instance-type" => INSTANCE_TYPE,
        "ecs.os-type" | "ecs.os-family" => OPERATING_SYSTEM,
        "ecs.cpu-architecture" => "kubernetes.io/arch",
        _ if attribute.starts_with("ecs.") || attribute.starts_with("com.amazonaws.ecs.") => return None,
        _ if names::is_label_value(attribute) && !attribute.is_empty() => return Some((format!("{DOMAIN}/{attribute}"), true)),
        _ => return None,
    };
    Some((known.into(), false))
}

/// The nodes that fulfil a condition.
pub(super) fn nodes(condition: &Condition, settings: &Settings) -> Result<Asked, Reason> {
    let Condition { subject, is_negated, test, span: _ } = condition;
    let attribute = match subject {
        Subject::Attribute(attribute) => attribute.as_str(),
        Subject::TaskGroup => return Err("a group of tasks can be asked for only alone, or joined by `and`"),
        Subject::Field("agentConnected") => return Err("there is no agent; a node that is not ready gets no tasks anyway"),
        Subject::Field("runningTasksCount") => return Err("Kubernetes does not place pods by how many others run on a node"),
        Subject::Field(_) => return Err("nodes have nothing that could stand for it"),
    };
    let is_mapped = settings.node_attributes.contains_key(attribute);
    let (label, is_expected) = label(attribute, settings).ok_or("no label of nodes stands for this attribute; the setting `nodeAttributes` can name one")?;
    let mut labels: Vec<String> = is_expected.then(|| label.clone()).into_iter().collect();
    let named = |values: &[String]| if is_mapped { with_values(&label, values.to_vec()) } else { named(attribute, &label, values) };
    let asked = match test {
        Test::Exists => Ok(Nodes::having(&label)),
        Test::In(values) => Ok(named(values)?),
        Test::Matches(pattern) if pattern::matches_all(pattern) => Ok(Nodes::having(&label)),
        Test::Matches(pattern) => match pattern::values(&plain(attribute, pattern)) {
            Some(values) => Ok(named(&values)?),
            None if attribute == "ecs.instance-type" && !is_mapped => {
                let (parts, nodes) = pattern::instances(pattern).ok_or("labels of nodes are compared with whole values, not with such a pattern")?;
                labels.extend(parts.into_iter().map(|part| format!("karpenter.k8s.aws/{part}")));
                nodes
            }
            None => return Err("labels of nodes are compared with whole values, not with such a pattern"),
        },
        Test::Compared(order, value) => Ok(compared(*order, value, &label)?),
    };
    // In ECS the attribute must be there for `!=`, `!in` and `!~` as well; every instance has a family.
    let must_be_there = *test != Test::Exists && attribute != "ecs.os-family";
    let nodes = match asked {
        Ok(asked) if *is_negated => asked.others().and_then(|others| if must_be_there { others.and(&Nodes::having(&label)) } else { Ok(others) }),
        asked => asked,
    };
    Ok(Asked { nodes, labels })
}

/// The nodes whose label is one of the values, in the words of Kubernetes.
fn named(attribute: &str, label: &str, values: &[String]) -> Result<Nodes, Reason> {
    match attribute {
        "ecs.cpu-architecture" => with_values(label, values.iter().map(|value| if value == "x86_64" { "amd64".into() } else { value.clone() }).collect()),
        "ecs.os-family" if values.iter().all(|value| value == "LINUX") => with_values(OPERATING_SYSTEM, vec!["linux".into()]),
        "ecs.os-family" => {
            let builds: Option<Vec<String>> = values.iter().map(|value| windows_build(value).map(String::from)).collect();
            with_values(WINDOWS_BUILD, builds.ok_or("nodes are not labelled with these families together")?)
        }
        _ => with_values(label, values.to_vec()),
    }
}

fn with_values(label: &str, values: Vec<String>) -> Result<Nodes, Reason> {
    let is_legal = values.iter().all(|value| names::is_label_value(value));
    if is_legal { Ok(Nodes::with(label, values)) } else { Err("no label of a node can have such a value") }
}

/// Labels are compared with whole numbers from 0 on.
fn compared(order: Order, value: &str, label: &str) -> Result<Nodes, Reason> {
    let number = value.parse::<i64>().ok().filter(|number| (1..i64::MAX).contains(number)).ok_or("labels of nodes are compared with whole numbers above 0")?;
    Ok(match order {
        Order::Greater => Nodes::above(label, number),
        Order::GreaterOrEqual => Nodes::above(label, number - 1),
        Order::Less => Nodes::below(label, number),
        Order::LessOrEqual => Nodes::below(label, number + 1),
    })
}

/// In an instance type there is one dot, so a pattern's only dot stands for it, as in `m5.large`.
fn plain(attribute: &str, pattern: &str) -> String {
    let is_type = attribute == "ecs.instance-type" && pattern.matches('.').count() == 1 && !pattern.contains(['\\', '[']);
    match pattern.split_once('.') {
        Some((family, size)) if is_type && !size.starts_with(['*', '+', '?', '{']) => format!("{family}\\.{size}"),
        _ => pattern.into(),
    }
}
