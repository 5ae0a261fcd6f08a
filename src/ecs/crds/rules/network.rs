//! What ECS refuses of the network of a task and its containers.

use super::{Rule, forbidden, invalid, mismatched};

/// `macro`, because a rule is a literal and CEL has no functions of one's own.
macro_rules! in_awsvpc {
    ($rule:literal) => {
        concat!("!has(self.networkMode) || self.networkMode != 'awsvpc' || self.containerDefinitions.all(container, ", $rule, ")")
    };
}

pub(super) const RULES: &[Rule] = &[
    mismatched(
        "spec",
        ".containerDefinitions",
        "!has(self.networkMode) || (self.networkMode != 'awsvpc' && self.networkMode != 'host') || self.containerDefinitions.all(container, !has(container.portMappings) || \
         container.portMappings.all(port, port.?hostPort.orValue(0) == 0 || port.hostPort == port.?containerPort.orValue(0)))",
        "with networkMode awsvpc or host the hostPort of a port mapping is its containerPort: make them equal, or leave hostPort out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        "self.?networkMode.orValue('') != 'none' || self.containerDefinitions.all(container, !has(container.portMappings) || size(container.portMappings) == 0)",
        "with networkMode none no container can have portMappings",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        "!has(self.networkMode) || self.networkMode in ['', 'bridge'] || self.containerDefinitions.all(container, !has(container.links) || container.links.size() == 0)",
        "links work with networkMode bridge alone: leave them out, and reach the container by localhost",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        in_awsvpc!("!has(container.hostname) || container.hostname == ''"),
        "with networkMode awsvpc no container can have a hostname: leave it out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        in_awsvpc!("!has(container.dnsServers) || container.dnsServers.size() == 0"),
        "with networkMode awsvpc no container can have dnsServers: leave them out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        in_awsvpc!("!has(container.dnsSearchDomains) || container.dnsSearchDomains.size() == 0"),
        "with networkMode awsvpc no container can have dnsSearchDomains: leave them out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        in_awsvpc!("!has(container.extraHosts) || container.extraHosts.size() == 0"),
        "with networkMode awsvpc no container can have extraHosts: leave them out",
    ),
    forbidden(
        "spec",
        ".containerDefinitions",
        "!has(self.networkMode) || self.networkMode != 'host' || self.containerDefinitions.all(container, !has(container.portMappings) || \
         container.portMappings.all(port, !has(port.containerPortRange) || port.containerPortRange == ''))",
        "a containerPortRange works with networkMode bridge and awsvpc alone: list the ports",
    ),
];

const PORT: &str = "spec.containerDefinitions[].portMappings[]";

pub(super) const PORT_RANGES: &[Rule] = &[
    forbidden(
        PORT,
        ".containerPortRange",
        "!has(self.containerPortRange) || self.containerPortRange == '' || (!has(self.containerPort) && (!has(self.hostPort) || self.hostPort == 0))",
        "a port mapping has a containerPort, with a hostPort or without, or a containerPortRange, not both",
    ),
    invalid(
        "spec.containerDefinitions[].portMappings[].containerPortRange",
        "self.matches('^([1-9][0-9]{0,4}-[1-9][0-9]{0,4})?$')",
        "a containerPortRange is two ports with '-' between them, such as 8000-8100",
    ),
    invalid(
        "spec.containerDefinitions[].portMappings[].containerPortRange",
        "!self.matches('^[0-9]{1,5}-[0-9]{1,5}$') || (int(self.split('-')[0]) < int(self.split('-')[1]) && int(self.split('-')[1]) <= 65535)",
        "the first port of a containerPortRange is less than the last one, which is at most 65535",
    ),
];
