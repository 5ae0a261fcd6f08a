//! `repositoryCredentials`: the secret by which an image is pulled. The operator reads it into a Secret of the service
//! revision, of the type that Kubernetes pulls with. Where it is not told how to read, somebody must bring that Secret.

use super::{Pod, Task};
use crate::ecs::container_definition::RepositoryCredentials;
use crate::k8s;
use crate::settings::Settings;
use crate::translate::diagnostic::{EnvironmentFault, Place};
use crate::translate::value_from::{self, ValueFrom};
use crate::translate::{RegistryReference, external_secrets, names};

/// The registry of images that name none, and the key of its credentials: the address that Docker's own client gives it.
const DOCKER_HUB: (&str, &str) = ("docker.io", "https://index.docker.io/v1/");

/// Lets the pod pull its images with the Secret.
pub(super) fn repository_credentials(credentials: &RepositoryCredentials, image: &str, task: &Task<'_>, pod: &mut Pod, at: &Place<'_>) {
    let RepositoryCredentials { credentials_parameter } = credentials;
    let at = at.member("credentialsParameter");
    let settings = task.inputs.settings;
    let secret = if settings.secrets.is_none() {
        let secret = names::brought("pull", credentials_parameter);
        at.say(EnvironmentFault::RegistryCredentialsNotRead { parameter: credentials_parameter.clone(), secret: secret.clone() });
        secret
    } else {
        let arn = arn(credentials_parameter, settings, &at);
        let secret = names::registry(task.inputs.name, task.inputs.service_revision, &arn);
        let new = || RegistryReference { credentials_parameter: arn, path: at.path().into(), ..Default::default() };
        pod.registries.entry(secret.clone()).or_insert_with(new).registries.insert(key(credentials_parameter, image, task));
        secret
    };
    let reference = k8s::LocalObjectReference { name: secret };
    if !pod.image_pull_secrets.contains(&reference) {
        pod.image_pull_secrets.push(reference);
    }
}

/// The ARN of the secret. ECS takes the mere name of one of the task's own region and account as well.
fn arn(parameter: &str, settings: &Settings, at: &Place<'_>) -> String {
    match value_from::whole_secret(parameter, settings.region.as_deref(), settings.account.as_deref()) {
        Ok(secret) => {
            let arn = secret.arn();
            external_secrets::report(&ValueFrom::SecretsManager(secret), settings, at);
            arn
        }
        Err(error) => {
            at.say(EnvironmentFault::RegistryCredentialsNotLegal { parameter: parameter.into(), reason: error.to_string() });
            parameter.into()
        }
    }
}

/// What the credentials are for: the image's registry, or its repository alone where other containers have other credentials for
/// the same registry. The kubelet takes the longest key that an image begins with.
fn key(parameter: &str, image: &str, task: &Task<'_>) -> String {
    let (registry, repository) = names::image(image);
    let definitions = &task.inputs.task_definition.spec.container_definitions;
    let is_disputed = definitions.iter().any(|other| {
        let is_other = other.repository_credentials.as_ref().is_some_and(|credentials| credentials.credentials_parameter != parameter);
        is_other && other.image.as_deref().is_some_and(|image| names::image(image).0 == registry)
    });
    match registry.as_str() {
        _ if is_disputed => format!("{registry}/{repository}"),
        hub if hub == DOCKER_HUB.0 => DOCKER_HUB.1.into(),
        registry => registry.into(),
    }
}
