//! How a task ends: forgotten by the load balancer, then told, then killed after `stopTimeout` and not before.

use std::sync::Arc;

use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Pod};
use kube::api::{Api, DeleteParams};
use serde_json::json;
use tokio::task::JoinSet;

use super::ecs_service::{self, DEREGISTRATION_DELAY, NAME, container, path_of, task_definition};
use super::history::{History, Seen};
use super::journal::{Journal, time, time_of};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::load::{Load, send_one};
use crate::support::{Result, SOON, ensure, eventually, fetch};

const STOP_TIMEOUT: u32 = 6;
/// What a container has where nothing is said, in ECS as in Kubernetes.
const DEFAULT_STOP_TIMEOUT: u32 = 30;
/// How late a container may note its signal.
const LATE: f64 = 2.0;
/// Of a process that was killed.
const KILLED: i32 = 137;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_task_is_told_to_stop_once_it_is_forgotten_and_answers_what_it_has_begun).on_a_real_node(),
        Trial::quiet(a_container_that_ignores_the_signal_is_killed_stop_timeout_after_it).on_a_real_node(),
        Trial::quiet(a_container_that_its_health_check_restarts_has_stop_timeout_after_the_signal_too).on_a_real_node(),
    ]
}

async fn a_task_is_told_to_stop_once_it_is_forgotten_and_answers_what_it_has_begun(context: Arc<Context>) -> Result<()> {
    let scene = ecs_service::open(&context).await?;
    // long, as a busy machine may send the signal late
    let members = json!({"stopTimeout": 30});
    let definition = task_definition(&[container(&[("LOG_REQUESTS", "1")], &members)]);
    let history = ecs_service::run(&scene, &definition, &ecs_service::service(&scene.namespace, 2, &json!({}))).await?;
    let task = a_task(&history)?;
    let journal = Journal::follow(scene.cluster.client(), &task, NAME);
    let load = ecs_service::load(&scene, 50)?;

    eventually("the ingress controller knows the task", SOON, async || {
        let answer = send_one(&ecs_service::address(&scene)?).await?.answer?;
        ensure(answer.hostname == task.name(), "another one has answered")
    })
    .await?;
    // of each, some reach the task that will end: two tasks take turns, so those of one length go one after the other
    let mut held = JoinSet::new();
    for seconds in [[DEREGISTRATION_DELAY - 2; 6], [DEREGISTRATION_DELAY + 15; 6]].concat() {
        let address = format!("{}held?hold={seconds}", ecs_service::address(&scene)?);
        held.spawn(async move { send_one(&address).await });
    }
    // once some that came later are answered, these have arrived
    for _ in 0..6 {
        send_one(&ecs_service::address(&scene)?).await?;
    }
    let told = delete(&scene, &task).await?;
    let notes = journal.whole().await?;
    gone(&history, &task).await?;
    let sent = load.end().await?;
    let failed = sent.iter().filter(|sent| sent.answer.is_err()).count();
    assert_eq!(failed, 0, "{}", history.beside(&sent));
    let held = held.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    assert!(held.iter().all(|sent| sent.answer.is_ok()), "{}", history.beside(&held));
    let of_task = held.iter().filter(|sent| sent.answer.as_ref().is_ok_and(|answer| answer.hostname == task.name()));
    let signal = time_of(&notes, "signal")?;
    let (before, after): (Vec<_>, Vec<_>) = of_task.partition(|sent| sent.end() < signal);
    assert!(!before.is_empty() && !after.is_empty(), "the task answers before the signal and after it: {before:?} {after:?}");

    let mut last = told;
    for note in notes.iter().filter(|note| note.details["path"].as_str().is_some_and(|path| path.starts_with(&format!("/{}/", scene.namespace)))) {
        last = last.max(time(&note.details["received"])?);
    }
    let (forgotten, signalled) = (last.duration_since(told).as_secs_f64(), signal.duration_since(told).as_secs_f64());
    let ended = time_of(&notes, "exit")?.duration_since(signal).as_secs_f64();
    println!(
        "told to end, a task got its last request after {forgotten:.3} s and SIGTERM after {signalled:.3} s (deregistration delay \
         {DEREGISTRATION_DELAY} s), and ended {ended:.3} s later; {} requests sent, {failed} failed",
        sent.len(),
    );
    assert!(last < signal, "a request came after the signal: {forgotten} s and {signalled} s\n{}", history.beside(&sent));
    let delay = f64::from(DEREGISTRATION_DELAY);
    assert!(signalled >= delay, "{signalled} s\n{}", history.beside(&sent));
    let lifecycle = task.pod.spec.as_ref().and_then(|spec| spec.containers[0].lifecycle.clone());
    let sleep = lifecycle.and_then(|lifecycle| lifecycle.pre_stop?.sleep);
    assert_eq!(sleep.map(|sleep| sleep.seconds), Some(DEREGISTRATION_DELAY.into()), "what the kubelet is told to wait");
    let signals: Vec<_> = notes.iter().filter(|note| note.event == "signal").map(|note| note.details["signal"].clone()).collect();
    assert_eq!(signals, ["SIGTERM"]);
    assert_eq!(terminated(&history, &task).map(|end| end.exit_code), Some(0));
    Ok(())
}

