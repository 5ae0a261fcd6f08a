//! One service becomes a Deployment or a DaemonSet, the Services by which others reach its tasks, an Ingress where listener rules say
//! how requests come to it, and what guards its tasks.

mod daemon_set;
mod deployment;
mod deployment_configuration;
mod disruption_budget;
mod load_balancers;
mod named_service;
mod network_configuration;
mod refresh;
mod service_connect;
mod service_registries;
mod volume_configurations;

use super::diagnostic::{DeploymentFault, DiscoveryFault, DocumentFault, Origin, Place, Said, ServiceFault};
use super::document::report_name;
use super::word::word;
use super::written::written;
use super::{Desired, Inputs, Rendering, names, tags};
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::service::{DeploymentController, DeploymentControllerType, PropagateTags, SchedulingStrategy};
use crate::{ecs, k8s};

/// The objects of the service. What stands in their way is said.
pub(super) fn desired(inputs: &Inputs<'_>, rendering: &Rendering, said: &Said) -> Desired {
    let document = said.document(Origin::Service);
    let at = document.member("spec");
    let ecs::Service {
        cluster,
        service_name,
        task_definition,
        // Part of the pods' template, as are the other members of placement.
        availability_zone_rebalancing: _,
        load_balancers,
        service_registries,
        desired_count,
        client_token,
        launch_type: _,
        capacity_provider_strategy: _,
        platform_version: _,
        role,
        deployment_configuration,
        placement_constraints: _,
        placement_strategy: _,
        network_configuration,
        // Part of the pods' template.
        health_check_grace_period_seconds: _,
        scheduling_strategy,
        deployment_controller,
        tags,
        enable_ecs_managed_tags,
        propagate_tags,
        enable_execute_command,
        service_connect_configuration,
        volume_configurations,
        vpc_lattice_configurations,
        gateway_connectors,
        monitoring,
        // Decides when a deployment starts, not what it is.
        force_new_deployment: _,
        // Each room reads what is its own.
        kubernetes: _,
    } = inputs.service;

    report_name(inputs.name, &document);
    tags::report(tags.as_deref(), *propagate_tags == Some(PropagateTags::Service), &at);
    tags::report_propagation(inputs, &at);
    report_task_definition(task_definition.as_deref(), inputs, &at.member("taskDefinition"));
    report_cluster(inputs, said);
    refresh::report(inputs, &at);
    let say = |member: &str, fault: Option<ServiceFault>| fault.into_iter().for_each(|fault| at.member(member).say(fault));
    say("cluster", cluster.clone().map(|cluster| ServiceFault::ClusterWithoutEffect { cluster }));
    say("clientToken", client_token.clone().map(|token| ServiceFault::ClientTokenWithoutEffect { token }));
    say("role", role.clone().map(|role| ServiceFault::RoleWithoutEffect { role }));
    say("enableECSManagedTags", (*enable_ecs_managed_tags == Some(true)).then_some(ServiceFault::ManagedTagsWithoutEffect));
    say("enableExecuteCommand", (*enable_execute_command == Some(true)).then_some(ServiceFault::ExecuteCommandElsewhere));
    say("monitoring", monitoring.as_ref().map(|monitoring| ServiceFault::MonitoringWithoutEffect { configuration: written(monitoring) }));
    if let Some(name) = service_name.clone().filter(|name| name != inputs.name) {
        at.member("serviceName").say(DocumentFault::NameOfEcs { name });
    }
    if let Some(DeploymentController { controller_type: controller @ (DeploymentControllerType::CodeDeploy | DeploymentControllerType::External) }) =
        deployment_controller
    {
        let controller = word(controller);
        at.member("deploymentController").member("type").say(DeploymentFault::DeploymentControllerDiffers { controller });
    }
    volume_configurations::report(volume_configurations.as_deref().unwrap_or_default(), inputs.task_definition.spec, &at.member("volumeConfigurations"));
    for (index, configuration) in vpc_lattice_configurations.iter().flatten().enumerate() {
        let configuration = written(configuration);
        at.member("vpcLatticeConfigurations").item(index).say(DiscoveryFault::LatticeWithoutEffect { configuration });
    }
    for (index, connector) in gateway_connectors.iter().flatten().enumerate() {
        let configuration = written(connector);
        at.member("gatewayConnectors").item(index).say(DiscoveryFault::GatewayWithoutEffect { configuration });
    }

    let mut desired = Desired { objects: rendering.objects.clone(), waiting: Vec::new() };
    desired.objects.extend(network_configuration::guard(network_configuration.as_ref(), inputs, rendering, &at));
    load_balancers::load_balancers(load_balancers.as_deref().unwrap_or_default(), inputs, rendering, &at, &mut desired);
    if let Some(configuration) = service_connect_configuration {
        service_connect::services(configuration, inputs, rendering, &at.member("serviceConnectConfiguration"), &mut desired);
    }
    // After all others: where a name has another Service already, that one stays what it is.
    service_registries::services(service_registries.as_deref().unwrap_or_default(), inputs, rendering, &at, &mut desired);
    let bounds = deployment_configuration::bounds(deployment_configuration.as_ref(), &at.member("deploymentConfiguration"));
    match scheduling_strategy.unwrap_or_default() {
        SchedulingStrategy::Replica => {
            let count = deployment::count(*desired_count, &at.member("desiredCount"));
            desired.objects.push(deployment::deployment(count, bounds, inputs, rendering, &at));
            desired.objects.extend(disruption_budget::disruption_budget(count, bounds, inputs, &at));
        }
        SchedulingStrategy::Daemon => desired.objects.push(daemon_set::daemon_set(*desired_count, bounds, inputs, rendering, &at)),
    }
    desired.objects.sort_by_key(|object| object.kind);
    desired
}

