//! `charts/ecs-operator/files/warnings.yaml`: what the chart's admission policies ask of our kinds, and what `kubectl apply` then prints.

use ecs_operator::translate::admission::{self, Conditions, Variables};
use ecs_operator::translate::{Explanation, Fault, Severity};
use ecs_operator::yaml;
use serde_json::{Value, json};

use crate::GENERATED;

pub const FILE: &str = "charts/ecs-operator/files/warnings.yaml";

/// The variables and validations of each resource.
pub fn file() -> String {
    let policies = json!({
        "ecsservices": policy(admission::SERVICE_VARIABLES, admission::SERVICE),
        "ecstaskdefinitions": policy(admission::TASK_DEFINITION_VARIABLES, admission::TASK_DEFINITION),
    });
    format!("# {GENERATED}\n{}", yaml::to_string(&policies).expect("YAML"))
}

fn policy(variables: Variables, conditions: Conditions) -> Value {
    let variables: Vec<Value> = variables.iter().map(|(name, expression)| json!({"name": name, "expression": expression})).collect();
    let validations: Vec<Value> =
        conditions.iter().map(|(name, condition)| json!({"expression": format!("!({condition})"), "message": message(name)})).collect();
    json!({"variables": variables, "validations": validations})
}

/// What is printed: the name, what is at fault in the words of the reference page, and what to do.
fn message(name: &str) -> String {
    let explanation = warning(name);
    format!("{name}: {}; what to do: {}; see: ecs-operator explain {name}", explanation.summary(), explanation.remedy)
}

fn warning(name: &str) -> &'static Explanation {
    Fault::catalogue().find(|explanation| explanation.name == name).expect(name)
}

#[test]
fn what_is_printed_are_warnings_in_one_line() {
    for (name, _) in admission::SERVICE.iter().chain(admission::TASK_DEFINITION) {
        assert_eq!(warning(name).severity, Severity::Warning, "{name}");
        assert!(!message(name).contains('\n'), "{name}");
    }
}
