//! One container definition becomes one container of the pod.

mod command;
mod credential_specs;
mod dns;
mod docker_labels;
mod docker_security_options;
mod endpoints;
mod environment;
mod environment_files;
mod essential;
mod expansion;
mod firelens_configuration;
mod health_check;
mod hostname;
mod hosts;
mod image;
mod lifecycle;
mod linux_parameters;
mod log_configuration;
mod mount_points;
mod port_mappings;
mod probes;
mod repository_credentials;
mod resource_requirements;
mod resources;
mod restart_policy;
mod role;
mod secrets;
mod security;
mod start_timeout;
mod system_controls;
mod target_group;
mod task;
mod ulimits;
mod volumes_from;

use std::collections::BTreeMap;

pub(super) use lifecycle::stop_timeout;
pub(super) use probes::FOR_EVER;
pub(super) use resources::{Resources, quantities};
pub(super) use role::Role;
pub(super) use task::{Size, Task};

use essential::Ending;
use probes::{Circumstances, Probes};

use super::diagnostic::{ContainerFault, LoadBalancingFault, Place};
use super::{EnvironmentFiles, Inputs, Object, RegistryReference, RenderedPort, SecretReference, names};
use crate::{ecs, k8s};

/// What the containers of a pod have in common, gathered as they are translated.
#[derive(Debug, Default)]
pub(super) struct Pod {
    /// The ports of all containers.
    pub ports: Vec<RenderedPort>,
    /// What their secrets refer to, by the key in the service revision's Secret.
    pub secrets: BTreeMap<String, SecretReference>,
    /// Their files with environment variables, by the name of the Secret that has the variables.
    pub environment_files: BTreeMap<String, EnvironmentFiles>,
    /// The credentials that their images are pulled with, by the name of the Secret that has them.
    pub registries: BTreeMap<String, RegistryReference>,
    /// Annotations that they ask for.
    pub annotations: BTreeMap<String, String>,
    /// Their names in the pod.
    pub names: Vec<String>,
    /// Whether anything finds out that one of them is no longer healthy.
    pub is_checked: bool,
    /// The kernel parameters that they ask for, with their values.
    pub system_controls: BTreeMap<String, String>,
    /// The volumes that they mount.
    pub volumes: Vec<k8s::Volume>,
    /// The objects that the pod refers to by name.
    pub objects: Vec<Object>,
    /// The Secrets that images are pulled with.
    pub image_pull_secrets: Vec<k8s::LocalObjectReference>,
    /// Names in `/etc/hosts`, with their addresses.
    pub hosts: Vec<k8s::HostAlias>,
    /// The name servers that are asked in place of the cluster's.
    pub name_servers: Vec<String>,
    /// The domains in which names are looked up.
    pub search_domains: Vec<String>,
    /// The pod's own name.
    pub hostname: Option<String>,
}

