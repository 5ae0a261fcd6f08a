//! What can be said of the storage of AWS: Amazon EFS, Amazon S3 Files, Amazon FSx and Amazon EBS.

faults! {
    /// What can be said of the storage of AWS: Amazon EFS, Amazon S3 Files, Amazon FSx and Amazon EBS.
    AwsStorageFault in AwsStorage {
        FileSystemNotLegal { text: String, reason: String } = Error "file-system-not-legal" {
            message: "`{text}` cannot be mounted: {reason}; nothing is made",
            ecs: "Refuses the task definition, or starts no task.",
            here: "Nothing is made.",
            remedy: "write the id of a file system (fs-…) and of an access point (fsap-…), of Amazon S3 Files their ARNs",
            example: "efsVolumeConfiguration: { fileSystemId: my-files }",
        }
        FileSystemNotAllowed { file_system: String, namespace: String } = Error "file-system-not-allowed" {
            message: "`{file_system}` is not among the file systems of this namespace (setting `allow.fileSystems.{namespace}`): nothing is made",
            ecs: "Mounts it, where the network and the file system's policy let the task in, by its role where the volume says `iam`.",
            here: "The node mounts it, by the CSI driver's role and for any namespace alike, and by a PersistentVolume, which tenants may not make themselves. So a namespace mounts those alone that an administrator gave it.",
            remedy: "let an administrator add it to that list in the settings, or an access point of it, by which it is mounted then",
            example: "volumes: [{ name: data, efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0 } }]",
        }
        RootDirectoryNotLegal { directory: String, reason: &'static str } = Error "root-directory-not-legal" {
            message: "`{directory}` cannot be mounted: {reason}; nothing is made",
            ecs: "Refuses a folder together with an access point, which has one of its own.",
            here: "Nothing is made.",
            remedy: "leave `rootDirectory` out, or name a folder without `:`, `.`, `..` and empty parts, and no access point",
            example: "efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0, rootDirectory: /web, transitEncryption: ENABLED, authorizationConfig: { accessPointId: fsap-0123456789abcdef0 } }",
        }
        TransitEncryptionMissing = Error "transit-encryption-missing" {
            message: "an access point and `iam` need `transitEncryption: ENABLED`: nothing is made",
            ecs: "Refuses them without encryption in transit.",
            here: "Nothing is made.",
            remedy: "set `transitEncryption: ENABLED`",
            example: "efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0, authorizationConfig: { iam: ENABLED } }",
        }
        TransitEncryptionPort { port: i64 } = Note "transit-encryption-port-without-effect" {
            message: "the driver chooses the port of the encrypting proxy on the node, not {port}",
            ecs: "The proxy on the container instance listens on this port.",
            here: "Pods of one node, old and new ones in a deployment too, would contend for it; the driver takes a free one.",
            remedy: "leave it out",
            example: "efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0, transitEncryption: ENABLED, transitEncryptionPort: 2999 }",
        }
        FileSystemMountedByNode { file_system: String } = Warning "file-system-mounted-by-node" {
            message: "the node mounts `{file_system}`, by the EFS CSI driver: the driver must be installed, and the file system must let the nodes in",
            ecs: "The file system is mounted from the task's own address, with the task's security groups.",
            here: "A PersistentVolume of the driver `efs.csi.aws.com` is made. The connection comes from the node's address.",
            remedy: "install the EFS CSI driver (3.0 or later for Amazon S3 Files), and open port 2049 of the mount targets' security groups to the nodes",
            example: "volumes: [{ name: data, efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0 } }]",
        }
        FileSystemMountedByDriverRole { file_system: String } = Warning "file-system-mounted-by-driver-role" {
            message: "`{file_system}` is mounted with the role of the CSI driver's node pods, not with the task's role",
            ecs: "Mounts the file system with the task's role.",
            here: "The driver knows its own role only: what the policies of the file system allow the task's role is not asked.",
            remedy: "allow the driver's role in the file system's policy, and keep tasks apart by access points",
            example: "efsVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0, transitEncryption: ENABLED, authorizationConfig: { iam: ENABLED } }",
        }
        TaskRoleMissing = Error "task-role-missing" {
            message: "a volume of Amazon S3 Files needs a `taskRoleArn`: nothing is made",
            ecs: "Refuses such a volume in a task definition without a task role.",
            here: "Nothing is made.",
            remedy: "set `taskRoleArn`",
            example: "volumes: [{ name: data, s3filesVolumeConfiguration: { fileSystemArn: \"arn:aws:s3files:us-east-1:123456789012:file-system/fs-0123456789abcdef0\" } }]",
        }
        FsxNotSupported { file_system: String, directory: String, domain: String, credentials: String } = Error "fsx-not-supported" {
            message: "`{directory}` of the file system `{file_system}` (domain `{domain}`, credentials `{credentials}`) is not translated: nothing is made",
            ecs: "Mounts the file system into containers on Windows.",
            here: "Kubernetes has no driver of AWS for it, and the name of its server is not known from its id.",
            remedy: "run this task on ECS for now, or mount the share yourself by the SMB CSI driver",
            example: "volumes: [{ name: data, fsxWindowsFileServerVolumeConfiguration: { fileSystemId: fs-0123456789abcdef0, rootDirectory: share, authorizationConfig: { domain: example.com, credentialsParameter: \"arn:…\" } } }]",
        }
        VolumeNotConfigured { name: String } = Error "volume-not-configured" {
            message: "the volume `{name}` is configured at launch, and the service does not say how: nothing is made",
            ecs: "Refuses a service that does not configure it.",
            here: "Nothing is made.",
            remedy: "give `volumeConfigurations` with `managedEBSVolume` for that name",
            example: "volumes: [{ name: data, configuredAtLaunch: true }]",
        }
        VolumeConfigurationUnknown { name: String } = Error "volume-configuration-unknown" {
            message: "the task definition leaves no volume `{name}` to be configured at launch: nothing is made",
            ecs: "Refuses a configuration for any other volume.",
            here: "Nothing is made.",
            remedy: "name a volume that has `configuredAtLaunch: true`",
            example: "volumeConfigurations: [{ name: other, managedEBSVolume: { sizeInGiB: 10, roleArn: \"arn:…\" } }]",
        }
        VolumeConfiguredTwice { name: String } = Error "volume-configured-twice" {
            message: "the volume `{name}` is configured already: nothing is made",
            ecs: "Takes one configuration for a volume.",
            here: "Nothing is made.",
            remedy: "leave only one of them",
            example: "volumeConfigurations: [{ name: data, managedEBSVolume: { … } }, { name: data, managedEBSVolume: { … } }]",
        }
        EbsSizeMissing = Error "ebs-size-missing" {
            message: "the size of the volume is not said: nothing is made",
            ecs: "Needs the size or a snapshot, whose size it takes.",
            here: "Kubernetes needs the size in either case.",
            remedy: "set `sizeInGiB`; with a snapshot, to the snapshot's size or more",
            example: "managedEBSVolume: { snapshotId: snap-0123456789abcdef0, roleArn: \"arn:…\" }",
        }
        EbsParameterNotLegal { value: String, reason: &'static str } = Error "ebs-parameter-not-legal" {
            message: "{value}: {reason}; nothing is made",
            ecs: "Refuses the service, or Amazon EBS makes no volume.",
            here: "Nothing is made.",
            remedy: "leave it out, or choose a kind of volume that has it",
            example: "managedEBSVolume: { sizeInGiB: 10, volumeType: st1, iops: 3000, roleArn: \"arn:…\" }",
        }
        StorageClassUnknown { parameters: String } = Warning "storage-class-unknown" {
            message: "no storage class of the settings stands for {parameters}: the cluster's default class is taken, whatever it makes",
            ecs: "Makes a volume of Amazon EBS with these parameters for each task.",
            here: "Each pod gets a volume of its own, which is deleted with it. What kind it is, its storage class says.",
            remedy: "make a StorageClass of the driver `ebs.csi.aws.com` with these parameters, and name it in the setting `ebsStorageClasses`",
            example: "managedEBSVolume: { sizeInGiB: 10, volumeType: io2, iops: 10000, roleArn: \"arn:…\" }",
        }
        SnapshotNeeded { snapshot: String } = Warning "volume-snapshot-needed" {
            message: "the volume is made of the VolumeSnapshot `{snapshot}` of this namespace, which somebody must make: pods wait for it",
            ecs: "Makes the volume of the snapshot.",
            here: "Kubernetes knows a snapshot by a VolumeSnapshot in the namespace; one named like the snapshot is taken.",
            remedy: "make a VolumeSnapshotContent with that `snapshotHandle`, and a VolumeSnapshot of that name",
            example: "managedEBSVolume: { sizeInGiB: 10, snapshotId: snap-0123456789abcdef0, roleArn: \"arn:…\" }",
        }
        InfrastructureRole { role: String } = Note "infrastructure-role-without-effect" {
            message: "the CSI driver makes the volumes with its own role, not with `{role}`",
            ecs: "Makes and attaches the volumes with this role.",
            here: "It has no effect.",
            remedy: "there is nothing to do",
            example: "managedEBSVolume: { sizeInGiB: 10, roleArn: \"arn:aws:iam::123456789012:role/ecsInfrastructureRole\" }",
        }
        VolumeTags { tags: String } = Note "volume-tags-without-effect" {
            message: "the volumes are not tagged: {tags}",
            ecs: "Tags each volume.",
            here: "The CSI driver tags volumes as its storage class says.",
            remedy: "put the tags into the storage class (`tagSpecification_1: \"team=shop\"`)",
            example: "managedEBSVolume: { tagSpecifications: [{ resourceType: volume, tags: [{ key: team, value: shop }] }], … }",
        }
    }
}
