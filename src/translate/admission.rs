//! Which warnings `kubectl apply` prints: those that a document tells alone, without settings and without other documents, each with the
//! condition (CEL) under which the document has the fault. The chart's admission policies are generated from here.

/// Names for parts of the document, for the conditions below.
pub type Variables = &'static [(&'static str, &'static str)];
/// Warnings by name, each with its condition.
pub type Conditions = &'static [(&'static str, &'static str)];

/// Of task definitions: the parts that their conditions name.
pub const TASK_DEFINITION_VARIABLES: Variables = &[
    ("containers", "object.spec.containerDefinitions"),
    ("operatingSystem", "object.spec.?runtimePlatform.?operatingSystemFamily.orValue('')"),
    (
        "isWindows",
        "variables.operatingSystem.startsWith('WINDOWS') || (variables.operatingSystem == '' && \
         variables.containers.exists(container, container.?image.orValue('').matches('^mcr.microsoft.com/(windows[/:]|dotnet/framework/)')))",
    ),
    ("onFargate", "'FARGATE' in object.spec.?requiresCompatibilities.orValue([])"),
    ("networkMode", "object.spec.?networkMode.orValue('')"),
];

/// Of task definitions.
pub const TASK_DEFINITION: Conditions = &[
    ("network-is-shared", "size(variables.containers) > 1 && (variables.networkMode == 'bridge' || (variables.networkMode == '' && !variables.onFargate))"),
    (
        "networking-not-disabled",
        "variables.containers.exists(container, container.?disableNetworking.orValue(false)) && \
         !variables.containers.all(container, container.?disableNetworking.orValue(false))",
    ),
    ("ulimit-without-effect", "!variables.isWindows && variables.containers.exists(container, size(container.?ulimits.orValue([])) > 0)"),
    (
        "swap-without-effect",
        "!variables.isWindows && variables.containers.exists(container, container.?linuxParameters.?maxSwap.orValue(0) != 0 || \
         container.?linuxParameters.?swappiness.hasValue())",
    ),
    (
        "tmpfs-options-without-effect",
        "!variables.isWindows && variables.containers.exists(container, container.?linuxParameters.?tmpfs.orValue([]).exists(folder, \
         folder.?mountOptions.orValue([]).exists(option, option != 'ro')))",
    ),
    (
        "init-process-missing",
        "!variables.isWindows && object.spec.?pidMode.orValue('') != 'task' && \
         variables.containers.exists(container, container.?linuxParameters.?initProcessEnabled.orValue(false))",
    ),
    ("ipc-not-separated", "!variables.isWindows && object.spec.?ipcMode.orValue('') == 'none'"),
    (
        "user-is-a-name",
        "!variables.isWindows && variables.containers.exists(container, \
         container.?user.orValue('').split(':').exists(part, part != 'root' && part.matches('[^0-9]')))",
    ),
    (
        "health-check-command-unmarked",
        "variables.containers.exists(container, size(container.?healthCheck.?command.orValue([])) > 0 && \
         !(container.healthCheck.command[0] in ['CMD', 'CMD-SHELL', 'NONE']) && \
         (size(container.healthCheck.command) > 1 || !container.healthCheck.command[0].contains(' ')))",
    ),
    (
        "health-check-command-is-a-line",
        "variables.containers.exists(container, size(container.?healthCheck.?command.orValue([])) == 1 && \
         container.healthCheck.command[0].contains(' '))",
    ),
    (
        "output-not-sent",
        "variables.containers.exists(container, container.?logConfiguration.?logDriver.orValue('') in ['syslog', 'gelf', 'fluentd', 'splunk'])",
    ),
    (
        "output-not-routed",
        "variables.containers.exists(container, has(container.firelensConfiguration)) && \
         variables.containers.exists(container, container.?logConfiguration.?logDriver.orValue('') == 'awsfirelens')",
    ),
    (
        "gpu-shared-by-nodes",
        "variables.containers.exists(container, container.?resourceRequirements.orValue([]).exists(requirement, has(requirement.sharingStrategy)))",
    ),
    ("inference-accelerator-without-effect", "size(object.spec.?inferenceAccelerators.orValue([])) > 0"),
    (
        "image-may-move",
        "variables.containers.exists(container, container.?versionConsistency.orValue('') == 'enabled' && !container.?image.orValue('').contains('@'))",
    ),
    ("image-volumes-not-shared", "variables.containers.exists(container, size(container.?volumesFrom.orValue([])) > 0)"),
    (
        "file-system-mounted-by-node",
        "object.spec.?volumes.orValue([]).exists(volume, (has(volume.efsVolumeConfiguration) || has(volume.s3filesVolumeConfiguration)) && \
         variables.containers.exists(container, container.?mountPoints.orValue([]).exists(mount, mount.?sourceVolume.orValue('') == volume.name)))",
    ),
    ("proxy-without-effect", "has(object.spec.proxyConfiguration)"),
];

