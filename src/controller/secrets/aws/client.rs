//! The clients of AWS's services. Where they are is AWS's own knowledge or the settings' word, never the environment's and
//! never a specification's.

use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::retry::RetryPartition;
use aws_sdk_sts::config::{Credentials, RuntimeComponents, SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};

use super::fault::Refusal;
use super::question::{Group, Item, Service, Version};
use super::{Outcome, parameter_store, s3, secrets_manager};

/// How long connecting, one attempt, and all attempts of a request may take.
const TIMEOUTS: (Duration, Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(5), Duration::from_secs(12));
/// The first and the longest wait before a request is sent again; the waits are random up to that.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// What makes clients.
pub struct Clients {
    http: SharedHttpClient,
    endpoint: Option<String>,
}

impl Clients {
    /// How often a request is sent. Each group of requests has a budget for those that are not sent for the first time.
    pub const ATTEMPTS: u32 = 3;

    /// Clients that ask this address, or each service where AWS has it.
    pub fn new(endpoint: Option<String>) -> Self {
        Self { http: http(), endpoint }
    }

    /// The connections that all share.
    pub fn http(&self) -> SharedHttpClient {
        self.http.clone()
    }

    /// STS in a region, which is sent each request so often; without credentials for what needs no signature.
    pub fn sts(&self, credentials: Option<Credentials>, region: &str, attempts: u32) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.config(credentials, region, attempts))
    }

    fn config(&self, credentials: Option<Credentials>, region: &str, attempts: u32) -> SdkConfig {
        let (connect, attempt, all) = TIMEOUTS;
        let timeouts = TimeoutConfig::builder().connect_timeout(connect).operation_attempt_timeout(attempt).operation_timeout(all).build();
        let retry = RetryConfig::standard().with_max_attempts(attempts).with_initial_backoff(BACK_OFF.0).with_max_backoff(BACK_OFF.1);
        let mut config = SdkConfig::builder();
        config.set_endpoint_url(self.endpoint.clone()).set_credentials_provider(credentials.map(SharedCredentialsProvider::new));
        config
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(self.http.clone())
            .timeout_config(timeouts)
            .retry_config(retry)
            .build()
    }

    /// Credentials that STS gave.
    pub fn credentials(given: &aws_sdk_sts::types::Credentials) -> Credentials {
        let end = SystemTime::try_from(*given.expiration()).ok();
        Credentials::new(given.access_key_id(), given.secret_access_key(), Some(given.session_token().to_owned()), end, "STS")
    }
}

/// Connections that go through the proxy that the environment names, if it does.
fn http() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.proxy_config(ProxyConfig::from_env()).tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
    })
}

/// The client of the service that keeps what a group wants.
pub enum Client {
    /// Secrets Manager.
    SecretsManager(aws_sdk_secretsmanager::Client),
    /// Systems Manager.
    ParameterStore(aws_sdk_ssm::Client),
    /// S3, which sends who asks in the wrong region to another one.
    S3(aws_sdk_s3::Client),
}

impl Client {
    /// A client in the session, which sends each request so often. At an address of the settings buckets are no parts of
    /// the host's name.
    pub fn of(clients: &Clients, group: &Group, session: Credentials, attempts: u32) -> Self {
        let config = clients.config(Some(session), &group.region, attempts);
        match group.service {
            Service::SecretsManager => {
                let config = aws_sdk_secretsmanager::config::Builder::from(&config).retry_partition(budget(group));
                Self::SecretsManager(aws_sdk_secretsmanager::Client::from_conf(config.build()))
            }
            Service::ParameterStore => {
                let config = aws_sdk_ssm::config::Builder::from(&config).retry_partition(budget(group));
                Self::ParameterStore(aws_sdk_ssm::Client::from_conf(config.build()))
            }
            Service::S3 | Service::Sts => {
                let config = aws_sdk_s3::config::Builder::from(&config).retry_partition(budget(group)).force_path_style(clients.endpoint.is_some());
                Self::S3(aws_sdk_s3::Client::from_conf(config.build()))
            }
        }
    }

    /// Asks for all of these at once.
    pub async fn batch(&self, items: &[&Item]) -> Result<Vec<Option<Outcome>>, Refusal> {
        let names: Vec<&str> = items.iter().map(|item| item.name()).collect();
        match self {
            Self::SecretsManager(client) => secrets_manager::batch(client, &names).await,
            Self::ParameterStore(client) => parameter_store::batch(client, &names).await,
            Self::S3(_) => Ok(items.iter().map(|_| None).collect()),
        }
    }

    /// Asks for this one.
    pub async fn one(&self, item: &Item) -> Outcome {
        match (self, item) {
            (Self::SecretsManager(client), Item::Secret(arn, version)) => secrets_manager::one(client, arn, version).await,
            (Self::SecretsManager(client), item) => secrets_manager::one(client, item.name(), &Version::Current).await,
            (Self::ParameterStore(client), item) => parameter_store::one(client, item.name()).await,
            (Self::S3(client), Item::Object(key, bucket)) => s3::object(client, bucket, key).await,
            (Self::S3(_), Item::Secret(..) | Item::Parameter(_)) => Err(Refusal::NotFound),
        }
    }
}

/// A budget for each group.
fn budget(group: &Group) -> RetryPartition {
    RetryPartition::new(format!("{group:?}"))
}
