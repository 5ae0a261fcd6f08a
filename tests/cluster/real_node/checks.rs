//! How often the checks of a container have failed, as the kubelet counts them: also those that never reached the application.

use crate::scene::Scene;
use crate::support::cluster::request;
use crate::support::{Result, While, ensure};

/// Of which kind a check is, as the kubelet calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    Startup,
    Liveness,
}

impl Probe {
    /// Its member of a container in Kubernetes.
    pub fn member(self) -> &'static str {
        match self {
            Self::Startup => "startupProbe",
            Self::Liveness => "livenessProbe",
        }
    }
}

/// The failures of a probe of a container of this name so far, over all its lives in the only pod that has one.
pub async fn failures(scene: &Scene, container: &str, probe: Probe) -> Result<u64> {
    let nodes = scene.list("nodes").await?;
    let node = nodes.first().and_then(|node| node["metadata"]["name"].as_str()).ok_or("there is no node")?;
    let metrics = scene.cluster.client().request_text(request(&format!("/api/v1/nodes/{node}/proxy/metrics/probes"))?).await?;
    let wanted = [("namespace", &*scene.namespace), ("container", container), ("probe_type", &format!("{probe:?}")), ("result", "failed")];
    let wanted = wanted.map(|(label, value)| format!("{label}=\"{value}\""));
    let mut counts = metrics.lines().filter(|line| line.starts_with("prober_probe_total{") && wanted.iter().all(|label| line.contains(label)));
    let Some(line) = counts.next() else { return Ok(0) };
    ensure(counts.next().is_none(), format!("{container} is in more than one pod"))?;
    line.rsplit(' ').next().unwrap_or_default().parse().during(line)
}
