//! A Deployment is deleted behind the operator's back, and returns.

use kube::api::{DeleteParams, DynamicObject};
use serde_json::Value;

use crate::bed::Bed;
use crate::kinds::{Kind, NAMESPACE};
use crate::screen::Screen;
use crate::services::{Service, overview};
use crate::support::{Result, SOON, While};
use crate::watch::Watch;

const NAME: &str = "api-service";

/// Deletes the Deployment and waits for the next one, and for its tasks.
pub async fn delete(screen: &Screen, bed: &Bed) -> Result<()> {
    let mut watch = Watch::start(&bed.client(), &[Kind::SERVICE, Kind::DEPLOYMENT]).await?;
    let before = deployment(&watch).and_then(uid).ok_or("there is no Deployment to delete")?;

    screen.say(&format!("kubectl delete deployment {NAME} --namespace {NAMESPACE}"));
    let (back, running) = (screen.wait("the Deployment is there again"), "its tasks run again");
    Kind::DEPLOYMENT.api(bed.client()).delete(NAME, &DeleteParams::background()).await.during("deleting the Deployment")?;
    let is_new = |watch: &Watch| deployment(watch).and_then(uid).filter(|now| *now != before);
    watch.until("the Deployment is there again", SOON, is_new).await?;
    back.done();

    let waiting = screen.wait(running);
    watch.until(running, SOON, |watch| (deployment(watch).is_some_and(is_complete) && is_ready(watch)).then_some(())).await?;
    waiting.done();
    screen.say(&overview(&Service::all(&watch)?));
    Ok(())
}

fn deployment(watch: &Watch) -> Option<&DynamicObject> {
    watch.find(Kind::DEPLOYMENT, NAME)
}

fn uid(deployment: &DynamicObject) -> Option<String> {
    deployment.metadata.uid.clone()
}

fn is_ready(watch: &Watch) -> bool {
    watch.find(Kind::SERVICE, NAME).and_then(|service| Service::read(service).ok()).is_some_and(|service| service.is_ready())
}

fn is_complete(deployment: &DynamicObject) -> bool {
    let wanted = deployment.data.pointer("/spec/replicas").and_then(Value::as_i64);
    wanted.is_some() && deployment.data.pointer("/status/readyReplicas").and_then(Value::as_i64) == wanted
}
