//! One service becomes a Deployment, and where it has load balancers a Service and an Ingress.

mod deployment;
mod load_balancers;
mod network_configuration;

use super::diagnostic::{DocumentFault, Origin, Place, Said, ServiceFault};
use super::document::{report_name, report_tags};
use super::{Desired, Inputs, Rendering};
use crate::ecs;
use crate::ecs::reference::TaskDefinitionReference;
use crate::ecs::service::{PropagateTags, SchedulingStrategy};

/// The objects of the service. What stands in their way is said.
pub(super) fn desired(inputs: &Inputs<'_>, rendering: &Rendering, said: &Said) -> Desired {
    let document = said.document(Origin::Service);
    let at = document.member("spec");
    let ecs::Service {
        cluster,
        service_name: _,
        task_definition,
        // Part of the pods' template, as are the other members of placement.
        availability_zone_rebalancing: _,
        load_balancers,
        service_registries: _,
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
        deployment_controller: _,
        tags,
        enable_ecs_managed_tags,
        propagate_tags,
        enable_execute_command,
        service_connect_configuration: _,
        volume_configurations: _,
        vpc_lattice_configurations: _,
        gateway_connectors: _,
        monitoring: _,
        // Decides when a deployment starts, not what it is.
        force_new_deployment: _,
        kubernetes: _,
    } = inputs.service;

    report_name(inputs.name, &document);
    report_tags(tags.as_deref(), &at);
    report_task_definition(task_definition.as_deref(), inputs, &at.member("taskDefinition"));
    let without_effect = [
        ("cluster", cluster.is_some(), ServiceFault::ClusterWithoutEffect),
        ("clientToken", client_token.is_some(), ServiceFault::ClientTokenWithoutEffect),
        ("role", role.is_some(), ServiceFault::RoleWithoutEffect),
        ("enableECSManagedTags", *enable_ecs_managed_tags == Some(true), ServiceFault::ManagedTagsWithoutEffect),
        ("propagateTags", propagate_tags.is_some_and(|tags| tags != PropagateTags::None), ServiceFault::PropagateTagsWithoutEffect),
        ("enableExecuteCommand", *enable_execute_command == Some(true), ServiceFault::ExecuteCommandElsewhere),
    ];
    for (member, is_set, fault) in without_effect {
        if is_set {
            at.member(member).say(fault);
        }
    }
    if let Some(configuration) = network_configuration {
        network_configuration::report(configuration, &at.member("networkConfiguration"));
    }
    if *scheduling_strategy == Some(SchedulingStrategy::Daemon) {
        at.member("schedulingStrategy").say(ServiceFault::DaemonNotSupported);
    }
    if let Some(ecs::Cluster { cluster_name: _, tags, kubernetes: _ }) = inputs.cluster {
        report_tags(tags.as_deref(), &said.document(Origin::Cluster).member("spec"));
    }
    let mut desired = Desired { objects: rendering.objects.clone(), waiting: Vec::new() };
    load_balancers::load_balancers(load_balancers.as_deref().unwrap_or_default(), inputs, rendering, &at, &mut desired);
    desired.objects.push(deployment::deployment(*desired_count, deployment_configuration.as_ref(), inputs, rendering, &at));
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
