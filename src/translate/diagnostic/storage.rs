//! What can be said of a task's volumes, and of the containers that mount them.

faults! {
    /// What can be said of a task's volumes, and of the containers that mount them.
    StorageFault in Storage {
        VolumeNameNotLegal { name: String } = Error "volume-name-not-legal" {
            message: "`{name}` is no name of a volume: nothing is made",
            ecs: "Names have 1 to 255 letters, digits, `_` and `-`; others are refused.",
            here: "Nothing is made.",
            remedy: "choose a name of letters, digits, `_` and `-`",
            example: "volumes: [{ host: {} }]",
        }
        VolumeNameTwice { name: String } = Error "volume-name-twice" {
            message: "two volumes are named `{name}`: nothing is made",
            ecs: "Refuses a task definition in which two volumes have one name.",
            here: "Nothing is made.",
            remedy: "give each volume a name of its own",
            example: "volumes: [{ name: data }, { name: data }]",
        }
        VolumeOfSeveralKinds { name: String } = Error "volume-of-several-kinds" {
            message: "the volume `{name}` is said to be several things at once: nothing is made",
            ecs: "Refuses a volume that has more than one of `host`, the volume configurations and `configuredAtLaunch`.",
            here: "Nothing is made.",
            remedy: "leave only one of them",
            example: "volumes: [{ name: data, host: { sourcePath: /data }, efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0 } }]",
        }
        VolumesConfiguredAtLaunch { name: String } = Error "volumes-configured-at-launch" {
            message: "`{name}` is the second volume that is configured at launch: nothing is made",
            ecs: "A task definition may have one such volume.",
            here: "Nothing is made.",
            remedy: "leave only one volume `configuredAtLaunch`",
            example: "volumes: [{ name: a, configuredAtLaunch: true }, { name: b, configuredAtLaunch: true }]",
        }
        VolumeNotMounted { content: String } = Note "volume-not-mounted" {
            message: "no container mounts the volume, so it is not part of the pods: {content}",
            ecs: "May make and attach the volume all the same; no container sees it.",
            here: "It is left out: the node would mount it and the pod could not start without it.",
            remedy: "mount it in `mountPoints`, or remove it",
            example: "volumes: [{ name: old, host: { sourcePath: /old } }]",
        }
        VolumeNotOnFargate { what: String } = Error "volume-not-on-fargate" {
            message: "Fargate knows no {what}, and the task is said to be compatible with it: nothing is made",
            ecs: "Refuses a task definition for Fargate with such a volume.",
            here: "Nothing is made.",
            remedy: "take `FARGATE` out of `requiresCompatibilities`, or use another kind of volume",
            example: "requiresCompatibilities: [FARGATE]\nvolumes: [{ name: data, host: { sourcePath: /data } }]",
        }
        VolumeHidesImageContent { paths: String } = Warning "volume-hides-image-content" {
            message: "the volume starts empty: what an image has at {paths} is hidden by it",
            ecs: "Docker copies what the image has at the mount path into a new volume (Fargate does where the image declares that path as a `VOLUME`).",
            here: "The volume is an empty folder that lives as long as the pod. Nothing is copied into it.",
            remedy: "where the image has files there that are needed, mount the volume elsewhere, or copy them at the start of the container",
            example: "volumes: [{ name: html, host: {} }]\ncontainerDefinitions: [{ name: web, image: nginx, mountPoints: [{ sourceVolume: html, containerPath: /usr/share/nginx/html }] }]",
        }
        MountedVolumeUnknown { name: String } = Error "mounted-volume-unknown" {
            message: "the task has no volume `{name}`: nothing is made",
            ecs: "Refuses to mount an unknown volume.",
            here: "Nothing is made.",
            remedy: "name one of the task's `volumes`",
            example: "mountPoints: [{ sourceVolume: data, containerPath: /data }]",
        }
        MountPathNotLegal { path: String } = Error "mount-path-not-legal" {
            message: "a volume cannot be mounted at `{path}`: nothing is made",
            ecs: "Starts no task whose mount path is missing, relative or the root.",
            here: "Nothing is made.",
            remedy: "give an absolute path without `:` in `containerPath`",
            example: "mountPoints: [{ sourceVolume: data, containerPath: data }]",
        }
        MountPathTwice { path: String } = Error "mount-path-twice" {
            message: "something is mounted at `{path}` already: nothing is made",
            ecs: "Starts no task with two volumes at one path.",
            here: "Kubernetes refuses such a pod as well.",
            remedy: "mount one of them elsewhere",
            example: "mountPoints: [{ sourceVolume: a, containerPath: /data }, { sourceVolume: b, containerPath: /data }]",
        }
        SourceContainerUnknown { name: String } = Error "volumes-from-unknown-container" {
            message: "the task has no container `{name}` to take volumes from: nothing is made",
            ecs: "Refuses an unknown container.",
            here: "Nothing is made.",
            remedy: "name a container of the task in `sourceContainer`",
            example: "volumesFrom: [{ sourceContainer: data }]",
        }
        VolumesFromCircle { name: String } = Error "volumes-from-circle" {
            message: "`{name}` takes its volumes from this container in turn: nothing is made",
            ecs: "Refuses containers that depend on each other in a circle.",
            here: "Nothing is made.",
            remedy: "let the volumes of one of the two be its own `mountPoints`",
            example: "containerDefinitions:\n- { name: a, image: a, volumesFrom: [{ sourceContainer: b }] }\n- { name: b, image: b, volumesFrom: [{ sourceContainer: a }] }",
        }
        ImageVolumesNotShared { container: String, access: &'static str } = Warning "image-volumes-not-shared" {
            message: "what `{container}` mounts is mounted here too, to {access}; folders that its image declares as `VOLUME` are not",
            ecs: "Docker shares all volumes of the other container, those that its image declares too.",
            here: "The volumes of its `mountPoints` are mounted at the same paths. Kubernetes makes no volumes of what an image declares.",
            remedy: "give folders that the containers share a volume in `volumes`, and mount it in both",
            example: "volumesFrom: [{ sourceContainer: data, readOnly: true }]",
        }
        HostPathNotLegal { path: String } = Error "host-path-not-legal" {
            message: "`{path}` is no folder of a node: nothing is made",
            ecs: "Passes the path to Docker, which takes an absolute one.",
            here: "Kubernetes takes an absolute path without `..`.",
            remedy: "write the absolute path",
            example: "volumes: [{ name: data, host: { sourcePath: ../data } }]",
        }
        HostPathWhereRestricted { path: String } = Error "host-path-where-restricted" {
            message: "pods are `restricted` here and cannot mount `{path}` of the node: nothing is made",
            ecs: "Mounts the folder.",
            here: "`podSecurity: restricted` forbids it.",
            remedy: "use another kind of volume, or ask for `podSecurity: baseline` where that is yours to decide",
            example: "kubernetes: { podSecurity: restricted }\nvolumes: [{ name: data, host: { sourcePath: /data } }]",
        }
        SharedVolumeOnNode { path: String } = Warning "shared-volume-on-node" {
            message: "the volume is the folder `{path}` of each node, shared by the tasks of this namespace there",
            ecs: "Docker keeps the volume on the container instance, for all tasks there, until somebody deletes it.",
            here: "So does the folder. Nothing brings along what Docker has kept so far; with `autoprovision: false` the folder must be there, as the volume must in Docker.",
            remedy: "copy the data into that folder of each node, or use a file system that all nodes reach (Amazon EFS)",
            example: "dockerVolumeConfiguration: { scope: shared, autoprovision: true }",
        }
        SharedMemoryPerTask = Warning "shared-memory-per-task" {
            message: "each task gets memory of its own in place of the one `tmpfs` that all tasks of a node share",
            ecs: "Docker mounts one `tmpfs` for all tasks of the container instance.",
            here: "Memory of a pod is seen by the containers of that pod only.",
            remedy: "let tasks share data by a file system or a service",
            example: "dockerVolumeConfiguration: { scope: shared, autoprovision: true, driverOpts: { type: tmpfs, device: tmpfs } }",
        }
        DockerLabelsOfVolume { labels: String } = Note "docker-volume-labels-without-effect" {
            message: "there is no volume of Docker that could have the labels {labels}",
            ecs: "Docker keeps them with the volume.",
            here: "They have no effect.",
            remedy: "there is nothing to do",
            example: "dockerVolumeConfiguration: { labels: { team: shop } }",
        }
        AutoprovisionWithoutEffect { value: bool } = Note "autoprovision-without-effect" {
            message: "`{value}` has no effect: it matters only to a shared volume that Docker's own driver keeps",
            ecs: "Decides whether a volume of scope `shared` is made where it does not exist.",
            here: "Decides whether the folder that stands for a volume of scope `shared` and driver `local` is made, or must be there.",
            remedy: "there is nothing to do",
            example: "dockerVolumeConfiguration: { scope: task, autoprovision: true }",
        }
        DriverOptionWithoutEffect { option: &'static str, value: String } = Warning "driver-option-without-effect" {
            message: "{option} `{value}` of the volume driver has no effect",
            ecs: "Docker gives it to the driver.",
            here: "Of Docker's `local` driver these are known: `type` with `tmpfs`, `nfs`, `nfs4` and `none` (a folder), its `device`, and in `o` the size of a `tmpfs` and of NFS the options that say how a server is talked to (nothing else: the node mounts as root).",
            remedy: "leave it out, or use another kind of volume",
            example: "dockerVolumeConfiguration: { driverOpts: { size: 10G } }",
        }
        DriverOptionsNotLegal { reason: String } = Error "driver-options-not-legal" {
            message: "the options of the volume driver are not legal: {reason}; nothing is made",
            ecs: "Docker's `local` driver refuses them, and no task starts.",
            here: "Nothing is made.",
            remedy: "give `type` and `device` together, with `o` or without, or `size`, or no options at all",
            example: "dockerVolumeConfiguration: { driverOpts: { o: \"uid=1000\" } }",
        }
        DockerDriverReplaced { driver: String, options: String } = Warning "docker-volume-driver-replaced" {
            message: "`{driver}` ({options}) does not run here: the volume is an empty folder of the node, as long as the task lives",
            ecs: "Docker lets the driver make a volume for each task, and delete it with the task.",
            here: "The volume lives as long, but is a folder of the node.",
            remedy: "where it must be a disk of its own, use `configuredAtLaunch` and `managedEBSVolume`",
            example: "dockerVolumeConfiguration: { scope: task, driver: rexray/ebs, driverOpts: { size: \"5\" } }",
        }
        ClaimNeeded { claim: String, driver: String, options: String } = Warning "volume-claim-needed" {
            message: "`{driver}` ({options}) does not run here: the pods mount the PersistentVolumeClaim `{claim}`, and cannot start until somebody makes it",
            ecs: "Docker lets the driver find, or make, the volume of that name.",
            here: "What outlives the tasks, or comes from elsewhere, is never replaced by something empty: a claim of the volume's name must be there.",
            remedy: "make a PersistentVolumeClaim of that name in the namespace, for a volume with the data",
            example: "dockerVolumeConfiguration: { scope: shared, driver: rexray/ebs }",
        }
        NfsVolumeIncomplete = Error "nfs-volume-incomplete" {
            message: "an NFS volume needs the server as `addr=` in `o`, and the path in `device`: nothing is made",
            ecs: "Docker cannot mount it, and no task starts.",
            here: "Nothing is made.",
            remedy: "write driverOpts: { type: nfs, o: \"addr=SERVER\", device: \":/PATH\" }",
            example: "dockerVolumeConfiguration: { driverOpts: { type: nfs, device: \":/data\" } }",
        }
        NfsVolumeNotLegal { text: String, reason: &'static str } = Error "nfs-volume-not-legal" {
            message: "`{text}` cannot be mounted by NFS: {reason}; nothing is made",
            ecs: "Docker looks the server up and asks it for the folder; what either does not know starts no task.",
            here: "Nothing is made. The node mounts as root what it is told, so only what can be nothing else than a folder of a server is taken.",
            remedy: "write the server's address or host name as `addr=` in `o`, and in `device` `:` and the whole path of the folder",
            example: "dockerVolumeConfiguration: { driverOpts: { type: nfs, o: \"addr=10.0.0.7\", device: \":/data/../other\" } }",
        }
    }
}
