//! Health checks: whom they restart and when, and what shields from them.
//!
//! A busy machine delays the kubelet's checks. So that a container is restarted in time is proved in three parts: the kubelet is
//! told the times of ECS, it counts as many failures as `retries` says, and it does not do it before ECS would.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::checks::{self, Probe};
use super::ecs_service::open;
use super::lives::{Life, Lives};
use super::tasks::{self, Service, container};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, While, ensure};

/// The shortest that ECS takes.
const INTERVAL: Duration = Duration::from_secs(5);
/// Longer than any check takes, so that only an answer makes one fail.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How much too early a restart may seem: the kubelet may have been about to check when the time began to count.
const EARLY: Duration = Duration::from_secs(2);
const PORT: u16 = 8080;
const NEVER: (&str, &str) = ("HEALTHY_AFTER", "10000");
/// Goes on after SIGTERM until the kubelet was asked what it has counted: it counts no more until the next start.
const LINGERS: (&str, &str) = ("STOP_AFTER", "15");

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::quiet(a_container_is_restarted_when_its_check_has_failed_as_often_as_retries_says_and_not_before).on_a_real_node(),
        Trial::quiet(a_start_period_shields_a_container_until_its_first_success).on_a_real_node(),
        Trial::parallel(the_health_of_a_container_that_is_not_essential_takes_no_task_out_of_traffic).on_a_real_node(),
        Trial::quiet(a_grace_period_shields_a_slow_starter_and_one_that_stumbles).on_a_real_node(),
    ]
}

async fn a_container_is_restarted_when_its_check_has_failed_as_often_as_retries_says_and_not_before(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let services = [("sick", &[NEVER][..]), ("sickening", &[])].map(|(name, environment)| Service::of(name, &[checked(name, environment, 3, 0)]));
    tasks::apply(&scene, &services).await?;

    // ECS checks first after an interval
    let sick = Restart { container: "sick", probe: Probe::Liveness, failures: 3, least: INTERVAL * 3, most: INTERVAL * 4 };
    // the first check that fails comes at some time in the first interval
    let sickening = Restart { container: "sickening", least: INTERVAL * 2, most: INTERVAL * 3, ..sick };
    tokio::try_join!(sick.is_made("of which every check fails", &scene), sickening.is_made_once_told("that has turned unhealthy", &scene))?;
    Lives::of(&scene)?.eventually("sick", "is started again", |lives| lives.get(1).map(drop)).await
}

async fn a_start_period_shields_a_container_until_its_first_success(context: Arc<Context>) -> Result<()> {
    let scene = open(&context).await?;
    let depends = json!({"dependsOn": [{"containerName": "proxy", "condition": "START"}]});
    let services = [
        Service::of("shielded", &[checked("shielded", &[NEVER], 1, 120)]),
        Service::of("unshielded", &[checked("unshielded", &[NEVER], 1, 0)]),
        Service::of("sick", &[checked("sick", &[NEVER], 2, 10)]),
        Service::of("sickening", &[checked("sickening", &[], 2, 120)]),
        // what others depend on has no probe for its start, which would hold them up
        Service::of("depending", &[container("depending", PORT + 1, &[], &depends), checked("proxy", &[NEVER], 2, 10)]),
    ];
    tasks::apply(&scene, &services).await?;

    let unshielded = Restart { container: "unshielded", probe: Probe::Liveness, failures: 1, least: INTERVAL, most: INTERVAL * 2 };
    let sickening = Restart { container: "sickening", failures: 2, ..unshielded };
    // the first failure that counts is that of the first check after the start period
    let sick = Restart { container: "sick", probe: Probe::Startup, failures: 4, least: INTERVAL * 3, most: INTERVAL * 4 };
    let proxy = Restart { container: "proxy", probe: Probe::Liveness, failures: 2, ..sick };
    tokio::try_join!(
        unshielded.is_made("that is not healthy, without a start period", &scene),
        sickening.is_made_once_told("that has turned unhealthy in its start period of 120 s", &scene),
        sick.is_made("of which every check fails, with a start period of 10 s", &scene),
        proxy.is_made("on which another depends, with a start period of 10 s", &scene),
        is_shielded_while_it_starts("shielded", &scene),
    )
    .map(drop)
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
    let graced = |name, environment: &[(&str, &str)], grace: Duration| {
        let service = Service::of(name, &[checked(name, environment, 1, 0)]);
        Service { members: json!({"healthCheckGracePeriodSeconds": grace.as_secs()}), ..service }
    };
    let (grace, long) = (Duration::from_secs(25), Duration::from_mins(2));
    let services = [graced("slow", &[NEVER], long), graced("stumbling", &[], long), graced("sick", &[NEVER], grace)];
    tasks::apply(&scene, &services).await?;

    let sick = Restart { container: "sick", probe: Probe::Startup, failures: 6, least: grace, most: grace + INTERVAL };
    tokio::try_join!(
        sick.is_made("of which every check fails, with a grace period of 25 s", &scene),
        is_shielded_while_it_starts("slow", &scene),
        is_shielded_when_it_stumbles("stumbling", &scene),
    )
    .map(drop)
}

/// A container that fails more checks than its `retries`, which are 1, and becomes healthy then, is not restarted.
async fn is_shielded_while_it_starts(name: &str, scene: &Scene) -> Result<()> {
    let mut lives = Lives::of(scene)?;
    lives.eventually(name, "fails more checks than `retries`", |lives| (lives.first()?.failed_checks() > 1).then_some(())).await?;
    tasks::started(scene, name).await?.ask(PORT, "/-/recover").await?;
    is_not_restarted(name, tasks::one(scene, name).await?.pod, &mut lives).await
}

