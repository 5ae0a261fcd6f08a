//! What can be said of the size of a task, and of the devices that it computes with.

faults! {
    /// What can be said of the size of a task, and of the devices that it computes with.
    ResourceFault in Resource {
        ReservationIsMemory { memory: i64 } = Note "reservation-is-memory" {
            message: "the container reserves all {memory} MiB that it may use, as it does without `memoryReservation`",
            ecs: "Reserves `memory` where there is no `memoryReservation`.",
            here: "So does a container with a limit and no request of its own.",
            remedy: "there is nothing to do",
            example: "containerDefinitions: [{ name: web, image: nginx, memory: 512, memoryReservation: 512 }]",
        }
        TaskSizeSharedOut { size: i64, unit: &'static str } = Warning "task-size-shared-out" {
            message: "Windows pods have no size of their own: what containers leave of the task's {size} {unit} is shared out to those that name none",
            ecs: "Fargate gives the task a machine of this size, which its containers share.",
            here: "Each container without a size of its own reserves an equal part of what is left, and may use as much as the task has.",
            remedy: "give each container `cpu` and `memory` of its own",
            example: "requiresCompatibilities: [FARGATE]\nruntimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2022_CORE }\ncpu: \"1024\"\nmemory: \"2048\"",
        }
        TaskSizeWithoutEffect { size: i64, unit: &'static str } = Note "task-size-without-effect" {
            message: "the task's {size} {unit} have no effect on Windows: the sizes of its containers hold",
            ecs: "On EC2, ignores the size of a task on Windows.",
            here: "Windows pods have no size of their own.",
            remedy: "give each container `cpu` and `memory` of its own",
            example: "runtimePlatform: { operatingSystemFamily: WINDOWS_SERVER_2022_CORE }\nmemory: \"2048\"",
        }
        EphemeralStorageOutOfRange { size: i64 } = Error "ephemeral-storage-out-of-range" {
            message: "{size} GiB of storage are not 21 to 200: nothing is made",
            ecs: "Takes 21 to 200 GiB; without `ephemeralStorage` a task on Fargate has 20.",
            here: "Nothing is made.",
            remedy: "choose a size in the range, or leave `ephemeralStorage` out",
            example: "ephemeralStorage: { sizeInGiB: 20 }",
        }
        ResourceRequirementNotLegal { requirement: String } = Error "resource-requirement-not-legal" {
            message: "`{requirement}` is no number of devices: nothing is made",
            ecs: "Takes a number of GPUs, `ALL`, or the name of an inference accelerator.",
            here: "Nothing is made.",
            remedy: "write a number from 1",
            example: "resourceRequirements: [{ type: GPU, value: some }]",
        }
        AllDevicesUnknown { resource: &'static str } = Warning "all-devices-unknown" {
            message: "how many `{resource}` a node has is not known here: the container is given one in place of all",
            ecs: "Gives the container all devices of its instance.",
            here: "A container asks for a number of devices.",
            remedy: "write the number that the nodes have",
            example: "resourceRequirements: [{ type: GPU, value: ALL }]",
        }
        GpuSharedByNodes { sharing: String } = Warning "gpu-shared-by-nodes" {
            message: "the container is given a GPU of `nvidia.com/gpu`; how GPUs are shared is decided by the nodes, not by {sharing}",
            ecs: "Gives the container a share of a GPU, by NVIDIA's Multi-Process Service.",
            here: "NVIDIA's device plugin shares a GPU as its own configuration says, for all pods of a node alike.",
            remedy: "configure `sharing.mps` of the device plugin on these nodes, so that each GPU counts as several",
            example: "resourceRequirements: [{ type: GPU, sharingStrategy: { nvidiaMps: { memory: 4096 } } }]",
        }
        InferenceAcceleratorWithoutEffect { accelerator: String } = Warning "inference-accelerator-without-effect" {
            message: "there is no inference accelerator here; without effect: {accelerator}",
            ecs: "Attached a device of Elastic Inference, which AWS has ended.",
            here: "The containers run without it.",
            remedy: "use a GPU or a Neuron device (`resourceRequirements`)",
            example: "inferenceAccelerators: [{ deviceName: accelerator, deviceType: eia1.medium }]",
        }
    }
}
