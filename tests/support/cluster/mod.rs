//! A Kubernetes cluster of this process's own: a real control plane, and KWOK playing the nodes, or a real node.

mod boot;
mod certificates;
mod control_plane;
mod location;
mod nodes;
mod ports;
pub mod real_node;
mod workspace;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::Client;
use kube::api::{Api, ObjectMeta, PostParams};
use tokio::sync::OnceCell;

use super::process::{Process, output};
use super::tools::{DEFAULT_KUBERNETES, Tools};
use super::{Result, SOON, While, eventually, lock};
use boot::Booted;
use control_plane::ControlPlane;
pub use ports::free_port;
pub use real_node::RealNode;
use workspace::Workspace;

/// What a label and a namespace's name may have at most.
const LONGEST_NAME: usize = 63;

static LIVE: Mutex<Vec<Weak<Cluster>>> = Mutex::new(Vec::new());

/// What a cluster is made of; the default is what most tests want.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Which `tests/tools/kubernetes-…` to run; `None` for the default version. Another one has an API server only: use
    /// [`ClusterOptions::api_server`].
    pub kubernetes: Option<&'static str>,
    /// Without it no pod finds a node.
    pub scheduler: bool,
    /// Without it nobody writes but the operator.
    pub controller_manager: bool,
    /// How many nodes KWOK plays.
    pub nodes: usize,
    /// Whether there is a real node, on which containers run. Needs what [`real_node::missing`] tells of.
    pub real_node: bool,
    /// Added to the API server's arguments.
    pub api_server_arguments: Vec<String>,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self { kubernetes: DEFAULT_KUBERNETES, scheduler: true, controller_manager: true, nodes: 3, real_node: false, api_server_arguments: Vec::new() }
    }
}

impl ClusterOptions {
    /// An API server of that version, and nobody who would act on what it is told.
    pub fn api_server(kubernetes: Option<&'static str>) -> Self {
        Self { kubernetes, scheduler: false, controller_manager: false, nodes: 0, ..Self::default() }
    }

    /// One real node in place of those that KWOK plays.
    pub fn real_node() -> Self {
        Self { nodes: 0, real_node: true, ..Self::default() }
    }
}

/// A running cluster. It ends, and its folder goes, when it is dropped or this process ends, however that happens.
pub struct Cluster {
    // fields are dropped in this order: processes first, then the folder they write to
    running: Mutex<Vec<Process>>,
    controller_manager: Mutex<Option<Process>>,
    node: Option<RealNode>,
    plane: ControlPlane,
    client: Client,
    boot_time: Duration,
    pub(super) definitions: OnceCell<()>,
    workspace: Workspace,
}

impl Cluster {
    /// Boots a cluster and returns when pods can run on it.
    pub async fn boot(options: ClusterOptions) -> Result<Arc<Self>> {
        let (kubernetes, real_node) = (options.kubernetes, options.real_node);
        let prepare = move || if real_node { Tools::prepare_real_node() } else { Tools::prepare(kubernetes) };
        let tools = tokio::task::spawn_blocking(prepare).await??;
        let start = Instant::now();
        let workspace = Workspace::create()?;
        match boot::boot(workspace.path(), tools, &options, start).await {
            Ok(Booted { running, controller_manager, node, plane, client }) => {
                let cluster = Arc::new(Self {
                    running: Mutex::new(running),
                    controller_manager: Mutex::new(controller_manager),
                    node,
                    plane,
                    client,
                    boot_time: start.elapsed(),
                    definitions: OnceCell::new(),
                    workspace,
                });
                lock(&LIVE).push(Arc::downgrade(&cluster));
                Ok(cluster)
            }
            Err(error) => {
                workspace.keep_logs();
                Err(error)
            }
        }
    }

    /// A client with every right.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The file that gives `kubectl` every right.
    pub fn kubeconfig(&self) -> PathBuf {
        self.plane.kubeconfig("admin")
    }

    /// The API server's address and the certificate authority that vouches for it.
    pub fn endpoint(&self) -> (String, PathBuf) {
        (self.plane.server(), self.plane.authority())
    }

    /// From the start of the first process until pods could run.
    pub fn boot_time(&self) -> Duration {
        self.boot_time
    }

    /// Everything of this cluster: data, certificates, `logs`.
    pub fn folder(&self) -> &Path {
        self.workspace.path()
    }

    /// The folder of the logs.
    pub fn logs(&self) -> PathBuf {
        self.workspace.logs()
    }

    /// When the cluster ends, its logs are kept and their folder is printed.
    pub fn keep_logs(&self) {
        self.workspace.keep_logs();
    }

