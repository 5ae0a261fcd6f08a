//! `networkConfiguration`: subnets and public addresses are the cluster's own matter here. Security groups become what
//! `kubernetes.securityGroups` says: the groups themselves on EKS, or a NetworkPolicy.

use serde_json::json;

use super::{metadata, pods};
use crate::ecs::NetworkConfiguration;
use crate::ecs::kubernetes::SecurityGroups;
use crate::ecs::service::AwsVpcConfiguration;
use crate::ecs::volume::Switch;
use crate::k8s;
use crate::translate::diagnostic::{NetworkConfigurationFault, Place};
use crate::translate::word::word;
use crate::translate::{Inputs, Kind, Object, RenderedPort, Rendering};

/// What guards the pods; `at` is the service's specification.
pub(super) fn guard(configuration: Option<&NetworkConfiguration>, inputs: &Inputs<'_>, rendering: &Rendering, at: &Place<'_>) -> Option<Object> {
    let unset = AwsVpcConfiguration::default();
    let configuration = configuration.and_then(|NetworkConfiguration { awsvpc_configuration }| awsvpc_configuration.as_ref());
    let AwsVpcConfiguration { subnets, security_groups, assign_public_ip } = configuration.unwrap_or(&unset);
    let of_service = inputs.service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.security_groups);
    let awsvpc = at.member("networkConfiguration").member("awsvpcConfiguration");
    if let Some(subnets) = subnets.as_ref().filter(|subnets| !subnets.is_empty()) {
        awsvpc.member("subnets").say(NetworkConfigurationFault::SubnetsWithoutEffect { subnets: subnets.join(", ") });
    }
    if *assign_public_ip == Some(Switch::Enabled) {
        awsvpc.member("assignPublicIp").say(NetworkConfigurationFault::PublicIpWithoutEffect);
    }
    let Some(groups) = security_groups.as_deref().filter(|groups| !groups.is_empty()) else {
        if let Some(guard) = of_service {
            at.member("kubernetes").member("securityGroups").say(NetworkConfigurationFault::NoSecurityGroups { guard: word(guard) });
        }
        return None;
    };
    let at = awsvpc.member("securityGroups");
    let of_cluster = inputs.cluster.and_then(|cluster| cluster.kubernetes.as_ref()?.security_groups);
    match of_service.or(of_cluster).or(inputs.settings.security_groups) {
        None | Some(SecurityGroups::None) => {
            at.say(NetworkConfigurationFault::SecurityGroupsWithoutEffect { groups: groups.join(", ") });
            None
        }
        Some(SecurityGroups::SecurityGroupPolicy) => Some(security_group_policy(groups, inputs, &at)),
        Some(SecurityGroups::NetworkPolicy) => {
            at.say(NetworkConfigurationFault::SecurityGroupsApproximated { groups: groups.join(", ") });
            Some(network_policy(inputs, rendering))
        }
    }
}

/// The groups themselves, for pods that start while it is there: it is applied before them.
fn security_group_policy(groups: &[String], inputs: &Inputs<'_>, at: &Place<'_>) -> Object {
    at.say(NetworkConfigurationFault::SecurityGroupsByPolicy { groups: groups.join(", ") });
    for (index, group) in groups.iter().enumerate().filter(|(_, group)| !is_id(group)) {
        at.item(index).say(NetworkConfigurationFault::SecurityGroupNotLegal { group: group.clone() });
    }
    let spec = json!({ "podSelector": pods(inputs), "securityGroups": { "groupIds": groups } });
    Object::new(Kind::SecurityGroupPolicy, inputs.name, json!({ "metadata": metadata(inputs.name, inputs), "spec": spec }))
}

/// Of the groups only their ids are known, not who may come in: so anybody may, to the task's own ports, and to nothing else.
fn network_policy(inputs: &Inputs<'_>, rendering: &Rendering) -> Object {
    let port = |port: &RenderedPort| k8s::NetworkPolicyPort {
        // By name, since while old and new pods serve side by side each has its own.
        port: Some(k8s::IntOrString::String(port.name.clone())),
        protocol: Some(port.protocol.clone()),
        end_port: None,
    };
    let ports: Vec<k8s::NetworkPolicyPort> = rendering.ports.iter().map(port).collect();
    // A rule without ports would let everything in.
    let ingress = (!ports.is_empty()).then(|| vec![k8s::NetworkPolicyIngressRule { from: None, ports: Some(ports) }]);
    let spec = k8s::NetworkPolicySpec { pod_selector: Some(pods(inputs)), ingress, egress: None, policy_types: Some(vec!["Ingress".into()]) };
    Object::new(Kind::NetworkPolicy, inputs.name, json!({ "metadata": metadata(inputs.name, inputs), "spec": spec }))
}

fn is_id(group: &str) -> bool {
    let digits = group.strip_prefix("sg-").unwrap_or_default();
    matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn ids_of_security_groups_are_known() {
        assert!(is_id("sg-0123abcd") && is_id("sg-00491cd9cd59c17ae"));
        for group in ["", "sg-", "sg-api-tasks", "sg-0123abc", "sg-0123ABCD", "0123abcd", "{{ ssm `/sg` }}"] {
            assert!(!is_id(group), "{group}");
        }
    }
}
