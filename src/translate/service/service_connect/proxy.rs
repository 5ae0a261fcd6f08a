//! What the proxy beside each task does in ECS, and nothing does here.

use serde::Serialize;

use crate::ecs::service::service_connect::{ServiceConnectTimeout, ServiceConnectTls};
use crate::translate::diagnostic::{DiscoveryFault, Place};
use crate::translate::written::written;

/// Reports a setting of the proxy that no client or server notices.
pub(super) fn report_setting(member: &str, setting: Option<&impl Serialize>, at: &Place<'_>) {
    if let Some(setting) = setting {
        at.member(member).say(DiscoveryFault::ServiceConnectProxySetting { configuration: written(setting) });
    }
}

/// Reports what clients and servers may count on.
pub(super) fn report(timeout: Option<&ServiceConnectTimeout>, tls: Option<&ServiceConnectTls>, at: &Place<'_>) {
    if let Some(timeout) = timeout {
        at.member("timeout").say(DiscoveryFault::ServiceConnectTimeout { configuration: written(timeout) });
    }
    if let Some(tls) = tls {
        at.member("tls").say(DiscoveryFault::ServiceConnectUnencrypted { configuration: written(tls) });
    }
}
