//! `capabilities`: what the container may do beyond, or short of, what containers may by default.
//!
//! Docker drops first and adds then, and where `ALL` is dropped it forgets what else is. containerd adds first and drops
//! then: what is in both lists must not be dropped there.

use crate::ecs::container_definition;
use crate::ecs::kubernetes::PodSecurity;
use crate::k8s;
use crate::settings::Danger;
use crate::translate::allow::allowed;
use crate::translate::container::Task;
use crate::translate::diagnostic::{KernelFault, Place};

const ALL: &str = "ALL";
/// The one that `restricted` pods may have.
const OF_RESTRICTED: &str = "NET_BIND_SERVICE";
/// Those that a container has by default, of Docker and of containerd alike.
const DEFAULT: [&str; 14] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// Those that it has not.
const OTHERS: [&str; 27] = [
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "DAC_READ_SEARCH",
    "IPC_LOCK",
    "IPC_OWNER",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "NET_ADMIN",
    "NET_BROADCAST",
    "PERFMON",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "SYSLOG",
    "WAKE_ALARM",
];

/// The capabilities that are added and dropped. What decides nothing is reported and left out.
pub(super) fn capabilities(asked: &container_definition::Capabilities, is_privileged: bool, task: &Task<'_>, at: &Place<'_>) -> Option<k8s::Capabilities> {
    let container_definition::Capabilities { add, drop } = asked;
    let add = names(add.as_deref(), &at.member("add"));
    let drop = names(drop.as_deref(), &at.member("drop"));
    let is_restricted = task.pod_security == PodSecurity::Restricted;
    let (adds_all, drops_all) = (has(&add, ALL), has(&drop, ALL));
    let why_not_added = |name: &str| match () {
        () if is_privileged => Some("a `privileged` container has all of them"),
        () if adds_all && name != ALL => Some("`ALL` is added"),
        () => None,
    };
    let why_not_dropped = |name: &str| match () {
        () if is_privileged => Some("a `privileged` container has all of them"),
        () if is_restricted && name != ALL => Some("`restricted` pods drop all of them"),
        () if adds_all && name == ALL => Some("`ALL` is added, and adding wins"),
        () if adds_all => None,
        () if drops_all && name != ALL => Some("`ALL` is dropped"),
        () if has(&add, name) => Some("it is added as well, and adding wins"),
        () => None,
    };
    let add = kept(&add, why_not_added).filter(|(name, at)| is_granted(name, is_restricted, task, at)).map(|(name, _)| name.clone()).collect();
    let drop = kept(&drop, why_not_dropped).map(|(name, _)| name.clone()).collect();
    let some = |names: Vec<String>| Some(names).filter(|names| !names.is_empty());
    let capabilities = k8s::Capabilities { add: some(add), drop: some(if is_restricted { vec![ALL.into()] } else { drop }) };
    (capabilities != k8s::Capabilities::default()).then_some(capabilities)
}

/// A capability as Kubernetes writes it, and where it stands.
type Named<'a> = (String, Place<'a>);

/// The capabilities of a list, each once.
fn names<'a>(list: Option<&[String]>, at: &Place<'a>) -> Vec<Named<'a>> {
    let mut names: Vec<Named<'a>> = Vec::new();
    for (index, written) in list.unwrap_or_default().iter().enumerate() {
        let at = at.item(index);
        let upper = written.to_ascii_uppercase();
        let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if name != ALL && !DEFAULT.contains(&name) && !OTHERS.contains(&name) {
            at.say(KernelFault::CapabilityUnknown { capability: written.clone() });
        } else if has(&names, name) {
            at.say(KernelFault::CapabilityWithoutEffect { capability: written.clone(), reason: "it is in the list already" });
        } else {
            names.push((name.into(), at));
        }
    }
    names
}

fn has(names: &[Named<'_>], name: &str) -> bool {
    names.iter().any(|(other, _)| other == name)
}

/// Those for which there is no reason to leave them out.
fn kept<'a>(names: &'a [Named<'a>], why_not: impl Fn(&str) -> Option<&'static str>) -> impl Iterator<Item = &'a Named<'a>> {
    names.iter().filter(move |(name, at)| {
        let reason = why_not(name);
        if let Some(reason) = reason {
            at.say(KernelFault::CapabilityWithoutEffect { capability: name.clone(), reason });
        }
        reason.is_none()
    })
}

/// Whether a capability may be added; that it may not is said.
fn is_granted(name: &str, is_restricted: bool, task: &Task<'_>, at: &Place<'_>) -> bool {
    let is_harmless = if is_restricted { name == OF_RESTRICTED } else { DEFAULT.contains(&name) };
    is_harmless || allowed(Danger::Capabilities, task.inputs, at)
}
