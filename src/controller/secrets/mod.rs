//! The values of secrets: what is wanted, where it is read, and how it gets into a Secret.
//!
//! A value can be put into a Secret, and nothing else: it has no `Debug`, no `Display` and no `Serialize`.

mod aws;
mod environment_file;
mod error;
mod file;
mod json_key;
mod registry;

use std::path::{Path, PathBuf};

use aws::Aws;
pub use environment_file::variables;
pub use error::{Again, SecretError, SecretErrors, SecretFault};
use futures::future::join_all;
use k8s_openapi::ByteString;
pub use registry::docker_configuration;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::grant::Home;
use crate::settings::{self, Settings};
use crate::translate::s3_object::{NoS3Object, S3Object};
use crate::translate::value_from::ValueFrom;

/// The value of a secret, or the text of an object.
pub struct SecretValue(String);

/// Something to read, and on whose behalf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where its value is kept.
    pub source: Source,
    /// By which right it is read; the `File` backend needs none.
    pub access: Option<Access>,
    /// The path of the member that refers to it, for messages.
    pub path: String,
}

/// Where a value is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In Secrets Manager or in the Parameter Store.
    Secret(ValueFrom),
    /// In S3: the whole text of an object.
    Object {
        /// `aws`, `aws-cn`, `aws-us-gov`, …
        partition: String,
        /// The bucket.
        bucket: String,
        /// The key, as S3 has it.
        key: String,
    },
}

impl Source {
    /// What messages call it: the ARN, or the name of a parameter that has none.
    pub fn name(&self) -> String {
        match self {
            Self::Secret(ValueFrom::SecretsManager(secret)) => secret.arn(),
            Self::Secret(ValueFrom::Parameter(parameter)) => parameter.asked(),
            Self::Object { partition, bucket, key } => format!("arn:{partition}:s3:::{bucket}/{key}"),
        }
    }
}

/// The right to read, as a grant gives it: the role to assume, and what the session's name and tags are made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// The name of the grant.
    pub grant: String,
    /// The ARN of the grant's role.
    pub role_arn: String,
    /// What the role's trust policy asks for.
    pub external_id: Option<String>,
    /// The accounts that the grant is limited to: buckets of others are not read.
    pub accounts: Vec<String>,
    /// Whose a parameter without an ARN is, and where.
    pub home: Home,
    /// The namespace of the object that refers to the secret.
    pub namespace: String,
    /// That object, such as `ECSService/api`.
    pub object: String,
}

impl Wanted {
    /// What `value_from` refers to.
    pub fn secret(value_from: &str, access: Option<Access>, path: &str) -> Result<Self, SecretError> {
        match value_from.parse() {
            Ok(reference) => Ok(Self { source: Source::Secret(reference), access, path: path.to_owned() }),
            Err(source) => Err(SecretError { path: path.to_owned(), variable: None, name: value_from.to_owned(), fault: SecretFault::Malformed(source) }),
        }
    }

    /// The object in S3 of this ARN.
    pub fn object(arn: &str, access: Option<Access>, path: &str) -> Result<Self, SecretError> {
        match arn.parse() {
            Ok(S3Object { partition, bucket, key }) => Ok(Self { source: Source::Object { partition, bucket, key }, access, path: path.to_owned() }),
            Err(NoS3Object) => Err(SecretError { path: path.to_owned(), variable: None, name: arn.to_owned(), fault: SecretFault::NotFound }),
        }
    }

    fn fails(&self, fault: SecretFault) -> SecretError {
        SecretError { path: self.path.clone(), variable: None, name: self.source.name(), fault }
    }
}

/// Where values come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// Nowhere.
    None,
    /// A folder of files, one per secret and object.
    File(PathBuf),
    /// Secrets Manager, the Parameter Store and S3.
    Aws(Aws),
}

impl Backend {
    /// The backend that the settings name.
    pub fn of(settings: &Settings) -> Self {
        match &settings.secrets {
            None | Some(settings::Secrets::ExternalSecrets { .. }) => Self::None,
            Some(settings::Secrets::File { file }) => Self::File(file.directory.clone()),
            Some(settings::Secrets::Aws { aws }) => Self::Aws(Aws::new(settings, aws.as_ref().and_then(|aws| aws.endpoint.clone()))),
        }
    }

    /// The folder that changes when a secret does.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::None | Self::Aws(_) => None,
            Self::File(folder) => Some(folder),
        }
    }

    /// Reads all of this, in this order. Each may fail by itself; who needs all of them takes none then. Services that
    /// start together share what was read a moment ago, at most a minute.
    pub async fn read(&self, wanted: &[Wanted]) -> Vec<Result<SecretValue, SecretError>> {
        self.read_since(wanted, None).await
    }

    /// The same; where a time is given, what was read before it is not good enough.
    pub async fn read_since(&self, wanted: &[Wanted], since: Option<Instant>) -> Vec<Result<SecretValue, SecretError>> {
        let values = match self {
            Self::None => wanted.iter().map(|_| Err(SecretFault::NoBackend)).collect(),
            Self::File(folder) => join_all(wanted.iter().map(|wanted| file::value(folder, &wanted.source))).await,
            Self::Aws(aws) => aws.read(wanted, since).await,
        };
        wanted.iter().zip(values).map(|(wanted, value)| value.map_err(|fault| wanted.fails(fault))).collect()
    }
}

/// The operation of a JSON Patch that tells whether a Secret has these values and no others, and changes nothing. The
/// server's answer quotes no value.
pub fn test(values: &[(String, SecretValue)]) -> Value {
    let data: Map<String, Value> = values.iter().map(|(key, SecretValue(value))| (key.clone(), json!(ByteString(value.clone().into_bytes())))).collect();
    // The server keeps no empty map.
    json!({"op": "test", "path": "/data", "value": Some(data).filter(|data| !data.is_empty())})
}

/// Puts values into the body of a Secret: beside [`test`] the one place where they leave their type.
pub fn fill(secret: &mut Value, values: &[(String, SecretValue)]) {
    let data: Map<String, Value> = values.iter().map(|(key, SecretValue(value))| (key.clone(), json!(value))).collect();
    if let Some(members) = secret.as_object_mut() {
        members.remove("data");
        members.insert("stringData".into(), Value::Object(data));
    }
}
