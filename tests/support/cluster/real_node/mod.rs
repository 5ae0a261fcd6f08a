//! A real node: kubelet, containerd and kube-proxy, with a name server and an ingress controller.
//!
//! All of it, and the control plane with it, runs in namespaces and cgroups of its own. This process reaches the API
//! server, the ingress controller and the pods by their addresses; the addresses of services are known inside only.

mod cgroups;
mod namespaces;
mod requirements;
mod settings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::IngressClass;
use kube::Client;
use kube::api::{Api, PostParams};
use serde_json::json;

use super::location::Location;
use super::nodes;
use super::workspace::PREFIX;
use crate::support::image::{Entry, Image, Platform};
use crate::support::process::{Process, leashed, output};
use crate::support::tools::Tools;
use crate::support::{Result, SOON, While, ensure, eventually, fetch, lock};
use namespaces::{Namespaces, STATE};
pub use requirements::missing;
use settings::NODE;

/// The ingress class that the ingress controller serves.
pub const INGRESS_CLASS: &str = "traefik";

const INGRESS_PORT: u16 = 20_080;
const INGRESS_HEALTH: u16 = 20_081;

/// The node of a cluster.
#[derive(Debug)]
pub struct RealNode {
    // ended first, and with them every process
    namespaces: Namespaces,
    cgroup: String,
    folder: PathBuf,
    cluster: PathBuf,
    tools: Tools,
    kubelet: Mutex<Option<Process>>,
    others: Mutex<Vec<Process>>,
}

impl RealNode {
    /// Makes the place for a node, and starts the runtime in it. The folder is the cluster's.
    pub async fn prepare(cluster: &Path, tools: &Tools) -> Result<Self> {
        let name = cluster.file_name().ok_or("the cluster's folder has no name")?.to_string_lossy().into_owned();
        cgroups_of_the_dead(cluster.parent().unwrap_or(cluster)).await?;
        let namespaces = Namespaces::create(cluster, tools).await?;
        let folder = cluster.join("node");
        std::fs::create_dir(&folder)?;
        let (tools, cluster) = (tools.clone(), cluster.to_owned());
        let node = Self { namespaces, cgroup: name, folder, cluster, tools, kubelet: Mutex::default(), others: Mutex::default() };
        cgroups::create(&node.cgroup)?;
        settings::write(&node.folder, &node.cluster, &node.cgroup, &node.namespaces, &node.tools)?;
        let settings = format!("--config={}", node.folder.join("containerd.toml").display());
        node.start_other("containerd", &[settings])?;
        Ok(node)
    }

    /// Where the control plane is to run. That a node is gone is seen after 16 seconds, not after Kubernetes' default of 50.
    pub fn location(&self) -> Location {
        let certificate = |file: &str| self.cluster.join("certificates").join(file).display().to_string();
        Location {
            address: self.namespaces.address(),
            enter: self.namespaces.enter(),
            api_server_arguments: vec![
                format!("--advertise-address={}", self.namespaces.address()),
                format!("--kubelet-client-certificate={}", certificate("admin.crt")),
                format!("--kubelet-client-key={}", certificate("admin.key")),
                format!("--kubelet-certificate-authority={}", certificate("authority.crt")),
                "--kubelet-preferred-address-types=InternalIP".to_owned(),
            ],
            controller_manager_arguments: vec!["--node-monitor-grace-period=16s".to_owned(), "--node-monitor-period=1s".to_owned()],
        }
    }

    /// Starts what needs the API server, and returns when pods can run and be reached.
    pub async fn join(&self, client: &Client) -> Result<()> {
        self.start_kubelet()?;
        self.start_other("kube-proxy", &[format!("--config={}", self.folder.join("kube-proxy.yaml").display())])?;
        self.start_other("coredns", &[format!("-conf={}", self.folder.join("Corefile").display())])?;
        self.start_ingress_controller()?;
        self.create_name_service(client).await?;
        create_ingress_class(client).await?;
        self.load_pause().await?;
        let address = self.namespaces.address();
        for (what, url) in [
            ("kube-proxy", format!("http://{address}:{}/healthz", settings::PROXY_HEALTH)),
            ("the name server", format!("http://{address}:{}/ready", settings::NAME_SERVER_READY)),
            ("the ingress controller", format!("http://{address}:{INGRESS_HEALTH}/ping")),
        ] {
            eventually(format!("{what} is ready"), SOON, async || self.check(fetch(&url).await)).await?;
        }
        eventually("the node is ready", SOON, async || self.check(nodes::is_ready(client, NODE).await)).await
    }

