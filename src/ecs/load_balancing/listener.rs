//! `loadBalancers[].listener`: the port that a load balancer listens on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::RuleAction;

/// A listener (`elbv2:CreateListener`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// The port, 1 to 65535; default 80, with HTTPS 443, of a network load balancer that of the container.
    #[schemars(range(min = 1, max = 65_535))]
    pub port: Option<i64>,
    /// `HTTP` (default) or `HTTPS`; of a network load balancer `TCP` (default), `TLS`, `UDP` or `TCP_UDP`.
    pub protocol: Option<Protocol>,
    /// The certificates of an HTTPS or TLS listener, the default one first.
    #[schemars(length(max = 25))]
    pub certificates: Option<Vec<Certificate>>,
    /// The name of the security policy of an HTTPS or TLS listener.
    #[schemars(length(max = 255))]
    pub ssl_policy: Option<String>,
    /// The policy by which a TLS listener agrees on a protocol, one of `HTTP1Only`, `HTTP2Only`, `HTTP2Optional`,
    /// `HTTP2Preferred` and `None` (default).
    #[schemars(length(max = 1), inner(length(max = 32)))]
    pub alpn_policy: Option<Vec<String>>,
    /// What is done with requests that no rule is for.
    #[schemars(length(max = 5))]
    pub default_actions: Option<Vec<RuleAction>>,
}

/// The protocol of a listener, of a target group or of its health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of Elastic Load Balancing")]
pub enum Protocol {
    Http,
    Https,
    Tcp,
    Tls,
    Udp,
    TcpUdp,
}

impl Protocol {
    /// The word of Elastic Load Balancing.
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Udp => "UDP",
            Self::TcpUdp => "TCP_UDP",
        }
    }

    /// Whether it is a network load balancer's.
    pub fn is_of_network(self) -> bool {
        !matches!(self, Self::Http | Self::Https)
    }
}

/// A certificate of a listener.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certificate {
    /// ARN of the certificate in AWS Certificate Manager.
    #[schemars(length(max = 2048))]
    pub certificate_arn: Option<String>,
    /// Whether it is the one for hosts that no certificate names; default: the first is.
    pub is_default: Option<bool>,
}
