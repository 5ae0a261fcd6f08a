//! Figures that the project publishes: how soon a change is acted on, and what the operator needs of memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, Verb, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![Trial::alone(a_changed_image_is_acted_on_at_once)]
}

const CHANGES: usize = 100;

/// From the change of a task definition's image to the patch of the Deployment, a hundred times over.
async fn a_changed_image_is_acted_on_at_once(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    scene.shop_ready().await?;
    scene.quiet(Duration::from_secs(2)).await?;
    println!("memory of the operator with the shop: {} KiB (debug build)", scene.operator.resident_bytes()? / 1024);
    let mut containers = scene.get("ecstaskdefinitions", "web-api").await?["spec"]["containerDefinitions"].clone();
    let mut times = Vec::with_capacity(CHANGES);
    for number in 0..CHANGES {
        containers[0]["image"] = json!(format!("web-api:{number}"));
        let (mark, start) = (scene.ledger.mark(), Instant::now());
        scene.patch("ecstaskdefinitions", "web-api", &json!({"spec": {"containerDefinitions": containers}})).await?;
        let told = start.elapsed();
        let acted = eventually("the Deployment is patched", SOON, async || {
            let patches = scene.ledger.since(mark).of("deployments").with_verb(Verb::Patch);
            patches.iter().next().map(|patch| patch.start).ok_or_else(|| "not yet".into())
        })
        .await?;
        let since_opened = scene.ledger.elapsed().saturating_sub(acted);
        times.push(start.elapsed().saturating_sub(told).saturating_sub(since_opened));
    }
    times.sort_unstable();
    let (median, last) = (times[CHANGES / 2], times[CHANGES * 99 / 100]);
    println!("from a changed image to the patch of the Deployment: median {median:?}, p99 {last:?} of {CHANGES}");
    ensure(median < Duration::from_secs(1), format!("median {median:?}"))
}
