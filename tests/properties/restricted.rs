//! The Pod Security Standard `restricted`, which has what `baseline` has and more, as a table of its rules.

use ecs_operator::ecs;
use ecs_operator::ecs::kubernetes::PodSecurity;
use ecs_operator::settings::Settings;
use serde_json::{Value, json};

/// What a rule looks at.
enum Rule {
    /// Every value at these paths of the pod, where there is one.
    Pod(&'static [&'static str], fn(&Value) -> bool),
    /// Every value at these paths of each container, where there is one.
    Container(&'static [&'static str], fn(&Value) -> bool),
    /// Each container with the pod: what the container does not say the pod may.
    Both(fn(&Value, &Value) -> bool),
    /// The same, of Linux only.
    OnLinux(fn(&Value, &Value) -> bool),
}

/// The name of each control, and what it asks for.
const RULES: &[(&str, Rule)] = &[
    ("HostProcess", Rule::Pod(&["/securityContext/windowsOptions/hostProcess"], is_false)),
    ("HostProcess", Rule::Container(&["/securityContext/windowsOptions/hostProcess"], is_false)),
    ("Host Namespaces", Rule::Pod(&["/hostNetwork", "/hostPID", "/hostIPC"], is_false)),
    ("Privileged Containers", Rule::Container(&["/securityContext/privileged"], is_false)),
    ("Capabilities", Rule::Container(&["/securityContext/capabilities/add"], |added| items(added).all(|name| name == "NET_BIND_SERVICE"))),
    ("Capabilities", Rule::OnLinux(|_, container| items(&container["securityContext"]["capabilities"]["drop"]).any(|name| name == "ALL"))),
    ("Host Ports", Rule::Container(&["/ports"], |ports| items(ports).all(|port| port.get("hostPort").is_none_or(|port| port == 0)))),
    (
        "Host Probes",
        Rule::Container(&["/livenessProbe", "/readinessProbe", "/startupProbe", "/lifecycle/preStop", "/lifecycle/postStart"], |probe| {
            ["httpGet", "tcpSocket"].iter().all(|action| probe[*action].get("host").is_none_or(|host| host == ""))
        }),
    ),
    ("AppArmor", Rule::Pod(&["/securityContext/appArmorProfile/type"], |kind| *kind == "RuntimeDefault" || *kind == "Localhost")),
    ("AppArmor", Rule::Container(&["/securityContext/appArmorProfile/type"], |kind| *kind == "RuntimeDefault" || *kind == "Localhost")),
    ("SELinux", Rule::Pod(&["/securityContext/seLinuxOptions"], is_confined)),
    ("SELinux", Rule::Container(&["/securityContext/seLinuxOptions"], is_confined)),
    ("/proc Mount Type", Rule::Container(&["/securityContext/procMount"], |kind| *kind == "Default")),
    (
        "Sysctls",
        Rule::Pod(&["/securityContext/sysctls"], |sysctls| items(sysctls).all(|sysctl| SYSCTLS.contains(&sysctl["name"].as_str().unwrap_or_default()))),
    ),
    ("Volume Types", Rule::Pod(&["/volumes"], |volumes| items(volumes).all(|volume| VOLUMES.iter().any(|kind| volume.get(kind).is_some())))),
    ("Privilege Escalation", Rule::OnLinux(|_, container| container["securityContext"]["allowPrivilegeEscalation"] == false)),
    (
        "Running as Non-root",
        Rule::Both(|pod, container| *container.pointer("/securityContext/runAsNonRoot").unwrap_or(&pod["securityContext"]["runAsNonRoot"]) == true),
    ),
    ("Running as Non-root user", Rule::Pod(&["/securityContext/runAsUser"], |user| *user != 0)),
    ("Running as Non-root user", Rule::Container(&["/securityContext/runAsUser"], |user| *user != 0)),
    (
        "Seccomp",
        Rule::OnLinux(|pod, container| {
            let kind = container.pointer("/securityContext/seccompProfile/type").unwrap_or(&pod["securityContext"]["seccompProfile"]["type"]);
            *kind == "RuntimeDefault" || *kind == "Localhost"
        }),
    ),
];

const SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];
const VOLUMES: [&str; 8] = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

/// Settings that ask for it, and allow what contradicts it.
pub fn settings() -> Settings {
    let allowed = Settings::read(include_str!("../golden/settings.yaml")).expect("settings");
    Settings { pod_security: PodSecurity::Restricted, ..allowed }
}

/// That a pod, where there is one, satisfies every rule.
pub fn check(pod: &Value, task_definition: &ecs::TaskDefinition) {
    let family = task_definition.runtime_platform.as_ref().and_then(|platform| platform.operating_system_family);
    let is_windows = family.is_some_and(|family| family != ecs::OperatingSystemFamily::Linux);
    if pod.is_object() {
        let broken = broken(pod, is_windows);
        assert!(broken.is_empty(), "{broken:?} in {pod}");
    }
}

fn broken(pod: &Value, is_windows: bool) -> Vec<&'static str> {
    let containers: Vec<&Value> = items(&pod["initContainers"]).chain(items(&pod["containers"])).collect();
    let each = |holds: &fn(&Value, &Value) -> bool| containers.iter().all(|container| holds(pod, container));
    let is_kept = |rule: &Rule| match rule {
        Rule::Pod(paths, holds) => paths.iter().filter_map(|path| pod.pointer(path)).all(holds),
        Rule::Container(paths, holds) => containers.iter().all(|container| paths.iter().filter_map(|path| container.pointer(path)).all(holds)),
        Rule::Both(holds) => each(holds),
        Rule::OnLinux(holds) => is_windows || each(holds),
    };
    RULES.iter().filter(|(_, rule)| !is_kept(rule)).map(|(name, _)| *name).collect()
}

fn is_false(value: &Value) -> bool {
    *value == false
}

fn is_confined(labels: &Value) -> bool {
    let types = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    labels["type"].as_str().is_none_or(|label| types.contains(&label)) && labels.get("user").is_none() && labels.get("role").is_none()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[test]
fn what_breaks_the_rules_is_found() {
    let pod = json!({ "securityContext": { "seccompProfile": { "type": "RuntimeDefault" }, "runAsNonRoot": true },
        "containers": [{ "securityContext": { "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } } }] });
    assert!(broken(&pod, false).is_empty());
    let pod =
        json!({ "hostPID": true, "volumes": [{ "hostPath": {} }], "containers": [{ "ports": [{ "hostPort": 80 }], "securityContext": { "runAsUser": 0 } }] });
    let expected =
        ["Host Namespaces", "Capabilities", "Host Ports", "Volume Types", "Privilege Escalation", "Running as Non-root", "Running as Non-root user", "Seccomp"];
    assert_eq!(broken(&pod, false), expected);
    assert_eq!(broken(&json!({ "securityContext": { "runAsNonRoot": true }, "containers": [{}] }), true), [""; 0]);
}
