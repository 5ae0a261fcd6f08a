//! `dockerLabels`: annotations of the pod, where Kubernetes takes them.

use std::collections::BTreeMap;

use crate::translate::diagnostic::{ContainerFault, NetworkFault, Place};

/// Domains whose annotations mean something to Kubernetes or to us.
const RESERVED: [&str; 3] = ["kubernetes.io", "k8s.io", "ecs-operator.dev"];

/// Adds the labels of one container to the pod's annotations.
pub(super) fn docker_labels(labels: &BTreeMap<String, String>, annotations: &mut BTreeMap<String, String>, at: &Place<'_>) {
    for (label, value) in labels {
        let reason = if !is_legal(label) {
            Some("Kubernetes does not take such a name")
        } else if is_reserved(label) {
            Some("its domain is not for users")
        } else if annotations.get(label).is_some_and(|other| other != value) {
            Some("another container of the task has another value for it")
        } else {
            None
        };
        match reason {
            Some(reason) => at.member(label).say(ContainerFault::DockerLabelDropped { label: label.clone(), value: value.clone(), reason }),
            None if annotations.contains_key(label) => at.member(label).say(NetworkFault::PodHasItOnce { member: "annotation", value: label.clone() }),
            None => drop(annotations.insert(label.clone(), value.clone())),
        }
    }
}

/// Whether the name may be that of an annotation: an optional domain and `/`, then at most 63 characters.
fn is_legal(label: &str) -> bool {
    let (domain, name) = label.split_once('/').map_or((None, label), |(domain, name)| (Some(domain), name));
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let outer = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let is_label =
        |text: &str, inner: &dyn Fn(u8) -> bool| text.len() <= 63 && outer(text.bytes().next()) && outer(text.bytes().last()) && text.bytes().all(inner);
    let is_domain = |domain: &str| domain.len() <= 253 && domain.split('.').all(|part| is_label(part, &|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    is_label(name, &inner) && domain.is_none_or(is_domain)
}

fn is_reserved(label: &str) -> bool {
    let Some((domain, _)) = label.split_once('/') else { return false };
    let domain = domain.to_ascii_lowercase();
    RESERVED.iter().any(|reserved| domain.strip_suffix(reserved).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::{is_legal, is_reserved};

    #[test]
    fn names_of_annotations_are_known() {
        for label in ["a", "com.example.team", "com.example/Team", "com.datadoghq.ad.check_names"] {
            assert!(is_legal(label), "{label}");
        }
        for label in ["", "a/", "/a", "a b", "-a", "a_", "com_x/a", "a/b/c", &"a".repeat(64)] {
            assert!(!is_legal(label), "{label}");
        }
    }

    #[test]
    fn some_domains_are_not_for_users() {
        assert!(is_reserved("kubernetes.io/a") && is_reserved("kubectl.kubernetes.io/a") && is_reserved("ecs-operator.dev/a"));
        assert!(!is_reserved("mykubernetes.io/a") && !is_reserved("kubernetes.io"));
    }
}
