//! Nothing is left on the machine of a real node, however its owner has ended.

use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::web;
use crate::context::Context;
use crate::other_owner;
use crate::runner::Trial;
use crate::support::{Cluster, ClusterOptions, Result, SOON, While, ensure, eventually, interrupt};

/// Set for a copy of this program that only owns a cluster with a real node, to be killed.
const OWNER: &str = "ECS_OPERATOR_REAL_NODE_OWNER";

const INTERFACES: &str = "/sys/class/net";

/// What a kubelet would set for the whole machine.
const PARAMETERS: [&str; 6] =
    ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"];

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(nothing_is_left_when_the_owner_is_killed).on_a_real_node(),
        Trial::parallel(nothing_is_left_when_the_owner_is_interrupted).on_a_real_node(),
    ]
}

async fn nothing_is_left_when_the_owner_is_killed(context: Arc<Context>) -> Result<()> {
    let parameters = parameters()?;
    let (mut owner, traces) = owner_of_a_cluster(&context).await?;
    owner.kill()?;
    owner.wait()?;
    // what the kernel removes by itself does not wait for another owner
    eventually("no process, mount or interface of the node is left", SOON, async || {
        let left = traces.in_the_kernel()?;
        ensure(left.is_empty(), left.join("\n"))
    })
    .await?;
    assert!(!traces.in_folders()?.is_empty(), "nobody could remove them so far");
    let next = context.own_cluster(ClusterOptions::real_node()).await?;
    assert!(next.folder().exists());
    assert_eq!(traces.in_folders()?, [""; 0], "after the start of another owner");
    assert_eq!(self::parameters()?, parameters);
    Ok(())
}

async fn nothing_is_left_when_the_owner_is_interrupted(context: Arc<Context>) -> Result<()> {
    let (mut owner, traces) = owner_of_a_cluster(&context).await?;
    other_owner::interrupt(&mut owner).await?;
    assert_eq!([traces.in_the_kernel()?, traces.in_folders()?].concat(), [""; 0]);
    Ok(())
}

/// Another process that owns a cluster with containers in it, and what can be seen of that.
async fn owner_of_a_cluster(context: &Context) -> Result<(Child, Traces)> {
    let (owner, said) = other_owner::start(context, OWNER).await?;
    let traces: Traces = serde_json::from_str(&said)?;
    let processes = traces.processes()?;
    for program in ["etcd", "kubelet", "containerd-shim-runc-v2", "httpd"] {
        assert!(processes.iter().any(|process| process.contains(program)), "the look at the processes does not see {program}");
    }
    assert!(!traces.interfaces()?.is_empty(), "the look at the interfaces does not see the node's");
    assert!(traces.in_folders()?.len() > 1, "the look at the folders does not see the node's");
    Ok((owner, traces))
}

/// The other process: boots a cluster, runs pods, says what can be seen of it, and waits for its end.
pub fn other_process() -> Option<Result<ExitCode>> {
    std::env::var_os(OWNER)?;
    let own = || {
        let runtime = tokio::runtime::Runtime::new()?;
        interrupt::stop_everything_on_interrupt(runtime.handle())?;
        runtime.block_on(async {
            let cluster = Cluster::boot(ClusterOptions::real_node()).await?;
            let namespace = cluster.namespace_for("web").await?;
            web::run(&cluster, &namespace).await?;
            println!("{}", serde_json::to_string(&Traces::of(&cluster)?)?);
            std::future::pending().await
        })
    };
    Some(own())
}

/// By what the machine shows that there is a cluster with a real node, or was.
#[derive(Serialize, Deserialize)]
struct Traces {
    folder: PathBuf,
    cgroup: String,
    /// The number of this machine's interface: another cluster may get its name, but never that.
    interface: String,
    /// What `/proc/<process>/ns/pid` says of each process in it.
    namespace: PathBuf,
}

impl Traces {
    fn of(cluster: &Cluster) -> Result<Self> {
        let node = cluster.real_node()?;
        let namespace = std::fs::read_link(format!("/proc/{}/ns/pid", node.first_process()))?;
        let interface = std::fs::read_to_string(Path::new(INTERFACES).join(node.interface()).join("ifindex"))?;
        Ok(Self { folder: cluster.folder().to_owned(), cgroup: node.cgroup().to_owned(), interface, namespace })
    }

    /// What the kernel removes when the last process ends.
    fn in_the_kernel(&self) -> Result<Vec<String>> {
        Ok([self.processes()?, self.mounts()?, self.interfaces()?].concat())
    }

    /// Its folder, and its folders of cgroups: only an owner can remove them.
    fn in_folders(&self) -> Result<Vec<String>> {
        let top = PathBuf::from("/sys/fs/cgroup");
        let hierarchies = std::fs::read_dir(&top)?.flatten().map(|entry| entry.path()).chain([top]);
        let folders = hierarchies.map(|hierarchy| hierarchy.join(&self.cgroup)).chain([self.folder.clone()]);
        Ok(folders.filter(|folder| folder.exists()).map(|folder| folder.display().to_string()).collect())
    }

    /// The command lines of the processes in its namespaces, of those in its cgroup, and of those that name its folder.
    fn processes(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for process in std::fs::read_dir("/proc")?.flatten().map(|entry| entry.path()) {
            let Ok(line) = std::fs::read(process.join("cmdline")) else { continue };
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let inside = std::fs::read_link(process.join("ns/pid")).is_ok_and(|namespace| namespace == self.namespace);
            let contained = std::fs::read_to_string(process.join("cgroup")).is_ok_and(|cgroups| cgroups.contains(&self.cgroup));
            if inside || contained || line.contains(&self.folder.display().to_string()) {
                found.push(format!("{} {line}", process.display()));
            }
        }
        Ok(found)
    }

    /// Mounts of this machine that are the node's: all of them should be in its namespaces.
    fn mounts(&self) -> Result<Vec<String>> {
        let mounts = std::fs::read_to_string("/proc/self/mounts")?;
        let folder = self.folder.display().to_string();
        let ours = |line: &&str| [folder.as_str(), "/run/node", "/run/netns/cni-"].iter().any(|place| line.contains(place));
        Ok(mounts.lines().filter(ours).map(str::to_owned).collect())
    }

    fn interfaces(&self) -> Result<Vec<String>> {
        let interfaces = std::fs::read_dir(INTERFACES)?.flatten().map(|entry| entry.path());
        let same = interfaces.filter(|path| std::fs::read_to_string(path.join("ifindex")).is_ok_and(|number| number == self.interface));
        Ok(same.map(|path| path.display().to_string()).collect())
    }
}

fn parameters() -> Result<Vec<String>> {
    PARAMETERS.map(|name| std::fs::read_to_string(format!("/proc/sys/{name}")).during(name)).into_iter().collect()
}
