//! One task definition, for one service, becomes one pod template.

mod dependencies;
mod devices;
mod draining;
mod ephemeral_storage;
mod essential_policy;
mod execution_role;
mod inference_accelerators;
mod namespaces;
mod network_mode;
mod pod_security;
mod proxy_configuration;
mod roles;
mod runtime_platform;
mod size;
mod trusted_execution;
mod volumes;
mod windows;

use std::collections::BTreeMap;

use super::allow;
use super::container::{self, Pod, Resources, Role, Task};
use super::diagnostic::{Origin, Place, PlacementFault, Said, SecurityFault, ServiceFault, TaskFault};
use super::document::report_name;
use super::external_secrets;
use super::placement;
use super::word::words;
use super::{Inputs, Rendering, names, references, tags};
use crate::ecs::service::PropagateTags;
use crate::ecs::task_definition::Compatibility;
use crate::{ecs, k8s};

/// The pod template with what goes with it. What stands in its way is said.
pub(super) fn rendering(inputs: &Inputs<'_>, said: &Said) -> Rendering {
    let document = said.document(Origin::TaskDefinition);
    let service = said.document(Origin::Service).member("spec");
    let at = document.member("spec");
    let ecs::TaskDefinition {
        family: _,
        task_role_arn,
        execution_role_arn,
        network_mode,
        container_definitions,
        volumes,
        // Read with those of the service.
        placement_constraints: _,
        requires_compatibilities,
        cpu,
        memory,
        pid_mode,
        ipc_mode,
        proxy_configuration,
        inference_accelerators,
        ephemeral_storage,
        // Read with what the containers tell of the platform.
        runtime_platform: _,
        tags: task_definition_tags,
        enable_fault_injection,
        trusted_execution_configuration,
        // Whose word is asked for what is of AWS, which no object shows.
        kubernetes: _,
    } = inputs.task_definition.spec;

    report_name(inputs.task_definition.name, &document);
    tags::report(task_definition_tags.as_deref(), inputs.service.propagate_tags == Some(PropagateTags::TaskDefinition), &at);
    if let Some(compatibilities) = requires_compatibilities {
        at.member("requiresCompatibilities").say(PlacementFault::CompatibilitiesWithoutEffect { compatibilities: words(compatibilities) });
    }
    if let Some(role) = execution_role_arn {
        execution_role::report(role, inputs.task_definition.spec, inputs.settings.secrets.as_ref(), &at.member("executionRoleArn"));
    }
    if let Some(proxy) = proxy_configuration {
        proxy_configuration::report(proxy, &at.member("proxyConfiguration"));
    }
    inference_accelerators::report(inference_accelerators.as_deref().unwrap_or_default(), &at.member("inferenceAccelerators"));
    if *enable_fault_injection == Some(true) {
        at.member("enableFaultInjection").say(SecurityFault::FaultInjectionWithoutEffect);
    }
    if let Some(configuration) = trusted_execution_configuration {
        trusted_execution::report(configuration, &at.member("trustedExecutionConfiguration"));
    }
    let service_account = roles::service_account(task_role_arn.as_deref(), execution_role_arn.as_deref(), inputs, &at.member("taskRoleArn"));
    let is_fargate = requires_compatibilities.as_ref().is_some_and(|compatibilities| compatibilities.contains(&Compatibility::Fargate));
    let mut placement = placement::placement(inputs, is_fargate, &at, &service);
    let platform = runtime_platform::platform(inputs.task_definition.spec, &placement, &at.member("runtimePlatform"));
    let namespaces = namespaces::namespaces(*pid_mode, *ipc_mode, platform.is_windows, inputs, &at);
    let grace = inputs.service.health_check_grace_period_seconds.unwrap_or_default().clamp(0, i32::MAX.into());
    let containers_at = at.member("containerDefinitions");
    report_containers(container_definitions, &containers_at);
    let arrangement = dependencies::arrangement(container_definitions, &containers_at);
    let mut task = Task {
        inputs,
        containers: containers_at.clone(),
        size: size::size(cpu.as_ref(), memory.as_ref(), is_fargate, platform.is_windows, &at),
        is_fargate,
        is_windows: platform.is_windows,
        network_mode: network_mode::network_mode(*network_mode, is_fargate, inputs, &at.member("networkMode")),
        essential_policy: essential_policy::essential_policy(inputs, container_definitions.len(), said, &containers_at),
        pod_security: allow::pod_security(inputs),
        grace,
        drain: draining::drain(inputs, &service),
        stop_timeout: arrangement.stop_timeout(container_definitions),
        service,
        volumes: BTreeMap::new(),
    };
    let mut pod = Pod::default();
    task.volumes = volumes::volumes(volumes.as_deref().unwrap_or_default(), &task, &mut pod, &at.member("volumes"));

    pod_security::report(inputs, &task.service);

    let mut sizes: Vec<Resources> = container_definitions.iter().map(Resources::of).collect();
    if task.is_windows {
        size::share_out(task.size, &mut sizes, &at);
    }
    size::line_up(task.size, &mut sizes);
    let is_essential = |index: usize| container_definitions[index].essential.unwrap_or(true);
    ephemeral_storage::ephemeral_storage(ephemeral_storage.as_ref(), is_essential, &mut sizes, &at.member("ephemeralStorage"));
    let parts = container_definitions.iter().zip(&arrangement.roles).enumerate();
    let container =
        |(index, (definition, role)): (usize, (_, &Role))| container::container(definition, *role, sizes[index], &task, &mut pod, &containers_at.item(index));
    let (init_containers, containers) = arrangement.arranged(parts.map(container).collect());
    if grace > 0 && !pod.is_checked {
        task.service.member("healthCheckGracePeriodSeconds").say(ServiceFault::GracePeriodWithoutHealthCheck { seconds: grace });
    }

    let mut labels = labels(inputs.name);
    if network_mode::is_closed(task.network_mode, container_definitions, &task.containers) {
        labels.extend([network_mode::closed_label()]);
        pod.objects.push(network_mode::closing_policy(inputs));
    }
    placement.tolerations.extend(devices::tolerations(init_containers.iter().chain(&containers)));
    let network = network_mode::network(task.network_mode, &pod);

    let mut pod_spec = k8s::PodSpec {
        init_containers: Some(init_containers).filter(|containers| !containers.is_empty()),
        containers,
        image_pull_secrets: Some(pod.image_pull_secrets).filter(|secrets| !secrets.is_empty()),
        volumes: Some(pod.volumes).filter(|volumes| !volumes.is_empty()),
        resources: size::resources(task.size, &sizes, &at).filter(|_| !task.is_windows),
        node_selector: Some(platform.node_selector),
        affinity: placement.affinity,
        tolerations: Some(placement.tolerations).filter(|tolerations| !tolerations.is_empty()),
        topology_spread_constraints: placement.spread,
        security_context: pod_security::security_context(&task, pod.system_controls),
        host_pid: namespaces.host_pid,
        host_ipc: namespaces.host_ipc,
        share_process_namespace: namespaces.share_process_namespace,
        service_account_name: Some(service_account.name.clone()),
        automount_service_account_token: Some(false),
        // ECS injects no variables for services; those of Kubernetes could hide the task's own.
        enable_service_links: Some(false),
        termination_grace_period_seconds: Some(task.drain.unwrap_or_default() + task.stop_timeout),
        ..network
    };
    if platform.is_windows {
        windows::adapt(&mut pod_spec);
    }
    let metadata = k8s::ObjectMeta { labels: Some(labels), annotations: Some(annotations(inputs, pod.annotations)), ..Default::default() };
    let template = k8s::PodTemplateSpec { metadata: Some(metadata), spec: Some(pod_spec) };
    // Our types hold no map with keys that are not strings, the only thing that JSON cannot say.
    let template = serde_json::to_value(template).unwrap_or_default();
    let mut rendering = Rendering {
        template,
        ports: pod.ports,
        secrets: pod.secrets,
        environment_files: pod.environment_files,
        registries: pod.registries,
        service_account,
        objects: pod.objects,
    };
    references::report(&rendering, inputs, said);
    let external = external_secrets::external_secrets(inputs, &rendering);
    rendering.objects.extend(external);
    rendering
}

fn labels(service: &str) -> BTreeMap<String, String> {
    let mut labels = names::service_labels(service);
    labels.extend(names::selector(service));
    labels
}

fn annotations(inputs: &Inputs<'_>, mut annotations: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let task_definition = &inputs.task_definition;
    annotations.extend(tags::annotations(inputs));
    annotations.insert(names::SERVICE_REVISION_ANNOTATION.into(), inputs.service_revision.to_string());
    annotations.insert(names::TASK_DEFINITION_ANNOTATION.into(), format!("{}:{}", task_definition.family, task_definition.revision));
    annotations
}

/// What can be said of the containers as a whole.
fn report_containers(definitions: &[ecs::ContainerDefinition], at: &Place<'_>) {
    let essential = definitions.iter().filter(|definition| definition.essential.unwrap_or(true)).count();
    if essential == 0 {
        at.say(TaskFault::NoEssentialContainer);
    }
    for (index, definition) in definitions.iter().enumerate() {
        if definitions[..index].iter().any(|earlier| earlier.name == definition.name) {
            at.item(index).member("name").say(TaskFault::ContainerNameTwice { name: definition.name.clone() });
        }
    }
}
