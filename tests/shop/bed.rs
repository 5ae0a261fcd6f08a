//! What the demo stands on: the program, a cluster, the chart in it, and the operator.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kube::Client;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::aws::{Aws, REGION};
use crate::kinds::NAMESPACE;
use crate::screen::{Screen, dim};
use crate::support::cluster::real_node::INGRESS_CLASS;
use crate::support::image::application::application_image_as;
use crate::support::moto::{self, ACCOUNT};
use crate::support::operator::build_binary;
use crate::support::tools::{DEFAULT_KUBERNETES, Tools};
use crate::support::{Changes, Cluster, ClusterOptions, Failure, Installation, Ledger, Operator, Result, SOON, eventually};

const OPERATORS: &str = "ecs-system";
/// The images of the shop, and what their program is told: the application of the tests stands for each.
const IMAGES: [(&str, &str); 3] = [("web-api:v1.2.0", "8080"), ("web-api:v1.3.0", "8080"), ("admin:v0.9.1", "9000")];
const REGISTRY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
// as long as the operator's token lives
const A_DAY: Duration = Duration::from_hours(24);

/// A cluster with the operator at work in it.
pub struct Bed {
    cluster: Arc<Cluster>,
    operator: Operator,
    aws: Aws,
}

impl Bed {
    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// AWS.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// A client with every right.
    pub fn client(&self) -> Client {
        self.cluster.client()
    }

    /// Waits until the operator has ended, which it should not, and returns what it said last.
    pub async fn operator_ends(&self) -> Failure {
        let ended = async || self.operator.check_alive().err().ok_or_else(|| "it runs".into());
        eventually("the operator has ended", A_DAY, ended).await.unwrap_or_else(|still_runs| still_runs)
    }

    /// Ends everything.
    pub fn close(self) {
        self.operator.kill();
        self.cluster.stop();
    }
}

/// Builds our binary.
pub async fn build_operator(screen: &Screen) -> Result<PathBuf> {
    screen.say("cargo build --bin ecs-operator");
    let binary = spawn_blocking(build_binary).await??;
    screen.say(&dim(&binary.display().to_string()));
    Ok(binary)
}

/// Builds the programs of a cluster, unless they were built before; how far it is they say themselves.
pub async fn build_tools(screen: &Screen, real_node: bool) -> Result<()> {
    let node = if real_node { "containerd, runc, CoreDNS, Traefik" } else { "KWOK" };
    screen.say(&format!("etcd, Kubernetes, {node}, kubectl and helm: built once, from source, then taken from the cache"));
    let prepare = move || if real_node { Tools::prepare_real_node() } else { Tools::prepare(DEFAULT_KUBERNETES) };
    spawn_blocking(prepare).await??;
    screen.say("moto, which plays AWS: installed once, from PyPI");
    spawn_blocking(moto::install).await??;
    Ok(())
}

/// Boots a cluster.
pub async fn boot(screen: &Screen, real_node: bool) -> Result<Arc<Cluster>> {
    let (nodes, options) = if real_node { ("a real node", ClusterOptions::real_node()) } else { ("three nodes that KWOK plays", ClusterOptions::default()) };
    let waiting = screen.wait(format!("the control plane and {nodes} are ready"));
    let cluster = Cluster::boot(options).await?;
    waiting.done();
    if real_node {
        let waiting = screen.wait("the node has the shop's images, in each of which is the application of the tests");
        load_images(&cluster).await?;
        waiting.done();
    }
    Ok(cluster)
}

/// Gives the node the images that the shop's files name, as no registry has them.
async fn load_images(cluster: &Cluster) -> Result<()> {
    for (image, port) in IMAGES {
        let archive = spawn_blocking(move || application_image_as(&format!("{REGISTRY}/{image}"), &[("PORT", port)])).await??;
        cluster.load_image(&archive).await?;
    }
    Ok(())
}

/// Installs the chart by helm and starts the operator as the chart would, with its rights and its arguments.
pub async fn install(screen: &Screen, cluster: Arc<Cluster>, aws: Aws, binary: &Path) -> Result<Bed> {
    make_namespace_and_class(&cluster).await?;
    let values = values(&cluster, &aws)?;
    let waiting = screen.wait(format!("helm install ecs-operator charts/ecs-operator --namespace {OPERATORS} --create-namespace --wait"));
    let values = format!("--values={}", values.display());
    let release = Installation::RELEASE;
    cluster.helm(&["install", release, "charts/ecs-operator", "--namespace", OPERATORS, "--create-namespace", "--wait", "--timeout=180s", &values]).await?;
    waiting.done();

    let waiting = screen.wait("the operator is ready, as a process of this machine with the chart's rights and arguments");
    let installation = Installation::existing(&cluster, OPERATORS);
    let ledger = Arc::new(Ledger::before(&cluster)?);
    let changes = Changes { environment: Aws::own_identity(), ..Changes::default() };
    let operator = Operator::start(&installation, release, binary, &ledger, changes).await?;
    operator.wait_ready(SOON).await?;
    waiting.done();
    Ok(Bed { cluster, operator, aws })
}

/// What the shop's owner has besides the shop: its namespace, and an ingress class, of the load balancers of AWS. No program
/// serves it here; the class that one serves a real node brings with it.
async fn make_namespace_and_class(cluster: &Cluster) -> Result<()> {
    let class =
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "alb"}, "spec": {"controller": "ingress.k8s.aws/alb"}});
    cluster.kubectl_with(&["create"], &class.to_string()).await?;
    cluster.namespace_for(NAMESPACE).await.map(drop)
}

fn values(cluster: &Cluster, aws: &Aws) -> Result<PathBuf> {
    let real_node = cluster.real_node().is_ok();
    let (ingress_class, pull) = if real_node { (INGRESS_CLASS, "IfNotPresent") } else { ("alb", "Always") };
    let settings = json!({
        "region": REGION,
        "account": ACCOUNT,
        "ingressClassName": ingress_class,
        "imagePullPolicy": pull,
        "secrets": {"backend": "AWS", "aws": {"endpoint": aws.endpoint()}},
    });
    // the operator runs beside the cluster; a real node would look for its image in vain
    let values = if real_node { json!({"replicas": 0, "settings": settings}) } else { json!({"settings": settings}) };
    let file = cluster.folder().join("values.json");
    std::fs::write(&file, values.to_string())?;
    Ok(file)
}