    /// The ingress controller's address for HTTP, such as `http://198.18.1.2:20080`. It serves the class `traefik`.
    pub fn ingress(&self) -> String {
        format!("http://{}:{INGRESS_PORT}", self.namespaces.address())
    }

    /// The node's address.
    pub fn address(&self) -> String {
        self.namespaces.address()
    }

    /// Gives the node the images of an OCI archive (a tar file), under the names that they have in it.
    pub async fn load_image(&self, archive: &Path) -> Result<()> {
        ensure(archive.is_file(), format!("{} is no file", archive.display()))?;
        self.runtime(&["images", "import", &archive.to_string_lossy()]).await.map(drop)
    }

    /// Asks the runtime, by `ctr`.
    pub async fn runtime(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.command("ctr")?;
        command.arg(format!("--address={STATE}/containerd.sock")).arg("--namespace=k8s.io").args(arguments);
        output(command).await
    }

    /// A command on a leash that runs a program of the system in the node's namespaces.
    pub fn inside(&self, program: &str) -> Result<Command> {
        let mut words = self.namespaces.enter().into_iter().chain([program.into()]);
        let mut command = leashed(words.next().unwrap_or_default());
        command.args(words);
        self.configure(&mut command)?;
        Ok(command)
    }

    /// A static binary that is a shell and its tools, for images.
    pub fn busybox(&self) -> Result<PathBuf> {
        Ok(self.tools.packages()?.busybox())
    }

    /// Ends the kubelet: pods go on, but nobody tells the control plane about them.
    pub fn stop_kubelet(&self) {
        drop(lock(&self.kubelet).take());
    }

    /// Starts the kubelet, unless it runs.
    pub fn start_kubelet(&self) -> Result<()> {
        let mut slot = lock(&self.kubelet);
        if slot.is_none() {
            let arguments = [
                format!("--config={}", self.folder.join("kubelet.yaml").display()),
                format!("--kubeconfig={}", self.cluster.join("kubelet.kubeconfig").display()),
                format!("--hostname-override={NODE}"),
                format!("--node-ip={}", self.namespaces.address()),
                "--node-labels=topology.kubernetes.io/zone=zone-1".to_owned(),
                format!("--root-dir={STATE}/kubelet"),
                format!("--cert-dir={STATE}/kubelet/certificates"),
            ];
            *slot = Some(self.start("kubelet", &arguments, &[])?);
        }
        Ok(())
    }

    /// The first process in the node's namespaces, as this machine counts; all others are in the same.
    pub fn first_process(&self) -> u32 {
        self.namespaces.first_process()
    }

    /// The name of the node's folder in each hierarchy of cgroups.
    pub fn cgroup(&self) -> &str {
        &self.cgroup
    }

    /// The folder of what containers write to standard output: `NAMESPACE_POD_UID/CONTAINER/START.log`, from start 0. It is the node's
    /// own, seen through its first process.
    pub fn container_logs(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{STATE}/pods", self.first_process()))
    }

    /// The interface of this machine that leads to the node.
    pub fn interface(&self) -> String {
        self.namespaces.interface()
    }

    /// Ends everything, and removes what would stay.
    pub fn stop(&self) {
        self.namespaces.end();
        drop(lock(&self.kubelet).take());
        lock(&self.others).clear();
        if let Err(error) = cgroups::remove(&self.cgroup) {
            eprintln!("test bed: a cgroup of the node could not be removed: {error}");
        }
    }

    fn start_ingress_controller(&self) -> Result<()> {
        let address = self.namespaces.address();
        let arguments = [
            format!("--entrypoints.web.address={address}:{INGRESS_PORT}"),
            format!("--entrypoints.traefik.address={address}:{INGRESS_HEALTH}"),
            "--ping=true".to_owned(),
            "--providers.kubernetesingress=true".to_owned(),
            format!("--providers.kubernetesingress.ingressclass={INGRESS_CLASS}"),
            // `/api` is not the beginning of `/apiary`, as Kubernetes has it
            "--providers.kubernetesingress.strictprefixmatching=true".to_owned(),
            format!("--providers.kubernetesingress.ingressendpoint.ip={address}"),
            // at the default of two seconds it would send requests to tasks that have gone
            "--providers.providersthrottleduration=100ms".to_owned(),
            "--global.checknewversion=false".to_owned(),
            "--global.sendanonymoususage=false".to_owned(),
        ];
        let kubeconfig = self.cluster.join("admin.kubeconfig");
        let process = self.start("traefik", &arguments, &[("KUBECONFIG", &kubeconfig)])?;
        lock(&self.others).push(process);
        Ok(())
    }

