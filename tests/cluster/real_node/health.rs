//! Health checks: whom they restart and when, and what shields from them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::ecs_service::open;
use super::lives::{Life, Lives};
use super::tasks::{self, Service, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::support::Result;

/// The shortest that ECS takes.
const INTERVAL: Duration = Duration::from_secs(5);
/// Long, for a machine that is busy.
const TIMEOUT: Duration = Duration::from_secs(4);
/// Between the start of a container, as the kubelet has it, and the first note of its program.
const START: Duration = Duration::from_secs(1);
const PORT: u16 = 8080;
const NEVER: (&str, &str) = ("HEALTHY_AFTER", "10000");

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(a_container_is_restarted_when_its_check_has_failed_as_often_as_retries_says_and_not_before).on_a_real_node(),
        Trial::parallel(a_start_period_shields_a_container_until_its_first_success).on_a_real_node(),
        Trial::parallel(the_health_of_a_container_that_is_not_essential_takes_no_task_out_of_traffic).on_a_real_node(),
        Trial::parallel(a_grace_period_shields_a_slow_starter_and_one_that_stumbles).on_a_real_node(),
    ]
}

async fn a_container_is_restarted_when_its_check_has_failed_as_often_as_retries_says_and_not_before(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let services = [("sick", &[NEVER][..]), ("sickening", &[])].map(|(name, environment)| Service::of(name, &[checked(name, environment, 3, 0)]));
    tasks::apply(&scene, &services).await?;
    let mut lives = Lives::of(&scene)?;
    tasks::one(&scene, "sickening").await?.ask(PORT, "/-/fail").await?;

    // ECS checks first after an interval
    let sick = lives.first_life("sick").await?;
    within("of which every check fails", &sick, sick.start(), INTERVAL * 3, INTERVAL * 4);
    // the first check that fails comes at some time in the first interval
    let sickening = lives.first_life("sickening").await?;
    within("that has turned unhealthy", &sickening, sickening.told_to_fail().unwrap_or_default(), INTERVAL * 2, INTERVAL * 3);

    lives.eventually("sick", "is started again", |lives| lives.get(1).map(drop)).await
}

async fn a_start_period_shields_a_container_until_its_first_success(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let slow = [("HEALTHY_AFTER", "12")];
    let depends = json!({"dependsOn": [{"containerName": "proxy", "condition": "START"}]});
    let services = [
        Service::of("shielded", &[checked("shielded", &slow, 1, 15)]),
        Service::of("unshielded", &[checked("unshielded", &slow, 1, 0)]),
        Service::of("sick", &[checked("sick", &[NEVER], 2, 10)]),
        Service::of("sickening", &[checked("sickening", &[], 2, 120)]),
        // what others depend on has no probe for its start, which would hold them up
        Service::of("depending", &[container("depending", PORT + 1, &[], &depends), checked("proxy", &[NEVER], 2, 10)]),
    ];
    tasks::apply(&scene, &services).await?;
    let mut lives = Lives::of(&scene)?;

    tasks::one(&scene, "sickening").await?.ask(PORT, "/-/fail").await?;
    let sickening = lives.first_life("sickening").await?;
    let told = sickening.told_to_fail().unwrap_or_default();
    within("that has turned unhealthy in its start period of 120 s", &sickening, told, INTERVAL, INTERVAL * 2);
    let unshielded = lives.first_life("unshielded").await?;
    within("of a slow starter without a start period", &unshielded, unshielded.start(), INTERVAL, INTERVAL * 2);
    // the first failure that counts is that of the first check after the start period
    let period = Duration::from_secs(10);
    let sick = lives.first_life("sick").await?;
    within("of which every check fails, with a start period of 10 s", &sick, sick.start(), period + INTERVAL, period + INTERVAL * 2);
    let proxy = lives.first_life("proxy").await?;
    within("on which another depends, with a start period of 10 s", &proxy, proxy.start(), period + INTERVAL, period + INTERVAL * 2);

    let shielded = tasks::one(&scene, "shielded").await?;
    assert_eq!(tasks::state(&shielded.pod, "shielded")?["restartCount"], 0);
    let shielded = lives.first("shielded").await?;
    assert!(shielded.failed_checks() > 1, "the start period shields from more failures than `retries`: {}", shielded.summary());
    Ok(())
}

