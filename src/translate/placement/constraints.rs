//! `placementConstraints`, of the service and of the task definition: which nodes may run the tasks. All of them hold together.

use std::collections::BTreeMap;

use super::attributes;
use super::expression::{Condition, Expression, Subject};
use super::nodes::{Nodes, TooMany};
use super::task_groups::{self, HOST};
use crate::ecs::service::{PlacementConstraint, PlacementConstraintType};
use crate::ecs::task_definition::{TaskPlacementConstraint, TaskPlacementConstraintType};
use crate::k8s;
use crate::settings::Settings;
use crate::translate::diagnostic::{Place, PlacementFault};
use crate::translate::{Inputs, names};

/// What constraints ask for, together.
pub(super) struct Constraints {
    /// The nodes that may run the tasks.
    pub nodes: Nodes,
    /// The pods that must run on the same node.
    pub near: Vec<k8s::PodAffinityTerm>,
    /// The pods that must not.
    pub apart: Vec<k8s::PodAffinityTerm>,
}

/// What all constraints ask for; `task` and `service` are the specifications.
pub(super) fn constraints(inputs: &Inputs<'_>, task: &Place<'_>, service: &Place<'_>) -> Constraints {
    let mut constraints = Constraints { nodes: Nodes::all(), near: Vec::new(), apart: Vec::new() };
    let of_service = inputs.service.placement_constraints.iter().flatten().enumerate();
    for (index, PlacementConstraint { constraint_type, expression }) in of_service {
        let (at, expression) = (service.member("placementConstraints").item(index), expression.as_deref());
        match (constraint_type, expression) {
            (Some(PlacementConstraintType::DistinctInstance), None) => constraints.distinct_instance(inputs.name),
            (Some(PlacementConstraintType::DistinctInstance), Some(_)) => at.say(not_legal("`distinctInstance` takes no expression")),
            (Some(PlacementConstraintType::MemberOf), _) => constraints.member_of(expression, inputs, &at),
            (None, _) => at.say(not_legal("it has no type")),
        }
    }
    let of_task = inputs.task_definition.spec.placement_constraints.iter().flatten().enumerate();
    for (index, TaskPlacementConstraint { constraint_type, expression }) in of_task {
        let at = task.member("placementConstraints").item(index);
        match constraint_type {
            Some(TaskPlacementConstraintType::MemberOf) => constraints.member_of(expression.as_deref(), inputs, &at),
            None => at.say(not_legal("it has no type")),
        }
    }
    constraints
}

fn not_legal(reason: &'static str) -> PlacementFault {
    PlacementFault::PlacementConstraintNotLegal { reason }
}

impl Constraints {
    /// Each task on a node of its own, whatever deployment it is of.
    fn distinct_instance(&mut self, service: &str) {
        let labels = BTreeMap::from([(names::SERVICE_LABEL.to_owned(), names::label_value(service))]);
        let selector = k8s::LabelSelector { match_labels: Some(labels), match_expressions: None };
        self.apart.push(k8s::PodAffinityTerm { label_selector: Some(selector), topology_key: HOST.into(), ..Default::default() });
    }

    /// Only the nodes that the expression names.
    fn member_of(&mut self, text: Option<&str>, inputs: &Inputs<'_>, at: &Place<'_>) {
        let Some(text) = text else { return at.say(not_legal("`memberOf` needs an expression")) };
        let at = at.member("expression");
        let expression = match text.parse::<Expression>() {
            Ok(expression) => expression,
            Err(error) => return at.say(PlacementFault::PlacementExpressionNotLegal { reason: error.to_string() }),
        };
        let reading = Reading { text, settings: inputs.settings, at: &at };
        let mut nodes = Ok(self.nodes.clone());
        for (part, is_negated) in conjuncts(&expression, false) {
            match part {
                Expression::Condition(condition @ Condition { subject: Subject::TaskGroup, .. }) => match task_groups::pods(condition, is_negated, inputs) {
                    Ok((pods, is_apart)) => {
                        at.say(PlacementFault::TaskGroupByLabel { part: reading.part(condition) });
                        if is_apart { &mut self.apart } else { &mut self.near }.push(pods);
                    }
                    Err(reason) => reading.drop_part(condition, reason),
                },
                part => nodes = nodes.and_then(|nodes| nodes.and(&reading.nodes(part, is_negated)?)),
            }
        }
        match nodes {
            Ok(nodes) => self.nodes = nodes,
            Err(TooMany) => at.say(PlacementFault::PlacementTooComplex { expression: text.into() }),
        }
    }
}

