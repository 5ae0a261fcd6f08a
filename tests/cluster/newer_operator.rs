//! A test build of the operator: one whose translation adds an environment variable to every container, as a newer
//! release might. A service called `panics` makes it panic, which no input should.

use std::process::ExitCode;

use ecs_operator::translate::{Diagnostic, Inputs, Rendering, render};
use serde_json::{Value, json};

fn main() -> ExitCode {
    ecs_operator::cli::main(render_anew)
}

fn render_anew(inputs: &Inputs<'_>) -> (Option<Rendering>, Vec<Diagnostic>) {
    assert_ne!(inputs.name, "panics", "told to");
    let (mut rendering, diagnostics) = render(inputs);
    let containers = rendering.as_mut().and_then(|rendering| rendering.template.pointer_mut("/spec/containers")).and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten() {
        let added = json!({"name": "ADDED_BY_A_NEWER_OPERATOR", "value": "yes"});
        match container.get_mut("env").and_then(Value::as_array_mut) {
            Some(variables) => variables.push(added),
            None => container["env"] = json!([added]),
        }
    }
    (rendering, diagnostics)
}