/// Nor is one that fails them after a success.
async fn is_shielded_when_it_stumbles(name: &str, scene: &Scene) -> Result<()> {
    let mut lives = Lives::of(scene)?;
    tasks::one(scene, name).await?.ask(PORT, "/-/fail").await?;
    let two_intervals = |lives: &[Life]| {
        let (told, last) = (lives.first()?.told_to_fail()?, lives.first()?.health_checks().last().copied()?);
        (last.0 > told + INTERVAL * 2 && lives.first()?.failed_checks() > 1).then_some(())
    };
    lives.eventually(name, "fails more checks than `retries`, for two intervals", two_intervals).await?;
    is_not_restarted(name, tasks::started(scene, name).await?.pod, &mut lives).await
}

async fn is_not_restarted(name: &str, pod: Value, lives: &mut Lives) -> Result<()> {
    let life = lives.first(name).await?;
    println!("{name}: {}", life.summary());
    assert_eq!(tasks::state(&pod, name)?["restartCount"], 0, "{}", life.summary());
    assert!(life.told_to_stop().is_none(), "{}", life.summary());
    Ok(())
}

/// A container with a health check by the shell and curl.
fn checked(name: &str, environment: &[(&str, &str)], retries: u32, start_period: u64) -> Value {
    let port = environment.iter().find(|(name, _)| *name == "PORT").map_or(PORT.to_string(), |(_, port)| (*port).to_owned());
    let (command, environment) = (format!("curl -f http://localhost:{port}/health || exit 1"), environment.iter().filter(|(name, _)| *name != "PORT"));
    let environment: Vec<_> = environment.copied().chain([LINGERS]).collect();
    let check = json!({"command": ["CMD-SHELL", command], "interval": INTERVAL.as_secs(), "timeout": TIMEOUT.as_secs(), "retries": retries,
        "startPeriod": start_period});
    container(name, port.parse().unwrap_or(PORT), &environment, &json!({"healthCheck": check, "stopTimeout": 60}))
}

/// What ends a container, and when: counted from its start, or from when it was told to fail.
#[derive(Clone, Copy)]
struct Restart {
    container: &'static str,
    probe: Probe,
    /// What the kubelet has counted by then.
    failures: u64,
    /// When ECS would end it at the soonest, and at the latest.
    least: Duration,
    most: Duration,
}

impl Restart {
    /// Makes the container unhealthy once its task is ready, and waits until it is told to stop.
    async fn is_made_once_told(&self, what: &str, scene: &Scene) -> Result<()> {
        let task = tasks::one(scene, self.container).await?;
        let before = checks::failures(scene, self.container, self.probe).await?;
        task.ask(PORT, "/-/fail").await?;
        Self { failures: before + self.failures, ..*self }.is_made(what, scene).await
    }

    /// Waits until the container is told to stop.
    async fn is_made(&self, what: &str, scene: &Scene) -> Result<()> {
        let mut lives = Lives::of(scene)?;
        let told = lives.eventually(self.container, "is told to stop", |lives| lives.first()?.told_to_stop()).await?;
        let failures = checks::failures(scene, self.container, self.probe).await?;
        let pod = self.pod(scene).await?;
        let life = lives.first(self.container).await?;
        ensure(lives.read(self.container)?.len() == 1, format!("it was started again before the kubelet was asked: {}", life.summary()))?;

        let start = &tasks::state(&pod, self.container)?["state"]["running"]["startedAt"];
        let since = life.told_to_fail().map_or_else(|| time(start), Ok)?;
        let (lasted, planned) = (told.saturating_sub(since), self.planned(&pod, life.told_to_fail().is_none())?);
        println!(
            "a container {what} was restarted after {failures} failures and {:.1} s, {planned:?} at the latest where no check is late; \
             ECS: {:?} to {:?}",
            lasted.as_secs_f64(),
            self.least,
            self.most
        );
        assert_eq!(failures, self.failures, "{what}: {}", life.summary());
        assert!(lasted + EARLY >= self.least, "{what}: after {lasted:?}, not {:?}: {}", self.least, life.summary());
        assert_eq!(planned, self.most, "{what}: {}", pod["spec"]);
        Ok(())
    }

    /// When the kubelet is to end it at the latest: it checks first within a period after the delay.
    fn planned(&self, pod: &Value, from_the_start: bool) -> Result<Duration> {
        let probe = &containers(pod).find(|container| container["name"] == self.container).ok_or("the pod has no such container")?[self.probe.member()];
        let seconds = |member: &str| Duration::from_secs(probe[member].as_u64().unwrap_or_default());
        let failures = u32::try_from(probe["failureThreshold"].as_u64().unwrap_or_default())?;
        let delay = if from_the_start { seconds("initialDelaySeconds") } else { Duration::ZERO };
        Ok(delay + seconds("periodSeconds") * failures)
    }

    async fn pod(&self, scene: &Scene) -> Result<Value> {
        let pods = scene.list("pods").await?;
        let pod = pods.into_iter().find(|pod| containers(pod).any(|container| container["name"] == self.container));
        Ok(pod.ok_or_else(|| format!("no pod has {}", self.container))?)
    }
}

/// The containers that the pod is to have, those that start before the others too.
fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers"].into_iter().filter_map(|list| pod["spec"][list].as_array()).flatten()
}

/// A time of Kubernetes, since 1970.
fn time(text: &Value) -> Result<Duration> {
    let time: Timestamp = text.as_str().ok_or("it has no start")?.parse().during(text)?;
    Ok(time.duration_since(Timestamp::UNIX_EPOCH).unsigned_abs())
}
