//! What ECS refuses of a task definition as a whole.

use super::{NAME, OBJECT_NAME, ROLE, Rule, TAG_KEY, invalid, mismatched};

pub(super) const RULES: &[Rule] = &[
    OBJECT_NAME,
    invalid("spec.family", NAME, "a family has at most 255 letters, digits, '_' and '-'"),
    invalid("spec.taskRoleArn", ROLE, "this is neither the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME) nor the name of one"),
    invalid("spec.executionRoleArn", ROLE, "this is neither the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME) nor the name of one"),
    mismatched(
        "spec",
        ".containerDefinitions",
        "size(self.containerDefinitions) == 0 || self.containerDefinitions.exists(container, container.?essential.orValue(true))",
        "at least one container must be essential (unset, it is): without one the task would never end",
    ),
    invalid("spec.ephemeralStorage.sizeInGiB", "self >= 21", "ephemeralStorage is 21 to 200 GiB; without it a task has 20"),
    TAG_KEY,
];

/// `macro`, because a rule is a literal and CEL has no functions of one's own.
macro_rules! sized {
    // `$member` of the task as a number, called `task`, for `$rule`; true where there is none or it is illegible.
    ($member:literal, $unit:literal, $rule:literal) => {
        concat!(
            "!has(self.",
            $member,
            ") || !string(self.",
            $member,
            ").matches('",
            number!($unit),
            "') || [string(self.",
            $member,
            ").lowerAscii()].map(text, text.contains('",
            $unit,
            "')",
            " ? double(text.replace('",
            $unit,
            "', '').trim()) * 1024.0 : double(text.trim())).all(task, ",
            $rule,
            ")"
        )
    };
}
macro_rules! number {
    ($unit:literal) => {
        concat!(r"^ *([0-9]{1,9}([.][0-9]*)?|[.][0-9]+) *((?i)", $unit, ")?$")
    };
}
macro_rules! legible {
    ($unit:literal) => {
        concat!("type(self) == string ? self == '' || self.matches('", number!($unit), "') : self > 0")
    };
}

/// CPU and memory of the task, and of its containers together.
pub(super) const SIZE: &[Rule] = &[
    invalid("spec.cpu", legible!("vcpu"), "cpu is a number of CPU units (1024 make one vCPU), such as 512 or \"512\", or a string such as \".5 vCPU\""),
    invalid("spec.memory", legible!("gb"), "memory is a number of MiB, such as 1024 or \"1024\", or a string such as \"1 GB\""),
    mismatched(
        "spec",
        ".containerDefinitions",
        "(has(self.memory) && self.memory != '') || \
         self.containerDefinitions.all(container, container.?memory.orValue(0) > 0 || container.?memoryReservation.orValue(0) > 0)",
        "without memory of the task each container needs memory or memoryReservation",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        sized!("cpu", "vcpu", "double(self.containerDefinitions.map(container, container.?cpu.orValue(0)).sum()) <= task"),
        "the cpu of all containers together cannot be greater than the cpu of the task",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        sized!("memory", "gb", "self.containerDefinitions.all(container, double(container.?memory.orValue(0)) <= task)"),
        "the memory of a container cannot be greater than the memory of the task",
    ),
    mismatched(
        "spec",
        ".containerDefinitions",
        sized!("memory", "gb", "double(self.containerDefinitions.map(container, container.?memoryReservation.orValue(0)).sum()) <= task"),
        "the memoryReservation of all containers together cannot be greater than the memory of the task",
    ),
];