/// The container, which has that part in the pod and of which `resources` says the size.
pub(super) fn container(
    definition: &ecs::ContainerDefinition,
    role: Role,
    resources: Resources,
    task: &Task<'_>,
    pod: &mut Pod,
    at: &Place<'_>,
) -> k8s::Container {
    let ecs::ContainerDefinition {
        name,
        image,
        repository_credentials,
        cpu: _,
        memory: _,
        memory_reservation: _,
        links,
        port_mappings,
        essential,
        restart_policy,
        entry_point,
        command,
        environment,
        environment_files,
        mount_points,
        volumes_from,
        linux_parameters,
        secrets,
        // The arrangement of all containers reads these, and the links and sources of volumes.
        depends_on: _,
        start_timeout,
        stop_timeout,
        version_consistency,
        hostname,
        working_directory,
        user,
        readonly_root_filesystem,
        privileged,
        interactive,
        pseudo_terminal,
        dns_servers,
        dns_search_domains,
        extra_hosts,
        docker_security_options,
        health_check,
        ulimits,
        system_controls,
        resource_requirements,
        firelens_configuration,
        credential_specs,
        // Decides about the pod as a whole.
        disable_networking: _,
        log_configuration,
        docker_labels,
    } = definition;
    let Inputs { settings, name: service, service_revision, .. } = task.inputs;
    let is_essential = essential.unwrap_or(true);

    let container_name = container_name(name, pod, &at.member("name"));
    let image =
        image.as_deref().filter(|image| !image.is_empty() && !image.contains(|character: char| character.is_whitespace() || "{}\"\\`".contains(character)));
    if image.is_none() {
        at.member("image").say(ContainerFault::ImageNotLegal);
    }
    image::report_version_consistency(*version_consistency, image.unwrap_or_default(), &at.member("versionConsistency"));
    let policy = restart_policy::enabled(restart_policy.as_ref(), is_essential, role, &at.member("restartPolicy"));
    let ending = Ending::of(is_essential, role, policy.as_ref());
    let (program, arguments) = command::command(entry_point.as_deref(), command.as_deref(), &ending, at);
    let (restart_policy, restart_policy_rules) = restart_policy::restarts(policy.as_ref(), is_essential, role, task, at);
    if secrets.as_ref().is_some_and(|secrets| !secrets.is_empty()) && settings.secrets.is_none() {
        at.member("secrets").say(ContainerFault::SecretsWithoutBackend);
    }
    let secret = names::secret(service, *service_revision);
    let mut secrets = secrets::secrets(secrets.as_deref().unwrap_or_default(), &secret, settings, &mut pod.secrets, &at.member("secrets"));
    let mut of_router = Vec::new();
    if let Some(router) = firelens_configuration {
        of_router.extend(firelens_configuration::mounts(router, task, pod, &at.member("firelensConfiguration")));
        secrets.extend(firelens_configuration::secret_variables(task, &secret, pod));
    }
    let injected = log_configuration::variables(definition, task);
    let variables = environment.as_deref().unwrap_or_default();
    let mut env = environment::environment(variables, &secrets, injected, &at.member("environment"));
    let region = settings.region.as_deref().filter(|_| !environment::set_region(env.iter().chain(&secrets)));
    let files_at = at.member("environmentFiles");
    let (env_from, region) = environment_files::environment_files(environment_files.as_deref().unwrap_or_default(), region, task, pod, &files_at);
    env.extend(region.into_iter().flat_map(environment::of_region));
    env.extend(secrets);
    let ports = port_mappings::port_mappings(port_mappings.as_deref().unwrap_or_default(), name, task, pod, &at.member("portMappings"));
    if let Some(credentials) = repository_credentials {
        repository_credentials::repository_credentials(credentials, image.unwrap_or_default(), task, pod, &at.member("repositoryCredentials"));
    }
    hosts::links(links.as_deref().unwrap_or_default(), task, pod, &at.member("links"));
    hosts::extra_hosts(extra_hosts.as_deref().unwrap_or_default(), task, pod, &at.member("extraHosts"));
    dns::servers(dns_servers.as_deref().unwrap_or_default(), task, pod, &at.member("dnsServers"));
    dns::search_domains(dns_search_domains.as_deref().unwrap_or_default(), task, pod, &at.member("dnsSearchDomains"));
    if let Some(hostname) = hostname {
        hostname::hostname(hostname, task, pod, &at.member("hostname"));
    }
    lifecycle::report(*stop_timeout, task.stop_timeout, task.is_fargate, &at.member("stopTimeout"));
    if let Some(log_configuration) = log_configuration {
        log_configuration::log_configuration(log_configuration, definition, &container_name, task, pod, &at.member("logConfiguration"));
    }
    if let Some(labels) = docker_labels {
        docker_labels::docker_labels(labels, &mut pod.annotations, &at.member("dockerLabels"));
    }
    let stop_timeout = lifecycle::stop_timeout(*stop_timeout);
    let circumstances = Circumstances {
        role,
        grace: task.grace,
        start_timeout: start_timeout::start_timeout(*start_timeout, role, &at.member("startTimeout")),
        // The time of other containers is for their stop.
        restart_cap: Some(lifecycle::time_to_stop(stop_timeout, task.drain, role))
            .filter(|seconds| *seconds != task.drain.unwrap_or_default() + task.stop_timeout),
    };
    let health_check_at = at.member("healthCheck");
    let probes = if is_essential {
        essential_probes(name, health_check.as_ref(), circumstances, task, pod, &health_check_at)
    } else {
        health_check.as_ref().and_then(|health_check| awaited_check(health_check, circumstances, task, &health_check_at))
    };
    let probes = probes.unwrap_or_default();
    pod.is_checked |= probes.liveness.is_some();
    let mounts = mount_points::mount_points(mount_points.as_deref().unwrap_or_default(), task, &at.member("mountPoints"));
    let mounts = volumes_from::volumes_from(volumes_from.as_deref().unwrap_or_default(), mounts, name, task, &at.member("volumesFrom"));

    ulimits::report(ulimits.as_deref().unwrap_or_default(), task, &at.member("ulimits"));
    system_controls::system_controls(system_controls.as_deref().unwrap_or_default(), task, &mut pod.system_controls, &at.member("systemControls"));
    let asked = security::Asked {
        user: user.as_deref(),
        privileged: *privileged,
        readonly_root_filesystem: *readonly_root_filesystem,
        linux_parameters: linux_parameters.as_ref(),
        docker_security_options: docker_security_options.as_deref().unwrap_or_default(),
        credential_specs: credential_specs.as_deref().unwrap_or_default(),
    };
    let (security_context, of_kernel) = security::security(&asked, name, task, pod, at);
    let mut mounts = mount_points::joined(of_kernel, mounts, linux_parameters.as_ref().and_then(|parameters| parameters.shared_memory_size), at);
    mounts.extend(of_router);

    k8s::Container {
        name: container_name,
        image: image.map(str::to_owned),
        image_pull_policy: image.map(|image| image::image_pull_policy(image, settings).into()),
        command: program,
        args: arguments,
        env: Some(env).filter(|env| !env.is_empty()),
        env_from,
        ports,
        resources: resources::resources(resources, resource_requirements.as_deref().unwrap_or_default(), task.size, at),
        working_dir: working_directory.clone(),
        stdin: interactive.filter(|is_interactive| *is_interactive),
        tty: pseudo_terminal.filter(|has_terminal| *has_terminal),
        startup_probe: probes.startup,
        liveness_probe: probes.liveness,
        readiness_probe: probes.readiness,
        lifecycle: lifecycle::lifecycle(task.drain, role),
        restart_policy,
        restart_policy_rules,
        security_context,
        volume_mounts: Some(mounts).filter(|mounts| !mounts.is_empty()),
        ..Default::default()
    }
}

