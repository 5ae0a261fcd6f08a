//! How strict the pods' security is: the strictest that the settings, the cluster and the service ask for.

use crate::ecs::kubernetes::PodSecurity;
use crate::k8s;
use crate::translate::Inputs;
use crate::translate::diagnostic::{Place, ServiceFault};

/// What holds for the pods of the service; `at` is the service's specification.
pub(super) fn pod_security(inputs: &Inputs<'_>, at: &Place<'_>) -> PodSecurity {
    let of_cluster = inputs.cluster.and_then(|cluster| cluster.kubernetes.as_ref()?.pod_security);
    let of_service = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.pod_security);
    let least = of_cluster.unwrap_or_default().max(inputs.settings.pod_security);
    if of_service.is_some_and(|asked| asked < least) {
        at.member("kubernetes").member("podSecurity").say(ServiceFault::PodSecurityNotWeakened);
    }
    of_service.unwrap_or_default().max(least)
}

/// The security context of the pod: what the container runtime forbids unless told otherwise, as ECS has it.
pub(super) fn security_context(pod_security: PodSecurity) -> k8s::PodSecurityContext {
    let seccomp_profile = k8s::SeccompProfile { type_: "RuntimeDefault".into(), localhost_profile: None };
    k8s::PodSecurityContext {
        seccomp_profile: Some(seccomp_profile),
        run_as_non_root: (pod_security == PodSecurity::Restricted).then_some(true),
        ..Default::default()
    }
}
