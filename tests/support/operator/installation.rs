//! The chart, installed by the real helm.

use std::sync::Arc;

use k8s_openapi::api::admissionregistration::v1::{ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Client;
use kube::api::{Api, DeleteParams, ListParams};
use serde_json::{Value, json};

use crate::support::cluster::request;
use crate::support::{Cluster, Result, SOON, While, ensure, eventually};

const CHART: &str = "charts/ecs-operator";
const GROUP: &str = "ecs-operator.dev";

/// A release of the chart.
pub struct Installation {
    cluster: Arc<Cluster>,
    namespace: String,
}

impl Installation {
    /// The release's name, and so that of its Deployment and `ServiceAccount`.
    pub const RELEASE: &str = "ecs-operator";

    /// Installs the chart for one namespace, or otherwise if the values say so. What a cluster has once, the CRDs and
    /// the aggregated roles, is installed first if it is not there.
    ///
    /// The Deployment of the release runs too, but KWOK only plays its pods: no program of it does anything.
    pub async fn install(cluster: &Arc<Cluster>, namespace: &str, values: &Value) -> Result<Self> {
        install_definitions(cluster).await?;
        let own = json!({"scope": "Namespace", "crds": {"enabled": false}, "rbac": {"aggregate": false}, "admission": {"warnings": {"enabled": false}}});
        helm_install(cluster, Self::RELEASE, namespace, &[&own, values]).await?;
        Ok(Self { cluster: Arc::clone(cluster), namespace: namespace.to_owned() })
    }

    /// A release that is there already: one that a test installed with options of its own.
    pub fn existing(cluster: &Arc<Cluster>, namespace: &str) -> Self {
        Self { cluster: Arc::clone(cluster), namespace: namespace.to_owned() }
    }

    /// The cluster it is in.
    pub fn cluster(&self) -> &Arc<Cluster> {
        &self.cluster
    }

    /// The namespace of the release.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// Deletes the admission policies of the release in this namespace: they belong to the cluster, and would bind who comes after.
pub async fn remove_policies(cluster: &Cluster, namespace: &str) -> Result<()> {
    let bindings: Api<ValidatingAdmissionPolicyBinding> = Api::all(cluster.client());
    let policies: Api<ValidatingAdmissionPolicy> = Api::all(cluster.client());
    let of_release = format!(".{namespace}.");
    for policy in policies.list_metadata(&ListParams::default()).await?.items.iter().filter_map(|policy| policy.metadata.name.as_deref()) {
        if policy.contains(&of_release) {
            bindings.delete(policy, &DeleteParams::default()).await.map(drop)?;
            policies.delete(policy, &DeleteParams::default()).await.map(drop)?;
        }
    }
    Ok(())
}

/// Installs our CRDs and the aggregated roles, once for each cluster, and waits until the kinds are served.
pub async fn install_definitions(cluster: &Cluster) -> Result<()> {
    let install = async || {
        let off = json!({"enabled": false});
        let admission = json!({"author": off, "leash": off, "revisions": off, "warnings": off});
        let values = json!({"scope": "Namespace", "crds": {"enabled": true}, "rbac": {"aggregate": true}, "admission": admission});
        helm_install(cluster, "definitions", "ecs-operator-definitions", &[&values]).await?;
        eventually("our kinds are served", SOON, async || all_served(&cluster.client()).await).await
    };
    cluster.definitions.get_or_try_init(install).await?;
    Ok(())
}

/// Whether every kind of ours can be listed, from the server's cache too: for a moment after its definition is accepted
/// the server still answers 429, or not at all.
async fn all_served(client: &Client) -> Result<()> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    let all = definitions.list(&ListParams::default()).await?;
    let ours: Vec<_> = all.into_iter().map(|definition| definition.spec).filter(|spec| spec.group == GROUP).collect();
    ensure(!ours.is_empty(), "the chart brought no kind of ours")?;
    for kind in ours {
        for version in kind.versions.iter().filter(|version| version.served) {
            let path = format!("/apis/{GROUP}/{}/{}?limit=1&resourceVersion=0", version.name, kind.names.plural);
            client.request_text(request(&path)?).await.during(&path)?;
        }
    }
    Ok(())
}

async fn helm_install(cluster: &Cluster, release: &str, namespace: &str, values: &[&Value]) -> Result<()> {
    let folder = tempfile::tempdir_in(cluster.folder())?;
    let mut files = Vec::new();
    for (number, values) in values.iter().enumerate() {
        let file = folder.path().join(format!("{number}.json"));
        std::fs::write(&file, values.to_string())?;
        files.push(format!("--values={}", file.display()));
    }
    let mut arguments = vec!["install", release, CHART, "--namespace", namespace, "--create-namespace"];
    arguments.extend(files.iter().map(String::as_str));
    cluster.helm(&arguments).await.map(drop)
}