async fn the_health_of_a_container_that_is_not_essential_takes_no_task_out_of_traffic(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let mut beside = checked("beside", &[NEVER, ("PORT", "8081")], 1, 0);
    beside["essential"] = json!(false);
    let services = [Service::of("web", &[checked("web", &[], 3, 0), beside])];
    tasks::apply(&scene, &services).await?;
    let mut lives = Lives::of(&scene)?;

    let before = tasks::one(&scene, "web").await?;
    // long after the check beside it would have failed
    let checks = |lives: &[Life]| lives.first().and_then(|life| life.health_checks().last().filter(|(time, _)| *time > life.start() + INTERVAL * 4).copied());
    lives.eventually("web", "is checked for 20 s", checks).await?;
    let after = tasks::one(&scene, "web").await?;
    let ready_since = |pod: &Value| pod["status"]["conditions"].as_array().into_iter().flatten().find(|condition| condition["type"] == "Ready").cloned();
    assert_eq!(ready_since(&after.pod), ready_since(&before.pod), "it was in traffic all the time");
    for name in ["web", "beside"] {
        assert_eq!(tasks::state(&after.pod, name)?["restartCount"], 0, "{name}");
    }
    Ok(())
}

async fn a_grace_period_shields_a_slow_starter_and_one_that_stumbles(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let grace = Duration::from_secs(25);
    let graced = |name, environment: &[(&str, &str)], grace: Duration| {
        let service = Service::of(name, &[checked(name, environment, 1, 0)]);
        Service { members: json!({"healthCheckGracePeriodSeconds": grace.as_secs()}), ..service }
    };
    let long = Duration::from_mins(2);
    let services = [graced("slow", &[("HEALTHY_AFTER", "18")], grace), graced("stumbling", &[], long), graced("sick", &[NEVER], grace)];
    tasks::apply(&scene, &services).await?;
    let mut lives = Lives::of(&scene)?;

    // more failures than `retries`, after a success, within the grace period
    tasks::one(&scene, "stumbling").await?.ask(PORT, "/-/fail").await?;
    let two_intervals = |lives: &[Life]| {
        let (told, last) = (lives.first()?.told_to_fail()?, lives.first()?.health_checks().last().copied()?);
        (last.0 > told + INTERVAL * 2).then_some(())
    };
    lives.eventually("stumbling", "fails checks for two intervals", two_intervals).await?;
    let sick = lives.first_life("sick").await?;
    within("of which every check fails, with a grace period of 25 s", &sick, sick.start(), grace, grace + INTERVAL);

    let slow = tasks::one(&scene, "slow").await?;
    let stumbling = tasks::pods(&scene, "stumbling").await?.pop().ok_or("no pod")?;
    for (name, pod) in [("slow", slow.pod), ("stumbling", stumbling)] {
        let life = lives.first(name).await?;
        println!("{name}: {}", life.summary());
        assert!(life.failed_checks() > 1, "{name} failed more checks than `retries`: {}", life.summary());
        assert_eq!(tasks::state(&pod, name)?["restartCount"], 0, "{name}: {}", life.summary());
    }
    Ok(())
}

/// A container with a health check by the shell and curl.
fn checked(name: &str, environment: &[(&str, &str)], retries: u32, start_period: u64) -> Value {
    let port = environment.iter().find(|(name, _)| *name == "PORT").map_or(PORT.to_string(), |(_, port)| (*port).to_owned());
    let (command, environment) = (format!("curl -f http://localhost:{port}/health || exit 1"), environment.iter().filter(|(name, _)| *name != "PORT"));
    let environment: Vec<_> = environment.copied().collect();
    let check = json!({"command": ["CMD-SHELL", command], "interval": INTERVAL.as_secs(), "timeout": TIMEOUT.as_secs(), "retries": retries,
        "startPeriod": start_period});
    container(name, port.parse().unwrap_or(PORT), &environment, &json!({"healthCheck": check}))
}

/// The container was told to stop at such a time since then: not before ECS would at the soonest, and at most an interval and
/// the time of a check after ECS would at the latest.
fn within(what: &str, life: &Life, since: Duration, least: Duration, most: Duration) {
    let lasted = life.told_to_stop().unwrap_or_default().saturating_sub(since);
    println!("a container {what} was restarted after {:.1} s; ECS: {} to {} s", lasted.as_secs_f64(), least.as_secs(), most.as_secs());
    assert!(lasted + START >= least && lasted <= most + INTERVAL + TIMEOUT, "{lasted:?}, not {least:?} to {most:?}: {}", life.summary());
}
