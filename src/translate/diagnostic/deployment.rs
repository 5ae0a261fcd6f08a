//! What can be said of a service's deployments.

faults! {
    /// What can be said of a service's deployments.
    DeploymentFault in Deployment {
        PercentNotLegal { percent: i64, range: &'static str } = Error "percent-not-legal" {
            message: "{percent} percent is not {range}: nothing is made",
            ecs: "Refuses a minimum above 100 percent, and a maximum below 100.",
            here: "Nothing is made.",
            remedy: "choose a minimum of 0 to 100 and a maximum of 100 or more",
            example: "deploymentConfiguration: { minimumHealthyPercent: 150 }",
        }
        DeploymentWouldStall { count: i64 } = Warning "deployment-would-stall" {
            message: "of {count} tasks none may be stopped and none started beside them: one is stopped all the same, or a deployment would never end",
            ecs: "Such a deployment waits for ever.",
            here: "One task at a time is replaced, so for a moment there is one less than asked for.",
            remedy: "raise `maximumPercent` (200 doubles the tasks), or lower `minimumHealthyPercent`",
            example: "deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 }",
        }
        NewerRenderingAvailable = Note "newer-rendering-available" {
            message: "today's rendering of the pods would differ from the running one, which stays until the next deployment",
            ecs: "A deployment keeps what it was started with.",
            here: "A newer operator, another server version or changed settings would render the pods in another way. The running pods stay as they are.",
            remedy: "deploy at a time of your choice: set `forceNewDeployment: true`",
            example: "an upgrade of the operator while services run",
        }
        ReplicasSetByAnother { manager: String } = Note "replicas-set-by-another" {
            message: "{manager} has set the number of replicas, which is left alone",
            ecs: "Application Auto Scaling, or a user, sets the desired count of the service itself.",
            here: "Who scales the Deployment owns its replicas: `desiredCount` is not forced upon it until it changes.",
            remedy: "scale the ECSService instead (`kubectl scale ecsservice`), or change `desiredCount`",
            example: "kubectl scale deployment api-service --replicas=5",
        }
    }
}
