//! The driver `awsfirelens`: output that a router of the task, another container, sends on. In a pod no driver hands
//! a container's output to another container; but what programs send to the router themselves reaches it.

use std::collections::BTreeMap;

use crate::ecs::container_definition::{FirelensRouter, LogDriver};
use crate::ecs::{self, ContainerDefinition, NetworkMode};
use crate::k8s;
use crate::translate::container::Task;
use crate::translate::diagnostic::{LoggingFault, Place};

/// What the agent takes out for Docker's own driver.
const OF_DOCKER: &str = "log-driver-buffer-limit";
/// Where programs find the router, as the agent tells them.
const VARIABLES: [(&str, &str); 2] = [("FLUENT_HOST", "127.0.0.1"), ("FLUENT_PORT", "24224")];

/// Where the output of one container goes.
pub(in crate::translate::container) struct Output {
    /// The name of the container in ECS.
    pub container: String,
    /// The options of the router's output, secrets as the variables that hold them.
    pub options: BTreeMap<String, String>,
}

/// The outputs of all containers with this driver, for a router of that type.
pub(in crate::translate::container) fn outputs(definitions: &[ContainerDefinition], router: FirelensRouter) -> Vec<Output> {
    definitions.iter().enumerate().filter(|(_, definition)| uses_router(definition)).map(|(index, definition)| output(definition, index, router)).collect()
}

/// The variables by which programs find the router.
pub(in crate::translate::container) fn variables(definition: &ContainerDefinition, task: &Task<'_>) -> Vec<k8s::EnvVar> {
    let is_told = uses_router(definition) && matches!(task.network_mode, NetworkMode::Awsvpc | NetworkMode::Bridge);
    let variable = |(name, value): (&str, &str)| k8s::EnvVar { name: name.into(), value: Some(value.into()), value_from: None };
    VARIABLES.into_iter().filter(|_| is_told).map(variable).collect()
}

/// The options whose values are secrets, which the router is given.
pub(in crate::translate::container) fn secret_options(definition: &ContainerDefinition) -> Option<&[ecs::Secret]> {
    definition.log_configuration.as_ref().filter(|_| uses_router(definition))?.secret_options.as_deref()
}

/// The variable of the router that holds the value of a secret option; `container` is the index of the container.
pub(in crate::translate::container) fn secret_variable(option: &str, container: usize) -> String {
    format!("{option}_{container}")
}

/// Says what becomes of the output, and gives it back as the router would have it.
pub(super) fn report(definition: &ContainerDefinition, options: &BTreeMap<String, String>, task: &Task<'_>, at: &Place<'_>) -> Option<Output> {
    let definitions = &task.inputs.task_definition.spec.container_definitions;
    let router = definitions.iter().find_map(|definition| definition.firelens_configuration.as_ref());
    let Some(router) = router.map(|configuration| configuration.router) else {
        at.say(LoggingFault::RouterMissing);
        return None;
    };
    at.say(LoggingFault::OutputNotRouted);
    if let Some(limit) = options.get(OF_DOCKER) {
        at.member("options").member(OF_DOCKER).say(LoggingFault::LogOptionWithoutEffect { option: OF_DOCKER.into(), value: limit.clone() });
    }
    let index = definitions.iter().position(|other| other.name == definition.name).unwrap_or_default();
    let output = output(definition, index, router);
    let is_pattern = |option: &String| matches!(option.as_str(), "include-pattern" | "exclude-pattern");
    if !output.options.contains_key(plugin_option(router)) && output.options.keys().any(|option| !is_pattern(option)) {
        at.member("options").say(LoggingFault::OutputWithoutPlugin { option: plugin_option(router) });
    }
    Some(output)
}

/// The option that names the plug-in of an output.
fn plugin_option(router: FirelensRouter) -> &'static str {
    match router {
        FirelensRouter::Fluentbit => "Name",
        FirelensRouter::Fluentd => "@type",
    }
}

fn uses_router(definition: &ContainerDefinition) -> bool {
    definition.log_configuration.as_ref().is_some_and(|configuration| configuration.log_driver == Some(LogDriver::Awsfirelens))
}

fn output(definition: &ContainerDefinition, index: usize, router: FirelensRouter) -> Output {
    let configuration = definition.log_configuration.as_ref();
    let mut options = configuration.and_then(|configuration| configuration.options.clone()).unwrap_or_default();
    options.remove(OF_DOCKER);
    for secret in secret_options(definition).unwrap_or_default() {
        let variable = secret_variable(&secret.name, index);
        let value = match router {
            FirelensRouter::Fluentbit => format!("${{{variable}}}"),
            FirelensRouter::Fluentd => format!("\"#{{ENV['{variable}']}}\""),
        };
        options.insert(secret.name.clone(), value);
    }
    Output { container: definition.name.clone(), options }
}
