//! A task is stopped behind the operator's back, as `aws ecs stop-task` would do it, and replaced.

use std::collections::BTreeSet;

use kube::api::{DeleteParams, DynamicObject};

use crate::bed::Bed;
use crate::chart;
use crate::kinds::{Kind, NAMESPACE};
use crate::requests;
use crate::rollout::is_ready;
use crate::screen::Screen;
use crate::services::{Service, overview};
use crate::support::{Result, SOON, While};
use crate::watch::Watch;

const SERVICE: &str = "api-service";
const TASKS: usize = 3;

/// Stops one task, and waits until another one has its place.
pub async fn stop(screen: &Screen, bed: &Bed) -> Result<()> {
    let mut watch = Watch::start(&bed.client(), &[Kind::SERVICE, Kind::POD]).await?;
    let before = names(&watch);
    let victim = before.first().cloned().ok_or("there is no task to stop")?;
    let load = requests::load(bed)?;
    screen.say(&format!("kubectl delete pod {victim} --namespace {NAMESPACE}"));
    let what = "another task has its place";
    let waiting = screen.wait(what);
    Kind::POD.api(bed.client()).delete(&victim, &DeleteParams::default()).await.during("deleting the pod")?;
    let replaced = |watch: &Watch| {
        let now = names(watch);
        (now.len() == TASKS && !now.contains(&victim)).then(|| now.difference(&before).cloned().collect::<Vec<_>>())
    };
    let new = watch.until(what, SOON, replaced).await?;
    waiting.done();
    let gone = "the stopped task is gone";
    let waiting = screen.wait(gone);
    let ended = |watch: &Watch| watch.find(Kind::POD, &victim).is_none().then_some(());
    watch.until(gone, SOON, ended).await?;
    waiting.done();
    screen.say(&format!("{} runs in its place", new.join(", ")));
    chart::end(screen, load).await?;
    let ready = "the service is in a steady state";
    watch.until(ready, SOON, |watch| Service::read(watch.find(Kind::SERVICE, SERVICE)?).ok()?.is_ready().then_some(())).await?;
    screen.say(&overview(&Service::all(&watch)?));
    Ok(())
}

/// The tasks of the API that serve.
fn names(watch: &Watch) -> BTreeSet<String> {
    let serves = |pod: &&DynamicObject| pod.metadata.deletion_timestamp.is_none() && is_ready(pod);
    let names = watch.of(Kind::POD).filter(serves).filter_map(|pod| pod.metadata.name.clone());
    names.filter(|name| name.starts_with(SERVICE)).collect()
}
