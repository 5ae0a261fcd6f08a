//! What ECS refuses of the order in which containers start, and of their restarts.

use super::{Rule, forbidden, invalid, mismatched};

pub(super) const RULES: &[Rule] = &[
    mismatched(
        "spec",
        ".containerDefinitions",
        "self.containerDefinitions.all(container, !has(container.dependsOn) || container.dependsOn.all(dependency, \
         self.containerDefinitions.exists(other, other.name == dependency.containerName)))",
        "dependsOn names a container that is not there: name one of the same task definition",
    ),
    forbidden(
        "spec.containerDefinitions[]",
        ".dependsOn",
        "!has(self.dependsOn) || self.dependsOn.all(dependency, dependency.containerName != self.name)",
        "a container cannot depend on itself: leave that out of dependsOn",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        "self.containerDefinitions.all(container, !has(container.dependsOn) || self.containerDefinitions.all(other, !has(other.dependsOn) || \
         other.name == container.name || !sets.contains(container.dependsOn.map(dependency, dependency.containerName), [other.name]) || \
         !sets.contains(other.dependsOn.map(dependency, dependency.containerName), [container.name])))",
        "two containers depend on each other, so neither could start: take one of them out of dependsOn",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        "self.containerDefinitions.all(container, !has(container.dependsOn) || container.dependsOn.all(dependency, \
         !(dependency.condition in ['COMPLETE', 'SUCCESS']) || \
         self.containerDefinitions.all(other, other.name != dependency.containerName || (has(other.essential) && !other.essential))))",
        "a container that others wait for with COMPLETE or SUCCESS cannot be essential, for the task ends when it does: give it essential: false",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        "self.containerDefinitions.all(container, !has(container.dependsOn) || container.dependsOn.all(dependency, \
         dependency.condition != 'HEALTHY' || \
         self.containerDefinitions.all(other, other.name != dependency.containerName || \
         (has(other.healthCheck) && has(other.healthCheck.command) && other.healthCheck.command.size() > 0))))",
        "a container that others wait for with HEALTHY needs a healthCheck (that of the image does not count): give it one, or wait for START",
    ),
    invalid("spec.containerDefinitions[].restartPolicy.restartAttemptPeriod", "self >= 60", "restartAttemptPeriod is 60 to 1800 seconds; unset, it is 300"),
];
