//! The security context of the pod: what the container runtime forbids unless told otherwise, as in ECS; and the kernel
//! parameters that its containers ask for.

use std::collections::BTreeMap;

use crate::ecs::kubernetes::PodSecurity;
use crate::k8s;
use crate::translate::Inputs;
use crate::translate::allow::least_pod_security;
use crate::translate::container::Task;
use crate::translate::diagnostic::{Place, ServiceFault};

/// Reports a service that asks for weaker security than it may have; `at` is its specification.
pub(super) fn report(inputs: &Inputs<'_>, at: &Place<'_>) {
    let of_service = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.pod_security);
    if of_service.is_some_and(|asked| asked < least_pod_security(inputs)) {
        at.member("kubernetes").member("podSecurity").say(ServiceFault::PodSecurityNotWeakened);
    }
}

/// The security context of the pod. Windows has neither seccomp nor kernel parameters.
pub(super) fn security_context(task: &Task<'_>, system_controls: BTreeMap<String, String>) -> Option<k8s::PodSecurityContext> {
    let seccomp_profile = k8s::SeccompProfile { type_: "RuntimeDefault".into(), localhost_profile: None };
    let sysctls: Vec<_> = system_controls.into_iter().map(|(name, value)| k8s::Sysctl { name, value }).collect();
    let context = k8s::PodSecurityContext {
        seccomp_profile: (!task.is_windows).then_some(seccomp_profile),
        run_as_non_root: (task.pod_security == PodSecurity::Restricted).then_some(true),
        sysctls: Some(sysctls).filter(|sysctls| !sysctls.is_empty()),
        ..Default::default()
    };
    (context != k8s::PodSecurityContext::default()).then_some(context)
}
