//! `spec.kubernetes.essentialPolicy`: what is done when an essential container ends. The service's word holds, then the
//! cluster's, then that of the settings.

use crate::ecs::kubernetes::EssentialPolicy;
use crate::translate::Inputs;
use crate::translate::diagnostic::{Origin, Place, RestartFault, Said};

/// What is done when one of so many containers, whose place is `at`, ends and is essential.
pub(super) fn essential_policy(inputs: &Inputs<'_>, containers: usize, said: &Said, at: &Place<'_>) -> EssentialPolicy {
    let of_service = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.essential_policy);
    let of_cluster = inputs.cluster.and_then(|cluster| cluster.kubernetes.as_ref()?.essential_policy);
    let policy = of_service.or(of_cluster).or(inputs.settings.essential_policy).unwrap_or_default();
    // One that is alone is the whole task.
    if containers > 1 {
        let restarts_task = policy == EssentialPolicy::RestartTask;
        if restarts_task && inputs.kubernetes.has_restart_all_containers() {
            at.say(RestartFault::EssentialRestartsPod);
        } else {
            at.say(RestartFault::EssentialEndsAlone);
        }
        if restarts_task && !inputs.kubernetes.has_restart_all_containers() {
            let origin = if of_service.is_none() && of_cluster.is_some() { Origin::Cluster } else { Origin::Service };
            let place = said.document(origin).member("spec").member("kubernetes").member("essentialPolicy");
            place.say(RestartFault::RestartTaskNotThere { version: inputs.kubernetes.to_string() });
        }
    }
    policy
}
