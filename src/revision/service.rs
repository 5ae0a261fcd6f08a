//! Revisions of services: `svc-<name>-<n>`, each a deployment with its frozen pod template.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ecs::{self, unset};
use crate::settings::Settings;
use crate::translate::Rendering;

/// What a revision of a service holds: the specifications as served, and what was rendered from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRevision {
    /// The service's specification, as served.
    pub service: Value,
    /// The revision of the task definition.
    pub task_definition: TaskDefinitionRecord,
    /// The settings that were in force.
    #[serde(default)]
    pub settings: Value,
    /// The cluster's specification, as served, where there was one.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub cluster: Value,
    /// The pod template and what goes with it.
    pub rendering: Rendering,
}

impl ServiceRevision {
    /// The settings that were in force, where they can be read: another version of the operator may have others.
    pub fn settings(&self) -> Option<Settings> {
        Settings::deserialize(&self.settings).ok()
    }
}

/// The revision of a task definition that a service revision deploys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDefinitionRecord {
    /// The `metadata.name` of the task definition.
    pub name: String,
    /// The family.
    pub family: String,
    /// The number.
    pub revision: i64,
    /// What was registered, as served.
    pub spec: Value,
}

impl TaskDefinitionRecord {
    /// `family:revision`, as ECS writes it.
    pub fn qualified(&self) -> String {
        format!("{}:{}", self.family, self.revision)
    }
}

/// Why a deployment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The service has none yet.
    First,
    /// The task definition is another one.
    TaskDefinition,
    /// A member of the service changed that makes ECS start a deployment.
    Service,
    /// `forceNewDeployment` was set, or `restartedAt` to another text.
    Forced,
    /// The value of a secret changed, and the service has its values looked at.
    Secrets,
    /// Settings changed before the running deployment had a ready task.
    Settings,
}

/// What the running service revision is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Today<'a> {
    /// The service's specification, as served.
    pub service: &'a Value,
    /// The task definition's specification, as registered.
    pub task_definition: &'a Value,
    /// The settings in force.
    pub settings: &'a Value,
    /// The cluster's specification.
    pub cluster: &'a Value,
    /// Whether the running deployment ever had a ready task.
    pub had_ready_task: bool,
    /// Whether a secret was found to have another value than the running deployment.
    pub secrets_changed: bool,
}

/// The name of the object that holds a revision.
pub fn name(service: &str, number: i64) -> String {
    format!("svc-{service}-{number}")
}

/// Whether a deployment is due, and why. Both sides are read by the same code, so that a newer operator, which
/// may read more, finds no difference where the user made none.
pub fn cause(running: Option<&ServiceRevision>, today: &Today<'_>) -> Option<Cause> {
    let Some(running) = running else { return Some(Cause::First) };
    // What cannot be read today waits to be mended. What could be read only by an earlier operator differs from what can be now.
    let now = unset::read::<ecs::Service>(today.service).ok()?;
    let task_definition = content(today.task_definition)?;
    if content(&running.task_definition.spec) != Some(task_definition) {
        return Some(Cause::TaskDefinition);
    }
    let Ok(before) = unset::read::<ecs::Service>(&running.service) else { return Some(Cause::Service) };
    if Triggers::of(&before) != Triggers::of(&now) {
        return Some(Cause::Service);
    }
    if forces(&before, &now) {
        return Some(Cause::Forced);
    }
    if today.secrets_changed {
        return Some(Cause::Secrets);
    }
    let settled = today.had_ready_task || (running.settings == *today.settings && running.cluster == *today.cluster);
    (!settled).then_some(Cause::Settings)
}

/// Whether a deployment is asked for whatever else has changed, and so with values that are read anew.
pub fn is_forced(running: Option<&ServiceRevision>, service: &Value) -> bool {
    let before = running.and_then(|running| unset::read::<ecs::Service>(&running.service).ok());
    before.zip(unset::read::<ecs::Service>(service).ok()).is_some_and(|(before, now)| forces(&before, &now))
}

fn forces(before: &ecs::Service, now: &ecs::Service) -> bool {
    let is_forced = now.force_new_deployment == Some(true) && before.force_new_deployment != Some(true);
    is_forced || restarted_at(before) != restarted_at(now)
}

