//! Another operator takes over while requests are answered: the tasks do not notice.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::ecs_service::{self, NAME, container, task_definition};
use super::history::History;
use crate::context::Context;
use crate::revisions::newer_binary;
use crate::runner::Trial;
use crate::support::load::by_version;
use crate::support::{Changes, Operator, Result, SOON, ensure, eventually};

const COUNT: usize = 3;

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(an_operator_that_translates_otherwise_takes_over_and_no_task_restarts_nor_request_fails).on_a_real_node()]
}

async fn an_operator_that_translates_otherwise_takes_over_and_no_task_restarts_nor_request_fails(context: Arc<Context>) -> Result<()> {
    let scene = ecs_service::open(&context).await?;
    let service = ecs_service::service(&scene.namespace, COUNT, &json!({}));
    let history = ecs_service::run(&scene, &task_definition(&[container(&[], &json!({}))]), &service).await?;
    let before = tasks(&history);
    assert_eq!(before.len(), COUNT);

    let load = ecs_service::load(&scene, 200)?;
    scene.operator.terminate(SOON).await?;
    let newer = Operator::start(&scene.installation, "newer", Path::new(&newer_binary()?), &scene.ledger, Changes::default()).await?;
    newer.wait_ready(SOON).await?;
    eventually("the newer operator would translate otherwise", SOON, async || {
        let diagnostics = scene.get("ecsservices", NAME).await?["status"]["diagnostics"].to_string();
        ensure(diagnostics.contains("newer-rendering-available"), diagnostics)
    })
    .await?;
    scene.quiet(Duration::from_secs(5)).await?;
    let sent = load.end().await?;
    let failed = sent.iter().filter(|sent| sent.answer.is_err()).count();
    println!("another operator took over: {} requests sent, {failed} failed, tasks and their restarts {:?}", sent.len(), tasks(&history));
    assert_eq!(failed, 0, "{}", history.beside(&sent));
    assert_eq!(tasks(&history), before, "{}", history.beside(&sent));

    let deployment = ecs_service::deployed(&scene, None).await?;
    ecs_service::change_image(&scene, "2", &deployment).await?;
    let container = scene.get("deployments", NAME).await?["spec"]["template"]["spec"]["containers"][0].to_string();
    assert!(container.contains("ADDED_BY_A_NEWER_OPERATOR"), "the next deployment is translated by the newer operator: {container}");
    assert!(by_version(&sent).keys().eq(["1"].iter()), "{:?}", by_version(&sent));
    newer.check_alive()
}

/// The tasks that run, and how often their containers were restarted.
fn tasks(history: &History) -> BTreeMap<String, i32> {
    let restarts = |task: &super::history::Seen| task.containers().map(|container| container.restart_count).sum();
    history.running().iter().map(|task| (task.name(), restarts(task))).collect()
}
