//! What ECS refuses of the names by which others find a service, and of its volumes.

use super::{Rule, forbidden, invalid, mismatched, required};

const REGISTRY: &str = "spec.serviceRegistries[]";
const EBS: &str = "spec.volumeConfigurations[].managedEBSVolume";

pub(super) const RULES: &[Rule] = &[
    invalid("spec.serviceRegistries", "self.size() <= 1", "a service has one of serviceRegistries at most"),
    required(REGISTRY, ".registryArn", "has(self.registryArn) && self.registryArn != ''", "a service registry needs the registryArn of the Cloud Map service"),
    forbidden(
        REGISTRY,
        ".port",
        "!has(self.port) || self.port == 0 || (!has(self.containerPort) || self.containerPort == 0)",
        "a service registry has port, or containerName and containerPort, not both",
    ),
    mismatched(
        REGISTRY,
        ".containerPort",
        "(has(self.containerPort) && self.containerPort > 0) == (has(self.containerName) && self.containerName != '')",
        "containerName and containerPort of a service registry go together",
    ),
    invalid(
        "spec.serviceConnectConfiguration.services[].discoveryName",
        "self.matches('^([a-z0-9_][a-z0-9_-]*)?$')",
        "a discoveryName has a-z, 0-9, '_' and '-', '-' not first",
    ),
    invalid(
        "spec.serviceConnectConfiguration.services[].clientAliases[].dnsName",
        "self.matches('^([a-z0-9_.][a-z0-9_.-]*)?$')",
        "the dnsName of a client alias has a-z, 0-9, '_', '-' and '.', '-' not first",
    ),
];

pub(super) const EBS_VOLUMES: &[Rule] = &[
    required(
        EBS,
        ".sizeInGiB",
        "(has(self.sizeInGiB) && self.sizeInGiB > 0) || (has(self.snapshotId) && self.snapshotId != '')",
        "a volume of Amazon EBS needs sizeInGiB or snapshotId",
    ),
    invalid(
        "spec.volumeConfigurations[].managedEBSVolume.volumeType",
        "self in ['', 'gp2', 'gp3', 'io1', 'io2', 'sc1', 'st1', 'standard']",
        "the volumeType of Amazon EBS is gp2, gp3, io1, io2, sc1, st1 or standard",
    ),
    required(
        EBS,
        ".iops",
        "!has(self.volumeType) || !(self.volumeType in ['io1', 'io2']) || (has(self.iops) && self.iops > 0)",
        "volumes of type io1 and io2 need iops",
    ),
    forbidden(
        EBS,
        ".iops",
        "!has(self.iops) || !has(self.volumeType) || !(self.volumeType in ['sc1', 'st1', 'standard'])",
        "volumes of type sc1, st1 and standard have no iops: leave it out, or change the volumeType",
    ),
    forbidden(
        EBS,
        ".throughput",
        "!has(self.throughput) || !has(self.volumeType) || self.volumeType in ['', 'gp3']",
        "only volumes of type gp3 have a throughput: leave it out, or change the volumeType",
    ),
    forbidden(
        EBS,
        ".volumeInitializationRate",
        "!has(self.volumeInitializationRate) || (has(self.snapshotId) && self.snapshotId != '')",
        "volumeInitializationRate is for volumes that are made of a snapshot: leave it out, or give snapshotId",
    ),
];
