//! What gives a container power over its node: only there when the specification asks for it and the settings allow it.

use ecs_operator::settings::Danger;
use serde_json::{Value, json};

/// What a container has without asking, of Docker and of containerd alike.
const CAPABILITIES: [&str; 14] = [
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
/// What every kubelet of 1.34 to 1.37 takes.
const SAFE_SYSCTLS: [&str; 14] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
    "net.ipv4.tcp_notsent_lowat",
    "net.ipv4.tcp_slow_start_after_idle",
];
const CONFINED_TYPES: [&str; 4] = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
/// What a volume of the cluster may have: none is of a node.
const VOLUME_MEMBERS: [&str; 8] = ["accessModes", "capacity", "claimRef", "csi", "mountOptions", "nfs", "persistentVolumeReclaimPolicy", "volumeMode"];
/// Mount options by which something else is mounted, or in another way, than by NFS; and whose server is another.
const MOUNTS_OTHERS: [&str; 15] =
    ["addr", "bg", "bind", "loop", "mountaddr", "mounthost", "move", "offset", "private", "rbind", "remount", "shared", "slave", "unbindable", "upperdir"];
/// Members of a pod, or of a container, that give power and that nothing of ECS asks for.
const NEVER: [&str; 2] = ["procMount", "hostProcess"];

/// That everything dangerous in a pod is asked for by its task definition, and allowed.
pub fn check(pod: &Value, task_definition: &Value, is_allowed: impl Fn(Danger) -> bool) {
    for (danger, what) in found(pod) {
        assert!(is_allowed(danger), "{what} is there and not allowed");
        assert!(is_asked_for(danger, &what, task_definition), "{what} is there and nobody asked for it");
    }
    let text = pod.to_string();
    for member in NEVER {
        assert!(!text.contains(&format!("\"{member}\"")), "{member} is there");
    }
}

/// What is dangerous in a pod, and the member or value that is.
fn found(pod: &Value) -> Vec<(Danger, String)> {
    let mut found = Vec::new();
    for member in ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|member| pod[*member] == true) {
        found.push((Danger::HostNamespaces, member.to_owned()));
    }
    for volume in items(&pod["volumes"]).filter(|volume| volume.get("hostPath").is_some()) {
        let is_device = volume["name"].as_str().is_some_and(|name| name.starts_with("ecs-device-"));
        let danger = if is_device { Danger::Devices } else { Danger::HostPaths };
        found.push((danger, volume["hostPath"]["path"].as_str().unwrap_or_default().to_owned()));
    }
    for name in items(&pod["securityContext"]["sysctls"]).filter_map(|sysctl| sysctl["name"].as_str()).filter(|name| !SAFE_SYSCTLS.contains(name)) {
        found.push((Danger::UnsafeSysctls, name.to_owned()));
    }
    let contexts = items(&pod["initContainers"]).chain(items(&pod["containers"])).map(|container| &container["securityContext"]);
    for context in contexts.chain([&pod["securityContext"]]) {
        if context["privileged"] == true {
            found.push((Danger::Privileged, "privileged".into()));
        }
        for capability in items(&context["capabilities"]["add"]).filter_map(Value::as_str).filter(|capability| !CAPABILITIES.contains(capability)) {
            found.push((Danger::Capabilities, capability.to_owned()));
        }
        if context["appArmorProfile"]["type"] == "Unconfined" {
            found.push((Danger::Unconfined, "apparmor".into()));
        }
        assert!(context["seccompProfile"]["type"] != "Unconfined", "seccomp is off");
        let labels = &context["seLinuxOptions"];
        let is_confined = |label: &Value| label.as_str().is_none_or(|label| CONFINED_TYPES.contains(&label));
        if labels.get("user").is_some() || labels.get("role").is_some() || !is_confined(&labels["type"]) {
            found.push((Danger::Unconfined, "label".into()));
        }
    }
    found
}

