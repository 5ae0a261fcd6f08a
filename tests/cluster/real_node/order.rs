//! `dependsOn`: the order in which the containers of a task start and stop, by their own clocks.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::ecs_service::open;
use super::lives::{Life, Lives};
use super::tasks::{self, Service, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, SOON, ensure, eventually};

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(containers_start_after_what_they_depend_on_and_stop_before_it).on_a_real_node(),
        Trial::parallel(what_depends_on_the_success_of_a_container_that_fails_is_not_started).on_a_real_node(),
    ]
}

async fn containers_start_after_what_they_depend_on_and_stop_before_it(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    // `database` becomes healthy late, `cache` once it is told to, `migration` and `seed` end after a second, `seed` with 3
    let late = |name, port: u16, essential: bool, healthy_after| {
        let check = json!({"command": ["CMD-SHELL", format!("curl -f http://localhost:{port}/health")], "interval": 5, "timeout": 60, "retries": if essential { 3 } else { 1 }});
        container(name, port, &[("HEALTHY_AFTER", healthy_after)], &json!({"essential": essential, "healthCheck": check}))
    };
    let once = |name, port, code: &str, members: Value| {
        let mut container = container(name, port, &[("EXIT_AFTER", "1"), ("EXIT_CODE", code)], &json!({"essential": false}));
        json_patch::merge(&mut container, &members);
        container
    };
    let shell =
        json!({"entryPoint": ["/bin/sh", "-c"], "command": ["/bin/application"], "dependsOn": waits(&[("migration", "SUCCESS"), ("cache", "HEALTHY")])});
    let all = [("proxy", "START"), ("database", "HEALTHY"), ("migration", "SUCCESS"), ("seed", "COMPLETE")];
    let containers = [
        container("web", 8080, &[("STOP_AFTER", "2")], &json!({"dependsOn": waits(&all)})),
        container("proxy", 8081, &[], &json!({})),
        late("database", 8082, true, "1"),
        late("cache", 8083, false, "10000"),
        once("migration", 8084, "0", json!({"dependsOn": waits(&[("database", "HEALTHY")])})),
        once("seed", 8085, "3", shell),
    ];
    tasks::apply(&scene, &[Service::of("shop", &containers)]).await?;
    let mut lives = Lives::of(&scene)?;
    lives.eventually("cache", "fails more checks than `retries`", |lives| (lives.first()?.failed_checks() > 1).then_some(())).await?;
    tasks::started(&scene, "shop").await?.ask(8083, "/-/recover").await?;
    tasks::one(&scene, "shop").await?;

    let order = [
        ("START: web after proxy", start(&mut lives, "proxy").await?, start(&mut lives, "web").await?),
        ("HEALTHY: migration after database", healthy(&mut lives, "database").await?, start(&mut lives, "migration").await?),
        ("HEALTHY, not essential: seed after cache", healthy(&mut lives, "cache").await?, start(&mut lives, "seed").await?),
        ("SUCCESS: seed after migration", end(&mut lives, "migration").await?, start(&mut lives, "seed").await?),
        ("COMPLETE: web after seed, which ends with 3", end(&mut lives, "seed").await?, start(&mut lives, "web").await?),
    ];
    report(&order);
    let cache = lives.read("cache")?;
    assert!(cache.len() == 1, "a container that is not essential may fail checks for as long as it likes: {cache:?}");

    scene.patch("ecsservices", "shop", &json!({"spec": {"desiredCount": 0}})).await?;
    let mut ends = Vec::new();
    for name in ["web", "proxy", "database", "cache"] {
        let stopped = |lives: &[Life]| lives.first().and_then(|life| Some((life.told_to_stop()?, life.end()?)));
        ends.push(lives.eventually(name, "is stopped", stopped).await?);
    }
    let web = ends[0];
    assert!(web.1 >= web.0 + Duration::from_secs(2), "web goes on for two seconds");
    report(&[("proxy stops after web", web.1, ends[1].0), ("database stops after web", web.1, ends[2].0)]);
    for name in ["migration", "seed"] {
        assert_eq!(lives.read(name)?.len(), 1, "{name} was run once");
    }
    Ok(())
}

async fn what_depends_on_the_success_of_a_container_that_fails_is_not_started(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let migration = container("migration", 8081, &[("EXIT_AFTER", "0.5"), ("EXIT_CODE", "4")], &json!({"essential": false}));
    let containers = [
        container("web", 8080, &[], &json!({"dependsOn": waits(&[("migration", "SUCCESS")])})),
        container("log", 8082, &[], &json!({"dependsOn": waits(&[("web", "START")])})),
        migration,
    ];
    tasks::apply(&scene, &[Service::of("shop", &containers)]).await?;
    let mut lives = Lives::of(&scene)?;

    // ECS stops the task and starts another; here the container is tried again
    lives.eventually("migration", "has failed three times", |lives| lives.get(2)?.end().map(drop)).await?;
    for name in ["web", "log"] {
        assert_eq!(lives.read(name)?.len(), 0, "{name} was never started");
    }
    counts(&scene, 0, 1).await?;
    let service = scene.get("ecsservices", "shop").await?;
    assert!(service["status"]["diagnostics"].to_string().contains("success-tried-again"), "{}", service["status"]["diagnostics"]);
    Ok(())
}

/// `dependsOn` of these containers and conditions.
fn waits(on: &[(&str, &str)]) -> Value {
    on.iter().map(|(name, condition)| json!({"containerName": name, "condition": condition})).collect()
}

async fn counts(scene: &Scene, running: u64, pending: u64) -> Result<()> {
    eventually(format!("{running} tasks run and {pending} are pending"), SOON, async || {
        let status = scene.get("ecsservices", "shop").await?["status"].take();
        ensure(status["runningCount"] == running && status["pendingCount"] == pending, status)
    })
    .await
}

async fn start(lives: &mut Lives, name: &str) -> Result<Duration> {
    Ok(lives.first(name).await?.start())
}

async fn healthy(lives: &mut Lives, name: &str) -> Result<Duration> {
    lives.eventually(name, "is healthy", |lives| lives.first()?.healthy()).await
}

async fn end(lives: &mut Lives, name: &str) -> Result<Duration> {
    lives.eventually(name, "has ended", |lives| lives.first()?.end()).await
}

/// Of each, what must be before and what after.
fn report(order: &[(&str, Duration, Duration)]) {
    for (what, before, after) in order {
        let seconds = after.as_secs_f64() - before.as_secs_f64();
        println!("{what} by {seconds:.2} s");
        assert!(seconds > 0.0, "{what}: {seconds:.2} s");
    }
}
