//! `containerDefinitions[].portMappings` and `extraHosts`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A port that a container listens on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PortMapping {
    /// The port in the container, 1 to 65535. Needed unless `containerPortRange` is given.
    #[schemars(range(min = 1, max = 65_535))]
    pub container_port: Option<i64>,
    /// The port on the host: with network mode `host`, and for a `DAEMON` with `bridge`, it is taken; else it has no effect.
    #[schemars(range(min = 0, max = 65_535))]
    pub host_port: Option<i64>,
    /// `tcp` (default) or `udp`.
    pub protocol: Option<TransportProtocol>,
    /// The name by which a Service Connect configuration refers to the port: at most 64 of `a-z 0-9 _ -`.
    #[schemars(length(max = 64))]
    pub name: Option<String>,
    /// The protocol above TCP, for Service Connect.
    pub app_protocol: Option<ApplicationProtocol>,
    /// A range of ports in place of `containerPort`, such as `8000-8100`.
    #[schemars(length(max = 11))]
    pub container_port_range: Option<String>,
}

/// The transport protocol of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum TransportProtocol {
    #[default]
    Tcp,
    Udp,
}

/// The protocol above TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of ECS")]
pub enum ApplicationProtocol {
    Http,
    Http2,
    Grpc,
}

/// A name with its address, for `/etc/hosts`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostEntry {
    /// The name.
    #[schemars(length(min = 1, max = 253))]
    pub hostname: String,
    /// The address.
    #[schemars(length(min = 1, max = 64))]
    pub ip_address: String,
}
