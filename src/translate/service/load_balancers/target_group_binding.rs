//! `targetGroupArn`, where exposure is `TargetGroupBinding`: the pods are registered with the target group that exists. The
//! targets of others stay: the AWS Load Balancer Controller deregisters every target that it does not know, but for
//! `multiClusterTargetGroup`.

use serde_json::json;

use super::Target;
use crate::translate::diagnostic::LoadBalancingFault;
use crate::translate::service::metadata;
use crate::translate::{Inputs, Kind, Object, names};

/// The bindings, one for each load balancer that names a target group.
pub(super) fn bindings(targets: &[Target<'_>], inputs: &Inputs<'_>) -> Vec<Object> {
    let mut bindings: Vec<Object> = Vec::new();
    for target in targets {
        let Some(arn) = &target.load_balancer.target_group_arn else {
            target.at.say(LoadBalancingFault::TargetGroupMissing);
            continue;
        };
        target.at.member("targetGroupArn").say(LoadBalancingFault::BoundToTargetGroup { arn: arn.clone() });
        let Some(port) = target.ports.first().map(|port| &port.name) else { continue };
        let name = names::dns_label(target_group_name(arn));
        let is_taken = |name: &String| bindings.iter().any(|binding| binding.name == *name);
        let other = || names::dns_label(&format!("{name}-{}", names::hash(&format!("{arn} {port}"))));
        let name = if is_taken(&name) { other() } else { name };
        if is_taken(&name) {
            continue; // the same port of the same target group once more
        }
        let spec = json!({
            "serviceRef": { "name": inputs.name, "port": port },
            "targetGroupARN": arn,
            "targetType": "ip",
            "multiClusterTargetGroup": true,
        });
        bindings.push(Object::new(Kind::TargetGroupBinding, name.clone(), json!({ "metadata": metadata(&name, inputs), "spec": spec })));
    }
    bindings
}

/// The name in `targetgroup/NAME/ID`.
fn target_group_name(arn: &str) -> &str {
    let resource = arn.rsplit_once(":targetgroup/").map_or("", |(_, resource)| resource);
    resource.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::target_group_name;

    #[test]
    fn a_binding_is_named_after_its_target_group() {
        assert_eq!(target_group_name("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/Web-1/0123456789abcdef"), "Web-1");
        assert_eq!(target_group_name("web"), "");
    }
}
