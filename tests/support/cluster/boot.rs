//! From nothing to a cluster on which pods can run.

use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::Api;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use super::control_plane::ControlPlane;
use super::location::Location;
use super::real_node::RealNode;
use super::{ClusterOptions, default_account, nodes, request};
use crate::support::process::Process;
use crate::support::tools::Tools;
use crate::support::{Result, SOON, While, eventually};

/// What runs, and how it is talked to.
pub struct Booted {
    pub running: Vec<Process>,
    pub controller_manager: Option<Process>,
    pub node: Option<RealNode>,
    pub plane: ControlPlane,
    pub client: Client,
}

/// Starts each part as soon as what it needs is there.
pub async fn boot(folder: &Path, tools: Tools, options: &ClusterOptions, start: Instant) -> Result<Booted> {
    let left = || SOON.saturating_sub(start.elapsed());
    let node = if options.real_node { Some(RealNode::prepare(folder, &tools).await?) } else { None };
    let location = node.as_ref().map_or_else(Location::loopback, RealNode::location);
    let plane = ControlPlane::prepare(folder, tools, location, options.api_server_arguments.clone())?;
    let mut running = vec![plane.start_etcd()?, plane.start_api_server()?];
    let client = client_of(&plane.kubeconfig("admin")).await?;
    let ready = eventually("the API server is ready", left(), async || client.request_text(request("/readyz")?).await.during("/readyz"));
    unless_one_ends(ready, &running, left()).await?;
    // the controller manager and the scheduler read it once, at their start, and end if it is not there
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "kube-system");
    eventually("kube-system/extension-apiserver-authentication exists", left(), async || {
        maps.get("extension-apiserver-authentication").await.map_err(Into::into)
    })
    .await?;
    if options.scheduler {
        running.push(plane.start_scheduler()?);
    }
    if options.nodes > 0 {
        running.push(plane.start_kwok()?);
        nodes::create(&client, options.nodes).await?;
    }
    let controller_manager = options.controller_manager.then(|| plane.start_controller_manager()).transpose()?;
    if let Some(node) = &node {
        unless_one_ends(node.join(&client), &running, left()).await?;
    }
    if options.nodes > 0 {
        let all = eventually("every node is ready", left(), async || nodes::all_ready(&client).await);
        unless_one_ends(all, &running, left()).await?;
    }
    if let Some(process) = &controller_manager {
        let made = eventually("pods can be made", left(), async || default_account(&client, "default").await);
        unless_one_ends(made, std::slice::from_ref(process), left()).await?;
    }
    Ok(Booted { running, controller_manager, node, plane, client })
}

async fn client_of(kubeconfig: &Path) -> Result<Client> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig)?;
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    // a test wants to see what the server answers, the first time
    config.default_retry = false;
    Ok(Client::try_from(config)?)
}

/// Waits for what will never come true once one of these processes has ended.
async fn unless_one_ends<T>(ready: impl Future<Output = Result<T>>, running: &[Process], deadline: Duration) -> Result<T> {
    let ended =
        eventually("a process has ended", deadline, async || running.iter().find_map(|process| process.check_alive().err()).ok_or_else(|| "all run".into()));
    tokio::select! {
        ready = ready => ready,
        Ok(end) = ended => Err(end),
    }
}
