//! What ECS refuses of a container definition.

use super::{Rule, invalid, mismatched, required};

const CONTAINER: &str = "spec.containerDefinitions[]";

pub(super) const RULES: &[Rule] = &[
    invalid("spec.containerDefinitions[].name", super::NAME, "the name of a container has at most 255 letters, digits, '_' and '-'"),
    required(CONTAINER, ".image", "self.?image.orValue('') != ''", "a container needs an image"),
    invalid(
        "spec.containerDefinitions[].image",
        "self.matches('^[A-Za-z0-9_:./@#-]*$')",
        "an image is named as in `docker pull`: letters, digits and _ : . / @ # - (are there placeholders or spaces in it?)",
    ),
    invalid("spec.containerDefinitions[].memory", "self == 0 || self >= 6", "memory is at least 6 MiB"),
    invalid("spec.containerDefinitions[].memoryReservation", "self == 0 || self >= 6", "memoryReservation is at least 6 MiB"),
    mismatched(
        CONTAINER,
        ".memory",
        "self.?memory.orValue(0) == 0 || self.?memoryReservation.orValue(0) <= self.memory",
        "memory, the hard limit, must not be less than memoryReservation",
    ),
    mismatched(
        CONTAINER,
        ".portMappings",
        "!has(self.portMappings) || self.portMappings.all(port, self.portMappings.all(other, \
         port.?containerPort.orValue(0) != other.?containerPort.orValue(0) || (port.?protocol.orValue('') == 'udp') == (other.?protocol.orValue('') == 'udp')))",
        "one containerPort cannot be exposed for both tcp and udp",
    ),
    invalid("spec.containerDefinitions[].user", r"self.matches('^([^:\\s]+(:[^:\\s]+)?)?$')", "user is user, user:group, uid, uid:gid, user:gid or uid:group"),
];

/// Of the members of a container definition.
pub(super) const MEMBERS: &[Rule] = &[
    required(
        "spec.containerDefinitions[].portMappings[]",
        ".containerPort",
        "has(self.containerPort) || self.?containerPortRange.orValue('') != ''",
        "a port mapping needs a containerPort, 1 to 65535",
    ),
    invalid(
        "spec.containerDefinitions[].portMappings[].name",
        "self.matches('^([a-z0-9_][a-z0-9_-]*)?$')",
        "the name of a port has a-z, 0-9, '_' and '-', '-' not first",
    ),
    required("spec.containerDefinitions[].environment[]", ".name", "self.?name.orValue('') != ''", "an environment variable needs a name"),
    invalid("spec.containerDefinitions[].secrets[].valueFrom", SECRET_ARN, SECRET_ARN_MESSAGE),
    invalid("spec.containerDefinitions[].secrets[].valueFrom", PARAMETER_NAME, PARAMETER_NAME_MESSAGE),
    invalid("spec.containerDefinitions[].logConfiguration.secretOptions[].valueFrom", SECRET_ARN, SECRET_ARN_MESSAGE),
    invalid("spec.containerDefinitions[].logConfiguration.secretOptions[].valueFrom", PARAMETER_NAME, PARAMETER_NAME_MESSAGE),
    required(
        "spec.containerDefinitions[].logConfiguration",
        ".logDriver",
        "self.?logDriver.orValue('') != '' || (size(self.?options.orValue({})) == 0 && size(self.?secretOptions.orValue([])) == 0)",
        "the options of a logConfiguration need a logDriver",
    ),
    required(
        "spec.containerDefinitions[].healthCheck",
        ".command",
        "self.?command.orValue([]).size() > 0",
        "a health check needs a command: [CMD-SHELL, a shell command], or [CMD, a program, its arguments]",
    ),
    mismatched(
        "spec.containerDefinitions[].healthCheck",
        ".command",
        "self.?command.orValue([]).size() != 1 || !(self.command[0] in ['CMD', 'CMD-SHELL'])",
        "CMD and CMD-SHELL need what they are to run as the next item of the command",
    ),
];

/// Coarse, because a regular expression is dear here: 10 containers of 200 secrets. The rest is read when it is resolved.
const SECRET_ARN: &str = r"!self.startsWith('arn:') || self.matches('^arn:aws.*:\\d{12}:(secret:|parameter/).')";
const SECRET_ARN_MESSAGE: &str =
    "this is not the ARN of a secret (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME) or of a parameter (arn:aws:ssm:REGION:ACCOUNT:parameter/NAME)";
const PARAMETER_NAME: &str = "self.startsWith('arn:') || self.matches('^[A-Za-z0-9_./-]+$')";
const PARAMETER_NAME_MESSAGE: &str = "the name of a parameter has letters, digits and _ . - /; a secret of Secrets Manager is named by its ARN (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME)";