/// That a volume of the cluster is a folder of a server, or what the driver of Amazon EFS mounts, and allowed. The kubelet joins server and
/// path as they are, and with `bind` mounts the folder of the node that they make.
pub fn check_volume(volume: &Value, is_allowed: impl Fn(&str) -> bool) {
    let text = |pointer: &str| volume.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let members = volume.as_object().into_iter().flatten().map(|(member, _)| member.as_str());
    for member in members {
        assert!(VOLUME_MEMBERS.contains(&member), "{member} is there: {volume}");
    }
    for option in items(&volume["mountOptions"]).filter_map(Value::as_str) {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"=.:_".contains(&byte);
        let name = option.split('=').next().unwrap_or_default().to_ascii_lowercase();
        assert!(option.bytes().all(legal) && !MOUNTS_OTHERS.contains(&name.as_str()), "{option:?} is there: {volume}");
    }
    let (server, path) = match volume.get("nfs") {
        Some(_) => (text("/nfs/server"), text("/nfs/path")),
        None => text("/csi/volumeHandle").trim_start_matches("s3files:").split_once(':').unwrap_or((text("/csi/volumeHandle"), "")),
    };
    assert!(is_allowed(server), "{server:?} is not allowed: {volume}");
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    assert!(server.split(['.', ':']).all(|part| is_part(part) || server.contains("::")) && !server.contains('/'), "{server:?} is no server: {volume}");
    let is_plain = !path.contains("//") && path.split('/').all(|part| part != "." && part != "..");
    assert!(is_plain && (path.is_empty() || path.starts_with([':', '/'])), "{path:?} is no path: {volume}");
}

fn is_asked_for(danger: Danger, what: &str, task_definition: &Value) -> bool {
    let containers = || items(&task_definition["containerDefinitions"]);
    let volumes = || items(&task_definition["volumes"]);
    match (danger, what) {
        (Danger::HostNamespaces, "hostNetwork") => task_definition["networkMode"] == "host",
        (Danger::HostNamespaces, "hostPID") => task_definition["pidMode"] == "host",
        (Danger::HostNamespaces, _) => task_definition["ipcMode"] == "host",
        (Danger::Privileged, _) => containers().any(|container| container["privileged"] == true),
        (Danger::HostPaths, path) => {
            let options = |volume: &Value| {
                volume["dockerVolumeConfiguration"]["driverOpts"].as_object().is_some_and(|options| options.values().any(|value| value == path))
            };
            volumes().any(|volume| volume["host"]["sourcePath"] == path || options(volume))
        }
        (Danger::Devices, path) => containers().any(|container| items(&container["linuxParameters"]["devices"]).any(|device| device["hostPath"] == path)),
        (Danger::Capabilities, name) => {
            let is_name = |asked: &Value| asked.as_str().is_some_and(|asked| asked.to_ascii_uppercase().trim_start_matches("CAP_") == name);
            containers().any(|container| items(&container["linuxParameters"]["capabilities"]["add"]).any(is_name))
        }
        (Danger::UnsafeSysctls, name) => containers().any(|container| items(&container["systemControls"]).any(|control| control["namespace"] == name)),
        (Danger::Unconfined, word) => {
            let starts = |option: &Value| option.as_str().is_some_and(|option| option.starts_with(word));
            containers().any(|container| items(&container["dockerSecurityOptions"]).any(starts))
        }
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[test]
fn dangers_are_found() {
    let pod = json!({
        "hostNetwork": true, "volumes": [{ "name": "a", "hostPath": { "path": "/a" } }, { "name": "ecs-device-0", "hostPath": { "path": "/dev/a" } }],
        "securityContext": { "sysctls": [{ "name": "net.core.somaxconn", "value": "1" }, { "name": "net.ipv4.tcp_rmem", "value": "1" }] },
        "containers": [{ "securityContext": { "privileged": true, "capabilities": { "add": ["CHOWN", "SYS_ADMIN"] }, "seLinuxOptions": { "type": "spc_t" } } }],
    });
    let whats: Vec<String> = found(&pod).into_iter().map(|(_, what)| what).collect();
    assert_eq!(whats, ["hostNetwork", "/a", "/dev/a", "net.core.somaxconn", "privileged", "SYS_ADMIN", "label"]);
}
