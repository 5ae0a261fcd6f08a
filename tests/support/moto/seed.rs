//! Putting things into moto, through AWS's own library, as the administrator of whatever account.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_secretsmanager::types::Tag;
use aws_sdk_ssm::types::ParameterType;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use crate::support::{Result, While};

/// The account of moto's administrator.
pub const ACCOUNT: &str = "123456789012";
/// The header by which moto is told whose account is meant.
const ACCOUNT_HEADER: &str = "x-moto-account-id";

/// What puts things in.
pub struct Seed {
    config: SdkConfig,
}

impl Seed {
    pub(super) fn new(address: &str) -> Self {
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
        let credentials = Credentials::new("AKIAADMINISTRATOR", "administrator", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http)
            .endpoint_url(address)
            .credentials_provider(SharedCredentialsProvider::new(credentials));
        Self { config: config.build() }
    }

    fn in_region(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }

    /// A secret with this value, whose ARN ends with the suffix; returns the ARN.
    pub async fn secret(&self, account: &'static str, region: &str, name: &str, suffix: &str, value: &str) -> Result<String> {
        self.secret_of(account, region, name, suffix, Some(value), None).await
    }

    /// A secret with these bytes.
    pub async fn binary_secret(&self, region: &str, name: &str, bytes: &[u8]) -> Result<String> {
        self.secret_of(ACCOUNT, region, name, "BiNaRy", None, Some(Blob::new(bytes))).await
    }

    async fn secret_of(&self, account: &'static str, region: &str, name: &str, suffix: &str, text: Option<&str>, bytes: Option<Blob>) -> Result<String> {
        let client = aws_sdk_secretsmanager::Client::new(&self.in_region(region));
        let request = client.create_secret().name(name).set_secret_string(text.map(str::to_owned)).set_secret_binary(bytes);
        // moto takes the suffix from this tag
        let request = request.tags(Tag::builder().key("_custom_id_").value(suffix).build());
        let answer = request.customize().mutate_request(move |request| drop(request.headers_mut().insert(ACCOUNT_HEADER, account))).send().await;
        let arn = answer.map_err(|error| format!("{error:?}")).during(name)?.arn.unwrap_or_default();
        Ok(arn)
    }

    /// A new version of a secret, which becomes the current one; returns its id.
    pub async fn new_version(&self, region: &str, arn: &str, value: &str) -> Result<String> {
        let client = aws_sdk_secretsmanager::Client::new(&self.in_region(region));
        let answer = client.put_secret_value().secret_id(arn).secret_string(value).send().await;
        Ok(answer.map_err(|error| format!("{error:?}")).during(arn)?.version_id.unwrap_or_default())
    }

    /// A parameter.
    pub async fn parameter(&self, account: &'static str, region: &str, name: &str, kind: ParameterType, value: &str) -> Result<()> {
        let client = aws_sdk_ssm::Client::new(&self.in_region(region));
        let request = client.put_parameter().name(name).r#type(kind).value(value).overwrite(true);
        let answer = request.customize().mutate_request(move |request| drop(request.headers_mut().insert(ACCOUNT_HEADER, account))).send().await;
        answer.map(drop).map_err(|error| format!("{error:?}")).during(name)
    }

    /// A bucket.
    pub async fn bucket(&self, bucket: &str) -> Result<()> {
        self.s3().create_bucket().bucket(bucket).send().await.map(drop).map_err(|error| format!("{error:?}")).during(bucket)
    }

    /// An object in a bucket.
    pub async fn object(&self, bucket: &str, key: &str, bytes: &[u8]) -> Result<()> {
        let request = self.s3().put_object().bucket(bucket).key(key).body(ByteStream::from(bytes.to_vec()));
        request.send().await.map(drop).map_err(|error| format!("{error:?}")).during(key)
    }

    fn s3(&self) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(&self.in_region("us-east-1")).force_path_style(true).build())
    }
}
