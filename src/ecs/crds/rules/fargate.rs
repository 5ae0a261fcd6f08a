//! What ECS refuses of a task definition that is to be compatible with Fargate.

use super::{Rule, forbidden, mismatched, required};

/// `macro`, because a rule is a literal and CEL has no functions of one's own.
macro_rules! on_fargate {
    ($rule:literal) => {
        concat!("!has(self.requiresCompatibilities) || !('FARGATE' in self.requiresCompatibilities) || ", $rule)
    };
}

pub(super) const RULES: &[Rule] = &[
    required("spec", ".networkMode", on_fargate!("(has(self.networkMode) && self.networkMode == 'awsvpc')"), "FARGATE requires networkMode awsvpc"),
    required("spec", ".cpu", on_fargate!("(has(self.cpu) && self.cpu != '')"), "FARGATE requires the cpu of the task"),
    required("spec", ".memory", on_fargate!("(has(self.memory) && self.memory != '')"), "FARGATE requires the memory of the task"),
    forbidden(
        "spec",
        ".pidMode",
        on_fargate!("!has(self.pidMode) || self.pidMode != 'host'"),
        "with FARGATE pidMode is task, or unset: there is no host whose processes could be seen",
    ),
    forbidden("spec", ".ipcMode", on_fargate!("!has(self.ipcMode) || self.ipcMode == ''"), "FARGATE does not support ipcMode: leave it out"),
    forbidden(
        "spec",
        ".placementConstraints",
        on_fargate!("!has(self.placementConstraints) || self.placementConstraints.size() == 0"),
        "FARGATE does not support placementConstraints, for it has no nodes of yours: leave them out",
    ),
    forbidden(
        "spec",
        ".volumes",
        on_fargate!("!has(self.volumes) || self.volumes.all(volume, !has(volume.host) || !has(volume.host.sourcePath) || volume.host.sourcePath == '')"),
        "FARGATE has no host whose folders could be mounted: leave host.sourcePath out, or use efsVolumeConfiguration",
    ),
    forbidden(
        "spec",
        ".volumes",
        on_fargate!("!has(self.volumes) || self.volumes.all(volume, !has(volume.dockerVolumeConfiguration))"),
        "FARGATE does not support dockerVolumeConfiguration: give the name of the volume alone, or use efsVolumeConfiguration",
    ),
];

pub(super) const CONTAINERS: &[Rule] = &[
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!("self.containerDefinitions.all(container, !has(container.privileged) || !container.privileged)"),
        "FARGATE does not support privileged containers: leave privileged out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.linuxParameters) || !has(container.linuxParameters.devices) || container.linuxParameters.devices.size() == 0)"
        ),
        "FARGATE does not support linuxParameters.devices, for it has no host of yours: leave them out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.linuxParameters) || !has(container.linuxParameters.sharedMemorySize) || container.linuxParameters.sharedMemorySize == 0)"
        ),
        "FARGATE does not support linuxParameters.sharedMemorySize: leave it out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.linuxParameters) || (!has(container.linuxParameters.maxSwap) && !has(container.linuxParameters.swappiness)))"
        ),
        "FARGATE does not support linuxParameters.maxSwap and swappiness: leave them out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.linuxParameters) || !has(container.linuxParameters.capabilities) || \
             !has(container.linuxParameters.capabilities.add) || container.linuxParameters.capabilities.add.all(capability, capability == 'SYS_PTRACE'))"
        ),
        "with FARGATE the only capability that can be added is SYS_PTRACE",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!("self.containerDefinitions.all(container, !has(container.dockerSecurityOptions) || container.dockerSecurityOptions.size() == 0)"),
        "FARGATE does not support dockerSecurityOptions: leave them out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!("self.containerDefinitions.all(container, !has(container.disableNetworking) || !container.disableNetworking)"),
        "FARGATE does not support disableNetworking: leave it out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.resourceRequirements) || \
             container.resourceRequirements.all(requirement, requirement.type == 'InferenceAccelerator'))"
        ),
        "FARGATE has no GPUs and no Neuron devices: leave resourceRequirements out",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        on_fargate!("self.containerDefinitions.all(container, !has(container.stopTimeout) || container.stopTimeout <= 120)"),
        "with FARGATE the stopTimeout of a container is at most 120 seconds",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        on_fargate!("self.containerDefinitions.all(container, !has(container.startTimeout) || (container.startTimeout >= 2 && container.startTimeout <= 120))"),
        "with FARGATE the startTimeout of a container is 2 to 120 seconds",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.logConfiguration) || !has(container.logConfiguration.logDriver) || \
             container.logConfiguration.logDriver in ['', 'awslogs', 'splunk', 'awsfirelens'])"
        ),
        "with FARGATE the log driver is awslogs, splunk or awsfirelens",
    ),
    required(
        "spec",
        ".containerDefinitions",
        on_fargate!(
            "self.containerDefinitions.all(container, !has(container.logConfiguration) || !has(container.logConfiguration.logDriver) || \
             container.logConfiguration.logDriver != 'awslogs' || (has(container.logConfiguration.options) && 'awslogs-stream-prefix' in container.logConfiguration.options))"
        ),
        "with FARGATE the log driver awslogs needs the option awslogs-stream-prefix",
    ),
];
