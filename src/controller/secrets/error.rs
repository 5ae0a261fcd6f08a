//! Why something has no value, in the words of ECS where it has any: what refers to it, what it is, and what is wrong.
//! Never a part of a value.

use crate::translate::diagnostic::EnvironmentFault;
use crate::translate::value_from::ValueFromError;
use crate::translate::{Diagnostic, Origin};

/// Why something that is referred to has no value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{path}{}: {}", .variable.as_ref().map(|name| format!(" (variable `{name}`)")).unwrap_or_default(), .fault.words(.name))]
pub struct SecretError {
    /// The path of the member that refers to it.
    pub path: String,
    /// The variable that it is for.
    pub variable: Option<String>,
    /// The ARN or name.
    pub name: String,
    /// What is wrong.
    pub fault: SecretFault,
}

impl SecretError {
    /// The same as others say what is at fault in a document.
    fn diagnostic(&self) -> Diagnostic {
        let what = self.variable.as_ref().map_or_else(|| "it".to_owned(), |name| format!("variable `{name}`"));
        let fault = EnvironmentFault::ValueNotRead { what, reason: self.fault.words(&self.name) };
        Diagnostic { origin: Origin::TaskDefinition, path: self.path.clone(), fault: fault.into() }
    }
}

/// Why not all that is referred to has a value: the first in the order of the Secrets and their keys, and the others.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{first}{}", more(.others.len()))]
pub struct SecretErrors {
    first: Box<SecretError>,
    others: Vec<SecretError>,
}

fn more(count: usize) -> String {
    if count == 0 { String::new() } else { format!("; {count} more cannot be read: see status.diagnostics") }
}

