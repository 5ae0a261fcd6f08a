//! The configuration of a Fluentd router, in the same order as that of Fluent Bit.

use super::super::log_configuration::Output;
use super::Configuration;

pub(super) fn text(configuration: &Configuration) -> String {
    let Configuration { listens, metadata, file, outputs } = configuration;
    let mut lines = Vec::new();
    if *listens {
        lines.extend(block("source", "", ["@type forward", "bind 127.0.0.1", "port 24224"].map(String::from)));
    }
    for (option, rule) in [("include-pattern", "regexp"), ("exclude-pattern", "exclude")] {
        for output in outputs {
            if let Some(pattern) = output.options.get(option) {
                let rule = block(rule, "", ["key log".into(), format!("pattern {pattern}")]);
                lines.extend(block("filter", &tags(output), std::iter::once("@type grep".into()).chain(rule)));
            }
        }
    }
    if !metadata.is_empty() {
        let record = block("record", "", metadata.iter().map(|(name, value)| format!("{name} {value}")));
        lines.extend(block("filter", " **", std::iter::once("@type record_transformer".into()).chain(record)));
    }
    lines.extend(file.iter().map(|file| format!("@include {file}")));
    for output in outputs {
        let Some(plugin) = output.options.get("@type") else { continue };
        let is_of_plugin = |option: &&String| !["@type", "include-pattern", "exclude-pattern"].contains(&option.as_str());
        let options = output.options.iter().filter(|(option, _)| is_of_plugin(option)).map(|(option, value)| format!("{option} {value}"));
        lines.extend(block("match", &tags(output), std::iter::once(format!("@type {plugin}")).chain(options)));
    }
    lines.into_iter().flat_map(|line| [line, "\n".into()]).collect()
}

/// A block with its lines; `tags` are those of the records that it is for.
fn block(kind: &str, tags: &str, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let lines = lines.into_iter().map(|line| format!("    {line}"));
    std::iter::once(format!("<{kind}{tags}>")).chain(lines).chain([format!("</{kind}>")]).collect()
}

/// The tags of a container's records, as the agent has them.
fn tags(output: &Output) -> String {
    format!(" {}-firelens**", output.container)
}
