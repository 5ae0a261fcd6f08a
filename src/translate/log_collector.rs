//! The configuration of a log agent on each node, for the output of pods whose annotations tell where it goes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::fluent_bit::section;
use super::names;

/// What stands above the outputs.
const HEAD: &str = "\
# Outputs of Fluent Bit for these containers. Its input is a `tail` of /var/log/containers/*.log with a tag that ends in
# the path of the file (`Tag kube.*`), read by the parser of the container runtime (`multiline.parser docker, cri`).
";
/// What stands above the parsers.
const PARSERS: &str = "\n# These belong into a `Parsers_File`: they tell where a message of several lines begins.\n";
/// The characters of the parts of pods' names that Kubernetes makes up.
const RANDOM: &str = "[bcdfghjklmnpqrstvwxz2456789]";
/// Conversions of `strftime`, and what they match, as the driver `awslogs` has them.
const CONVERSIONS: [(char, &str); 19] = [
    ('a', "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"),
    ('A', "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"),
    ('w', "[0-6]"),
    ('d', "(?:0[1-9]|[12][0-9]|3[01])"),
    ('b', "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"),
    ('B', "(?:January|February|March|April|May|June|July|August|September|October|November|December)"),
    ('m', "(?:0[1-9]|1[0-2])"),
    ('Y', r"\d{4}"),
    ('y', r"\d{2}"),
    ('H', "(?:[01][0-9]|2[0-3])"),
    ('I', "(?:0[0-9]|1[0-2])"),
    ('p', "[AP]M"),
    ('M', "[0-5][0-9]"),
    ('S', "[0-5][0-9]"),
    ('f', r"\d{6}"),
    ('z', r"[+-]\d{4}"),
    ('Z', "[A-Z]{1,4}T"),
    ('j', "(?:0[0-9][1-9]|[1-3][0-9][0-9])"),
    ('L', r"\.\d{3}"),
];

/// The annotation of one container.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    container_name: String,
    log_driver: String,
    options: BTreeMap<String, String>,
}

/// A container of the pods of a workload.
struct Container<'a> {
    namespace: &'a str,
    workload: &'a str,
    name: &'a str,
}

/// The configuration of Fluent Bit for the pods of these objects.
pub fn fluent_bit(objects: &[Value]) -> String {
    let (mut outputs, mut parsers) = (String::new(), String::new());
    for object in objects {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let annotations = object.pointer("/spec/template/metadata/annotations").and_then(Value::as_object);
        for (annotation, value) in annotations.into_iter().flatten() {
            let Some(name) = annotation.strip_prefix(names::LOGS_ANNOTATION_PREFIX) else { continue };
            let Some(kept) = value.as_str().and_then(|value| serde_json::from_str::<Kept>(value).ok()) else { continue };
            let container = Container { namespace: text("/metadata/namespace"), workload: text("/metadata/name"), name };
            outputs += &container.heading();
            outputs += &match kept.log_driver.as_str() {
                "awslogs" => cloudwatch(&container, &kept, &mut parsers),
                _ => routed(&container, &kept.options),
            };
        }
    }
    let parsers = if parsers.is_empty() { parsers } else { format!("{PARSERS}{parsers}") };
    format!("{HEAD}{outputs}{parsers}")
}

/// The output of a container whose log driver is `awslogs`, one stream a pod.
fn cloudwatch(container: &Container<'_>, kept: &Kept, parsers: &mut String) -> String {
    let option = |name: &str| kept.options.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let tags = container.tags();
    let mut text = String::new();
    let begins = option("awslogs-datetime-format").map(pattern).or_else(|| option("awslogs-multiline-pattern").map(str::to_owned));
    if let Some(begins) = begins {
        let parser = format!("{}-{}-{}", container.namespace, container.workload, container.name);
        text += &section("FILTER", [("Name", "multiline"), ("Match_Regex", &tags), ("multiline.key_content", "log"), ("multiline.parser", &parser)]);
        let begins = begins.replace('"', "\\\"");
        let (first, next) = (format!("\"start_state\" \"/{begins}/\" \"next\""), format!("\"next\" \"/^(?!.*(?:{begins}))/\" \"next\""));
        *parsers += &section("MULTILINE_PARSER", [("name", parser.as_str()), ("type", "regex"), ("flush_timeout", "1000"), ("rule", &first), ("rule", &next)]);
    }
    let prefix = match option("awslogs-stream-prefix") {
        Some(prefix) => format!("{prefix}/{}/", kept.container_name),
        None => format!("{}/", kept.container_name),
    };
    let creates = option("awslogs-create-group").is_some_and(|creates| creates.eq_ignore_ascii_case("true"));
    let output = [
        ("Name", "cloudwatch_logs"),
        ("Match_Regex", tags.as_str()),
        ("region", option("awslogs-region").unwrap_or("${AWS_REGION}")),
        ("log_group_name", option("awslogs-group").unwrap_or("${LOG_GROUP}")),
        ("log_stream_prefix", prefix.as_str()),
        ("log_key", "log"),
        ("auto_create_group", if creates { "true" } else { "false" }),
    ];
    text + &section("OUTPUT", output)
}

