//! What can be said of what a task asks of the Linux kernel.

faults! {
    /// What can be said of what a task asks of the Linux kernel.
    KernelFault in Kernel {
        CapabilityUnknown { capability: String } = Error "capability-unknown" {
            message: "Linux has no capability `{capability}`: nothing is made",
            ecs: "Refuses capabilities that it does not know.",
            here: "The container could not start.",
            remedy: "write one of capabilities(7), in capitals and without `CAP_`, or `ALL`",
            example: "linuxParameters: { capabilities: { add: [ROOT] } }",
        }
        CapabilityWithoutEffect { capability: String, reason: &'static str } = Note "capability-without-effect" {
            message: "`{capability}` decides nothing: {reason}",
            ecs: "With `ALL` added, only what is dropped matters; with `ALL` dropped, only what is added; else adding wins over dropping. To `privileged` containers it gives all.",
            here: "The same holds; what decides nothing is left out.",
            remedy: "leave it out",
            example: "linuxParameters: { capabilities: { add: [CHOWN], drop: [ALL, KILL] } }",
        }
        DeviceAccessNotGranted { device: String, permissions: String } = Warning "device-access-not-granted" {
            message: "`{device}` is mounted, but the container is not `privileged`: the kernel may refuse it to {permissions} the device",
            ecs: "Mounts the device, and lets the container's control group use it.",
            here: "A pod can mount the device's file only. Who may open it is decided by a device plugin, or `privileged`.",
            remedy: "run a device plugin for it on the nodes, or make the container `privileged` where that is allowed",
            example: "linuxParameters: { devices: [{ hostPath: /dev/fuse }] }",
        }
        DevicePermissionsNotNarrowed { device: String, permissions: String } = Warning "device-permissions-not-narrowed" {
            message: "the container is `privileged`: it may do all with `{device}`, not only {permissions}",
            ecs: "Gives a `privileged` container all devices of its host as well.",
            here: "Permissions cannot be narrowed.",
            remedy: "leave `permissions` out, or do without `privileged`",
            example: "privileged: true\nlinuxParameters: { devices: [{ hostPath: /dev/fuse, permissions: [read] }] }",
        }
        PathNotLegal { path: String } = Error "path-not-legal" {
            message: "`{path}` is no path that could be mounted: nothing is made",
            ecs: "Takes absolute paths.",
            here: "Kubernetes takes paths without `..` and `:`.",
            remedy: "write an absolute path, such as /dev/fuse",
            example: "linuxParameters: { tmpfs: [{ containerPath: \"run:rw\", size: 64 }] }",
        }
        InitProcessMissing = Warning "init-process-missing" {
            message: "no init process runs before the program: processes that its children leave behind are not reaped, and it gets signals as process 1",
            ecs: "Runs `tini` as process 1, which passes signals on and reaps processes.",
            here: "The program is process 1 of its container, and the kernel ignores a stop signal for which it has no handler.",
            remedy: "write `pidMode: task`, so that the pod's own process 1 reaps, or start the program by an init of the image (`entryPoint: [tini, --, …]`)",
            example: "linuxParameters: { initProcessEnabled: true }",
        }
        InitProcessOfPod = Note "init-process-of-pod" {
            message: "the pod's own process 1 does the work of an init process, for the containers share their processes",
            ecs: "Runs `tini` before the program.",
            here: "With `pidMode: task` process 1 of the pod reaps processes, and the program is not process 1, so signals reach it as usual.",
            remedy: "there is nothing to do",
            example: "pidMode: task\ncontainerDefinitions: [{ name: web, image: nginx, linuxParameters: { initProcessEnabled: true } }]",
        }
        SharedMemoryHidden { size: i64, by: &'static str } = Note "shared-memory-hidden" {
            message: "the {size} MiB of shared memory are not made: {by}",
            ecs: "Docker makes `/dev/shm` of that size unless something else is there.",
            here: "The same holds.",
            remedy: "leave `sharedMemorySize` out",
            example: "linuxParameters: { sharedMemorySize: 128, tmpfs: [{ containerPath: /dev/shm, size: 64 }] }",
        }
        TmpfsOptionsWithoutEffect { options: String } = Warning "tmpfs-options-without-effect" {
            message: "the folder in memory is mounted without the options {options}",
            ecs: "Mounts the folder with these options.",
            here: "A volume in memory takes its size and `ro`, nothing else.",
            remedy: "leave the options out",
            example: "linuxParameters: { tmpfs: [{ containerPath: /run, size: 64, mountOptions: [noexec] }] }",
        }
        SwapWithoutEffect { value: String } = Warning "swap-without-effect" {
            message: "`{value}` has no effect: containers here do not swap, and one that needs more than its memory is ended",
            ecs: "On EC2, lets the container swap, as far and as eagerly as it says.",
            here: "A pod cannot ask for swap: whether a node has it is decided by its kubelet.",
            remedy: "raise `memory` by what was swapped",
            example: "linuxParameters: { maxSwap: 1024, swappiness: 60 }",
        }
        SwapOffAlready = Note "swap-off-already" {
            message: "containers here do not swap anyway",
            ecs: "Keeps the container from swapping.",
            here: "A node lets no container swap unless its kubelet is told to.",
            remedy: "there is nothing to do",
            example: "linuxParameters: { maxSwap: 0 }",
        }
        UlimitWithoutEffect { limit: String, soft: i64, hard: i64 } = Warning "ulimit-without-effect" {
            message: "`{limit}` is not set to {soft} (soft) and {hard} (hard): the node's own limits hold",
            ecs: "Sets the limits of the container's processes; on Fargate `nofile` is 65535 unless it says otherwise.",
            here: "A pod cannot set them: they come from the container runtime of the node.",
            remedy: "raise the soft limit where the program starts (`command: [sh, -c, \"ulimit -Sn 65535; exec …\"]`), or set the limits of the nodes' container runtime",
            example: "ulimits: [{ name: nofile, softLimit: 65535, hardLimit: 65535 }]",
        }
        SystemControlNotLegal { control: String } = Error "system-control-not-legal" {
            message: "`{control}` sets no kernel parameter that containers have of their own: nothing is made",
            ecs: "Takes `net.*`, `fs.mqueue.*` and what is of System V IPC (`kernel.shm*`, `kernel.msg*`, `kernel.sem`), each with a value.",
            here: "A node refuses other parameters as well: they would be those of the whole node.",
            remedy: "set it on the nodes, or leave it out",
            example: "systemControls: [{ namespace: vm.max_map_count, value: \"262144\" }]",
        }
        SystemControlOfHost { name: String, namespace: &'static str } = Error "system-control-of-host" {
            message: "`{name}` cannot be set, for the task has the node's {namespace}: nothing is made",
            ecs: "Does not support it in a task that has the host's.",
            here: "Kubernetes refuses such a pod as well.",
            remedy: "leave it out, or let the task have its own: another `networkMode` or `ipcMode`",
            example: "ipcMode: host\ncontainerDefinitions: [{ name: web, image: nginx, systemControls: [{ namespace: kernel.shmmax, value: \"1\" }] }]",
        }
        SystemControlNeedsNodes { name: String } = Warning "system-control-needs-nodes" {
            message: "`{name}` is not among those that nodes let pods set: a node that is not told to refuses the pod",
            ecs: "Sets it in the task.",
            here: "Kubernetes calls it unsafe: pods that set it run only on nodes whose kubelet has it in `allowedUnsafeSysctls`; others refuse them with `SysctlForbidden`.",
            remedy: "add it to `allowedUnsafeSysctls` in the kubelet's configuration of the nodes, or do without it",
            example: "systemControls: [{ namespace: net.core.somaxconn, value: \"1024\" }]",
        }
        SystemControlTwice { name: String, value: String, other: String } = Warning "system-control-twice" {
            message: "`{name}` is {other} further up and {value} here: the pod has one for all containers, and the last one holds",
            ecs: "With `awsvpc` the task has one for all containers, that of the container that starts last.",
            here: "Kernel parameters are those of the pod. The last value in the document holds.",
            remedy: "leave only one of them",
            example: "systemControls: [{ namespace: net.ipv4.tcp_keepalive_time, value: \"60\" }, { namespace: net.ipv4.tcp_keepalive_time, value: \"90\" }]",
        }
        IpcShared = Note "ipc-shared" {
            message: "the containers of a pod share memory and semaphores with each other anyway",
            ecs: "Lets the containers of the task share memory segments, semaphores and message queues.",
            here: "So do the containers of every pod.",
            remedy: "there is nothing to do",
            example: "ipcMode: task",
        }
        IpcNotSeparated = Warning "ipc-not-separated" {
            message: "the containers share memory and semaphores with each other, and have `/dev/shm`, although `ipcMode` is `none`",
            ecs: "Gives each container a space of its own, without `/dev/shm`.",
            here: "The containers of a pod always share theirs.",
            remedy: "put containers that must not share into services of their own",
            example: "ipcMode: none",
        }
    }
}
