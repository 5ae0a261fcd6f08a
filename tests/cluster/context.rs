//! What a test is given: the shared cluster, a namespace of its own, an operator if it asks for one.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use k8s_openapi::api::core::v1::Namespace;
use kube::Client;
use kube::api::{Api, DeleteParams, ListParams};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::support::moto::Moto;
use crate::support::operator::remove_policies;
use crate::support::{Changes, Cluster, ClusterOptions, Installation, Ledger, Operator, Result, SOON, ensure, eventually, lock};
use crate::{canary, rights};

/// The operator's binary, as cargo built it for these tests.
pub const BINARY: &str = env!("CARGO_BIN_EXE_ecs-operator");

/// What the tests of a run share.
#[derive(Default)]
pub struct Bed {
    /// With nodes that KWOK plays.
    pub played: Arc<Shared>,
    /// With a real node.
    pub real: Arc<Shared>,
}

impl Bed {
    /// What must hold of all tests together: no value of a secret is where it must not be, and the operators used their rights,
    /// no others, and all of them where all tests ran.
    pub async fn verify(&self, all_ran: bool) -> Result<()> {
        for cluster in self.clusters() {
            canary::is_not_in(cluster.folder()).await?;
        }
        match self.played.cluster.get() {
            Some(cluster) => rights::are_those_that_were_used(cluster, all_ran).await,
            None => Ok(()),
        }
    }

    /// Stops the clusters.
    pub fn close(&self) {
        for cluster in self.clusters() {
            cluster.stop();
        }
    }

    fn clusters(&self) -> impl Iterator<Item = &Arc<Cluster>> {
        [&self.played, &self.real].into_iter().filter_map(|shared| shared.cluster.get())
    }
}

/// A cluster that tests share; it is booted when the first one asks for it.
#[derive(Default)]
pub struct Shared {
    cluster: OnceCell<Arc<Cluster>>,
    moto: OnceCell<Arc<Moto>>,
    leftovers: Mutex<Vec<String>>,
}

impl Shared {
    /// Waits until the namespaces of earlier tests are gone: an operator for the whole cluster would serve them too.
    pub async fn wait_until_tidy(&self) -> Result<()> {
        let leftovers = std::mem::take(&mut *lock(&self.leftovers));
        let Some(cluster) = self.cluster.get() else { return Ok(()) };
        let namespaces: Api<Namespace> = Api::all(cluster.client());
        eventually("the namespaces of earlier tests are gone", SOON, async || {
            let there = namespaces.list(&ListParams::default()).await?;
            let names = there.into_iter().filter_map(|namespace| namespace.metadata.name);
            let left: Vec<_> = names.filter(|name| leftovers.contains(name)).collect();
            ensure(left.is_empty(), left.join(", "))
        })
        .await
    }
}

/// One test's own view of the bed.
pub struct Context {
    test: String,
    options: ClusterOptions,
    shared: Arc<Shared>,
    namespace: OnceCell<String>,
    // kept to report about them when the test fails
    operators: Mutex<Vec<Arc<Operator>>>,
    clusters: Mutex<Vec<Arc<Cluster>>>,
}

impl Context {
    /// The options are those of the shared cluster.
    pub fn new(test: String, options: ClusterOptions, shared: Arc<Shared>) -> Self {
        let (operators, clusters) = (Mutex::default(), Mutex::default());
        Self { test, options, shared, namespace: OnceCell::new(), operators, clusters }
    }

    /// The cluster that all tests of this kind share.
    pub async fn cluster(&self) -> Result<Arc<Cluster>> {
        let boot = || Cluster::boot(self.options.clone());
        self.shared.cluster.get_or_try_init(boot).await.cloned()
    }

    /// What plays AWS for all tests of this kind.
    pub async fn moto(&self) -> Result<&Arc<Moto>> {
        self.shared.moto.get_or_try_init(Moto::start).await
    }

    /// A cluster for this test alone; it ends with the test.
    pub async fn own_cluster(&self, options: ClusterOptions) -> Result<Arc<Cluster>> {
        let cluster = Cluster::boot(options).await?;
        lock(&self.clusters).push(Arc::clone(&cluster));
        Ok(cluster)
    }

    /// A client of the shared cluster, with every right.
    pub async fn client(&self) -> Result<Client> {
        Ok(self.cluster().await?.client())
    }