/// The name in the pod, unique there.
fn container_name(name: &str, pod: &mut Pod, at: &Place<'_>) -> String {
    let is_legal = !name.is_empty() && name.len() <= 255 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_legal {
        at.say(ContainerFault::ContainerNameNotLegal { name: name.into() });
    }
    let label = names::dns_label(name);
    let is_free = !label.is_empty() && !pod.names.contains(&label);
    let unique = if is_free { label } else { names::dns_label(&format!("c-{label}-{}", names::hash(name))) };
    if is_legal && unique != name {
        at.say(ContainerFault::ContainerNameChanged { name: unique.clone() });
    }
    pod.names.push(unique.clone());
    unique
}

/// What checks the health of a container that is not essential, where others wait for it.
fn awaited_check(health_check: &ecs::HealthCheck, circumstances: Circumstances, task: &Task<'_>, at: &Place<'_>) -> Option<Probes> {
    let Circumstances { role, grace: _, start_timeout, restart_cap } = circumstances;
    if role != (Role::Sidecar { is_awaited_healthy: true }) {
        at.say(ContainerFault::HealthCheckOfNonEssential { check: health_check::text(health_check) });
        return None;
    }
    let check = health_check::health_check(health_check, task.is_windows, at)?;
    at.say(ContainerFault::HealthCheckOnlyAwaited { check: health_check::text(health_check) });
    Some(Probes { startup: Some(probes::startup_probe(&check, start_timeout, restart_cap)), ..Default::default() })
}

/// What checks the health of an essential container: its own check, else that of a target group whose requests it serves.
fn essential_probes(
    name: &str,
    health_check: Option<&ecs::HealthCheck>,
    circumstances: Circumstances,
    task: &Task<'_>,
    pod: &Pod,
    at: &Place<'_>,
) -> Option<Probes> {
    if let Some(own) = health_check.and_then(|health_check| health_check::health_check(health_check, task.is_windows, at)) {
        return Some(probes::probes(&own, circumstances, at));
    }
    let (load_balancer, place) = task.load_balancer_of(name)?;
    let ports = || pod.ports.iter().filter(|port| port.container == name && load_balancer.container_port == Some(port.container_port.into()));
    if load_balancer.target_group.is_none() {
        place.say(LoadBalancingFault::HealthUnknown);
        let port = ports().find(|port| port.protocol == "TCP")?;
        return Some(Probes { readiness: Some(target_group::is_connected_to(&port.name)), ..Default::default() });
    }
    let check = target_group::check(load_balancer, &ports().next()?.name, &place);
    Some(probes::probes(&check, circumstances, at))
}