/// Of services: the parts that their conditions name.
pub const SERVICE_VARIABLES: Variables = &[
    ("loadBalancers", "object.spec.?loadBalancers.orValue([])"),
    ("names", "object.spec.?serviceConnectConfiguration.?enabled.orValue(false) ? object.spec.?serviceConnectConfiguration.?services.orValue([]) : []"),
];

/// Of services.
pub const SERVICE: Conditions = &[
    ("classic-load-balancer", "variables.loadBalancers.exists(balancer, balancer.?loadBalancerName.orValue('') != '')"),
    (
        "advanced-configuration-not-supported",
        "variables.loadBalancers.exists(balancer, balancer.?advancedConfiguration.?alternateTargetGroupArn.orValue('') != '' || \
         balancer.?advancedConfiguration.?productionListenerRule.orValue('') != '' || balancer.?advancedConfiguration.?testListenerRule.orValue('') != '')",
    ),
    ("strategy-not-yet", "object.spec.?deploymentConfiguration.?strategy.orValue('') in ['BLUE_GREEN', 'LINEAR', 'CANARY']"),
    ("bake-time-not-yet", "object.spec.?deploymentConfiguration.?bakeTimeInMinutes.orValue(0) > 0"),
    (
        "steps-not-yet",
        "object.spec.?deploymentConfiguration.?linearConfiguration.hasValue() || object.spec.?deploymentConfiguration.?canaryConfiguration.hasValue()",
    ),
    ("hook-not-yet", "size(object.spec.?deploymentConfiguration.?lifecycleHooks.orValue([])) > 0"),
    ("circuit-breaker-not-yet", "object.spec.?deploymentConfiguration.?deploymentCircuitBreaker.?enable.orValue(false)"),
    ("alarms-not-yet", "object.spec.?deploymentConfiguration.?alarms.?enable.orValue(false)"),
    ("early-success-not-yet", "object.spec.?deploymentConfiguration.?earlySuccessCriteria.?enable.orValue(false)"),
    ("deployment-controller-differs", "object.spec.?deploymentController.?type.orValue('ECS') != 'ECS'"),
    ("zones-not-rebalanced", "object.spec.?availabilityZoneRebalancing.orValue('') == 'ENABLED'"),
    ("binpack-not-kept", "object.spec.?placementStrategy.orValue([]).exists(strategy, strategy.?type.orValue('') == 'binpack')"),
    ("service-connect-timeout", "variables.names.exists(name, has(name.timeout))"),
    ("service-connect-unencrypted", "variables.names.exists(name, has(name.tls))"),
    ("service-connect-test-traffic", "variables.names.exists(name, name.?clientAliases.orValue([]).exists(alias, has(alias.testTrafficRules)))"),
    ("lattice-without-effect", "size(object.spec.?vpcLatticeConfigurations.orValue([])) > 0"),
    ("gateway-without-effect", "size(object.spec.?gatewayConnectors.orValue([])) > 0"),
];
