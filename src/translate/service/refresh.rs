//! `kubernetes.refresh`: the controller looks at the values of secrets between deployments. Here is said where it cannot.

use crate::settings::Secrets;
use crate::translate::Inputs;
use crate::translate::diagnostic::{EnvironmentFault, Place};

/// Reports an interval in which nothing can be looked at.
pub(super) fn report(inputs: &Inputs<'_>, at: &Place<'_>) {
    let refresh = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.refresh.as_ref());
    if refresh.is_none_or(|refresh| refresh.interval.is_none()) {
        return;
    }
    let reason = match inputs.settings.secrets {
        Some(Secrets::Aws { .. } | Secrets::File { .. }) => return,
        Some(Secrets::ExternalSecrets { .. }) => "only the External Secrets operator reads them",
        None => "no secrets backend is configured",
    };
    at.member("kubernetes").member("refresh").member("interval").say(EnvironmentFault::RefreshWithoutEffect { reason });
}
