//! What the demo stands on: the program, a cluster, the chart in it, and the operator.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kube::Client;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::kinds::NAMESPACE;
use crate::screen::{Screen, dim};
use crate::support::operator::build_binary;
use crate::support::tools::{DEFAULT_KUBERNETES, Tools};
use crate::support::{Changes, Cluster, ClusterOptions, Failure, Installation, Ledger, Operator, Result, While, eventually};

const OPERATORS: &str = "ecs-system";
const SOON: Duration = Duration::from_mins(1);
// as long as the operator's token lives
const A_DAY: Duration = Duration::from_hours(24);

/// A cluster with the operator at work in it.
pub struct Bed {
    cluster: Arc<Cluster>,
    operator: Operator,
}

impl Bed {
    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
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
pub async fn build_tools(screen: &Screen) -> Result<()> {
    screen.say("etcd, Kubernetes, KWOK, kubectl and helm: built once, from source, then taken from the cache");
    spawn_blocking(|| Tools::prepare(DEFAULT_KUBERNETES)).await??;
    Ok(())
}

/// Boots a cluster.
pub async fn boot(screen: &Screen) -> Result<Arc<Cluster>> {
    let waiting = screen.wait("the control plane and three nodes that KWOK plays are ready");
    let cluster = Cluster::boot(ClusterOptions::default()).await?;
    waiting.done();
    Ok(cluster)
}

/// Installs the chart by helm and starts the operator as the chart would, with its rights and its arguments.
pub async fn install(screen: &Screen, cluster: Arc<Cluster>, binary: &Path) -> Result<Bed> {
    make_secret_and_class(&cluster).await?;
    let values = values(&cluster)?;
    let waiting = screen.wait(format!("helm install ecs-operator charts/ecs-operator --namespace {OPERATORS} --create-namespace --wait"));
    let values = format!("--values={}", values.display());
    let release = Installation::RELEASE;
    cluster.helm(&["install", release, "charts/ecs-operator", "--namespace", OPERATORS, "--create-namespace", "--wait", "--timeout=60s", &values]).await?;
    waiting.done();

    let waiting = screen.wait("the operator is ready, as a process of this machine with the chart's rights and arguments");
    let installation = Installation::existing(&cluster, OPERATORS);
    let ledger = Arc::new(Ledger::before(&cluster)?);
    let operator = Operator::start(&installation, release, binary, &ledger, Changes::default()).await?;
    operator.wait_ready(SOON).await?;
    waiting.done();
    Ok(Bed { cluster, operator })
}

/// What the shop's owner has besides the shop: the database's password, and an ingress class (no program serves it here).
async fn make_secret_and_class(cluster: &Cluster) -> Result<()> {
    let folder = secrets(cluster).join("prod");
    std::fs::create_dir_all(&folder).during(folder.display())?;
    std::fs::write(folder.join("db-password"), "correct-horse-battery-staple")?;
    let class =
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "alb"}, "spec": {"controller": "ingress.k8s.aws/alb"}});
    cluster.kubectl_with(&["create"], &class.to_string()).await?;
    cluster.namespace_for(NAMESPACE).await.map(drop)
}

fn secrets(cluster: &Cluster) -> PathBuf {
    cluster.folder().join("secrets")
}

fn values(cluster: &Cluster) -> Result<PathBuf> {
    let values = json!({"settings": {
        "region": "us-east-1",
        "account": "123456789012",
        "ingressClassName": "alb",
        "secrets": {"backend": "File", "file": {"directory": secrets(cluster)}},
    }});
    let file = cluster.folder().join("values.json");
    std::fs::write(&file, values.to_string())?;
    Ok(file)
}
