//! `executionRoleArn`: the role by which ECS itself acts for the task. Who acts here in its place is said.

use crate::ecs::TaskDefinition;
use crate::ecs::container_definition::LogDriver;
use crate::translate::diagnostic::{Place, TaskFault};

/// Says who does what the role was for.
pub(super) fn report(role: &str, definition: &TaskDefinition, at: &Place<'_>) {
    let containers = || definition.container_definitions.iter();
    let count = |of: &dyn Fn(&crate::ecs::ContainerDefinition) -> usize| containers().map(of).sum::<usize>();
    let secrets = count(&|container| container.secrets.iter().flatten().count());
    let credentials = count(&|container| usize::from(container.repository_credentials.is_some()));
    let files = count(&|container| container.environment_files.iter().flatten().count());
    let logs = count(&|container| usize::from(container.log_configuration.as_ref().is_some_and(|logging| logging.log_driver == Some(LogDriver::Awslogs))));
    let read = [(secrets, "secret"), (credentials, "registry credential"), (files, "environment file")];
    let read: Vec<String> =
        read.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" })).collect();
    let read = (!read.is_empty()).then(|| format!("the role of a grant reads {}", read.join(" and ")));
    let logs = (logs > 0).then(|| "the role of the log agent sends what containers write".to_owned());
    let others = ["the role of the nodes pulls images".to_owned()].into_iter().chain(read).chain(logs).collect::<Vec<_>>().join(", ");
    at.say(TaskFault::ExecutionRoleWithoutEffect { role: role.to_owned(), others });
}
