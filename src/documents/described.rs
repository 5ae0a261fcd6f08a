//! What `describe-task-definition` and `describe-services` print, made what `register-task-definition` and `create-service` take.
//!
//! Of a service some members stand only where it runs: those of Service Connect, of volumes and of VPC Lattice in its primary
//! deployment; with the deployment controllers `CODE_DEPLOY` and `EXTERNAL` the task definition, load balancers and more in
//! its primary task set.

use super::kind::Kind;
use super::schema::is_unset;
use crate::yaml::tree::{Content, Member, Node};

/// Members of a described task definition that nobody can set.
const READ_ONLY_IN_TASK_DEFINITION: [&str; 9] =
    ["taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt"];

/// Members of a described service that nobody can set.
const READ_ONLY_IN_SERVICE: [&str; 16] = [
    "serviceArn",
    "clusterArn",
    "roleArn",
    "status",
    "runningCount",
    "pendingCount",
    "deployments",
    "events",
    "createdAt",
    "createdBy",
    "taskSets",
    "platformFamily",
    "currentServiceDeployment",
    "currentServiceRevisions",
    "resourceManagementType",
    "deletedAt",
];

/// Members of a described service that another name has as input.
const RENAMED_IN_SERVICE: [(&str, &str); 2] = [("clusterArn", "cluster"), ("roleArn", "role")];
/// Members that a described service has in its primary deployment only.
const IN_DEPLOYMENT: [&str; 3] = ["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];
/// Members that a described service has in its primary task set, where another deployment controller replaces tasks.
const IN_TASK_SET: [&str; 7] =
    ["taskDefinition", "loadBalancers", "serviceRegistries", "launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration"];

/// The members of a description of `kind` that nobody can set.
pub fn read_only(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::TaskDefinition => &READ_ONLY_IN_TASK_DEFINITION,
        Kind::Service => &READ_ONLY_IN_SERVICE,
        Kind::Cluster | Kind::AccessGrant => &[],
    }
}

/// Makes a description what inputs are, and gives back what was left out.
pub fn as_input(kind: Kind, description: &mut Node) -> Vec<Member> {
    let running = if kind == Kind::Service { running(description) } else { Vec::new() };
    let Content::Members(members) = &mut description.content else { return Vec::new() };
    for member in running {
        if members.iter().all(|own| own.name != member.name || is_unset(&own.node)) {
            members.retain(|own| own.name != member.name);
            members.push(member);
        }
    }
    for (described, input) in RENAMED_IN_SERVICE {
        if kind == Kind::Service
            && members.iter().all(|member| member.name != input)
            && let Some(member) = members.iter_mut().find(|member| member.name == described)
        {
            input.clone_into(&mut member.name);
        }
    }
    // A description counts the tasks of a daemon; nobody can say how many there are to be.
    let has_text = |name: &str, text: &str| members.iter().any(|member| member.name == name && member.node.value() == text);
    let is_daemon = kind == Kind::Service && has_text("schedulingStrategy", "DAEMON") && members.iter().any(|member| member.name == "runningCount");
    let is_left_out = |name: &str| read_only(kind).contains(&name) || (is_daemon && name == "desiredCount");
    let (left_out, kept) = std::mem::take(members).into_iter().partition(|member| is_left_out(&member.name));
    *members = kept;
    left_out.into_iter().filter(|member: &Member| !is_unset(&member.node)).collect()
}

/// The members of a described service that stand in what runs.
fn running(service: &Node) -> Vec<Member> {
    let mut found = Vec::new();
    for (list, names) in [("deployments", &IN_DEPLOYMENT[..]), ("taskSets", &IN_TASK_SET[..])] {
        let items = service.get(list).and_then(Node::items).unwrap_or_default();
        // A lone task set serves, though nobody has made it the primary one.
        let lone = || if let [item] = items { Some(item) } else { None };
        if let Some(primary) = items.iter().find(|item| item.text("status") == Some("PRIMARY")).or_else(lone) {
            found.extend(primary.members().iter().filter(|member| names.contains(&member.name.as_str())).cloned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::as_input;
    use crate::documents::Kind;
    use crate::yaml::tree::read;

    #[test]
    fn what_runs_gives_what_the_service_itself_lacks() {
        let described = "{serviceName: a, clusterArn: c, roleArn: r, role: own, launchType: '', loadBalancers: [], events: [{}], status: ACTIVE, taskSets: \
                         [{status: ACTIVE, taskDefinition: old}, {status: PRIMARY, taskDefinition: new, launchType: EC2, loadBalancers: [{containerName: x}], \
                         scale: {value: 100}}], deployments: [{status: ACTIVE, volumeConfigurations: [{}]}, {status: PRIMARY, taskDefinition: other, \
                         serviceConnectConfiguration: {enabled: true}}]}";
        let mut node = read(described).expect("readable").remove(0);
        let left_out: Vec<String> = as_input(Kind::Service, &mut node).into_iter().map(|member| member.name).collect();
        assert_eq!(left_out, ["roleArn", "events", "status", "taskSets", "deployments"]);
        let input = json!({
            "serviceName": "a", "cluster": "c", "role": "own", "taskDefinition": "new", "launchType": "EC2", "loadBalancers": [{"containerName": "x"}],
            "serviceConnectConfiguration": {"enabled": true},
        });
        assert_eq!(node.value(), input);
    }

    #[test]
    fn the_count_of_a_daemon_is_none_of_the_input() {
        let kept = |described: &str| {
            let mut node = read(described).expect("readable").remove(0);
            as_input(Kind::Service, &mut node);
            node.get("desiredCount").is_some()
        };
        assert!(!kept("{serviceName: a, schedulingStrategy: DAEMON, desiredCount: 3, runningCount: 3}"));
        assert!(kept("{serviceName: a, schedulingStrategy: REPLICA, desiredCount: 3, runningCount: 3}"));
        assert!(kept("{serviceName: a, schedulingStrategy: DAEMON, desiredCount: 3}"));
    }
}