/// What of a task definition tasks are made of: whose word is asked for what they have is not.
fn content(spec: &Value) -> Option<ecs::TaskDefinition> {
    unset::read(spec).ok().map(|definition: ecs::TaskDefinition| ecs::TaskDefinition { kubernetes: None, ..definition })
}

/// What a user says to have a deployment started, whatever it is.
fn restarted_at(service: &ecs::Service) -> Option<&str> {
    service.kubernetes.as_ref().and_then(|kubernetes| kubernetes.restarted_at.as_deref())
}

/// The members of a service whose change makes ECS start a deployment; the others do not.
#[derive(PartialEq)]
struct Triggers<'a> {
    network_configuration: &'a Option<ecs::NetworkConfiguration>,
    platform_version: &'a Option<String>,
    load_balancers: Vec<LoadBalancer<'a>>,
    service_registries: &'a Option<Vec<ecs::service::ServiceRegistry>>,
    service_connect_configuration: &'a Option<ecs::service::ServiceConnectConfiguration>,
    volume_configurations: &'a Option<Vec<ecs::service::VolumeConfiguration>>,
    vpc_lattice_configurations: &'a Option<Vec<ecs::service::VpcLatticeConfiguration>>,
    gateway_connectors: &'a Option<Vec<ecs::service::GatewayConnector>>,
}

/// The members of a load balancer that are ECS's own.
type LoadBalancer<'a> = (&'a Option<String>, &'a Option<String>, &'a Option<String>, &'a Option<i64>, &'a Option<ecs::service::AdvancedConfiguration>);

impl<'a> Triggers<'a> {
    fn of(service: &'a ecs::Service) -> Self {
        let ecs::Service {
            cluster: _,
            service_name: _,
            task_definition: _, // its content is compared
            availability_zone_rebalancing: _,
            load_balancers,
            service_registries,
            desired_count: _,
            client_token: _,
            launch_type: _,
            capacity_provider_strategy: _,
            platform_version,
            role: _,
            deployment_configuration: _,
            placement_constraints: _,
            placement_strategy: _,
            network_configuration,
            health_check_grace_period_seconds: _,
            scheduling_strategy: _,
            deployment_controller: _,
            tags: _,
            enable_ecs_managed_tags: _,
            propagate_tags: _,
            enable_execute_command: _,
            service_connect_configuration,
            volume_configurations,
            vpc_lattice_configurations,
            gateway_connectors,
            monitoring: _,
            force_new_deployment: _, // compared for its rising edge
            kubernetes: _,           // says how a service is run here, which rolls nothing, and asks for deployments
        } = service;
        let load_balancers = load_balancers.iter().flatten().map(load_balancer).collect();
        Self {
            network_configuration,
            platform_version,
            load_balancers,
            service_registries,
            service_connect_configuration,
            volume_configurations,
            vpc_lattice_configurations,
            gateway_connectors,
        }
    }
}

