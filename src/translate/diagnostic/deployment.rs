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
        DaemonPercentLowered { percent: i64, minimum: i64 } = Note "daemon-percent-lowered" {
            message: "a deployment stops the tasks of at most {percent} percent of the nodes at once, so that {minimum} percent always run",
            ecs: "Stops as many as leave the minimum, rounded down to whole tasks.",
            here: "Kubernetes rounds the percentage of a DaemonSet up and does not say here how many nodes there are. The percentage is the largest with which it never stops more than ECS would; on some numbers of nodes it stops fewer.",
            remedy: "there is nothing to do; `minimumHealthyPercent: 0` lets all be replaced at once",
            example: "schedulingStrategy: DAEMON\ndeploymentConfiguration: { minimumHealthyPercent: 50 }",
        }
        DaemonWouldStall = Warning "daemon-would-stall" {
            message: "no task may be stopped and none started beside it: one at a time is stopped all the same, or a deployment would never end",
            ecs: "Such a deployment waits for ever.",
            here: "The tasks are replaced one after the other, so for a moment one node has none.",
            remedy: "lower `minimumHealthyPercent`",
            example: "schedulingStrategy: DAEMON\ndeploymentConfiguration: { minimumHealthyPercent: 100 }",
        }
        DrainedBeforeReplaced { count: i64 } = Note "drained-before-replaced" {
            message: "a node that is drained stops its task before another takes its place: for a while fewer than {count} run",
            ecs: "Starts the replacement first where `maximumPercent` allows it, so that the minimum is never undercut.",
            here: "Kubernetes stops a pod of a node that is drained and starts its replacement elsewhere. A PodDisruptionBudget keeps it from stopping more than one at once; a single task has none, for it would block the drain for ever.",
            remedy: "run two tasks or more, and lower `minimumHealthyPercent` to what the service can do with",
            example: "desiredCount: 1",
        }
        StrategyNotYet { strategy: String } = Warning "strategy-not-yet" {
            message: "`{strategy}` is not done yet: deployments are rolling ones",
            ecs: "Starts all new tasks beside the old ones, and then moves the traffic.",
            here: "New tasks take the place of old ones as they become ready, within the percentages.",
            remedy: "make sure that old and new tasks can serve side by side",
            example: "deploymentConfiguration: { strategy: BLUE_GREEN, bakeTimeInMinutes: 5 }",
        }
        BakeTimeNotYet { minutes: i64 } = Warning "bake-time-not-yet" {
            message: "old tasks are not kept for {minutes} minutes after the traffic has moved",
            ecs: "Keeps both revisions for that time, to go back at once.",
            here: "An old task is stopped as soon as a new one has taken its place.",
            remedy: "there is nothing to do; to go back, deploy the revision before",
            example: "deploymentConfiguration: { strategy: BLUE_GREEN, bakeTimeInMinutes: 5 }",
        }
        StepsNotYet { configuration: String } = Warning "steps-not-yet" {
            message: "traffic does not move in steps: `{configuration}` has no effect",
            ecs: "Moves the traffic to the new tasks in these steps.",
            here: "New tasks get their share of the traffic as they become ready.",
            remedy: "lower `maximumPercent`, so that fewer tasks are replaced at once",
            example: "deploymentConfiguration: { strategy: CANARY, canaryConfiguration: { canaryPercent: 10 } }",
        }
        HookNotYet { hook: String } = Warning "hook-not-yet" {
            message: "nothing is called or waited for during a deployment: `{hook}` has no effect",
            ecs: "Calls the function, or waits for somebody, at these stages, and goes on or back as they say.",
            here: "A deployment goes on whatever the function would have said.",
            remedy: "run such checks in what deploys, before or after the change is applied",
            example: "deploymentConfiguration: { lifecycleHooks: [{ hookTargetArn: \"arn:aws:lambda:…\", lifecycleStages: [POST_SCALE_UP] }] }",
        }
        CircuitBreakerNotYet { configuration: String } = Warning "circuit-breaker-not-yet" {
            message: "a deployment whose tasks do not become healthy is not ended yet: `{configuration}` has no effect",
            ecs: "Ends the deployment after so many failures, and goes back to the one before if it may.",
            here: "The old tasks stay while new ones fail, and the service reports that it makes no progress.",
            remedy: "watch the service's conditions, and deploy the revision before if new tasks fail",
            example: "deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } }",
        }
        AlarmsNotYet { configuration: String } = Warning "alarms-not-yet" {
            message: "alarms do not end a deployment yet: `{configuration}` has no effect",
            ecs: "Ends the deployment when one of these CloudWatch alarms goes off.",
            here: "Nobody looks at them.",
            remedy: "watch the alarms, and deploy the revision before if one goes off",
            example: "deploymentConfiguration: { alarms: { alarmNames: [errors], enable: true, rollback: true } }",
        }
        EarlySuccessNotYet { configuration: String } = Warning "early-success-not-yet" {
            message: "a deployment is complete when all its tasks run, not before: `{configuration}` has no effect",
            ecs: "Calls the deployment successful when that many tasks are healthy.",
            here: "It is reported as in progress for longer; nothing else differs.",
            remedy: "there is nothing to do",
            example: "deploymentConfiguration: { earlySuccessCriteria: { enable: true, healthyPercent: 80 } }",
        }
        DeploymentControllerDiffers { controller: String } = Warning "deployment-controller-differs" {
            message: "`{controller}` does not deploy here: deployments are rolling ones of our own",
            ecs: "Leaves deployments to AWS CodeDeploy, or to whoever makes task sets.",
            here: "A change of the specification starts a rolling deployment.",
            remedy: "let what called the other controller change the specification instead",
            example: "deploymentController: { type: CODE_DEPLOY }",
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
