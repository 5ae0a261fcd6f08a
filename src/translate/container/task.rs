//! What a container's translation must know of its task.

use std::collections::BTreeMap;

use crate::ecs;
use crate::ecs::kubernetes::{EssentialPolicy, PodSecurity};
use crate::ecs::task_definition::PidMode;
use crate::translate::Inputs;
use crate::translate::diagnostic::Place;

/// The task, as far as its containers depend on it.
pub(in crate::translate) struct Task<'a> {
    pub inputs: &'a Inputs<'a>,
    /// The place of the service's specification.
    pub service: Place<'a>,
    /// The place of the list of containers.
    pub containers: Place<'a>,
    pub size: Size,
    pub is_fargate: bool,
    /// Whether the images are of Windows.
    pub is_windows: bool,
    pub network_mode: ecs::NetworkMode,
    /// What is done when an essential container ends.
    pub essential_policy: EssentialPolicy,
    pub pod_security: PodSecurity,
    /// Seconds after the start in which failing checks are ignored.
    pub grace: i64,
    /// Seconds of sleep before the stop signal.
    pub drain: Option<i64>,
    /// The names of its volumes in the pod, by those in the task definition.
    pub volumes: BTreeMap<String, String>,
    /// Seconds from the stop signal to the end of the whole pod.
    pub stop_timeout: i64,
}

impl<'a> Task<'a> {
    /// Whether its containers see each other's processes.
    pub fn shares_processes(&self) -> bool {
        self.inputs.task_definition.spec.pid_mode == Some(PidMode::Task)
    }

    /// The path without its drive, where it is absolute on the nodes that run the task: those of Windows have drives.
    pub fn absolute<'b>(&self, path: &'b str) -> Option<&'b str> {
        let (drive, rest) = path.split_once(':').filter(|_| self.is_windows).unwrap_or(("", path));
        let has_drive = drive.len() == 1 && drive.bytes().all(|letter| letter.is_ascii_alphabetic());
        let is_absolute = rest.starts_with('/') || (self.is_windows && rest.starts_with('\\'));
        (is_absolute && (drive.is_empty() || has_drive)).then_some(rest)
    }

    /// The definition of the container of that name in ECS.
    pub fn definition(&self, container: &str) -> Option<&'a ecs::ContainerDefinition> {
        self.inputs.task_definition.spec.container_definitions.iter().find(|definition| definition.name == container)
    }

    /// Whether a container maps a port of this number.
    pub fn has_port(&self, container: &str, port: u16, protocol: &str) -> bool {
        let is_udp = protocol == "UDP";
        let mappings = self.definition(container).into_iter().flat_map(|definition| definition.port_mappings.iter().flatten());
        mappings
            .into_iter()
            .any(|mapping| mapping.container_port == Some(port.into()) && (mapping.protocol.unwrap_or_default() == ecs::TransportProtocol::Udp) == is_udp)
    }

    /// The first load balancer whose requests the container serves, one with a known target group before the others, and its place.
    pub fn load_balancer_of(&self, container: &str) -> Option<(&'a ecs::ServiceLoadBalancer, Place<'a>)> {
        let load_balancers = self.inputs.service.load_balancers.as_deref().unwrap_or_default();
        let serves = |(_, load_balancer): &(usize, &ecs::ServiceLoadBalancer)| load_balancer.container_name.as_deref() == Some(container);
        let of_container = || load_balancers.iter().enumerate().filter(serves);
        let (index, found) = of_container().find(|(_, load_balancer)| load_balancer.target_group.is_some()).or_else(|| of_container().next())?;
        Some((found, self.service.member("loadBalancers").item(index)))
    }
}

/// The size of a task: CPU units and MiB.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::translate) struct Size {
    pub cpu: Option<i64>,
    pub memory: Option<i64>,
}
