//! `serviceConnectConfiguration` of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::LogConfiguration;
use super::super::volume::Switch;

/// The names by which tasks reach others and are reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceConnectConfiguration {
    /// Whether the service takes part.
    pub enabled: bool,
    /// The Cloud Map namespace, by its name or ARN; default: the cluster's.
    #[schemars(length(max = 2048))]
    pub namespace: Option<String>,
    /// The ports that others can reach.
    #[schemars(length(max = 50))]
    pub services: Option<Vec<ServiceConnectService>>,
    /// Where the output of the proxy goes.
    pub log_configuration: Option<LogConfiguration>,
    /// Whether and how the proxy logs requests.
    pub access_log_configuration: Option<AccessLogConfiguration>,
    /// Settings of the proxy.
    #[schemars(length(max = 10))]
    pub container_configurations: Option<Vec<ServiceConnectContainerConfiguration>>,
}

/// A port that others can reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceConnectService {
    /// The name of the port mapping.
    #[schemars(length(min = 1, max = 64))]
    pub port_name: String,
    /// The name in Cloud Map; default: that of the port.
    #[schemars(length(max = 64))]
    pub discovery_name: Option<String>,
    /// The names and ports that clients use, at most one.
    #[schemars(length(max = 1))]
    pub client_aliases: Option<Vec<ClientAlias>>,
    /// The port that the proxy listens on; default: one of its own choice. It has no effect here.
    #[schemars(range(min = 0, max = 65_535))]
    pub ingress_port_override: Option<i64>,
    /// How long the proxy waits.
    pub timeout: Option<ServiceConnectTimeout>,
    /// How traffic is encrypted.
    pub tls: Option<ServiceConnectTls>,
}

/// A name and port that clients use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientAlias {
    /// The port that clients use, 1 to 65535.
    #[schemars(range(min = 1, max = 65_535))]
    pub port: i64,
    /// The name that clients use; default: `discoveryName.namespace`.
    #[schemars(length(max = 127))]
    pub dns_name: Option<String>,
    /// Which requests are test traffic.
    pub test_traffic_rules: Option<TestTrafficRules>,
}

/// Which requests are test traffic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestTrafficRules {
    /// Those that have this header.
    pub header: TestTrafficHeader,
}

/// The header of test traffic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestTrafficHeader {
    /// The name of the header.
    #[schemars(length(min = 1, max = 255))]
    pub name: String,
    /// Its value.
    pub value: Option<TestTrafficHeaderValue>,
}

/// The value of a header.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestTrafficHeaderValue {
    /// The whole value.
    #[schemars(length(min = 1, max = 1024))]
    pub exact: String,
}

/// How long the proxy waits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceConnectTimeout {
    /// Seconds after which a connection without traffic ends; default 300, with TCP 3600. 0: never.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub idle_timeout_seconds: Option<i64>,
    /// Seconds for an answer; default 15. 0: any.
    #[schemars(range(min = 0, max = 2_147_483_647))]
    pub per_request_timeout_seconds: Option<i64>,
}

/// How traffic is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceConnectTls {
    /// Who signs the certificates.
    pub issuer_certificate_authority: IssuerCertificateAuthority,
    /// The key by which private keys are encrypted.
    #[schemars(length(max = 2048))]
    pub kms_key: Option<String>,
    /// ARN of the role by which certificates are asked for.
    #[schemars(length(max = 2048))]
    pub role_arn: Option<String>,
}

/// Who signs certificates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssuerCertificateAuthority {
    /// ARN of the authority in AWS Private Certificate Authority.
    #[schemars(length(max = 2048))]
    pub aws_pca_authority_arn: Option<String>,
}

/// Whether and how the proxy logs requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessLogConfiguration {
    /// The format: `TEXT` or `JSON`.
    pub format: AccessLogFormat,
    /// Whether query strings are logged; default `DISABLED`.
    pub include_query_parameters: Option<Switch>,
}

/// The format of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum AccessLogFormat {
    Text,
    Json,
}

/// Settings of the proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceConnectContainerConfiguration {
    /// How much the proxy logs.
    pub log_level: Option<ProxyLogLevel>,
}

/// How much a proxy logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum ProxyLogLevel {
    Debug,
    Info,
}
