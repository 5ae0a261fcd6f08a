//! Rolling updates under a load: no request fails, and there are never too few tasks nor too many.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;

use super::ecs_service::{self, change_image, container, deployed, task_definition};
use super::history::Capacity;
use crate::context::Context;
use crate::runner::Trial;
use crate::support::Result;
use crate::support::load::by_version;

/// Tasks of a service.
const COUNT: usize = 4;
const CHANGES: usize = 10;
const REQUESTS_A_SECOND: u32 = 200;
/// One controller of Kubernetes makes the new pods and another tells the old ones to stop, at the same time: what the first
/// has written may be seen before what the second has.
const ONE_MOMENT: Duration = Duration::from_secs(1);

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(no_request_fails_in_ten_image_changes_of_a_service_that_may_double).on_a_real_node(),
        Trial::parallel(no_request_fails_in_ten_image_changes_of_a_service_that_may_halve).on_a_real_node(),
    ]
}

async fn no_request_fails_in_ten_image_changes_of_a_service_that_may_double(context: Arc<Context>) -> Result<()> {
    ten_image_changes(&context, Bounds { minimum_percent: 100, maximum_percent: 200 }).await
}

async fn no_request_fails_in_ten_image_changes_of_a_service_that_may_halve(context: Arc<Context>) -> Result<()> {
    ten_image_changes(&context, Bounds { minimum_percent: 50, maximum_percent: 100 }).await
}

#[derive(Clone, Copy)]
struct Bounds {
    minimum_percent: usize,
    maximum_percent: usize,
}

async fn ten_image_changes(context: &Context, bounds: Bounds) -> Result<()> {
    let scene = ecs_service::open(context).await?;
    let configuration = json!({"minimumHealthyPercent": bounds.minimum_percent, "maximumPercent": bounds.maximum_percent});
    let service = ecs_service::service(&scene.namespace, COUNT, &json!({"deploymentConfiguration": configuration}));
    let history = ecs_service::run(&scene, &task_definition(&[container(&[], &json!({}))]), &service).await?;

    let load = ecs_service::load(&scene, REQUESTS_A_SECOND)?;
    let mut deployment = deployed(&scene, None).await?;
    let mut changed = Ok(());
    let start = Instant::now();
    for version in ["2", "1"].iter().cycle().take(CHANGES) {
        match change_image(&scene, version, &deployment).await {
            Ok(next) => deployment = next,
            Err(error) => {
                changed = Err(error);
                break;
            }
        }
    }
    let took = start.elapsed();
    let sent = load.end().await?;
    changed.map_err(|error| format!("{error}\n{}", history.beside(&sent)))?;

    let failed = sent.iter().filter(|sent| sent.answer.is_err()).count();
    let capacities = history.capacities(COUNT);
    let (least, most) = (COUNT * bounds.minimum_percent / 100, COUNT * bounds.maximum_percent / 100);
    let fewest = capacities.iter().map(|(_, capacity)| capacity.ready).min().unwrap_or_default();
    let greatest = capacities.iter().map(|(_, capacity)| capacity.running).max().unwrap_or_default();
    let too_many_for = longest_above(&capacities, most);
    let with_stopping = capacities.iter().map(|(_, capacity)| capacity.with_stopping).max().unwrap_or_default();
    println!(
        "{CHANGES} changes of {COUNT} tasks in {took:?}: {} requests sent, {failed} failed, answered by {:?}; ready {fewest} of at least {least}, \
         running {greatest} of at most {most} (more for {too_many_for:?} at most), with those that were stopping {with_stopping}",
        sent.len(),
        by_version(&sent),
    );
    let within = fewest >= least && too_many_for < ONE_MOMENT;
    assert!(failed == 0 && within, "{failed} failed, ready {fewest} (at least {least}), running {greatest} (at most {most})\n{}", history.beside(&sent));
    assert!(by_version(&sent).len() == 2, "the load saw no change: {:?}", by_version(&sent));
    assert!(fewest < COUNT || greatest > COUNT, "the history saw no change");
    Ok(())
}

/// For how long at a stretch more than so many were running.
fn longest_above(capacities: &[(Timestamp, Capacity)], most: usize) -> Duration {
    let (mut longest, mut since) = (Duration::ZERO, None);
    for (at, capacity) in capacities {
        let began = since.filter(|_| capacity.running > most);
        longest = since.map_or(longest, |since| longest.max(at.duration_since(since).unsigned_abs()));
        since = (capacity.running > most).then(|| began.unwrap_or(*at));
    }
    longest
}
