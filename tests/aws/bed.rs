//! What tests are given: the moto that all share, a door of their own, and a backend that comes through it.

use std::pin::Pin;
use std::sync::Arc;

use ecs_operator::controller::secrets::{Access, Backend, SecretError, SecretValue, Source, Wanted, fill};
use ecs_operator::grant::Home;
use ecs_operator::settings::{AwsSecrets, Secrets, Settings};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::support::Result;
use crate::support::moto::{ACCOUNT, Door, Moto};

/// The access key of the operator itself.
pub const OWN_KEY: &str = "AKIAOPERATOR";
/// The region of the settings.
pub const REGION: &str = "us-east-1";

type Body = Box<dyn FnOnce(Arc<Bed>) -> Pin<Box<dyn Future<Output = Result<()>>>> + Send>;

/// A test.
pub struct Trial {
    pub name: String,
    pub body: Body,
}

impl Trial {
    /// A test that is named after the path of its function.
    pub fn of<F, R>(test: F) -> Self
    where
        F: FnOnce(Arc<Bed>) -> R + Send + 'static,
        R: Future<Output = Result<()>> + 'static,
    {
        let path = std::any::type_name::<F>();
        let name = path.split_once("::").map_or(path, |(_, name)| name).to_owned();
        Self { name, body: Box::new(|bed| Box::pin(test(bed))) }
    }
}

/// What all tests share.
#[derive(Default)]
pub struct Bed {
    moto: OnceCell<Arc<Moto>>,
}

impl Bed {
    /// The moto, which is started when the first one asks for it.
    pub async fn moto(&self) -> Result<&Arc<Moto>> {
        self.moto.get_or_try_init(Moto::start).await
    }

    /// A door before it, and a backend that has read nothing yet.
    pub async fn backend(&self) -> Result<(Door, Backend)> {
        let door = self.moto().await?.door().await?;
        let backend = backend_through(&door.address());
        Ok((door, backend))
    }
}

/// A backend that asks this address.
pub fn backend_through(address: &str) -> Backend {
    let secrets = Secrets::Aws { aws: Some(AwsSecrets { endpoint: Some(address.to_owned()) }) };
    Backend::of(&Settings { region: Some(REGION.into()), secrets: Some(secrets), ..Settings::default() })
}

/// The right to read as a role of this account, for an object.
pub fn access(account: &str, role: &str, namespace: &str, object: &str) -> Access {
    Access {
        grant: role.into(),
        role_arn: format!("arn:aws:iam::{account}:role/{role}"),
        external_id: None,
        accounts: vec![account.into()],
        home: Home { account: Some(ACCOUNT.into()), region: Some(REGION.into()) },
        namespace: namespace.into(),
        object: object.into(),
    }
}

/// The usual one.
pub fn reader(role: &str) -> Access {
    access(ACCOUNT, role, "shop", "ECSService/api")
}

/// What a `valueFrom` refers to.
pub fn secret(value_from: &str, access: &Access) -> Result<Wanted, SecretError> {
    Wanted::secret(value_from, Some(access.clone()), "containerDefinitions[0].secrets[0].valueFrom")
}

/// An object of S3.
pub fn object(bucket: &str, key: &str, access: &Access) -> Wanted {
    let source = Source::Object { partition: "aws".into(), bucket: bucket.into(), key: key.into() };
    Wanted { source, access: Some(access.clone()), path: "containerDefinitions[0].environmentFiles[0].value".into() }
}

/// The text of a value, which leaves its type only into a Secret.
pub fn text(value: SecretValue) -> String {
    let mut secret = json!({});
    fill(&mut secret, &[("value".into(), value)]);
    secret["stringData"]["value"].as_str().unwrap_or_default().to_owned()
}

/// Reads one, and says its text or the reason why there is none.
pub async fn read(backend: &Backend, wanted: &Wanted) -> Result<String, SecretError> {
    backend.read(std::slice::from_ref(wanted)).await.pop().map_or_else(|| unreachable!("as many results as are wanted"), |value| value.map(text))
}

/// Reads all of this: the texts, or the first reason why one has none.
pub async fn read_all(backend: &Backend, wanted: &[Wanted]) -> Result<Vec<String>, SecretError> {
    backend.read(wanted).await.into_iter().map(|value| value.map(text)).collect()
}