async fn a_container_that_ignores_the_signal_is_killed_stop_timeout_after_it(context: Arc<Context>) -> Result<()> {
    let scene = ecs_service::open(&context).await?;
    let (history, task) = deaf_tasks(&scene, 1).await?;
    killed_after_stop_timeout(&scene, &history, &task, async || delete(&scene, &task).await.map(drop)).await
}

async fn a_container_that_its_health_check_restarts_has_stop_timeout_after_the_signal_too(context: Arc<Context>) -> Result<()> {
    let scene = ecs_service::open(&context).await?;
    let (history, task) = deaf_tasks(&scene, 2).await?;
    let load = ecs_service::load(&scene, 50)?;
    killed_after_stop_timeout(&scene, &history, &task, async || fetch(&path_of(&task, "/-/fail")).await.map(drop)).await?;
    eventually("the container is healthy again in the same task", SOON, async || {
        let again = history.of_pod(&task.name()).into_iter().next_back().filter(Seen::is_ready);
        let restarts = again.and_then(|task| Some(task.container(NAME)?.restart_count));
        if restarts == Some(1) { Ok(()) } else { Err(history.beside(&[]).into()) }
    })
    .await?;
    let sent = load.end().await?;
    let failed = sent.iter().filter(|sent| sent.answer.is_err()).count();
    println!("a container of two tasks was restarted by its health check: {} requests sent, {failed} failed", sent.len());
    assert_eq!(failed, 0, "{}", history.beside(&sent));
    Ok(())
}

/// So many tasks that go on for long after SIGTERM, and one of them.
async fn deaf_tasks(scene: &Scene, count: usize) -> Result<(History, Seen)> {
    let command = json!(["CMD-SHELL", "curl -f http://localhost:8080/health || exit 1"]);
    let members = json!({"stopTimeout": STOP_TIMEOUT, "healthCheck": {"command": command, "interval": 5, "timeout": 60, "retries": 1}});
    let definition = task_definition(&[container(&[("STOP_AFTER", "100")], &members)]);
    let history = ecs_service::run(scene, &definition, &ecs_service::service(&scene.namespace, count, &json!({}))).await?;
    let task = a_task(&history)?;
    Ok((history, task))
}

/// Does what makes an end of the task's container, and measures from its signal to the last thing that it has answered.
async fn killed_after_stop_timeout(scene: &Scene, history: &History, task: &Seen, end: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let journal = Journal::follow(scene.cluster.client(), task, NAME);
    let load = Load::start(&path_of(task, "/alive"), 20)?;
    end().await?;
    let notes = journal.whole().await?;
    eventually("how the container has ended is known", SOON, async || terminated(history, task).ok_or_else(|| history.beside(&[]).into())).await?;
    let sent = load.end().await?;
    let what_happened = || format!("{notes:?}\n{}", history.beside(&sent));
    let signal = time_of(&notes, "signal")?;
    let killed = sent.iter().take_while(|sent| sent.answer.is_ok()).last().ok_or("the task never answered")?.end();
    let after = killed.duration_since(signal).as_secs_f64();
    let end = terminated(history, task).ok_or("it has not ended")?;
    println!(
        "a container that ignores SIGTERM answered until {after:.3} s after it (stopTimeout {STOP_TIMEOUT} s), and ended with {}, finished at {:?}",
        end.exit_code, end.finished_at
    );
    let possible = f64::from(STOP_TIMEOUT) - LATE..f64::from(DEFAULT_STOP_TIMEOUT);
    assert!(possible.contains(&after), "killed {after} s after the signal\n{}", what_happened());
    let grace = task.pod.spec.as_ref().and_then(|spec| spec.termination_grace_period_seconds);
    assert_eq!(grace, Some((DEREGISTRATION_DELAY + STOP_TIMEOUT).into()), "what the kubelet is told to wait");
    assert_eq!(end.exit_code, KILLED, "{}", what_happened());
    assert!(notes.iter().all(|note| note.event != "exit"), "{}", what_happened());
    Ok(())
}

fn a_task(history: &History) -> Result<Seen> {
    Ok(history.running().into_iter().find(Seen::is_ready).ok_or("no task is ready")?)
}

/// Lets a task end, as ECS's `StopTask` does; returns when that was.
async fn delete(scene: &Scene, task: &Seen) -> Result<Timestamp> {
    let pods: Api<Pod> = Api::namespaced(scene.cluster.client(), &scene.namespace);
    let told = Timestamp::now();
    pods.delete(&task.name(), &DeleteParams::default()).await?;
    Ok(told)
}

async fn gone(history: &History, task: &Seen) -> Result<()> {
    let is_gone = || history.of_pod(&task.name()).iter().any(|seen| seen.gone);
    eventually("the task is gone", SOON, async || if is_gone() { Ok(()) } else { Err(history.beside(&[]).into()) }).await
}

/// How the task's container has ended, as the kubelet says.
fn terminated(history: &History, task: &Seen) -> Option<ContainerStateTerminated> {
    let ended = |seen: &Seen| {
        let ContainerStatus { state, last_state, .. } = seen.container(NAME)?.clone();
        state.and_then(|state| state.terminated).or_else(|| last_state.and_then(|state| state.terminated))
    };
    history.of_pod(&task.name()).iter().rev().find_map(ended)
}