/// ECS's own members of a load balancer: rules, listener, target group and load balancer are Elastic Load
/// Balancing's, which changes them without a deployment.
fn load_balancer(load_balancer: &ecs::ServiceLoadBalancer) -> LoadBalancer<'_> {
    let ecs::ServiceLoadBalancer {
        target_group_arn,
        load_balancer_name,
        container_name,
        container_port,
        advanced_configuration,
        listener_rules: _,
        listener: _,
        target_group: _,
        load_balancer: _,
    } = load_balancer;
    (target_group_arn, load_balancer_name, container_name, container_port, advanced_configuration)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Cause, ServiceRevision, TaskDefinitionRecord, Today, cause, is_forced};
    use crate::translate::Rendering;

    fn running(service: Value) -> ServiceRevision {
        let spec = json!({"containerDefinitions": [{"name": "a", "image": "a:1"}]});
        let task_definition = TaskDefinitionRecord { name: "web".into(), family: "web".into(), revision: 1, spec };
        ServiceRevision { service, task_definition, settings: json!({}), cluster: Value::Null, rendering: Rendering::default() }
    }

    fn cause_of(before: Value, now: &Value) -> Option<Cause> {
        let running = running(before);
        let task_definition = &running.task_definition.spec;
        let today = Today { service: now, task_definition, settings: &json!({}), cluster: &Value::Null, had_ready_task: true, secrets_changed: false };
        cause(Some(&running), &today)
    }

    #[test]
    fn what_an_earlier_operator_wrote_is_read() {
        let secret = json!({"valueFrom": "name", "path": "spec.containerDefinitions[0].secrets[0].valueFrom"});
        let rendering = json!({"template": {}, "secrets": {"PASSWORD": secret}, "serviceAccount": {"name": "ecs-web"}});
        let task_definition = json!({"name": "web", "family": "web", "revision": 1, "spec": {}});
        let written = json!({"service": {}, "taskDefinition": task_definition, "settings": {}, "rendering": rendering});
        let read: ServiceRevision = serde_json::from_value(written.clone()).expect("a revision");
        assert!(read.rendering.environment_files.is_empty() && read.rendering.registries.is_empty());
        assert_eq!(serde_json::to_value(read).expect("JSON"), written, "what is new and not there is not written either");
    }

    #[test]
    fn what_ecs_does_not_roll_for_does_not_start_a_deployment() {
        let before = json!({"taskDefinition": "web", "desiredCount": 1, "loadBalancers": [{"containerName": "a", "containerPort": 80}]});
        let now = json!({"taskDefinition": "web:1", "desiredCount": 5, "healthCheckGracePeriodSeconds": 9, "platformVersion": "",
            "deploymentConfiguration": {"maximumPercent": 150},
            "loadBalancers": [{"containerName": "a", "containerPort": 80, "listenerRules": [{"priority": 1}]}]});
        assert_eq!(cause_of(before, &now), None);
    }

    #[test]
    fn what_only_an_earlier_operator_could_read_is_deployed_once_it_is_mended() {
        let unreadable = || json!({"taskDefinition": "web", "launchType": "BALLOON"});
        assert_eq!(cause_of(unreadable(), &unreadable()), None);
        assert_eq!(cause_of(unreadable(), &json!({"taskDefinition": "web", "launchType": "EC2"})), Some(Cause::Service));
        assert_eq!(cause_of(json!({"taskDefinition": "web"}), &unreadable()), None);
    }

    #[test]
    fn what_ecs_rolls_for_does() {
        let before = || json!({"taskDefinition": "web", "desiredCount": 1});
        let with = |member: &str, value: Value| {
            let mut now = before();
            now[member] = value;
            cause_of(before(), &now)
        };
        assert_eq!(with("platformVersion", json!("1.4.0")), Some(Cause::Service));
        assert_eq!(with("loadBalancers", json!([{"containerName": "a", "containerPort": 80}])), Some(Cause::Service));
        assert_eq!(with("networkConfiguration", json!({"awsvpcConfiguration": {"subnets": ["s"]}})), Some(Cause::Service));
        assert_eq!(with("forceNewDeployment", json!(true)), Some(Cause::Forced));
        assert_eq!(cause_of(json!({"forceNewDeployment": true}), &json!({"forceNewDeployment": true})), None);
    }

    #[test]
    fn values_are_read_anew_where_it_is_forced_whatever_else_has_changed() {
        let mut running = running(json!({}));
        let now = json!({"platformVersion": "1.4.0", "forceNewDeployment": true});
        assert!(is_forced(Some(&running), &now) && cause_of(json!({}), &now) == Some(Cause::Service));
        assert!(is_forced(Some(&running), &json!({"kubernetes": {"restartedAt": "today"}})));
        assert!(!is_forced(Some(&running), &json!({"platformVersion": "1.4.0"})) && !is_forced(None, &now));
        running.service = now.clone();
        assert!(!is_forced(Some(&running), &now));
    }

    /// Every member of a service with a value of it, and whether its change starts a deployment, as the documentation of `UpdateService`
    /// has it. Of what it does not say that it does, only our own `restartedAt` does, and `gatewayConnectors`, which register tasks as
    /// load balancers do.
    fn classes() -> Vec<(&'static str, Value, bool)> {
        let arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1";
        vec![
            ("cluster", json!("production"), false),
            ("serviceName", json!("Web"), false),
            // The content of the task definition is compared, not the reference to it.
            ("taskDefinition", json!("web:1"), false),
            ("availabilityZoneRebalancing", json!("ENABLED"), false),
            ("loadBalancers", json!([{"targetGroupArn": "arn", "containerName": "a", "containerPort": 80}]), true),
            ("serviceRegistries", json!([{"registryArn": arn}]), true),
            ("desiredCount", json!(5), false),
            ("clientToken", json!("token"), false),
            ("launchType", json!("FARGATE"), false),
            ("capacityProviderStrategy", json!([{"capacityProvider": "FARGATE"}]), false),
            ("platformVersion", json!("1.4.0"), true),
            ("role", json!("role"), false),
            ("deploymentConfiguration", json!({"maximumPercent": 150}), false),
            ("placementConstraints", json!([{"type": "distinctInstance"}]), false),
            ("placementStrategy", json!([{"type": "random"}]), false),
            ("networkConfiguration", json!({"awsvpcConfiguration": {"subnets": ["s"]}}), true),
            ("healthCheckGracePeriodSeconds", json!(60), false),
            ("schedulingStrategy", json!("REPLICA"), false),
            ("deploymentController", json!({"type": "ECS"}), false),
            ("tags", json!([{"key": "team", "value": "shop"}]), false),
            ("enableECSManagedTags", json!(true), false),
            ("propagateTags", json!("SERVICE"), false),
            ("enableExecuteCommand", json!(true), false),
            ("serviceConnectConfiguration", json!({"enabled": true}), true),
            ("volumeConfigurations", json!([{"name": "data"}]), true),
            ("vpcLatticeConfigurations", json!([{"roleArn": "r", "targetGroupArn": "t", "portName": "web"}]), true),
            ("gatewayConnectors", json!([{"portName": "web"}]), true),
            ("monitoring", json!({"metricConfigurations": []}), false),
            ("forceNewDeployment", json!(true), true),
            ("kubernetes", json!({"exposure": "None", "securityGroups": "None", "discoveryName": "orders"}), false),
        ]
    }

    #[test]
    fn each_member_starts_a_deployment_or_not_as_ecs_has_it() {
        let before = || json!({"desiredCount": 1});
        let classes = classes();
        for (member, value, starts) in &classes {
            let mut now = before();
            now[member] = value.clone();
            assert_eq!(cause_of(before(), &now).is_some(), *starts, "{member} is set");
            let falls = *starts && *member != "forceNewDeployment";
            if *member != "desiredCount" {
                assert_eq!(cause_of(now, &before()).is_some(), falls, "{member} is taken out");
            }
        }
        let tested: std::collections::BTreeSet<&str> = classes.iter().map(|(member, _, _)| *member).collect();
        let unset = serde_json::to_value(crate::ecs::Service::default()).expect("JSON");
        let members = unset.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(tested, members);
        assert_eq!(cause_of(before(), &json!({"kubernetes": {"restartedAt": "today"}})), Some(Cause::Forced));
        assert_eq!(cause_of(before(), &json!({"kubernetes": {"refresh": {"interval": "1h"}}})), None);
    }

    #[test]
    fn the_grants_that_a_task_definition_names_start_no_deployment() {
        let running = running(json!({}));
        let mut named = running.task_definition.spec.clone();
        named["kubernetes"] = json!({"grants": ["shop"]});
        let (service, settings) = (json!({}), json!({}));
        let today =
            Today { service: &service, task_definition: &named, settings: &settings, cluster: &Value::Null, had_ready_task: true, secrets_changed: false };
        assert_eq!(cause(Some(&running), &today), None);
    }

    #[test]
    fn settings_count_until_a_task_was_ready() {
        let running = running(json!({}));
        let (service, settings) = (json!({}), json!({"region": "eu-west-1"}));
        let today = |had_ready_task| Today {
            service: &service,
            task_definition: &running.task_definition.spec,
            settings: &settings,
            cluster: &Value::Null,
            had_ready_task,
            secrets_changed: false,
        };
        assert_eq!(cause(Some(&running), &today(false)), Some(Cause::Settings));
        assert_eq!(cause(Some(&running), &today(true)), None);
        assert_eq!(cause(Some(&running), &Today { secrets_changed: true, ..today(true) }), Some(Cause::Secrets));
        assert_eq!(cause(None, &today(true)), Some(Cause::First));
    }
}
