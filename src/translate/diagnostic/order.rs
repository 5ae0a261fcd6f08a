//! What can be said of the order in which containers start and stop.

faults! {
    /// What can be said of the order in which containers start and stop.
    OrderFault in Order {
        DependencyUnknown { name: String } = Error "dependency-unknown" {
            message: "no container is named `{name}`: nothing is made",
            ecs: "Refuses a task definition in which a container depends on one that is not there.",
            here: "Nothing is made.",
            remedy: "name a container of the same task definition",
            example: "containerDefinitions: [{ name: web, image: nginx, dependsOn: [{ containerName: cache, condition: START }] }]",
        }
        DependencyCycle { names: String } = Error "dependency-cycle" {
            message: "`{names}` wait for each other (by `dependsOn`, `links` or `volumesFrom`), so none could start: nothing is made",
            ecs: "Refuses a task definition whose containers wait for each other.",
            here: "Nothing is made.",
            remedy: "leave out one of the dependencies",
            example: "containerDefinitions:\n- { name: a, image: nginx, dependsOn: [{ containerName: b, condition: START }] }\n- { name: b, image: nginx, dependsOn: [{ containerName: a, condition: START }] }",
        }
        DependencyOnEssential { name: String } = Error "dependency-on-essential" {
            message: "`{name}` is essential, so the task ends when it does, and nothing can wait for its end: nothing is made",
            ecs: "Refuses `COMPLETE` and `SUCCESS` on a container that is essential.",
            here: "Nothing is made.",
            remedy: "give the container that ends `essential: false`",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: migrate, condition: SUCCESS }] }\n- { name: migrate, image: web }",
        }
        DependencyNeverHealthy { name: String } = Error "dependency-never-healthy" {
            message: "`{name}` has no health check in the task definition, so it is never healthy: nothing is made",
            ecs: "Refuses `HEALTHY` on a container without `healthCheck`; that of the image does not count.",
            here: "Nothing is made.",
            remedy: "give that container a `healthCheck`, or wait for `START`",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: cache, condition: HEALTHY }] }\n- { name: cache, image: redis }",
        }
        DependencyWaitsLonger { condition: String, name: String, until: &'static str } = Warning "dependency-waits-longer" {
            message: "`{condition}` is not enough here: the container starts only when `{name}` {until}, for another container waits for that",
            ecs: "Each container waits for its own condition.",
            here: "Containers that others wait for start one after the other, so all that come later wait for the strictest condition.",
            remedy: "ask for the same condition in both places, or see to it that the later start does no harm",
            example: "containerDefinitions:\n- { name: a, image: nginx, dependsOn: [{ containerName: c, condition: START }] }\n- { name: b, image: nginx, dependsOn: [{ containerName: c, condition: COMPLETE }] }\n- { name: c, image: busybox, essential: false }",
        }
        SuccessTriedAgain { name: String } = Warning "success-tried-again" {
            message: "when `{name}` fails it is tried again in the same pod, with growing pauses; what comes after it waits meanwhile",
            ecs: "The container that depends on it never starts. If that one is essential the task stops, and the service starts a new one.",
            here: "The container becomes an init container, which the kubelet runs again until it succeeds.",
            remedy: "let it bear being run again after a failure, as it must bear it in a new task",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: migrate, condition: SUCCESS }] }\n- { name: migrate, image: web, essential: false }",
        }
        CompleteNeedsSuccess = Warning "complete-needs-success" {
            message: "others wait for the end of this container, and here for an end with 0: after another it is tried again",
            ecs: "`COMPLETE` is reached by any end.",
            here: "The kubelet runs an init container again until it ends with 0. Where a shell runs the command, the shell ends with 0 whatever the command's exit status; without knowing of a shell nothing can be put in its place.",
            remedy: "run the command by a shell (`command: [\"sh\", \"-c\", \"…\"]`), or let it always end with 0",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: warm-up, condition: COMPLETE }] }\n- { name: warm-up, image: warmer, essential: false }",
        }
        StartTimeoutRestarts { seconds: i64 } = Warning "start-timeout-restarts" {
            message: "if the container is not healthy after {seconds} s, it alone is restarted",
            ecs: "The containers that wait for its health never start then. If one of them is essential the task stops, and the service starts a new one.",
            here: "The time is that of the startup probe, in whole intervals of the health check; the kubelet restarts the container after it, and what comes after it waits on.",
            remedy: "there is nothing to do",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: db, condition: HEALTHY }] }\n- { name: db, image: postgres, startTimeout: 60, healthCheck: { command: [CMD, pg_isready] } }",
        }
        StartTimeoutWithoutEffect { seconds: i64 } = Warning "start-timeout-without-effect" {
            message: "the container may take longer than {seconds} s to end: what waits for its end waits without limit",
            ecs: "The containers that wait for its end never start then. If one of them is essential the task stops, and the service starts a new one.",
            here: "Kubernetes has no such limit for one container.",
            remedy: "limit the time in the command itself, such as by `timeout 60 ./migrate`",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: migrate, condition: SUCCESS }] }\n- { name: migrate, image: web, essential: false, startTimeout: 60 }",
        }
        StartTimeoutUnused { seconds: i64 } = Note "start-timeout-unused" {
            message: "no container waits for the end or the health of this one, so the {seconds} s limit nothing",
            ecs: "Limits the wait for `COMPLETE`, `SUCCESS` and `HEALTHY`, never that for `START`.",
            here: "It has no effect either.",
            remedy: "leave it out",
            example: "containerDefinitions: [{ name: web, image: nginx, startTimeout: 60 }]",
        }
        StopTimeoutShared { seconds: i64, shared: i64 } = Warning "stop-timeout-shared" {
            message: "a pod has one grace period: the container may take {shared} s to stop, not {seconds}",
            ecs: "Ends each container when its own `stopTimeout` is over.",
            here: "The grace period has room for the container that takes longest, and for each one that others wait for, as those stop one after the other. A restart of the container alone is given its own time where a health check causes it.",
            remedy: "there is nothing to do, unless the container ignores the stop signal",
            example: "containerDefinitions: [{ name: web, image: nginx, stopTimeout: 10 }, { name: worker, image: worker, stopTimeout: 60 }]",
        }
    }
}
