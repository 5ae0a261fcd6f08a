//! Why something has no value: what refers to it, what it is, and what is wrong. Never a part of a value.

use crate::translate::value_from::ValueFromError;

/// Why something that is referred to has no value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{path}: {} `{name}` {fault}", .fault.noun())]
pub struct SecretError {
    /// The path of the member that refers to it.
    pub path: String,
    /// The ARN or name.
    pub name: String,
    /// What is wrong.
    pub fault: SecretFault,
}

/// What is wrong.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SecretFault {
    /// `valueFrom` is malformed.
    #[error("is malformed: {0}")]
    Malformed(ValueFromError),
    /// No backend is configured.
    #[error("cannot be read: no secrets backend is configured (settings: `secrets`)")]
    NoBackend,
    /// There is no such secret, parameter or object.
    #[error("is not there")]
    NotFound,
    /// The secret is a JSON object without this key.
    #[error("has no key `{0}`")]
    NoKey(String),
    /// A key is asked for of a secret that is no JSON object.
    #[error("has no key `{0}`: it is no JSON object")]
    NoJson(String),
    /// It is there and cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The backend keeps one version of each secret.
    #[error("cannot be read: the File backend keeps no versions; leave version stage and id out")]
    Version,
}

/// When it is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// When something that is watched changes.
    OnChange,
    /// Later each time.
    Later,
}

impl SecretFault {
    fn noun(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "valueFrom",
            Self::NoBackend | Self::NotFound | Self::NoKey(_) | Self::NoJson(_) | Self::Unreadable(_) | Self::Version => "secret",
        }
    }

    /// The reason of the condition, of the event and of the metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "InvalidSpecification",
            Self::NoBackend => "NoSecretsBackend",
            Self::NotFound | Self::NoKey(_) => "SecretNotFound",
            Self::NoJson(_) | Self::Unreadable(_) => "SecretUnreadable",
            Self::Version => "SecretVersionNotSupported",
        }
    }

    /// Whether only a change of the specification mends it.
    pub fn is_stalled(&self) -> bool {
        matches!(self, Self::Malformed(_))
    }

    /// When it is read again. A file that cannot be read may become readable unseen.
    pub fn again(&self) -> Again {
        match self {
            Self::Malformed(_) | Self::NoBackend | Self::NotFound | Self::NoKey(_) | Self::Version => Again::OnChange,
            Self::NoJson(_) | Self::Unreadable(_) => Again::Later,
        }
    }
}