/// The output of a container whose log driver is `awsfirelens`, as its router would have it.
fn routed(container: &Container<'_>, options: &BTreeMap<String, String>) -> String {
    let tags = container.tags();
    let mut text = String::new();
    for (option, rule) in [("include-pattern", "Regex"), ("exclude-pattern", "Exclude")] {
        if let Some(pattern) = options.get(option) {
            text += &section("FILTER", [("Name", "grep"), ("Match_Regex", &tags), (rule, &format!("log {pattern}"))]);
        }
    }
    let Some(plugin) = options.get("Name") else {
        return text + "# Its options name no output of Fluent Bit.\n";
    };
    let is_of_plugin = |option: &&str| !["Name", "include-pattern", "exclude-pattern"].contains(option);
    let options = options.iter().map(|(option, value)| (option.as_str(), value.as_str())).filter(|(option, _)| is_of_plugin(option));
    text + &section("OUTPUT", [("Name", plugin.as_str()), ("Match_Regex", &tags)].into_iter().chain(options))
}

impl Container<'_> {
    fn heading(&self) -> String {
        let Self { namespace, workload, name } = self;
        format!("\n# Container {name} of {namespace}/{workload}\n")
    }

    /// What the tags of its records match: they end in the name of a log file, `<pod>_<namespace>_<container>-<id>.log`.
    fn tags(&self) -> String {
        let Self { namespace, workload, name } = self;
        // A long name of a workload runs into the random end of its pods' names.
        format!(r"containers\.{workload}-{RANDOM}{{5,15}}(-{RANDOM}{{5}})?_{namespace}_{name}-[0-9a-f]{{64}}\.log$")
    }
}

/// A pattern that matches times of that format; characters between conversions are part of the pattern, as in the driver.
fn pattern(format: &str) -> String {
    let mut pattern = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            pattern.push(character);
            continue;
        }
        let conversion = characters.next();
        pattern += CONVERSIONS.iter().find(|(known, _)| Some(*known) == conversion).map_or("", |(_, matched)| matched);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{fluent_bit, pattern};
    use serde_json::json;

    #[test]
    fn formats_of_times_become_patterns() {
        assert_eq!(pattern("[%Y-%m-%d %H:%M:%S%L]"), r"[\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.\d{3}]");
        assert_eq!(pattern("%q100%"), "100");
    }

    #[test]
    fn each_container_that_is_annotated_has_an_output() {
        let awslogs = json!({"containerName": "Web", "logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "ecs", "awslogs-multiline-pattern": "^\"a"}});
        let firelens =
            json!({"containerName": "app", "logDriver": "awsfirelens", "options": {"Name": "http", "exclude-pattern": "^GET", "Host": "logs.example.com"}});
        let annotations = json!({"logs.ecs-operator.dev/web": awslogs.to_string(), "logs.ecs-operator.dev/app": firelens.to_string(), "other": "x"});
        let deployment = json!({"metadata": {"name": "shop", "namespace": "prod"}, "spec": {"template": {"metadata": {"annotations": annotations}}}});
        let text = fluent_bit(&[json!({"kind": "Service"}), deployment]);
        for line in [
            "    log_group_name /ecs/web\n    log_stream_prefix ecs/Web/\n",
            "    region ${AWS_REGION}\n",
            r#"    rule "start_state" "/^\"a/" "next""#,
            "    Exclude log ^GET\n",
            "    Host logs.example.com\n",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text.matches("[OUTPUT]").count(), 2);
    }
}
