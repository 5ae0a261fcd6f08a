//! What becomes of a task when one of its containers ends by itself: an essential one, or one that is not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ecs_service::{self, NAME, container, image, path_of, task_definition};
use super::history::{History, Seen};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::{Result, SOON, ensure, eventually, fetch};

const BESIDE: &str = "beside";

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(an_essential_container_that_ends_is_restarted_alone_where_nothing_else_is_said).on_a_real_node(),
        Trial::parallel(an_essential_container_that_ends_restarts_its_task_where_that_is_said).on_a_real_node(),
        Trial::parallel(a_container_that_is_not_essential_ends_once_and_its_task_serves).on_a_real_node(),
    ]
}

async fn an_essential_container_that_ends_is_restarted_alone_where_nothing_else_is_said(context: Arc<Context>) -> Result<()> {
    for_codes(&context, &json!({}), [1, 0]).await
}

async fn an_essential_container_that_ends_restarts_its_task_where_that_is_said(context: Arc<Context>) -> Result<()> {
    for_codes(&context, &json!({"kubernetes": {"essentialPolicy": "RestartTask"}}), [1, 1]).await
}

/// In one of two tasks the essential container ends with 0, in the other with 3. Afterwards its containers must have been
/// restarted so often: the one that has ended, and the other, which is essential too.
async fn for_codes(context: &Context, members: &Value, expected: [i32; 2]) -> Result<()> {
    let scene = ecs_service::open(context).await?;
    let beside = json!({"name": BESIDE, "image": image("1"), "cpu": 32, "memory": 64, "environment": [{"name": "PORT", "value": "8081"}]});
    let definition = task_definition(&[container(&[], &json!({})), beside]);
    let history = ecs_service::run(&scene, &definition, &ecs_service::service(&scene.namespace, 2, members)).await?;
    let tasks = history.running();
    for (task, code) in tasks.iter().zip([0, 3]) {
        let end = Timestamp::now();
        fetch(&path_of(task, &format!("/-/exit?code={code}"))).await?;
        let again = eventually(format!("the task is ready after an exit with {code}"), SOON, async || {
            let last = history.of_pod(&task.name()).into_iter().next_back().ok_or("the task is not there")?;
            ensure(last.is_ready() && restarts(&last) == expected, history.beside(&[]))?;
            Ok(last)
        })
        .await?;
        let took = again.at.duration_since(end).as_secs_f64();
        println!("an essential container ended with {code}: after {took:.3} s its task was ready again, restarts {expected:?}");
    }
    let names = |tasks: Vec<Seen>| tasks.iter().map(Seen::name).collect::<Vec<_>>();
    assert_eq!(names(history.running()), names(tasks), "they are the same tasks\n{}", history.beside(&[]));
    Ok(())
}

/// How often the two containers were restarted.
fn restarts(task: &Seen) -> [i32; 2] {
    [NAME, BESIDE].map(|name| task.container(name).map_or(-1, |container| container.restart_count))
}

async fn a_container_that_is_not_essential_ends_once_and_its_task_serves(context: Arc<Context>) -> Result<()> {
    let scene = ecs_service::open(&context).await?;
    let one_shot = |code: i32| {
        json!({"name": format!("ends-with-{code}"), "image": image("1"), "cpu": 32, "memory": 64, "essential": false,
            "entryPoint": ["sh", "-c"], "command": [format!("echo ended; exit {code}")]})
    };
    let definition = task_definition(&[container(&[], &json!({})), one_shot(0), one_shot(3)]);
    let history = ecs_service::run(&scene, &definition, &ecs_service::service(&scene.namespace, 1, &json!({}))).await?;
    let task = history.running().into_iter().next().ok_or("there is no task")?;
    let load = ecs_service::load(&scene, 50)?;
    for code in [0, 3] {
        eventually("the container has done its work", SOON, async || {
            let said = context.kubectl(&["logs", &task.name(), "-c", &format!("ends-with-{code}")]).await?;
            ensure(said == "ended\n", said)
        })
        .await?;
    }
    stays(&history, &task).await?;
    let sent = load.end().await?;
    let failed = sent.iter().filter(|sent| sent.answer.is_err()).count();
    println!("two containers that are not essential ended, with 0 and 3: {} requests sent, {failed} failed", sent.len());
    assert_eq!(failed, 0, "{}", history.beside(&sent));
    Ok(())
}

/// For longer than the kubelet's first pause before a restart, the task is ready and none of its containers is restarted.
async fn stays(history: &History, task: &Seen) -> Result<()> {
    let (start, long) = (Instant::now(), Duration::from_secs(12));
    eventually("the task has stayed as it is", long + SOON, async || {
        let last = history.of_pod(&task.name()).into_iter().next_back().ok_or("the task is not there")?;
        let restarted = last.containers().any(|container| container.restart_count > 0);
        assert!(last.is_ready() && !restarted, "{}", history.beside(&[]));
        ensure(start.elapsed() > long, "not long enough")
    })
    .await
}
