//! `environmentFiles`: files in S3 whose lines become environment variables. The operator does not read S3 yet, so
//! somebody must bring a Secret with the variables of each file; a task does not start without it, as in ECS.

use crate::ecs::container_definition::{EnvironmentFile, EnvironmentFileType};
use crate::k8s;
use crate::translate::diagnostic::{EnvironmentFault, Place};
use crate::translate::names;

/// Where the variables come from. In ECS the first file that has a variable wins, in Kubernetes the last.
pub(super) fn environment_files(files: &[EnvironmentFile], at: &Place<'_>) -> Option<Vec<k8s::EnvFromSource>> {
    let mut sources: Vec<k8s::EnvFromSource> = files.iter().enumerate().map(|(index, file)| source(file, &at.item(index).member("value"))).collect();
    sources.reverse();
    (!sources.is_empty()).then_some(sources)
}

fn source(file: &EnvironmentFile, at: &Place<'_>) -> k8s::EnvFromSource {
    let EnvironmentFile { value, file_type: EnvironmentFileType::S3 } = file;
    let secret = names::brought("env", value);
    let object = value.strip_prefix("arn:").and_then(|arn| arn.split_once(":s3:::")).and_then(|(_, object)| object.split_once('/'));
    match object {
        Some((bucket, key)) if !bucket.is_empty() && key.strip_suffix(".env").is_some() => {
            at.say(EnvironmentFault::EnvironmentFileNotRead { file: value.clone(), secret: secret.clone() });
        }
        Some(_) | None => at.say(EnvironmentFault::EnvironmentFileNotLegal { file: value.clone() }),
    }
    k8s::EnvFromSource { secret_ref: Some(k8s::SecretEnvSource { name: secret, optional: None }), ..Default::default() }
}
