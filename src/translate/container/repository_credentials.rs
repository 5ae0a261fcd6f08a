//! `repositoryCredentials`: the secret by which an image is pulled. The operator does not read it yet, so somebody
//! must bring a Secret of the type that Kubernetes pulls with.

use super::Pod;
use crate::ecs::container_definition::RepositoryCredentials;
use crate::k8s;
use crate::translate::diagnostic::{EnvironmentFault, Place};
use crate::translate::names;

/// Lets the pod pull its images with the Secret.
pub(super) fn repository_credentials(credentials: &RepositoryCredentials, pod: &mut Pod, at: &Place<'_>) {
    let RepositoryCredentials { credentials_parameter } = credentials;
    let secret = names::brought("pull", credentials_parameter);
    let reference = k8s::LocalObjectReference { name: secret.clone() };
    at.member("credentialsParameter").say(EnvironmentFault::RegistryCredentialsNotRead { parameter: credentials_parameter.clone(), secret });
    if !pod.image_pull_secrets.contains(&reference) {
        pod.image_pull_secrets.push(reference);
    }
}
