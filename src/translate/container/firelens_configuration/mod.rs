//! `firelensConfiguration`: the container is a log router. The configuration that the ECS agent would write for it
//! becomes a `ConfigMap`, mounted where the router reads it: it takes what programs send to `FLUENT_HOST`, and sends
//! it where the options of their log drivers say.

mod fluent_bit;
mod fluentd;

use serde_json::json;

use super::log_configuration::{Output, outputs, secret_options, secret_variable};
use super::{Pod, Task, secrets};
use crate::ecs::container_definition::{FirelensConfiguration, FirelensRouter};
use crate::ecs::{self, NetworkMode};
use crate::k8s;
use crate::translate::diagnostic::{ContainerFault, LoggingFault, Place};
use crate::translate::{Kind, Object, names};

/// Options of the router.
const METADATA: &str = "enable-ecs-log-metadata";
const FILE_TYPE: &str = "config-file-type";
const FILE: &str = "config-file-value";

/// What the configuration of a router is written from.
struct Configuration {
    /// Whether it listens for what programs send, and for checks of its health.
    listens: bool,
    /// Members that every record is given.
    metadata: Vec<(&'static str, String)>,
    /// A file with more configuration.
    file: Option<String>,
    outputs: Vec<Output>,
}

/// Mounts the router's configuration.
pub(super) fn mounts(configuration: &FirelensConfiguration, task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) -> Vec<k8s::VolumeMount> {
    let FirelensConfiguration { router, options: _ } = configuration;
    let inputs = task.inputs;
    if inputs.task_definition.spec.container_definitions.iter().filter(|other| other.firelens_configuration.is_some()).count() > 1 {
        at.say(LoggingFault::RouterTwice);
    }
    let external = external_file(configuration, &at.member("options"));
    let written = Configuration {
        listens: matches!(task.network_mode, NetworkMode::Awsvpc | NetworkMode::Bridge),
        metadata: metadata(configuration, task, at),
        file: external.as_ref().map(|(path, _)| path.clone()),
        outputs: outputs(&inputs.task_definition.spec.container_definitions, *router),
    };
    let (folder, file, text) = match router {
        FirelensRouter::Fluentbit => ("/fluent-bit/etc", "fluent-bit.conf", fluent_bit::text(&written)),
        FirelensRouter::Fluentd => ("/fluentd/etc", "fluent.conf", fluentd::text(&written)),
    };
    let name = format!("{}-firelens-{}", inputs.name, names::hash(&text));
    let content = json!({
        "metadata": { "name": name, "namespace": inputs.namespace, "labels": names::service_labels(inputs.name) },
        "immutable": true,
        "data": { file: text },
    });
    pod.objects.push(Object::new(Kind::ConfigMap, name.clone(), content));
    let mut mounts = vec![mount(&name, format!("firelens-{}", names::hash(&name)), file, &format!("{folder}/{file}"), pod)];
    if let Some((path, Some(config_map))) = external {
        mounts.push(mount(&config_map, config_map.clone(), "external.conf", &path, pod));
    }
    mounts
}

/// The variables that hold the values of secret options, as the agent names them.
pub(super) fn secret_variables(task: &Task<'_>, secret: &str, pod: &mut Pod) -> Vec<k8s::EnvVar> {
    let definitions = &task.inputs.task_definition.spec.container_definitions;
    let mut variables = Vec::new();
    for (index, definition) in definitions.iter().enumerate() {
        let Some(options) = secret_options(definition) else { continue };
        let named: Vec<ecs::Secret> =
            options.iter().map(|option| ecs::Secret { name: secret_variable(&option.name, index), value_from: option.value_from.clone() }).collect();
        let at = task.containers.item(index).member("logConfiguration").member("secretOptions");
        if task.inputs.settings.secrets.is_none() && !options.is_empty() {
            at.say(ContainerFault::SecretsWithoutBackend);
        }
        variables.extend(secrets::secrets(&named, secret, task.inputs.settings, &mut pod.secrets, &at));
    }
    variables
}

/// Mounts one file of a `ConfigMap`.
fn mount(config_map: &str, volume: String, file: &str, path: &str, pod: &mut Pod) -> k8s::VolumeMount {
    let source = k8s::ConfigMapVolumeSource { name: config_map.into(), ..Default::default() };
    pod.volumes.push(k8s::Volume { name: volume.clone(), config_map: Some(source), ..Default::default() });
    k8s::VolumeMount { name: volume, mount_path: path.into(), sub_path: Some(file.into()), read_only: Some(true), ..Default::default() }
}

/// What is true here of the metadata that the agent adds to each record.
fn metadata(configuration: &FirelensConfiguration, task: &Task<'_>, at: &Place<'_>) -> Vec<(&'static str, String)> {
    match configuration.options.as_ref().and_then(|options| options.get(METADATA)) {
        Some(value) if value.eq_ignore_ascii_case("false") => return Vec::new(),
        Some(_) => at.member("options").member(METADATA).say(LoggingFault::MetadataIncomplete),
        None => at.say(LoggingFault::MetadataIncomplete),
    }
    let inputs = task.inputs;
    let of_namespace = inputs.cluster.and_then(|cluster| cluster.cluster_name.as_deref());
    let cluster = inputs.service.cluster.as_deref().or(of_namespace).or(inputs.settings.cluster_name.as_deref()).unwrap_or("default");
    let cluster = cluster.rsplit('/').next().unwrap_or_default().to_owned();
    vec![("ecs_cluster", cluster), ("ecs_task_definition", format!("{}:{}", inputs.task_definition.family, inputs.task_definition.revision))]
}

/// The path of a file with more configuration, and where it is kept in S3 the `ConfigMap` that somebody must bring.
fn external_file(configuration: &FirelensConfiguration, at: &Place<'_>) -> Option<(String, Option<String>)> {
    let options = configuration.options.as_ref()?;
    for (option, value) in options {
        if ![METADATA, FILE_TYPE, FILE].contains(&option.as_str()) {
            at.member(option).say(LoggingFault::LogOptionWithoutEffect { option: option.clone(), value: value.clone() });
        }
    }
    let reason = match (options.get(FILE_TYPE).map(String::as_str), options.get(FILE)) {
        (None, None) => return None,
        (Some("file"), Some(path)) => return Some((path.clone(), None)),
        (Some("s3"), Some(arn)) => {
            let config_map = names::brought("firelens", arn);
            at.member(FILE).say(LoggingFault::RouterFileNotRead { file: arn.clone(), config_map: config_map.clone() });
            let path = match configuration.router {
                FirelensRouter::Fluentbit => "/fluent-bit/etc/external.conf",
                FirelensRouter::Fluentd => "/fluentd/etc/external.conf",
            };
            return Some((path.into(), Some(config_map)));
        }
        (Some("file" | "s3"), None) => "`config-file-value` is missing",
        (None, Some(_)) => "`config-file-type` is missing",
        (Some(_), _) => "`config-file-type` is `s3` or `file`",
    };
    at.say(LoggingFault::RouterFileNotLegal { reason });
    None
}