impl SecretErrors {
    /// All values, or why some are not there.
    pub fn all<T>(results: impl IntoIterator<Item = Result<T, SecretError>>) -> Result<Vec<T>, Self> {
        let (mut values, mut errors) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(value) => values.push(value),
                Err(error) => errors.push(error),
            }
        }
        let mut errors = errors.into_iter();
        errors.next().map_or(Ok(values), |first| Err(Self { first: Box::new(first), others: errors.collect() }))
    }

    /// What is wrong with the first.
    pub fn fault(&self) -> &SecretFault {
        &self.first.fault
    }

    /// When they are read again: as soon as one of them asks for.
    pub fn again(&self) -> Again {
        self.others.iter().map(|error| error.fault.again()).fold(self.first.fault.again(), Ord::max)
    }

    /// One for each.
    pub fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> {
        std::iter::once(self.first.as_ref()).chain(&self.others).map(SecretError::diagnostic)
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFault {
    /// `valueFrom` is malformed.
    Malformed(ValueFromError),
    /// No backend is configured.
    NoBackend,
    /// No grant gives a role to read it with.
    NoGrant,
    /// It is in the settings' region, and they have none.
    NoRegion,
    /// The operator has no credentials of AWS.
    NoIdentity(String),
    /// There is no such secret, parameter or object.
    NotFound,
    /// The secret is a JSON object without this key.
    NoKey(String),
    /// A key is asked for of a secret that is no JSON object.
    NoJson(String),
    /// There is no right to read it.
    Forbidden(String),
    /// It is there and cannot be read.
    Refused(String),
    /// AWS was asked too often.
    Throttled(String),
    /// AWS does not answer.
    Unavailable(String),
    /// The secret holds no credentials for a registry: it lacks this member.
    NoCredentials(&'static str),
    /// A line of a file with variables cannot be used.
    Line {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong with it, and what to do.
        reason: &'static str,
    },
    /// Variables are more than a Secret can hold.
    TooLarge,
    /// The backend keeps one version of each secret.
    Version,
}

/// When it is read again; the soonest is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Again {
    /// When something that is watched changes.
    OnChange,
    /// Later each time, and seldom: nobody tells when it changes, and as a rule only a person changes it.
    Seldom,
    /// Soon: it heals by itself, and asking is cheap until it has.
    Soon,
}

impl SecretFault {
    fn words(&self, name: &str) -> String {
        const ECS: &str = "ResourceInitializationError: unable to pull secrets or registry auth";
        match self {
            Self::Malformed(fault) => format!("`{name}` is no valueFrom: {fault}"),
            Self::NoBackend => format!("`{name}` cannot be read: no secrets backend is configured (settings: `secrets`)"),
            Self::NoGrant => format!("`{name}` cannot be read: no AWSAccessGrant that spec.kubernetes.grants names gives a role for it"),
            Self::NoRegion => format!("`{name}` cannot be read: a parameter without an ARN is in the region of the settings, which have none: set `region`"),
            Self::NoIdentity(cause) => {
                format!(
                    "`{name}` cannot be read: the operator has no credentials of AWS ({cause}): give its ServiceAccount a role, by IRSA or EKS Pod Identity"
                )
            }
            Self::NotFound if name.contains(":secretsmanager:") => {
                format!("{ECS}: ResourceNotFoundException: the task can't retrieve the secret with ARN `{name}`: create it, in that region")
            }
            Self::NotFound if name.contains(":s3:") => format!("{ECS}: unable to download env file `{name}`: create it"),
            Self::NotFound => format!("{ECS}: invalid parameters: `{name}`: create it"),
            Self::NoKey(key) => format!("{ECS}: retrieved secret `{name}` did not contain json key `{key}`"),
            Self::NoJson(key) => format!("{ECS}: retrieved secret `{name}` did not contain json key `{key}`: it is no JSON object"),
            Self::Forbidden(cause) | Self::Refused(cause) => format!("{ECS}: `{name}`: {cause}"),
            Self::Throttled(cause) | Self::Unavailable(cause) => format!("`{name}` cannot be read now, it is tried again: {cause}"),
            Self::NoCredentials(member) => format!(
                "{ECS}: `{name}` holds no credentials for a registry: it must be a JSON object with the texts `username` and `password`, and `{member}` is missing"
            ),
            Self::Line { line, reason } => format!("`{name}` cannot be used: line {line} {reason}"),
            Self::TooLarge => format!("`{name}` cannot be used: with it the variables have more than 1 MiB, which no Secret can hold: leave some out"),
            Self::Version => format!("`{name}`: the File backend keeps no versions; leave version stage and id out"),
        }
    }

    /// The reason of the condition, of the event and of the metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "InvalidSpecification",
            Self::NoBackend => "NoSecretsBackend",
            Self::NoGrant | Self::Forbidden(_) => "SecretForbidden",
            Self::NoRegion => "NoAWSRegion",
            Self::NoIdentity(_) => "NoAWSIdentity",
            Self::NotFound | Self::NoKey(_) => "SecretNotFound",
            Self::NoJson(_) | Self::NoCredentials(_) | Self::Refused(_) => "SecretUnreadable",
            Self::Line { .. } | Self::TooLarge => "EnvironmentFileUnusable",
            Self::Throttled(_) => "AWSThrottled",
            Self::Unavailable(_) => "AWSUnavailable",
            Self::Version => "SecretVersionNotSupported",
        }
    }

    /// Whether only a change of the specification mends it.
    pub fn is_stalled(&self) -> bool {
        matches!(self, Self::Malformed(_))
    }

    /// Whether AWS would not answer anybody.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::Unavailable(_))
    }

    /// When it is read again.
    pub fn again(&self) -> Again {
        match self {
            Self::Malformed(_) | Self::NoBackend | Self::NoGrant | Self::NoRegion | Self::Version => Again::OnChange,
            Self::NoIdentity(_)
            | Self::NotFound
            | Self::NoKey(_)
            | Self::NoJson(_)
            | Self::NoCredentials(_)
            | Self::Line { .. }
            | Self::TooLarge
            | Self::Forbidden(_)
            | Self::Refused(_) => Again::Seldom,
            Self::Throttled(_) | Self::Unavailable(_) => Again::Soon,
        }
    }
}
