//! What tasks have of AWS, and may not have without a grant.

use super::diagnostic::{AccessFault, Fault, Origin, Said};
use super::s3_object::S3Object;
use super::{Inputs, Rendering, ValueFrom, value_from};
use crate::ecs;
use crate::ecs::arn::Arn;
use crate::ecs::container_definition::logging::LogDriver;
use crate::ecs::container_definition::{EnvironmentFile, RepositoryCredentials};
use crate::grant::{Grants, Wanted};
use crate::settings::{Secrets, Settings};

/// Something of AWS that a task definition refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The path of the member in the task definition.
    pub path: String,
    /// What stands there.
    pub written: String,
    /// What it is.
    pub subject: Subject,
}

/// What something of AWS is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A secret or a parameter.
    Value(ValueFrom),
    /// An environment file.
    Object(S3Object),
    /// The role of the tasks.
    TaskRole(Arn),
}

impl Subject {
    /// What a grant must allow. The External Secrets operator takes whatever secret it is answered.
    pub fn wanted(&self, settings: &Settings) -> Wanted<'_> {
        match self {
            Self::Value(value) => value.wanted(!matches!(settings.secrets, Some(Secrets::ExternalSecrets { .. }))),
            Self::Object(object) => object.wanted(),
            Self::TaskRole(role) => Wanted::TaskRole(role),
        }
    }
}

/// All that tasks have of AWS: their role, and where the operator or what it makes reads values from AWS, those.
pub fn references(definition: &ecs::TaskDefinition, role: Option<&str>, settings: &Settings) -> Vec<Reference> {
    let role = role.and_then(|written| Some((Subject::TaskRole(written.parse().ok()?), written)));
    let mut references: Vec<Reference> =
        role.into_iter().map(|(subject, written)| Reference { path: "spec.taskRoleArn".into(), written: written.to_owned(), subject }).collect();
    if reads_aws(settings) {
        for (index, container) in definition.container_definitions.iter().enumerate() {
            references.extend(of_container(container, &format!("spec.containerDefinitions[{index}]"), settings));
        }
    }
    references
}

/// What a container has read. What is no ARN or name of such is reported elsewhere.
fn of_container(container: &ecs::ContainerDefinition, path: &str, settings: &Settings) -> Vec<Reference> {
    let value = |path: String, written: &String| Some(Reference { path, written: written.clone(), subject: Subject::Value(written.parse().ok()?) });
    let values = |list: Option<&Vec<ecs::Secret>>, path: String| {
        let named = list.into_iter().flatten().enumerate();
        named.filter_map(|(index, secret)| value(format!("{path}[{index}].valueFrom"), &secret.value_from)).collect::<Vec<_>>()
    };
    // Only the log router reads the secrets of its options.
    let options = container.log_configuration.as_ref().filter(|logging| logging.log_driver == Some(LogDriver::Awsfirelens));
    let credentials = container.repository_credentials.as_ref().and_then(|RepositoryCredentials { credentials_parameter: written }| {
        Some(Reference {
            path: format!("{path}.repositoryCredentials.credentialsParameter"),
            written: written.clone(),
            subject: credentials(written, settings)?,
        })
    });
    let files = container.environment_files.iter().flatten().enumerate().filter_map(|(index, EnvironmentFile { value: written, file_type: _ })| {
        Some(Reference { path: format!("{path}.environmentFiles[{index}].value"), written: written.clone(), subject: object(written)? })
    });
    let mut references = values(container.secrets.as_ref(), format!("{path}.secrets"));
    references.extend(values(options.and_then(|logging| logging.secret_options.as_ref()), format!("{path}.logConfiguration.secretOptions")));
    references.extend(credentials);
    references.extend(files);
    references
}

/// The secret of a registry: by its ARN, or by the name of one of the settings' account and region.
fn credentials(written: &str, settings: &Settings) -> Option<Subject> {
    let secret = value_from::whole_secret(written, settings.region.as_deref(), settings.account.as_deref()).ok()?;
    Some(Subject::Value(ValueFrom::SecretsManager(secret)))
}

fn object(written: &str) -> Option<Subject> {
    written.parse().ok().map(Subject::Object)
}

/// Whether values are those of AWS. The `File` backend is for trying things out.
fn reads_aws(settings: &Settings) -> bool {
    matches!(settings.secrets, Some(Secrets::Aws { .. } | Secrets::ExternalSecrets { .. }))
}

/// Says what of it no grant allows; where grants are not known, what they must allow.
pub(super) fn report(rendering: &Rendering, inputs: &Inputs<'_>, said: &Said) {
    for Reference { path, written, subject } in references(inputs.task_definition.spec, rendering.service_account.role.as_deref(), inputs.settings) {
        let at = said.at(Origin::TaskDefinition, &path);
        match inputs.grants {
            Grants::Unknown => {
                let (list, entry) = subject.wanted(inputs.settings).entry();
                at.say(AccessFault::AccessNeedsGrant { what: written, entry, list: list.name() });
            }
            Grants::Known(named) => {
                if let Err(denial) = named.allowing(&subject.wanted(inputs.settings)) {
                    at.say(not_granted(&subject, written, denial.to_string()));
                }
            }
        }
    }
}

fn not_granted(subject: &Subject, written: String, reason: String) -> Fault {
    match subject {
        Subject::Value(_) => AccessFault::SecretNotGranted { value_from: written, reason }.into(),
        Subject::Object(_) => AccessFault::EnvironmentFileNotGranted { file: written, reason }.into(),
        Subject::TaskRole(_) => AccessFault::TaskRoleNotGranted { role: written, reason }.into(),
    }
}
