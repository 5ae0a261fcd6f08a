//! The values of secrets. A value can be put into a Secret, and nothing else: it has no `Debug`, no `Display`
//! and no `Serialize`.

use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::settings;
use crate::translate::value_from::{ValueFrom, ValueFromError};

/// The value of a secret.
pub struct SecretValue(String);

/// Why a secret has no value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// `valueFrom` is malformed.
    #[error("{path}: {source}")]
    Malformed {
        /// The member.
        path: String,
        /// What is wrong with it.
        source: ValueFromError,
    },
    /// No backend is configured.
    #[error("secret `{0}` cannot be read: no secrets backend is configured (settings: `secrets`)")]
    NoBackend(String),
    /// There is no such secret.
    #[error("secret `{0}` is not there")]
    NotFound(String),
    /// The secret has no such key.
    #[error("secret `{0}` has no key `{1}`")]
    NoKey(String, String),
    /// The secret is there and cannot be read.
    #[error("secret `{0}` cannot be read: {1}")]
    Unreadable(String, String),
    /// The backend keeps one version of each secret.
    #[error("secret `{0}`: the File backend keeps no versions; leave version stage and id out")]
    Version(String),
}

impl SecretError {
    /// The reason of the condition, of the event and of the metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "InvalidSpecification",
            Self::NoBackend(_) => "NoSecretsBackend",
            Self::NotFound(_) | Self::NoKey(..) => "SecretNotFound",
            Self::Unreadable(..) => "SecretUnreadable",
            Self::Version(_) => "SecretVersionNotSupported",
        }
    }
}

/// Where values come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// Nowhere.
    None,
    /// A folder of files, one per secret.
    File(PathBuf),
}

impl Backend {
    /// The backend that the settings name.
    pub fn of(settings: Option<&settings::Secrets>) -> Self {
        match settings {
            None => Self::None,
            Some(settings::Secrets::File { file }) => Self::File(file.directory.clone()),
        }
    }

    /// The folder that changes when a secret does.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::None => None,
            Self::File(folder) => Some(folder),
        }
    }

    /// The value that `value_from` refers to.
    pub async fn value(&self, value_from: &str, path: &str) -> Result<SecretValue, SecretError> {
        let reference: ValueFrom = value_from.parse().map_err(|source| SecretError::Malformed { path: path.to_owned(), source })?;
        match self {
            Self::None => Err(SecretError::NoBackend(secret_name(&reference).to_owned())),
            Self::File(folder) => file_value(folder, &reference).await,
        }
    }
}

async fn file_value(folder: &Path, reference: &ValueFrom) -> Result<SecretValue, SecretError> {
    let name = secret_name(reference);
    let (json_key, without_suffix) = match reference {
        ValueFrom::SecretsManager(secret) if secret.version_stage.as_deref().is_some_and(|stage| stage != "AWSCURRENT") || secret.version_id.is_some() => {
            return Err(SecretError::Version(name.to_owned()));
        }
        ValueFrom::SecretsManager(secret) => (secret.json_key.as_deref(), secret.name_without_suffix()),
        ValueFrom::Parameter(_) => (None, None),
    };
    let mut text = None;
    // The ARN of a secret ends with six characters that Secrets Manager adds; the file may have them or not.
    for candidate in [Some(name), without_suffix].into_iter().flatten() {
        text = read(folder, candidate).await.map_err(|error| SecretError::Unreadable(name.to_owned(), error.to_string()))?;
        if text.is_some() {
            break;
        }
    }
    let text = text.ok_or_else(|| SecretError::NotFound(name.to_owned()))?;
    let Some(key) = json_key else { return Ok(SecretValue(text)) };
    let members: Map<String, Value> = serde_json::from_str(&text).map_err(|_| SecretError::Unreadable(name.to_owned(), "it is no JSON object".into()))?;
    match members.get(key) {
        None => Err(SecretError::NoKey(name.to_owned(), key.to_owned())),
        Some(Value::String(value)) => Ok(SecretValue(value.clone())),
        Some(value) => Ok(SecretValue(value.to_string())),
    }
}

fn secret_name(reference: &ValueFrom) -> &str {
    match reference {
        ValueFrom::SecretsManager(secret) => &secret.name,
        ValueFrom::Parameter(parameter) => &parameter.name,
    }
}

/// The file of this name below the folder; `None` where there is none, or where the name would leave the folder.
async fn read(folder: &Path, name: &str) -> std::io::Result<Option<String>> {
    let below = Path::new(name.trim_start_matches('/'));
    if !below.components().all(|component| matches!(component, Component::Normal(_))) {
        return Ok(None);
    }
    match tokio::fs::read_to_string(folder.join(below)).await {
        Ok(text) => Ok(Some(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text))),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory | std::io::ErrorKind::IsADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts values into the body of a Secret: the one place where they leave their type.
pub fn fill(secret: &mut Value, values: Vec<(String, SecretValue)>) {
    let data: Map<String, Value> = values.into_iter().map(|(key, SecretValue(value))| (key, json!(value))).collect();
    if let Some(members) = secret.as_object_mut() {
        members.remove("data");
        members.insert("stringData".into(), Value::Object(data));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Backend, SecretError, fill, read};

    #[tokio::test]
    async fn files_are_secrets_and_json_keys_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("prod")).expect("a folder");
        std::fs::write(folder.path().join("prod/db"), r#"{"password":"p","port":5432}"#).expect("a file");
        let backend = Backend::File(folder.path().into());
        let arn = |rest: &str| format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{rest}");
        for (value_from, expected) in
            [(arn("prod/db-AbCdEf:password::"), "p"), (arn("prod/db:port::"), "5432"), ("/prod/db".into(), r#"{"password":"p","port":5432}"#)]
        {
            let mut secret = json!({"data": {"K": ""}});
            let Ok(value) = backend.value(&value_from, "").await else { panic!("{value_from} has a value") };
            fill(&mut secret, vec![("K".into(), value)]);
            assert_eq!(secret, json!({"stringData": {"K": expected}}));
        }
        let reason = |result: Result<super::SecretValue, SecretError>| result.err().map_or("", |error| error.reason());
        assert_eq!(reason(Backend::None.value(&arn("prod/db"), "p").await), "NoSecretsBackend");
        for (value_from, expected) in [
            (arn("prod/db:nokey::"), "SecretNotFound"),
            (arn("other"), "SecretNotFound"),
            (arn("prod"), "SecretNotFound"),
            (arn("prod/db::AWSPREVIOUS:"), "SecretVersionNotSupported"),
            ("arn:aws:s3:::bucket".into(), "InvalidSpecification"),
        ] {
            assert_eq!(reason(backend.value(&value_from, "p").await), expected, "{value_from}");
        }
        assert!(read(folder.path(), "../etc/passwd").await.is_ok_and(|text| text.is_none()), "a name does not leave the folder");
    }
}
