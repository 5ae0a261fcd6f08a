//! What can be said of containers that end and are restarted.

faults! {
    /// What can be said of containers that end and are restarted.
    RestartFault in Restart {
        EssentialEndsAlone = Warning "essential-ends-alone" {
            message: "when one essential container ends, it alone is restarted; the others go on",
            ecs: "When an essential container ends, all containers of the task are stopped, and a new task starts.",
            here: "Kubernetes restarts the container that ended, in the same pod, with growing pauses.",
            remedy: "let the other containers bear the loss of this one for a moment, or ask for `essentialPolicy: RestartTask`",
            example: "containerDefinitions: [{ name: web, image: nginx }, { name: cache, image: redis }]",
        }
        EssentialRestartsPod = Warning "essential-restarts-pod" {
            message: "when an essential container ends, all containers are told to stop, are killed two seconds later, and start again in the same pod",
            ecs: "All containers of the task are told to stop, each with its `stopTimeout`, and a new task starts, with another address and empty volumes.",
            here: "Kubernetes gives the others two seconds after their signal, whatever their `stopTimeout`, and starts all anew, init containers too, with growing pauses. The pod keeps its address, its node and its volumes.",
            remedy: "there is nothing to do; leave `essentialPolicy` out if containers need their time to stop",
            example: "kubernetes: { essentialPolicy: RestartTask }",
        }
        RestartTaskNotThere { version: String } = Warning "restart-task-not-there" {
            message: "Kubernetes {version} cannot restart all containers of a pod when one ends: that one alone is restarted",
            ecs: "When an essential container ends, all containers of the task are stopped, and a new task starts.",
            here: "`RestartTask` needs Kubernetes 1.36. Before, it is as with `RestartContainer`.",
            remedy: "let the other containers bear the loss of one for a moment, or upgrade Kubernetes",
            example: "kubernetes: { essentialPolicy: RestartTask }",
        }
        NonEssentialHeld = Warning "non-essential-held" {
            message: "when the command ends, a shell keeps the container alive, for Kubernetes would restart it and call the pod not ready meanwhile",
            ecs: "A container that is not essential stays stopped when it ends; the task goes on.",
            here: "Every container of a pod must run for ever. As the command is run by a shell, that shell goes on to sleep when the command has ended, whatever its exit status.",
            remedy: "there is nothing to do; a job that must run before the others is better named in their `dependsOn`",
            example: "containerDefinitions: [{ name: migrate, image: web, essential: false, command: [sh, -c, ./migrate] }]",
        }
        NonEssentialRestarts = Warning "non-essential-restarts" {
            message: "when the container ends it is restarted, with growing pauses in which the task gets no requests",
            ecs: "A container that is not essential stays stopped when it ends; the task goes on.",
            here: "Every container of a pod must run for ever, and without knowing of a shell in the image nothing can be put in its place. From its end on the task is ready only while it runs again: the pauses between grow from 10 s to 5 minutes.",
            remedy: "if it ends by itself, run it by a shell (`command: [\"sh\", \"-c\", \"…\"]`): it is then kept alive; if it never ends, there is nothing to do",
            example: "containerDefinitions: [{ name: xray, image: amazon/aws-xray-daemon, essential: false }]",
        }
        RestartPolicyOff { members: String } = Note "restart-policy-off" {
            message: "the policy is not enabled, so {members} decide nothing",
            ecs: "Without `enabled: true` the policy has no effect.",
            here: "So it is here.",
            remedy: "write `enabled: true`, or leave the policy out",
            example: "restartPolicy: { enabled: false, ignoredExitCodes: [0] }",
        }
        RestartPolicyOfOneShot { members: String } = Warning "restart-policy-of-one-shot" {
            message: "others wait for the end of this container, so it is run until it has ended as they want it, whatever {members} would decide",
            ecs: "A container that its own policy restarts has not ended, so what waits for its end waits on.",
            here: "The container becomes an init container, which the kubelet runs again after a failure, with growing pauses.",
            remedy: "leave out the policy, or what waits for the end",
            example: "containerDefinitions:\n- { name: web, image: nginx, dependsOn: [{ containerName: migrate, condition: SUCCESS }] }\n- { name: migrate, image: web, essential: false, restartPolicy: { enabled: true } }",
        }
        RestartPolicyNotLegal { value: String, range: &'static str } = Error "restart-policy-not-legal" {
            message: "{value} is not {range}: nothing is made",
            ecs: "Takes a `restartAttemptPeriod` of 60 to 1800 s and at most 50 `ignoredExitCodes`.",
            here: "Nothing is made.",
            remedy: "choose a value in the range",
            example: "restartPolicy: { enabled: true, restartAttemptPeriod: 5 }",
        }
        RestartPausesGrow { seconds: i64, otherwise: &'static str } = Warning "restart-pauses-grow" {
            message: "the container is restarted however short it ran, after growing pauses; in ECS it must have run {seconds} s, or {otherwise}",
            ecs: "Restarts the container at once if it ran at least `restartAttemptPeriod` (default 300 s). After less it stays stopped, and if it is essential the task stops.",
            here: "The kubelet waits 10 s after the first end, twice as long after each further one, 5 minutes at most, and starts at 10 s again after 10 minutes without an end.",
            remedy: "there is nothing to do",
            example: "restartPolicy: { enabled: true, restartAttemptPeriod: 180 }",
        }
        IgnoredExitCodesRestart { codes: String } = Warning "ignored-exit-codes-restart" {
            message: "after exit code {codes} the container is restarted as after any other",
            ecs: "Does not restart the container after these codes: it stays stopped, and if it is essential the task stops.",
            here: "Every container of a pod must run for ever. That of an essential container can end the whole task with `essentialPolicy: RestartTask` (Kubernetes 1.36); one that is not essential can be kept alive where a shell runs its command.",
            remedy: "ask for `essentialPolicy: RestartTask`, or run the command by a shell if the container is not essential",
            example: "restartPolicy: { enabled: true, ignoredExitCodes: [0] }",
        }
        IgnoredExitCodesHeld { codes: String } = Warning "ignored-exit-codes-held" {
            message: "after exit code {codes} a shell keeps the container alive, for Kubernetes would restart it",
            ecs: "Does not restart the container after these codes: it stays stopped.",
            here: "Every container of a pod must run for ever. As the command is run by a shell, that shell goes on to sleep after these codes.",
            remedy: "there is nothing to do",
            example: "containerDefinitions: [{ name: sync, image: sync, essential: false, command: [sh, -c, ./sync], restartPolicy: { enabled: true, ignoredExitCodes: [0] } }]",
        }
    }
}
