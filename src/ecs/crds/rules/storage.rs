//! What ECS refuses of a task's volumes and their mounts, and of files with environment variables.

use super::{NAME, Rule, forbidden, invalid, mismatched, required};

const VOLUME: &str = "spec.volumes[]";
const EFS: &str = "spec.volumes[].efsVolumeConfiguration";

pub(super) const VOLUMES: &[Rule] = &[
    required(VOLUME, ".name", "has(self.name) && self.name != ''", "a volume needs a name, by which containers mount it"),
    invalid("spec.volumes[].name", NAME, "the name of a volume has at most 255 letters, digits, '_' and '-'"),
    mismatched(
        "spec",
        ".volumes",
        "!has(self.volumes) || self.volumes.all(volume, self.volumes.exists_one(other, has(other.name) && has(volume.name) && other.name == volume.name) || \
         !has(volume.name) || volume.name == '')",
        "two volumes have one name: each needs its own",
    ),
    forbidden(
        VOLUME,
        "",
        "[has(self.host) && has(self.host.sourcePath) && self.host.sourcePath != '', has(self.dockerVolumeConfiguration), has(self.efsVolumeConfiguration), \
         has(self.s3filesVolumeConfiguration), has(self.fsxWindowsFileServerVolumeConfiguration), \
         has(self.configuredAtLaunch) && self.configuredAtLaunch].filter(is, is).size() <= 1",
        "a volume is one thing: a folder of the host, one of the configurations, or configuredAtLaunch",
    ),
    forbidden(
        "spec",
        ".volumes",
        "!has(self.volumes) || self.volumes.filter(volume, has(volume.configuredAtLaunch) && volume.configuredAtLaunch).size() <= 1",
        "only one volume of a task definition can be configured at launch",
    ),
    forbidden(
        EFS,
        ".rootDirectory",
        "!has(self.authorizationConfig) || !has(self.authorizationConfig.accessPointId) || self.authorizationConfig.accessPointId == '' || \
         !has(self.rootDirectory) || self.rootDirectory in ['', '/']",
        "with an access point, which has its own folder, rootDirectory is left out, or is /",
    ),
    required(
        EFS,
        ".transitEncryption",
        "!has(self.authorizationConfig) || ((!has(self.authorizationConfig.accessPointId) || self.authorizationConfig.accessPointId == '') && \
         (!has(self.authorizationConfig.iam) || self.authorizationConfig.iam != 'ENABLED')) || (has(self.transitEncryption) && self.transitEncryption == 'ENABLED')",
        "an access point and iam need transitEncryption: ENABLED",
    ),
];

pub(super) const MOUNTS: &[Rule] = &[
    required(
        "spec.containerDefinitions[].mountPoints[]",
        ".containerPath",
        "has(self.containerPath) && self.containerPath != ''",
        "a mount point needs the containerPath where the volume is mounted",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        "[has(self.volumes) ? self.volumes.filter(volume, has(volume.name)).map(volume, volume.name) : []].all(names, \
         self.containerDefinitions.all(container, !has(container.mountPoints) || sets.contains(names, \
         container.mountPoints.filter(mount, has(mount.sourceVolume) && mount.sourceVolume != '').map(mount, mount.sourceVolume))))",
        "a mount point names a volume that is not there: its sourceVolume is the name of one of the volumes",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        "self.containerDefinitions.all(container, !has(container.volumesFrom) || container.volumesFrom.all(source, !has(source.sourceContainer) || \
         source.sourceContainer == '' || self.containerDefinitions.exists(other, other.name == source.sourceContainer)))",
        "volumesFrom names a container that is not there: its sourceContainer is one of the same task definition",
    ),
    forbidden(
        "spec.containerDefinitions[]",
        ".volumesFrom",
        "!has(self.volumesFrom) || self.volumesFrom.all(source, !has(source.sourceContainer) || source.sourceContainer != self.name)",
        "a container has its own volumes already: leave it out of volumesFrom",
    ),
    invalid(
        "spec.containerDefinitions[].environmentFiles[].value",
        r"self.matches('^arn:aws[a-z-]*:s3:::[^/]+/.*[.]env$')",
        "a file with environment variables is named by its ARN in S3, which ends in .env (arn:aws:s3:::BUCKET/KEY.env)",
    ),
];
