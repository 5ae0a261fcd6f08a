//! `networkConfiguration`: subnets, security groups and public addresses are the cluster's own matter here.

use crate::ecs::NetworkConfiguration;
use crate::ecs::service::AwsVpcConfiguration;
use crate::translate::diagnostic::{Place, ServiceFault};

/// Reports what has no effect.
pub(super) fn report(configuration: &NetworkConfiguration, at: &Place<'_>) {
    let NetworkConfiguration { awsvpc_configuration } = configuration;
    let Some(AwsVpcConfiguration { subnets, security_groups, assign_public_ip }) = awsvpc_configuration else { return };
    let at = at.member("awsvpcConfiguration");
    let is_set = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    if is_set(subnets) {
        at.member("subnets").say(ServiceFault::SubnetsWithoutEffect);
    }
    if is_set(security_groups) {
        at.member("securityGroups").say(ServiceFault::SecurityGroupsWithoutEffect);
    }
    if assign_public_ip.is_some() {
        at.member("assignPublicIp").say(ServiceFault::PublicIpWithoutEffect);
    }
}
