//! What ECS refuses of what a container asks of the kernel.

use super::{Rule, invalid, mismatched, required};

const ULIMIT: &str = "spec.containerDefinitions[].ulimits[]";

pub(super) const RULES: &[Rule] = &[
    mismatched(
        ULIMIT,
        ".softLimit",
        "self.hardLimit == -1 || (self.softLimit != -1 && self.softLimit <= self.hardLimit)",
        "the softLimit of a ulimit is at most its hardLimit; -1 is no limit",
    ),
    mismatched(
        "spec.containerDefinitions[]",
        ".ulimits",
        "!has(self.ulimits) || self.ulimits.all(limit, self.ulimits.exists_one(other, other.name == limit.name))",
        "two ulimits have one name: write each once",
    ),
    required(
        "spec.containerDefinitions[].systemControls[]",
        ".namespace",
        "has(self.namespace) && self.namespace != ''",
        "a system control needs the namespace, which is the name of a kernel parameter, such as net.core.somaxconn",
    ),
    required(
        "spec.containerDefinitions[].resourceRequirements[]",
        ".value",
        "(has(self.value) && self.value != '') || (self.type == 'GPU' && has(self.sharingStrategy))",
        "a resource requirement needs a value: of GPUs a number or ALL (or a sharingStrategy), of Neuron devices ALL, of accelerators the deviceName",
    ),
    mismatched(
        "spec.containerDefinitions[].resourceRequirements[]",
        ".sharingStrategy",
        "!has(self.sharingStrategy) || (self.type == 'GPU' && (!has(self.value) || self.value == ''))",
        "a sharingStrategy is for GPUs, and stands in place of the value",
    ),
    mismatched(
        "spec.containerDefinitions[].resourceRequirements[]",
        ".value",
        "self.type != 'NeuronDevice' || !has(self.value) || self.value in ['', 'ALL']",
        "the value of a NeuronDevice is ALL",
    ),
    invalid("spec.containerDefinitions[].credentialSpecs", "self.size() <= 1", "a container has at most one of credentialSpecs"),
];
