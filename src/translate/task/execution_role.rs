//! `executionRoleArn`: the role by which ECS itself acts for the task. Who acts here in its place is said.

use crate::ecs::container_definition::LogDriver;
use crate::ecs::{ContainerDefinition, TaskDefinition};
use crate::settings::Secrets;
use crate::translate::diagnostic::{Place, TaskFault};

/// Says who does what the role was for.
pub(super) fn report(role: &str, definition: &TaskDefinition, backend: Option<&Secrets>, at: &Place<'_>) {
    let containers = || definition.container_definitions.iter();
    let count = |of: &dyn Fn(&ContainerDefinition) -> usize| containers().map(of).sum::<usize>();
    let secrets = count(&|container| container.secrets.iter().flatten().count() + of_router(container));
    let credentials = count(&|container| usize::from(container.repository_credentials.is_some()));
    let files = count(&|container| container.environment_files.iter().flatten().count());
    let logs = count(&|container| usize::from(container.log_configuration.as_ref().is_some_and(|logging| logging.log_driver == Some(LogDriver::Awslogs))));
    let read = [(secrets, "secret"), (credentials, "registry credential"), (files, "environment file")];
    let read: Vec<String> =
        read.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" })).collect();
    let who = match backend {
        Some(Secrets::Aws { .. }) => "the role of a grant reads",
        Some(Secrets::ExternalSecrets { .. }) => "the role of a store of the External Secrets operator reads",
        Some(Secrets::File { .. }) => "the operator takes from its folder",
        None => "nobody, for the settings name no secrets backend, reads",
    };
    let read = (!read.is_empty()).then(|| format!("{who} {}", read.join(" and ")));
    let logs = (logs > 0).then(|| "the role of the log agent sends what containers write".to_owned());
    let others = ["the role of the nodes pulls images".to_owned()].into_iter().chain(read).chain(logs).collect::<Vec<_>>().join(", ");
    at.say(TaskFault::ExecutionRoleWithoutEffect { role: role.to_owned(), others });
}

/// How many secrets the options of the log router have; those of other log drivers are not read.
fn of_router(container: &ContainerDefinition) -> usize {
    let logging = container.log_configuration.as_ref().filter(|logging| logging.log_driver == Some(LogDriver::Awsfirelens));
    logging.and_then(|logging| logging.secret_options.as_ref()).map_or(0, Vec::len)
}
