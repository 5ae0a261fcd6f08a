//! `dockerLabels`: annotations of the pod, where Kubernetes takes them.

use std::collections::BTreeMap;

use crate::translate::diagnostic::{ContainerFault, NetworkFault, Place};
use crate::translate::names;

/// Domains whose annotations mean something to Kubernetes, to us, or to programs that change pods, their networks or their nodes by
/// them: a label of Docker does none of that.
const RESERVED: [&str; 13] = [
    "amazonaws.com",
    "cilium.io",
    "cncf.io",
    "ecs-operator.dev",
    "hashicorp.com",
    "istio.io",
    "k8s.io",
    "karpenter.sh",
    "kubernetes.io",
    "linkerd.io",
    "nri.io",
    "openshift.io",
    "projectcalico.org",
];
/// How annotations start that container runtimes read.
const OF_RUNTIMES: [&str; 3] = ["io.containerd.", "io.katacontainers.", "io.kubernetes."];

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

/// Whether the name may be that of an annotation, with or without a domain.
fn is_legal(label: &str) -> bool {
    let (domain, name) = label.split_once('/').map_or((None, label), |(domain, name)| (Some(domain), name));
    // Domains of annotations are the same in either case.
    names::is_annotation(name) && domain.is_none_or(|domain| names::is_domain_name(&domain.to_ascii_lowercase()))
}

fn is_reserved(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    let Some((domain, _)) = lower.split_once('/') else { return OF_RUNTIMES.iter().any(|start| lower.starts_with(start)) };
    OF_RUNTIMES.iter().any(|start| domain.starts_with(start))
        || RESERVED.iter().any(|reserved| domain.strip_suffix(reserved).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
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
        assert!(is_reserved("k8s.v1.cni.cncf.io/networks") && is_reserved("io.kubernetes.cri-o.Devices"));
        assert!(!is_reserved("mykubernetes.io/a") && !is_reserved("kubernetes.io") && !is_reserved("prometheus.io/scrape"));
    }
}
