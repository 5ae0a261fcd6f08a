//! Rolling updates under a load: no request fails, and there are never too few tasks nor too many.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures::StreamExt;
use k8s_openapi::api::apps::v1::ReplicaSet;
use kube::Client;
use kube::api::Api;
use kube::runtime::watcher::{self, watcher};
use serde_json::json;
use tokio::task::JoinHandle;

use super::ecs_service::{self, change_image, container, deployed, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::Result;
use crate::support::load::by_version;

/// Tasks of a service.
const COUNT: usize = 4;
const CHANGES: usize = 10;
const REQUESTS_A_SECOND: u32 = 200;

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
    let wanted = Wanted::of(scene.cluster.client(), &scene.namespace);

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
    let wanted = wanted.most.load(Ordering::Relaxed);
    let with_stopping = capacities.iter().map(|(_, capacity)| capacity.with_stopping).max().unwrap_or_default();
    println!(
        "{CHANGES} changes of {COUNT} tasks in {took:?}: {} requests sent, {failed} failed, answered by {:?}; ready {fewest} of at least {least}, \
         wanted {wanted} of at most {most} (running {greatest}), with those that were stopping {with_stopping}",
        sent.len(),
        by_version(&sent),
    );
    let within = fewest >= least && wanted <= most;
    assert!(failed == 0 && within, "{failed} failed, ready {fewest} (at least {least}), wanted {wanted} (at most {most})\n{}", history.beside(&sent));
    assert!(by_version(&sent).len() == 2, "the load saw no change: {:?}", by_version(&sent));
    assert!(fewest < COUNT || greatest > COUNT, "the history saw no change");
    Ok(())
}

/// The most tasks that the `ReplicaSet`s in a namespace were to have together. Of the pods one could not tell: one controller of
/// Kubernetes makes the new ones and another tells the old ones to stop, at the same time, and either may be late.
struct Wanted {
    most: Arc<AtomicUsize>,
    watch: JoinHandle<()>,
}

impl Wanted {
    fn of(client: Client, namespace: &str) -> Self {
        let sets: Api<ReplicaSet> = Api::namespaced(client, namespace);
        let most: Arc<AtomicUsize> = Arc::default();
        let told = Arc::clone(&most);
        let watch = tokio::spawn(async move {
            let mut events = std::pin::pin!(watcher(sets, watcher::Config::default()));
            let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
            while let Some(event) = events.next().await {
                let (set, gone) = match event {
                    Ok(watcher::Event::Apply(set) | watcher::Event::InitApply(set)) => (set, false),
                    Ok(watcher::Event::Delete(set)) => (set, true),
                    Ok(watcher::Event::Init | watcher::Event::InitDone) | Err(_) => continue,
                };
                let replicas = set.spec.and_then(|spec| spec.replicas).filter(|_| !gone).unwrap_or_default();
                wanted.insert(set.metadata.name.unwrap_or_default(), usize::try_from(replicas).unwrap_or_default());
                told.fetch_max(wanted.values().sum(), Ordering::Relaxed);
            }
        });
        Self { most, watch }
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.watch.abort();
    }
}
