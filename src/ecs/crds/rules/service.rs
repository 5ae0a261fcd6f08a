//! What ECS refuses of a service, and of its load balancers.

use super::{NAME, OBJECT_NAME, Rule, TAG_KEY, forbidden, invalid, mismatched, required};

pub(super) const RULES: &[Rule] = &[
    OBJECT_NAME,
    invalid("spec.serviceName", NAME, "a service name has at most 255 letters, digits, '_' and '-'"),
    invalid(
        "spec.cluster",
        r"self.matches('^(arn:aws(-[a-z]+)*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/)?[A-Za-z0-9_-]*$')",
        "a cluster is named by its name or by its ARN (arn:aws:ecs:REGION:ACCOUNT:cluster/NAME)",
    ),
    required(
        "spec",
        ".taskDefinition",
        "self.?taskDefinition.orValue('') != ''",
        "a service needs a taskDefinition: a family, family:revision, or the ARN of either",
    ),
    invalid(
        "spec.taskDefinition",
        r"self == '' || self.matches('^(arn:aws(-[a-z]+)*:ecs:[a-z0-9-]+:[0-9]{12}:task-definition/)?[A-Za-z0-9_-]{1,255}(:[1-9][0-9]{0,9})?$')",
        "a task definition is named by its family, by family:revision, or by its ARN (arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION)",
    ),
    required(
        "spec",
        ".desiredCount",
        "has(self.desiredCount) || self.?schedulingStrategy.orValue('') == 'DAEMON'",
        "desiredCount is required unless schedulingStrategy is DAEMON",
    ),
    forbidden(
        "spec",
        ".schedulingStrategy",
        "(self.?schedulingStrategy.orValue('') == 'DAEMON') == (oldSelf.?schedulingStrategy.orValue('') == 'DAEMON')",
        "schedulingStrategy cannot be changed (unset, it is REPLICA): delete the service and create it again",
    ),
    forbidden(
        "spec",
        ".schedulingStrategy",
        "self.?schedulingStrategy.orValue('') != 'DAEMON' || self.?launchType.orValue('') != 'FARGATE'",
        "DAEMON has no meaning with launch type FARGATE, which has no nodes of yours: use REPLICA, or another launch type",
    ),
    forbidden(
        "spec",
        ".deploymentConfiguration.maximumPercent",
        "self.?schedulingStrategy.orValue('') != 'DAEMON' || self.?deploymentConfiguration.?maximumPercent.orValue(100) <= 100",
        "with schedulingStrategy DAEMON maximumPercent is 100: change it to 100, or leave it out",
    ),
    required(
        "spec.networkConfiguration.awsvpcConfiguration",
        ".subnets",
        "self.?subnets.orValue([]).size() > 0 || (self.?securityGroups.orValue([]).size() == 0 && self.?assignPublicIp.orValue('') == '')",
        "awsvpcConfiguration needs at least one subnet",
    ),
    invalid(
        "spec.kubernetes.ingressClassName",
        "self.matches('^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$')",
        "the name of an ingress class has a-z, 0-9, '.' and '-'",
    ),
    invalid(
        "spec.kubernetes.refresh.interval",
        "self == '' || (self.matches('^([0-9]{1,6}[hms])+$') && duration(self) >= duration('10s') && duration(self) <= duration('168h'))",
        "an interval is a number of hours (h), minutes (m) and seconds (s), 10s to 168h, such as 1h30m",
    ),
    TAG_KEY,
];

pub(super) const LOAD_BALANCER: &[Rule] = &[
    forbidden(
        "spec.loadBalancers[]",
        ".loadBalancerName",
        "self.?targetGroupArn.orValue('') == '' || self.?loadBalancerName.orValue('') == ''",
        "give targetGroupArn, or loadBalancerName (of a Classic Load Balancer), not both",
    ),
    required(
        "spec.loadBalancers[]",
        ".targetGroupArn",
        "self.?targetGroupArn.orValue('') != '' || self.?loadBalancerName.orValue('') != '' || has(self.listenerRules) || has(self.targetGroup) || \
         has(self.listener) || has(self.loadBalancer)",
        "give targetGroupArn, or describe the load balancer by listenerRules, targetGroup, listener or loadBalancer",
    ),
    required("spec.loadBalancers[]", ".containerName", "self.?containerName.orValue('') != ''", "a load balancer needs the containerName that serves"),
    required("spec.loadBalancers[]", ".containerPort", "has(self.containerPort)", "a load balancer needs the containerPort that serves"),
    invalid(
        "spec.loadBalancers[].targetGroupArn",
        r"self == '' || self.matches('^arn:aws(-[a-z]+)*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/.+$')",
        "this is not the ARN of a target group (arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID)",
    ),
    invalid(
        "spec.loadBalancers[].loadBalancer.name",
        "self == '' || (self.matches('^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$') && !self.startsWith('internal-'))",
        "the name of a load balancer has letters, digits and '-', '-' neither first nor last, and does not start with 'internal-'",
    ),
    invalid("spec.loadBalancers[].targetGroup.healthCheckPath", "self == '' || self.startsWith('/')", "healthCheckPath starts with '/'"),
    mismatched(
        "spec.loadBalancers[].targetGroup",
        ".healthCheckTimeoutSeconds",
        "!has(self.healthCheckIntervalSeconds) || !has(self.healthCheckTimeoutSeconds) || \
         self.healthCheckTimeoutSeconds < self.healthCheckIntervalSeconds",
        "healthCheckTimeoutSeconds is less than healthCheckIntervalSeconds",
    ),
];
