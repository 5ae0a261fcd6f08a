//! What the node's programs are told: the files of their settings, in the cluster's folder.

use std::path::Path;

use serde_json::json;

use super::namespaces::{Namespaces, STATE};
use crate::support::tools::Tools;
use crate::support::{Result, While};

/// The node's name.
pub const NODE: &str = "node-1";
/// The sandbox of pods, as an image of this cluster.
pub const PAUSE: &str = "localhost/pause:1";
/// Where pods ask for names.
pub const NAME_SERVER: &str = "10.96.0.10";
/// Where the name server says that it is ready.
pub const NAME_SERVER_READY: u16 = 8181;
/// Where kube-proxy says that it is healthy.
pub const PROXY_HEALTH: u16 = 10_256;

/// Writes `containerd.toml`, `kubelet.yaml`, `kube-proxy.yaml`, `Corefile` and `networks/`. `cluster` is the folder of the cluster,
/// `cgroup` the name of the node's.
pub fn write(folder: &Path, cluster: &Path, cgroup: &str, namespaces: &Namespaces, tools: &Tools) -> Result<()> {
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).during(name);
    std::fs::create_dir_all(folder.join("networks"))?;
    write("networks/10-pods.conflist", network(&namespaces.pods()))?;
    let plugins = tools.path("ptp")?.parent().ok_or("the network plugins have no folder")?;
    write("containerd.toml", containerd(plugins, &folder.join("networks")))?;
    write("kubelet.yaml", kubelet(&cluster.join("certificates"), cgroup, &namespaces.address()))?;
    write("kube-proxy.yaml", proxy(&cluster.join("kube-proxy.kubeconfig"), namespaces))?;
    write("Corefile", name_server(&cluster.join("admin.kubeconfig"), &namespaces.address()))
}

/// Each pod has a pair of interfaces and a route to it. Without a bridge no module of the kernel is needed, and the way to a
/// pod of the same node is the way to any other.
fn network(pods: &str) -> String {
    json!({"cniVersion": "1.0.0", "name": "pods", "plugins": [
        {"type": "ptp", "ipMasq": false, "ipam": {
            "type": "host-local", "dataDir": format!("{STATE}/networks"), "ranges": [[{"subnet": pods}]], "routes": [{"dst": "0.0.0.0/0"}],
        }},
        {"type": "portmap", "backend": "nftables", "capabilities": {"portMappings": true}},
    ]})
    .to_string()
}

/// Nothing outside the namespaces may be touched: no folder in /opt, no profile of `AppArmor` in the kernel. And processes may
/// lack the right to be spared when memory runs out.
fn containerd(plugins: &Path, networks: &Path) -> String {
    format!(
        r#"version = 3
root = "{STATE}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "{STATE}/containerd.sock"
[ttrpc]
  address = "{STATE}/containerd.sock.ttrpc"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "{PAUSE}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["{}"]
    conf_dir = "{}"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
"#,
        plugins.display(),
        networks.display(),
    )
}

/// It tells often how the node is, so that a test sees soon that it does not any more; and it removes no image, since it could
/// not get it again.
fn kubelet(certificates: &Path, cgroup: &str, address: &str) -> String {
    let file = |name: &str| certificates.join(name);
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": address,
        "authentication": {"anonymous": {"enabled": false}, "webhook": {"enabled": true}, "x509": {"clientCAFile": file("authority.crt")}},
        "authorization": {"mode": "Webhook"},
        // one pair for both servers: they have the same address
        "tlsCertFile": file("api-server.crt"),
        "tlsPrivateKeyFile": file("api-server.key"),
        "containerRuntimeEndpoint": format!("unix://{STATE}/containerd.sock"),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": format!("/{cgroup}"),
        "enforceNodeAllocatable": [],
        // of a namespace of the pod's own, all of them
        "allowedUnsafeSysctls": ["fs.mqueue.*", "kernel.msg*", "kernel.sem", "kernel.shm*", "net.*"],
        "failCgroupV1": false,
        "failSwapOn": false,
        "clusterDomain": "cluster.local",
        "clusterDNS": [NAME_SERVER],
        "resolvConf": "",
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%", "nodefs.inodesFree": "1%"},
        "imageGCHighThresholdPercent": 100,
        "nodeLeaseDurationSeconds": 8,
        "nodeStatusUpdateFrequency": "2s",
        "syncFrequency": "10s",
        "kubeAPIQPS": 500,
        "kubeAPIBurst": 1000,
        "eventRecordQPS": 0,
        "serializeImagePulls": false,
        "maxPods": 250,
        "podLogsDir": format!("{STATE}/pods"),
        "volumePluginDir": format!("{STATE}/volume-plugins"),
    })
    .to_string()
}

fn proxy(kubeconfig: &Path, namespaces: &Namespaces) -> String {
    json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clusterCIDR": namespaces.pods(),
        "clientConnection": {"kubeconfig": kubeconfig},
        "hostnameOverride": NODE,
        "healthzBindAddress": format!("{}:{PROXY_HEALTH}", namespaces.address()),
        "metricsBindAddress": "127.0.0.1:10249",
        // the table of connections is the whole machine's: its size is left alone
        "conntrack": {"maxPerCore": 0},
        "nftables": {"minSyncPeriod": "0s"},
    })
    .to_string()
}

/// Names of the cluster; all others do not exist, since nothing leads out of it. They are two servers, because in one
/// the template would answer first.
fn name_server(kubeconfig: &Path, address: &str) -> String {
    format!(
        "\
cluster.local in-addr.arpa {{
    bind {address}
    errors
    ready {address}:{NAME_SERVER_READY}
    kubernetes cluster.local in-addr.arpa {{
        kubeconfig {} test-bed
        ttl 1
    }}
    loadbalance
}}
. {{
    bind {address}
    template ANY ANY {{
        rcode NXDOMAIN
    }}
}}
",
        kubeconfig.display()
    )
}
