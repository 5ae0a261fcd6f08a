//! `logConfiguration`: where output goes. Here it goes to the node's log, whatever the driver. For the cluster's log
//! agent an annotation of the pod, `logs.ecs-operator.dev/<container>`, keeps what `awslogs` and `awsfirelens` were
//! told, in ECS's own words: `{"containerName": …, "logDriver": …, "options": {…}}`. `render --log-collector fluent-bit`
//! prints its configuration from that.

mod firelens;

use std::collections::BTreeMap;

use serde_json::json;

pub(super) use firelens::{Output, outputs, secret_options, secret_variable, variables};

use super::{Pod, Task};
use crate::ecs;
use crate::ecs::container_definition::LogDriver;
use crate::translate::diagnostic::{LoggingFault, Place};
use crate::translate::names;

/// Options of `awslogs` that say how the driver hands output over; a node's log has no such choice.
const OF_THE_DRIVER: [&str; 2] = ["max-buffer-size", "mode"];

/// Keeps what a log agent needs, and reports the rest; `container` is the name in the pod.
pub(super) fn log_configuration(
    configuration: &ecs::LogConfiguration,
    definition: &ecs::ContainerDefinition,
    container: &str,
    task: &Task<'_>,
    pod: &mut Pod,
    at: &Place<'_>,
) {
    let ecs::LogConfiguration { log_driver, options, secret_options } = configuration;
    let unset = BTreeMap::new();
    let options = options.as_ref().unwrap_or(&unset);
    let secret_options = secret_options.as_deref().unwrap_or_default();
    let Some(driver) = log_driver else {
        if !options.is_empty() || !secret_options.is_empty() {
            at.say(LoggingFault::LogDriverMissing);
        }
        return;
    };
    let word = word(*driver);
    let annotation = format!("{}{container}", names::LOGS_ANNOTATION_PREFIX);
    match driver {
        LogDriver::Awslogs => {
            report_options(options.iter().filter(|(option, _)| OF_THE_DRIVER.contains(&option.as_str())), at);
            at.say(LoggingFault::OutputForCollector { annotation: annotation.clone() });
            pod.annotations.insert(annotation, kept(&definition.name, word, options));
        }
        LogDriver::Awsfirelens => {
            if let Some(output) = firelens::report(definition, options, task, at) {
                pod.annotations.insert(annotation, kept(&definition.name, word, &output.options));
            }
            return;
        }
        LogDriver::JsonFile | LogDriver::Journald => {
            at.say(LoggingFault::OutputStaysOnNode { driver: word });
            report_options(options.iter(), at);
        }
        LogDriver::Syslog | LogDriver::Gelf | LogDriver::Fluentd | LogDriver::Splunk => {
            at.say(LoggingFault::OutputNotSent { driver: word });
            report_options(options.iter(), at);
        }
    }
    for (index, ecs::Secret { name, value_from }) in secret_options.iter().enumerate() {
        at.member("secretOptions").item(index).say(LoggingFault::LogSecretWithoutEffect { option: name.clone(), value_from: value_from.clone() });
    }
}

/// The annotation's value; log streams are named after the container's name in ECS.
fn kept(container: &str, driver: &str, options: &BTreeMap<String, String>) -> String {
    json!({ "containerName": container, "logDriver": driver, "options": options }).to_string()
}

fn report_options<'a>(options: impl Iterator<Item = (&'a String, &'a String)>, at: &Place<'_>) {
    for (option, value) in options {
        at.member("options").member(option).say(LoggingFault::LogOptionWithoutEffect { option: option.clone(), value: value.clone() });
    }
}

fn word(driver: LogDriver) -> &'static str {
    match driver {
        LogDriver::JsonFile => "json-file",
        LogDriver::Syslog => "syslog",
        LogDriver::Journald => "journald",
        LogDriver::Gelf => "gelf",
        LogDriver::Fluentd => "fluentd",
        LogDriver::Awslogs => "awslogs",
        LogDriver::Splunk => "splunk",
        LogDriver::Awsfirelens => "awsfirelens",
    }
}