    /// Runs the real kubectl with every right and returns what it printed.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        self.tool("kubectl", arguments).await
    }

    /// `kubectl` with the given documents as `-f`, for example `apply` or `create`.
    pub async fn kubectl_with(&self, arguments: &[&str], documents: &str) -> Result<String> {
        let file = tempfile::Builder::new().suffix(".yaml").tempfile_in(self.folder())?;
        std::fs::write(file.path(), documents)?;
        let path = file.path().to_string_lossy();
        self.tool("kubectl", &[arguments, &["-f", &path]].concat()).await
    }

    /// Runs the real helm with every right and returns what it printed.
    pub async fn helm(&self, arguments: &[&str]) -> Result<String> {
        self.tool("helm", arguments).await
    }

    async fn tool(&self, name: &str, arguments: &[&str]) -> Result<String> {
        let mut command = self.plane.tools().command(name)?;
        let home = self.folder().join("home");
        command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("KUBECONFIG", self.kubeconfig());
        // nothing of the person who runs the tests: no plugins, no repositories, no discovery cache of another cluster
        for variable in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "KUBECACHEDIR"] {
            command.env(variable, home.join(variable));
        }
        output(command).await
    }

    /// The real node, of a cluster that has one.
    pub fn real_node(&self) -> Result<&RealNode> {
        Ok(self.node.as_ref().ok_or("this cluster has no real node")?)
    }

    /// Gives the real node the images of an OCI archive; see [`RealNode::load_image`].
    pub async fn load_image(&self, archive: &Path) -> Result<()> {
        self.real_node()?.load_image(archive).await
    }

    /// Creates a namespace named after a test, as far as DNS allows, and waits until pods can be made in it.
    pub async fn namespace_for(&self, test: &str) -> Result<String> {
        let name = namespace_name(test);
        let namespaces: Api<Namespace> = Api::all(self.client());
        let metadata = ObjectMeta { name: Some(name.clone()), ..ObjectMeta::default() };
        let namespace = Namespace { metadata, ..Namespace::default() };
        namespaces.create(&PostParams::default(), &namespace).await.during(&name)?;
        if lock(&self.controller_manager).is_some() {
            let what = format!("the default service account of {name} exists");
            eventually(what, SOON, async || default_account(&self.client, &name).await).await?;
        }
        Ok(name)
    }

    /// A token of this `ServiceAccount`, as a pod of it would have.
    pub async fn token(&self, namespace: &str, account: &str) -> Result<String> {
        let accounts: Api<ServiceAccount> = Api::namespaced(self.client(), namespace);
        let spec = TokenRequestSpec { expiration_seconds: Some(24 * 60 * 60), ..TokenRequestSpec::default() };
        let request = TokenRequest { spec, ..TokenRequest::default() };
        let reply = accounts.create_token_request(account, &PostParams::default(), &request).await.during(account)?;
        Ok(reply.status.ok_or("the token request has no status")?.token)
    }

    /// From now on nobody makes `ReplicaSets`, pods, endpoints, or deletes what has no owner any more.
    pub fn stop_controller_manager(&self) {
        drop(lock(&self.controller_manager).take());
    }

    /// Starts the controller manager again, unless it runs.
    pub fn start_controller_manager(&self) -> Result<()> {
        let mut slot = lock(&self.controller_manager);
        if slot.is_none() {
            *slot = Some(self.plane.start_controller_manager()?);
        }
        Ok(())
    }

    /// Ends every process and removes the folder, now.
    pub fn stop(&self) {
        if let Some(node) = &self.node {
            node.stop();
        }
        self.stop_controller_manager();
        // the last started first, so that none has to try to reach another that is gone
        while let Some(process) = { lock(&self.running).pop() } {
            drop(process);
        }
        self.workspace.remove();
    }

    /// Stops every cluster of this process.
    pub fn stop_all() {
        let live: Vec<_> = lock(&LIVE).drain(..).collect();
        for cluster in live.iter().filter_map(Weak::upgrade) {
            cluster.stop();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A GET of this path.
pub fn request(path: &str) -> Result<http::Request<Vec<u8>>> {
    Ok(http::Request::get(path).body(Vec::new())?)
}

async fn default_account(client: &Client, namespace: &str) -> Result<()> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), namespace);
    accounts.get("default").await.map(drop).during("the default service account")
}

/// `the_bed::boots_fast` becomes `the-bed-boots-fast`; a name that is too long loses words at its start.
fn namespace_name(test: &str) -> String {
    let words: Vec<String> = test.split(|character: char| !character.is_ascii_alphanumeric()).map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    let fits = |start: &usize| words.get(*start..).is_some_and(|rest| rest.join("-").len() <= LONGEST_NAME);
    let start = (0..words.len()).find(fits).unwrap_or_default();
    words.get(start..).unwrap_or_default().join("-")
}
