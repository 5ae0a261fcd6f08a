//! What is dangerous is off unless the settings allow it, and never there in `restricted` pods.

use super::Inputs;
use super::diagnostic::{DocumentFault, Place, SecurityFault};
use crate::ecs::kubernetes::PodSecurity;
use crate::settings::Danger;

/// Whether something dangerous may be done in the namespace; that it may not is said.
pub(super) fn allowed(danger: Danger, inputs: &Inputs<'_>, at: &Place<'_>) -> bool {
    let what = danger.description();
    if pod_security(inputs) == PodSecurity::Restricted {
        at.say(SecurityFault::ForbiddenByRestricted { what });
        return false;
    }
    let is_allowed = inputs.settings.allow.has(danger, inputs.namespace);
    if !is_allowed {
        at.say(DocumentFault::NotAllowed { what, setting: danger.setting() });
    }
    is_allowed
}

/// How strict the pods' security is: as the strictest of the settings, the cluster and the service asks for.
pub(super) fn pod_security(inputs: &Inputs<'_>) -> PodSecurity {
    let of_service = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.pod_security);
    of_service.unwrap_or_default().max(least_pod_security(inputs))
}

/// What a service cannot weaken.
pub(super) fn least_pod_security(inputs: &Inputs<'_>) -> PodSecurity {
    let of_cluster = inputs.cluster.and_then(|cluster| cluster.kubernetes.as_ref()?.pod_security);
    of_cluster.unwrap_or_default().max(inputs.settings.pod_security)
}
