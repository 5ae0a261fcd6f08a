//! `proxyConfiguration`: App Mesh is no more; what was asked of it is reported.

use crate::ecs::task_definition::ProxyConfiguration;
use crate::translate::diagnostic::{Place, SecurityFault};
use crate::translate::written::written;

/// Reports the proxy with its properties.
pub(super) fn report(proxy: &ProxyConfiguration, at: &Place<'_>) {
    at.say(SecurityFault::ProxyWithoutEffect { proxy: written(proxy) });
}
