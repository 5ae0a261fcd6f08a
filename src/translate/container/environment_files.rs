//! `environmentFiles`: files in S3 whose lines become environment variables. The operator reads them into a Secret of
//! the service revision, one for each list of files. Where it is not told how to read, somebody must bring a Secret with
//! the variables of each file; a task does not start without it, as in ECS.

use super::{Pod, Task};
use crate::ecs::container_definition::{EnvironmentFile, EnvironmentFileType};
use crate::k8s;
use crate::translate::diagnostic::{EnvironmentFault, Place};
use crate::translate::s3_object::S3Object;
use crate::translate::{EnvironmentFiles, FileReference, external_secrets, names};

/// Where the variables come from, and the region that is still to be named: where a Secret of ours has the variables it
/// names the region too, because only then is it known whether a file does. What `environment` and `secrets` have wins.
pub(super) fn environment_files<'a>(
    files: &[EnvironmentFile],
    region: Option<&'a str>,
    task: &Task<'_>,
    pod: &mut Pod,
    at: &Place<'_>,
) -> (Option<Vec<k8s::EnvFromSource>>, Option<&'a str>) {
    if files.is_empty() {
        return (None, region);
    }
    let is_external = external_secrets::stores(task.inputs.settings).is_some();
    let is_brought = task.inputs.settings.secrets.is_none();
    let references: Vec<FileReference> =
        files.iter().enumerate().map(|(index, file)| reference(file, is_brought, is_external, &at.item(index).member("value"))).collect();
    if is_brought {
        // In ECS the first file that has a variable wins, in Kubernetes the last.
        return (Some(references.iter().rev().map(|reference| source(names::brought("env", &reference.arn))).collect()), region);
    }
    let content = references.iter().map(|reference| reference.arn.as_str()).chain(region).collect::<Vec<_>>().join("\n");
    let secret = names::environment_files(task.inputs.name, task.inputs.service_revision, &content);
    pod.environment_files.entry(secret.clone()).or_insert_with(|| EnvironmentFiles { files: references, region: region.map(str::to_owned) });
    (Some(vec![source(secret)]), None)
}

fn reference(file: &EnvironmentFile, is_brought: bool, is_external: bool, at: &Place<'_>) -> FileReference {
    let EnvironmentFile { value, file_type: EnvironmentFileType::S3 } = file;
    match value.parse::<S3Object>() {
        Ok(object) if object.key.strip_suffix(".env").is_some() => {
            if is_external {
                at.say(EnvironmentFault::EnvironmentFileNotInStore { file: value.clone() });
            } else if is_brought {
                at.say(EnvironmentFault::EnvironmentFileNotRead { file: value.clone(), secret: names::brought("env", value) });
            }
        }
        Ok(_) | Err(_) => at.say(EnvironmentFault::EnvironmentFileNotLegal { file: value.clone() }),
    }
    FileReference { arn: value.clone(), path: at.path().into() }
}

fn source(secret: String) -> k8s::EnvFromSource {
    k8s::EnvFromSource { secret_ref: Some(k8s::SecretEnvSource { name: secret, optional: None }), ..Default::default() }
}