    async fn load_pause(&self) -> Result<()> {
        let archive = self.folder.join("pause.tar");
        let contents = BTreeMap::from([("/pause".to_owned(), Entry::program(self.tools.path("pause")?)?)]);
        let contents = BTreeMap::from([(Platform::here()?, contents)]);
        Image { name: settings::PAUSE.to_owned(), contents, entry_point: vec!["/pause".to_owned()], ..Image::default() }.write(&archive)?;
        eventually("the runtime takes images", SOON, async || self.check(self.load_image(&archive).await)).await
    }

    /// The Service whose address every pod is told, and that it leads to a process of the node.
    async fn create_name_service(&self, client: &Client) -> Result<()> {
        let port = |protocol: &str| json!({"name": protocol.to_lowercase(), "port": 53, "protocol": protocol});
        let (name, ports) = ("kube-dns", json!([port("UDP"), port("TCP")]));
        let service = json!({"metadata": {"name": name}, "spec": {"clusterIP": settings::NAME_SERVER, "ports": ports}});
        let slice = json!({"metadata": {"name": name, "labels": {"kubernetes.io/service-name": name}}, "addressType": "IPv4",
            "endpoints": [{"addresses": [self.namespaces.address()]}], "ports": ports});
        let services: Api<Service> = Api::namespaced(client.clone(), "kube-system");
        services.create(&PostParams::default(), &serde_json::from_value(service)?).await.during(name)?;
        let slices: Api<EndpointSlice> = Api::namespaced(client.clone(), "kube-system");
        slices.create(&PostParams::default(), &serde_json::from_value(slice)?).await.during(name).map(drop)
    }

    fn start_other(&self, tool: &str, arguments: &[String]) -> Result<()> {
        let process = self.start(tool, arguments, &[])?;
        lock(&self.others).push(process);
        Ok(())
    }

    fn start(&self, tool: &str, arguments: &[String], environment: &[(&str, &Path)]) -> Result<Process> {
        let mut command = self.command(tool)?;
        command.args(arguments).envs(environment.iter().copied());
        Process::start(tool, &self.cluster.join("logs"), command)
    }

    fn command(&self, tool: &str) -> Result<Command> {
        let mut command = self.location().command(&self.tools, tool)?;
        self.configure(&mut command)?;
        Ok(command)
    }

    /// Lets a program find the others: containerd its shim and runc, kube-proxy `nft`.
    fn configure(&self, command: &mut Command) -> Result<()> {
        let folders = ["containerd", "runc", "ptp"].map(|tool| self.tools.path(tool).map(|path| path.parent().unwrap_or(path).to_owned()));
        let folders: Vec<PathBuf> = folders.into_iter().collect::<Result<_>>()?;
        self.tools.packages()?.configure(command, folders)
    }

    /// What was seen, unless a process that it needs has ended.
    fn check<T>(&self, seen: Result<T>) -> Result<T> {
        let all_run = || lock(&self.others).iter().chain(lock(&self.kubelet).iter()).try_for_each(Process::check_alive);
        seen.map_err(|reason| all_run().err().unwrap_or(reason))
    }
}

impl Drop for RealNode {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn create_ingress_class(client: &Client) -> Result<()> {
    let class = json!({"metadata": {"name": INGRESS_CLASS}, "spec": {"controller": "traefik.io/ingress-controller"}});
    let classes: Api<IngressClass> = Api::all(client.clone());
    classes.create(&PostParams::default(), &serde_json::from_value(class)?).await.during(INGRESS_CLASS).map(drop)
}

/// Removes the cgroups of clusters whose folder is gone: their owner was killed. It waits for their last processes, which
/// the kernel is ending.
async fn cgroups_of_the_dead(folders: &Path) -> Result<()> {
    for name in cgroups::beginning_with(PREFIX)?.into_iter().filter(|name| !folders.join(name).exists()) {
        eventually(format!("the cgroup {name} of a dead owner is removed"), SOON, async || cgroups::remove(&name)).await?;
    }
    Ok(())
}