/// The parts that must all be so (or, negated, not be so) for the expression to be so (or not).
fn conjuncts(expression: &Expression, is_negated: bool) -> Vec<(&Expression, bool)> {
    match expression {
        Expression::Not(inner) => conjuncts(inner, !is_negated),
        Expression::All(parts) if !is_negated => parts.iter().flat_map(|part| conjuncts(part, false)).collect(),
        Expression::Any(parts) if is_negated => parts.iter().flat_map(|part| conjuncts(part, true)).collect(),
        Expression::All(_) | Expression::Any(_) | Expression::Condition(_) => vec![(expression, is_negated)],
    }
}

/// An expression as it is made a set of nodes.
struct Reading<'a> {
    text: &'a str,
    settings: &'a Settings,
    at: &'a Place<'a>,
}

impl Reading<'_> {
    /// The nodes that the expression names, or where it is negated the others.
    fn nodes(&self, expression: &Expression, is_negated: bool) -> Result<Nodes, TooMany> {
        match expression {
            Expression::Not(inner) => self.nodes(inner, !is_negated),
            Expression::Any(parts) if is_negated => Nodes::each(parts.iter().map(|part| self.nodes(part, true))),
            Expression::Any(parts) => Nodes::any(parts.iter().map(|part| self.nodes(part, false))),
            Expression::All(parts) if is_negated => Nodes::any(parts.iter().map(|part| self.nodes(part, true))),
            Expression::All(parts) => Nodes::each(parts.iter().map(|part| self.nodes(part, false))),
            Expression::Condition(condition) => self.condition(condition, is_negated),
        }
    }

    /// Where nodes cannot be asked, all of them: it must not be that none is left to run the tasks.
    fn condition(&self, condition: &Condition, is_negated: bool) -> Result<Nodes, TooMany> {
        let asked = match attributes::nodes(condition, self.settings) {
            Ok(asked) => asked,
            Err(reason) => {
                self.drop_part(condition, reason);
                return Ok(Nodes::all());
            }
        };
        for label in asked.labels {
            self.at.say(PlacementFault::NodeLabelNeeded { part: self.part(condition), label });
        }
        if is_negated { asked.nodes?.others() } else { asked.nodes }
    }

    fn part(&self, condition: &Condition) -> String {
        self.text[condition.span.clone()].to_owned()
    }

    fn drop_part(&self, condition: &Condition, reason: &'static str) {
        self.at.say(PlacementFault::PlacementPartDropped { part: self.part(condition), reason });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Reading;
    use crate::k8s;
    use crate::settings::Settings;
    use crate::translate::diagnostic::{Origin, Said};
    use crate::translate::placement::expression::{Expression, Order, Subject, Test};

    /// Numbers that look random, the same ones each time.
    struct Dice(u64);

    impl Dice {
        fn throw(&mut self, sides: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % sides
        }

        fn expression(&mut self, depth: u32) -> String {
            let tests = ["== 1", "!= 2", "in [1, 3]", "!in [1, 2]", "exists", "!exists", "> 1", ">= 2", "< 3", "<= 2", "=~ [12]", "!~ 2|3", "=~ .*"];
            match self.throw(if depth == 0 { 1 } else { 4 }) {
                0 => {
                    let test = usize::try_from(self.throw(tests.len() as u64)).expect("small");
                    format!("attribute:{} {}", ["a", "b"][usize::from(self.throw(2) == 0)], tests[test])
                }
                1 => format!("not({})", self.expression(depth - 1)),
                2 => format!("({} and {})", self.expression(depth - 1), self.expression(depth - 1)),
                _ => format!("({} or {})", self.expression(depth - 1), self.expression(depth - 1)),
            }
        }
    }

    /// What ECS would find.
    fn names(expression: &Expression, instance: &BTreeMap<&str, i64>) -> bool {
        match expression {
            Expression::Any(parts) => parts.iter().any(|part| names(part, instance)),
            Expression::All(parts) => parts.iter().all(|part| names(part, instance)),
            Expression::Not(part) => !names(part, instance),
            Expression::Condition(condition) => {
                let Subject::Attribute(attribute) = &condition.subject else { panic!("{condition:?}") };
                let Some(value) = instance.get(attribute.as_str()) else { return condition.test == Test::Exists && condition.is_negated };
                let holds = match &condition.test {
                    Test::Exists => true,
                    Test::In(values) => values.contains(&value.to_string()),
                    Test::Matches(pattern) => match pattern.as_str() {
                        "[12]" => matches!(value, 1 | 2),
                        "2|3" => matches!(value, 2 | 3),
                        _ => true,
                    },
                    Test::Compared(order, number) => {
                        let number = number.parse().expect("a number");
                        match order {
                            Order::Greater => *value > number,
                            Order::GreaterOrEqual => *value >= number,
                            Order::Less => *value < number,
                            Order::LessOrEqual => *value <= number,
                        }
                    }
                };
                holds != condition.is_negated
            }
        }
    }

    /// What the scheduler would find.
    fn selects(selector: &k8s::NodeSelector, instance: &BTreeMap<&str, i64>) -> bool {
        let fulfils = |requirement: &k8s::NodeSelectorRequirement| {
            let value = instance.get(requirement.key.rsplit('/').next().unwrap_or_default());
            let values = requirement.values.clone().unwrap_or_default();
            let number = || values[0].parse::<i64>().expect("a number");
            match requirement.operator.as_str() {
                "In" => value.is_some_and(|value| values.contains(&value.to_string())),
                "NotIn" => value.is_none_or(|value| !values.contains(&value.to_string())),
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                "Gt" => value.is_some_and(|value| *value > number()),
                "Lt" => value.is_some_and(|value| *value < number()),
                other => panic!("{other}"),
            }
        };
        selector.node_selector_terms.iter().any(|term| term.match_expressions.iter().flatten().all(fulfils))
    }

    #[test]
    fn the_scheduler_finds_the_nodes_that_ecs_finds() {
        let (mut dice, mut compared) = (Dice(5), 0);
        for _ in 0..3000 {
            let text = dice.expression(3);
            let expression: Expression = text.parse().expect("an expression");
            let said = Said::default();
            let reading = Reading { text: &text, settings: &Settings::default(), at: &said.document(Origin::Service) };
            let Ok(nodes) = reading.nodes(&expression, false) else { continue };
            let selector = nodes.selector();
            for (a, b) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))) {
                let instance: BTreeMap<&str, i64> = [("a", a), ("b", b)].into_iter().filter(|(_, value)| *value > 0).collect();
                let found = selector.as_ref().is_none_or(|selector| selects(selector, &instance));
                assert_eq!(found, names(&expression, &instance), "{text}: {instance:?}");
                compared += 1;
            }
        }
        assert!(compared > 40_000, "{compared}");
    }

    #[test]
    fn whatever_stands_there_reading_ends() {
        let words = [
            "attribute:",
            "attribute:a",
            "a",
            "ä",
            "task:group",
            "runningTasksCount",
            "(",
            ")",
            "[",
            "]",
            ",",
            "!",
            "not",
            "and",
            "or",
            "&&",
            "||",
            "==",
            "!=",
            "=~",
            "!in",
            "in",
            "exists",
            "!exists",
            ">",
            "<=",
            "'",
            "\"",
            "\\",
            ".*",
            "m5",
            "|",
            "?",
            " ",
            " ",
            " ",
            "\u{3000}",
        ];
        let mut dice = Dice(7);
        for _ in 0..20_000 {
            let length = dice.throw(24);
            let text: String = (0..length).map(|_| words[usize::try_from(dice.throw(words.len() as u64)).expect("small")]).collect();
            let said = Said::default();
            let reading = Reading { text: &text, settings: &Settings::default(), at: &said.document(Origin::Service) };
            match text.parse::<Expression>() {
                Ok(expression) => drop(reading.nodes(&expression, true)),
                Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.column), "{text}: {error}"),
            }
        }
    }
}