    /// The test's namespace in the shared cluster.
    pub async fn namespace(&self) -> Result<&str> {
        let create = async || self.cluster().await?.namespace_for(&self.test).await;
        self.namespace.get_or_try_init(create).await.map(String::as_str)
    }

    /// Runs kubectl in the test's namespace.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        let namespace = self.namespace().await?;
        self.cluster().await?.kubectl(&[&["--namespace", namespace], arguments].concat()).await
    }

    /// Installs the chart into the test's namespace, for this namespace, with these values besides.
    pub async fn install(&self, values: &Value) -> Result<Installation> {
        Installation::install(&self.cluster().await?, self.namespace().await?, values).await
    }

    /// The usual: the chart in the test's namespace, one operator of it, ready.
    pub async fn operator(&self) -> Result<Arc<Operator>> {
        let installation = self.install(&json!({})).await?;
        let ledger = Arc::new(Ledger::before(installation.cluster())?);
        let operator = self.start(&installation, "operator", &ledger, Changes::default()).await?;
        operator.wait_ready(SOON).await?;
        Ok(operator)
    }

    /// Starts a replica; the test's report will tell about it.
    pub async fn start(&self, installation: &Installation, name: &str, ledger: &Arc<Ledger>, changes: Changes) -> Result<Arc<Operator>> {
        let operator = Operator::start(installation, name, Path::new(BINARY), ledger, changes).await?;
        let operator = Arc::new(operator);
        lock(&self.operators).push(Arc::clone(&operator));
        Ok(operator)
    }

    /// What helps to understand a failure: the end of each operator's log and of its ledger, and on a real node what the
    /// test's pods are, have met and have said.
    pub async fn report(&self) -> String {
        let mut report = String::new();
        for operator in lock(&self.operators).iter() {
            let requests = operator.ledger().requests().through(operator.name()).tail(40);
            let (name, log) = (operator.name(), operator.log_tail(40));
            let _infallible = write!(report, "--- ledger of {name}, its end\n{requests}\n--- log of {name}, its end\n{log}\n");
        }
        if self.options.real_node && self.namespace.initialized() {
            report.push_str(&self.pods().await.unwrap_or_else(|error| format!("--- pods: {error}\n")));
        }
        report
    }

    async fn pods(&self) -> Result<String> {
        let table = self.kubectl(&["get", "pods", "--output=wide"]).await?;
        let events = self.kubectl(&["get", "events", "--sort-by=.metadata.creationTimestamp"]).await?;
        let mut report = format!("--- pods\n{table}\n--- events\n{events}\n");
        for pod in self.kubectl(&["get", "pods", "--output=name"]).await?.lines() {
            let log = self.kubectl(&["logs", pod, "--all-containers", "--prefix", "--tail=20"]).await.unwrap_or_else(|error| error.to_string());
            let _infallible = write!(report, "--- log of {pod}, its end\n{log}\n");
        }
        Ok(report)
    }

    /// That no value of a secret is in what the operators said and asked for, or in the files of the test's own clusters.
    pub async fn verify(&self) -> Result<()> {
        let (operators, clusters) = (lock(&self.operators).clone(), lock(&self.clusters).clone());
        for operator in operators {
            canary::is_not_said_by(&operator).await?;
        }
        for cluster in clusters {
            canary::is_not_in(cluster.folder()).await?;
        }
        Ok(())
    }

    /// Ends what the test started. What a failed test leaves in the cluster's folder is kept.
    pub async fn tidy(&self, failed: bool) {
        for operator in lock(&self.operators).drain(..) {
            operator.kill();
        }
        for cluster in lock(&self.clusters).drain(..) {
            if failed {
                cluster.keep_logs();
            }
            cluster.stop();
        }
        let (Some(cluster), Some(namespace)) = (self.shared.cluster.get(), self.namespace.get()) else { return };
        if failed {
            cluster.keep_logs();
        }
        lock(&self.shared.leftovers).push(namespace.clone());
        if let Err(error) = remove_policies(cluster, namespace).await {
            eprintln!("test bed: the policies of {namespace} could not be deleted: {error}");
        }
        let namespaces: Api<Namespace> = Api::all(cluster.client());
        if let Err(error) = namespaces.delete(namespace, &DeleteParams::background()).await {
            eprintln!("test bed: the namespace {namespace} could not be deleted: {error}");
        }
    }
}
