//! Tasks on Windows: what Kubernetes takes of pods for Linux alone is left out, as ECS leaves it out of such tasks.

use std::collections::BTreeMap;

use crate::translate::container::{Resources, Size, quantities};
use crate::translate::diagnostic::{Place, PlacementFault};
use crate::translate::quantity;
use crate::{ecs, k8s};

/// The taint that keeps pods for Linux away from nodes of Windows, by the custom of Kubernetes and EKS.
const TAINT: (&str, &str) = ("os", "windows");

/// Makes the pod one for Windows; `at` is the task definition's specification.
pub(super) fn adapt(pod: &mut k8s::PodSpec, definition: &ecs::TaskDefinition, size: Size, is_fargate: bool, at: &Place<'_>) {
    report(definition, at);
    resources(pod, definition, size, is_fargate, at);
    let (key, value) = TAINT;
    pod.os = Some(k8s::PodOS { name: "windows".into() });
    pod.tolerations.get_or_insert_default().push(k8s::Toleration {
        key: Some(key.into()),
        operator: Some("Equal".into()),
        value: Some(value.into()),
        effect: Some("NoSchedule".into()),
        toleration_seconds: None,
    });
    pod.host_ipc = None;
    pod.host_pid = None;
    pod.share_process_namespace = None;
    pod.security_context = pod.security_context.take().map(|context| k8s::PodSecurityContext {
        run_as_non_root: context.run_as_non_root,
        windows_options: context.windows_options,
        ..Default::default()
    });
    pod.security_context.take_if(|context| *context == k8s::PodSecurityContext::default());
    for container in pod.containers.iter_mut().chain(pod.init_containers.iter_mut().flatten()) {
        container.security_context = container.security_context.take().map(|context| k8s::SecurityContext {
            run_as_non_root: context.run_as_non_root,
            windows_options: context.windows_options,
            ..Default::default()
        });
        container.security_context.take_if(|context| *context == k8s::SecurityContext::default());
    }
}

/// A pod on Windows has no size as a whole. On Fargate that of the task is divided among the containers that have none of
/// their own; elsewhere ECS ignores it. The CPU of a container is a limit there.
fn resources(pod: &mut k8s::PodSpec, definition: &ecs::TaskDefinition, size: Size, is_fargate: bool, at: &Place<'_>) {
    pod.resources = None;
    let sizes: Vec<Resources> = definition.container_definitions.iter().map(Resources::of).collect();
    let rest = |task: Option<i64>, of: fn(&Resources) -> i64| {
        let without = i64::try_from(sizes.iter().filter(|size| of(size) == 0).count()).unwrap_or(i64::MAX).max(1);
        task.filter(|_| is_fargate).map(|task| (task - sizes.iter().map(of).fold(0, i64::saturating_add)).max(1) / without)
    };
    let (cpu, memory) = (rest(size.cpu, |size| size.cpu.unwrap_or_default()), rest(size.memory, |size| size.reserved_memory()));
    let limits = [("cpu", cpu.and(size.cpu).map(quantity::cpu)), ("memory", memory.and(size.memory).map(quantity::memory))];
    let requests = [("cpu", cpu.map(quantity::cpu)), ("memory", memory.map(quantity::memory))];
    for container in pod.containers.iter_mut().chain(pod.init_containers.iter_mut().flatten()) {
        let mut own = container.resources.take().unwrap_or_default();
        if let Some(cpu) = own.requests.as_ref().and_then(|requests| requests.get("cpu")).cloned() {
            own.limits.get_or_insert_default().entry("cpu".into()).or_insert(cpu);
        }
        let filled = |own: Option<BTreeMap<_, _>>, task| {
            quantities(task).into_iter().chain(own).reduce(|mut all, own| {
                all.extend(own);
                all
            })
        };
        let filled = k8s::ResourceRequirements { claims: None, requests: filled(own.requests, requests.clone()), limits: filled(own.limits, limits.clone()) };
        container.resources = (filled != k8s::ResourceRequirements::default()).then_some(filled);
    }
    for (member, size) in [("cpu", &definition.cpu), ("memory", &definition.memory)] {
        if let Some(size) = size {
            let size = size.0.clone();
            at.member(member).say(if is_fargate { PlacementFault::WindowsSizeDivided { size } } else { PlacementFault::WindowsSizeIgnored { size } });
        }
    }
}

/// Says what the specification asks of Linux.
fn report(definition: &ecs::TaskDefinition, at: &Place<'_>) {
    let say = |at: &Place<'_>, member: &str, value: Option<serde_json::Value>| {
        if let Some(value) = value.filter(|value| *value != serde_json::Value::Bool(false)) {
            at.member(member).say(PlacementFault::OfLinuxAlone { member: member.into(), value: value.to_string() });
        }
    };
    say(at, "pidMode", json(definition.pid_mode.as_ref()));
    say(at, "ipcMode", json(definition.ipc_mode.as_ref()));
    for (index, container) in definition.container_definitions.iter().enumerate() {
        let at = at.member("containerDefinitions").item(index);
        say(&at, "user", json(container.user.as_ref()));
        say(&at, "privileged", json(container.privileged.as_ref()));
        say(&at, "readonlyRootFilesystem", json(container.readonly_root_filesystem.as_ref()));
        say(&at, "linuxParameters", json(container.linux_parameters.as_ref()));
        say(&at, "ulimits", json(container.ulimits.as_ref()));
        say(&at, "systemControls", json(container.system_controls.as_ref()));
    }
}

fn json<T: serde::Serialize>(member: Option<&T>) -> Option<serde_json::Value> {
    serde_json::to_value(member?).ok()
}