/// Reports a reference that names no task definition, and an ARN of somewhere else.
fn report_task_definition(reference: Option<&str>, inputs: &Inputs<'_>, at: &Place<'_>) {
    let Some(text) = reference else { return at.say(ServiceFault::TaskDefinitionMissing) };
    let arn = match text.parse::<TaskDefinitionReference>() {
        Ok(TaskDefinitionReference { family: _, revision: _, arn }) => arn,
        Err(error) => return at.say(ServiceFault::TaskDefinitionNotLegal { reason: error.to_string() }),
    };
    let differs = |ours: Option<&str>, theirs: &str| ours.is_some_and(|ours| ours != theirs);
    let (region, account) = (inputs.settings.region.as_deref(), inputs.settings.account.as_deref());
    if let Some(arn) = arn
        && (differs(region, &arn.region) || differs(account, &arn.account))
    {
        let ours = [account, region].into_iter().flatten().collect::<Vec<_>>().join(", ");
        at.say(DocumentFault::ArnOfAnotherPlace { arn: text.into(), ours });
    }
}

/// Reports what of the cluster has no effect.
fn report_cluster(inputs: &Inputs<'_>, said: &Said) {
    let Some(ecs::Cluster { cluster_name, tags, kubernetes: _ }) = inputs.cluster else { return };
    let at = said.document(Origin::Cluster).member("spec");
    if let Some(name) = cluster_name.clone() {
        at.member("clusterName").say(DocumentFault::NameOfEcs { name });
    }
    tags::report(tags.as_deref(), false, &at);
}

/// Name, namespace and labels of an object of the service.
fn metadata(name: &str, inputs: &Inputs<'_>) -> k8s::ObjectMeta {
    k8s::ObjectMeta {
        name: Some(name.into()),
        namespace: Some(inputs.namespace.into()),
        labels: Some(names::service_labels(inputs.name)),
        ..Default::default()
    }
}

/// What selects the pods of the service.
fn pods(inputs: &Inputs<'_>) -> k8s::LabelSelector {
    k8s::LabelSelector { match_labels: Some(names::selector(inputs.name)), match_expressions: None }
}
