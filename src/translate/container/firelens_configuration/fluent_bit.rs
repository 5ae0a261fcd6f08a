//! The configuration of a Fluent Bit router, section by section in the agent's order: inputs, filters, the user's own
//! file, outputs.

use super::super::log_configuration::Output;
use super::Configuration;
use crate::translate::fluent_bit::{include, section};

/// Where health checks of the router, as AWS documents them, connect to.
const HEALTH_CHECK: [(&str, &str); 4] = [("Name", "tcp"), ("Tag", "firelens-healthcheck"), ("Listen", "127.0.0.1"), ("Port", "8877")];

pub(super) fn text(configuration: &Configuration) -> String {
    let Configuration { listens, metadata, file, outputs } = configuration;
    let mut text = String::new();
    if *listens {
        text += &section("INPUT", [("Name", "forward"), ("Listen", "127.0.0.1"), ("Port", "24224")]);
        text += &section("INPUT", HEALTH_CHECK);
    }
    for (option, rule) in [("include-pattern", "Regex"), ("exclude-pattern", "Exclude")] {
        for output in outputs {
            if let Some(pattern) = output.options.get(option) {
                text += &section("FILTER", [("Name", "grep"), ("Match", &tag(output)), (rule, &format!("log {pattern}"))]);
            }
        }
    }
    if !metadata.is_empty() {
        let records: Vec<String> = metadata.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let records = records.iter().map(|record| ("Record", record.as_str()));
        text += &section("FILTER", [("Name", "record_modifier"), ("Match", "*")].into_iter().chain(records));
    }
    if let Some(file) = file {
        text += &include(file);
    }
    if *listens {
        text += &section("OUTPUT", [("Name", "null"), ("Match", "firelens-healthcheck")]);
    }
    for output in outputs {
        let Some(plugin) = output.options.get("Name") else { continue };
        let is_of_plugin = |option: &&str| !["Name", "include-pattern", "exclude-pattern"].contains(option);
        let options = output.options.iter().map(|(option, value)| (option.as_str(), value.as_str())).filter(|(option, _)| is_of_plugin(option));
        text += &section("OUTPUT", [("Name", plugin.as_str()), ("Match", &tag(output))].into_iter().chain(options));
    }
    text
}

/// The tags of a container's records, as the agent has them.
fn tag(output: &Output) -> String {
    format!("{}-firelens*", output.container)
}
