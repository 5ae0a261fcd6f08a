//! Who the operator is to AWS: credentials of its environment, a web identity (IRSA), or a container's credentials (EKS
//! Pod Identity). Never those of the node: they are everybody's who runs there.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_sdk_sts::config::{Credentials, ProvideCredentials};
use aws_sdk_sts::error::ProvideErrorMetadata;
use tokio::sync::Mutex;

use super::super::SecretFault;
use super::client::Clients;
use super::fault::Refusal;

/// How long before their end credentials are renewed.
const MARGIN: Duration = Duration::from_mins(5);
/// The name of the session of a web identity, where the environment has none.
const SESSION_NAME: &str = "ecs-operator";

/// The operator's own credentials.
pub struct Identity {
    variable: fn(&str) -> Option<String>,
    known: Mutex<Option<Credentials>>,
}

impl Default for Identity {
    fn default() -> Self {
        Self { variable: |name| std::env::var(name).ok().filter(|value| !value.is_empty()), known: Mutex::default() }
    }
}

impl Identity {
    /// The credentials, which are read again shortly before they end.
    pub async fn credentials(&self, clients: &Arc<Clients>, region: &str) -> Result<Credentials, SecretFault> {
        let mut known = self.known.lock().await;
        let is_fresh = |credentials: &&Credentials| credentials.expiry().is_none_or(|end| end > SystemTime::now() + MARGIN);
        if let Some(credentials) = known.as_ref().filter(is_fresh) {
            return Ok(credentials.clone());
        }
        let credentials = self.read(clients, region).await?;
        *known = Some(credentials.clone());
        Ok(credentials)
    }

    /// Forgets credentials that AWS takes no more; not those that somebody else has read since then.
    pub async fn forget(&self, ended: &Credentials) {
        self.known.lock().await.take_if(|known| known.access_key_id() == ended.access_key_id());
    }

    async fn read(&self, clients: &Arc<Clients>, region: &str) -> Result<Credentials, SecretFault> {
        let has = |name: &str| (self.variable)(name).is_some();
        let unusable = |error: &dyn std::error::Error| SecretFault::NoIdentity(error.to_string());
        if has("AWS_ACCESS_KEY_ID") {
            return EnvironmentVariableCredentialsProvider::new().provide_credentials().await.map_err(|error| unusable(&error));
        }
        if let (Some(file), Some(role)) = ((self.variable)("AWS_WEB_IDENTITY_TOKEN_FILE"), (self.variable)("AWS_ROLE_ARN")) {
            return self.web_identity(clients, region, &file, &role).await;
        }
        if has("AWS_CONTAINER_CREDENTIALS_FULL_URI") || has("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            let config = ProviderConfig::without_region().with_http_client(clients.http());
            return EcsCredentialsProvider::builder().configure(&config).build().provide_credentials().await.map_err(|error| unusable(&error));
        }
        Err(SecretFault::NoIdentity("its environment has none".into()))
    }

    async fn web_identity(&self, clients: &Arc<Clients>, region: &str, file: &str, role: &str) -> Result<Credentials, SecretFault> {
        let token = tokio::fs::read_to_string(file).await.map_err(|error| SecretFault::NoIdentity(format!("{file}: {error}")))?;
        let session = (self.variable)("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| SESSION_NAME.to_owned());
        let request =
            clients.sts(None, region, Clients::ATTEMPTS).assume_role_with_web_identity().role_arn(role).role_session_name(session).web_identity_token(token);
        let answer = request.send().await.map_err(|error| Refusal::of(&error).of_identity(error.code().unwrap_or("no code")))?;
        let credentials = answer.credentials().ok_or_else(|| SecretFault::NoIdentity("STS gave no credentials".into()))?;
        Ok(Clients::credentials(credentials))
    }
}
