//! `logConfiguration`: where output goes. Here it goes to the node's log, whatever the driver.

use crate::ecs;
use crate::ecs::container_definition::LogDriver;
use crate::translate::diagnostic::{ContainerFault, Place};

/// Reports what has no effect.
pub(super) fn report(log_configuration: &ecs::LogConfiguration, at: &Place<'_>) {
    let ecs::LogConfiguration { log_driver, options: _, secret_options } = log_configuration;
    let driver = match log_driver {
        None => "the log driver",
        Some(LogDriver::JsonFile) => "json-file",
        Some(LogDriver::Syslog) => "syslog",
        Some(LogDriver::Journald) => "journald",
        Some(LogDriver::Gelf) => "gelf",
        Some(LogDriver::Fluentd) => "fluentd",
        Some(LogDriver::Awslogs) => "awslogs",
        Some(LogDriver::Splunk) => "splunk",
        Some(LogDriver::Awsfirelens) => "awsfirelens",
    };
    at.say(ContainerFault::LogConfigurationWithoutEffect { driver });
    if secret_options.as_ref().is_some_and(|options| !options.is_empty()) {
        at.member("secretOptions").say(ContainerFault::LogSecretsWithoutEffect);
    }
}
