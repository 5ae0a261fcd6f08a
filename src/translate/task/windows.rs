//! Tasks on Windows: their pods say so, and tolerate what keeps others from such nodes.

use crate::k8s;

/// The taint that keeps pods for Linux away from nodes of Windows, by the custom of Kubernetes and EKS.
const TAINT: (&str, &str) = ("os", "windows");

/// Makes the pod one for Windows.
pub(super) fn adapt(pod: &mut k8s::PodSpec) {
    let (key, value) = TAINT;
    pod.os = Some(k8s::PodOS { name: "windows".into() });
    pod.tolerations.get_or_insert_default().push(k8s::Toleration {
        key: Some(key.into()),
        operator: Some("Equal".into()),
        value: Some(value.into()),
        effect: Some("NoSchedule".into()),
        toleration_seconds: None,
    });
}
