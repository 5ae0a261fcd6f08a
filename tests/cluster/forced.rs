//! Deployments that are asked for: `forceNewDeployment` starts one, `restartedAt` one for each of its values.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::Result;

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(a_deployment_that_is_asked_for_starts_once)]
}

async fn a_deployment_that_is_asked_for_starts_once(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    let revision = async || Ok::<_, crate::support::Failure>(scene.get("ecsservices", "api-service").await?["status"]["serviceRevision"].clone());
    assert_eq!(revision().await?, 1);
    scene.patch("ecsservices", "api-service", &json!({"spec": {"forceNewDeployment": true}})).await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    // It stays set, as GitOps leaves it, and starts nothing more.
    scene.patch("ecsservices", "api-service", &json!({"metadata": {"labels": {"touched": "yes"}}})).await?;
    scene.patch("ecsservices", "api-service", &json!({"spec": {"healthCheckGracePeriodSeconds": 77}})).await?;
    scene.quiet(Duration::from_secs(2)).await?;
    assert_eq!(revision().await?, 2);
    for (value, expected) in [("2026-11-25", "svc-api-service-3"), ("2026-11-26", "svc-api-service-4")] {
        scene.patch("ecsservices", "api-service", &json!({"spec": {"kubernetes": {"restartedAt": value}}})).await?;
        scene.rolled_out("api-service", expected).await?;
    }
    Ok(())
}
