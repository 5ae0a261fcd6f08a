//! A new version is shipped: how many tasks of the old and the new one run, from the change to the last old task's end.

use std::time::{Duration, Instant};

use kube::api::DynamicObject;
use serde_json::Value;

use crate::bed::Bed;
use crate::chart;
use crate::kinds::{Kind, NAMESPACE};
use crate::requests;
use crate::screen::{Screen, dim, green, yellow};
use crate::services::{Service, overview};
use crate::shop::FILES;
use crate::support::{Result, SOON, While};
use crate::watch::Watch;

const TASK_DEFINITION: &str = "web-api";
const SERVICE: &str = "api-service";
const OLD: (&str, &str) = ("web-api:1", "v1.2.0");
const NEW: (&str, &str) = ("web-api:2", "v1.3.0");

/// Gives the task definition a new image, as a commit to the shop's repository would, and shows the roll-out. Its clock
/// starts when the API server has the new specification. On a real node it rolls under a load, of which no request may fail.
pub async fn ship(screen: &Screen, bed: &Bed) -> Result<()> {
    let file = format!("{}/{FILES}/ecstaskdefinition-web-api.yaml", env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(&file).during(&file)?;
    let document = document.replace(&image(OLD.1), &image(NEW.1));
    let load = requests::load(bed)?;
    let mut watch = Watch::start(&bed.client(), &[Kind::TASK_DEFINITION, Kind::SERVICE, Kind::POD]).await?;

    screen.say(&format!("kubectl apply, with the image {} in ecstaskdefinition-web-api.yaml", image(NEW.1)));
    screen.say(&dim("● runs  ○ starts  ◌ stops"));
    let what = format!("{SERVICE} runs {} and nothing else", NEW.0);
    let waiting = screen.wait(&what);
    let mut shipped = Shipped::not_yet(&watch);
    let mut last = String::new();
    let over = watch.until(&what, SOON, |watch| {
        let time = shipped.ago(watch)?;
        let state = State::read(watch)?;
        let line = state.line();
        if line != last {
            waiting.say(&format!("{:>7.3} s  {line}", time.as_secs_f64()));
            last = line;
        }
        state.is_over().then_some(time)
    });
    let arguments = ["apply", "--namespace", NAMESPACE];
    let (_, time) = tokio::try_join!(bed.cluster().kubectl_with(&arguments, &document), over)?;
    waiting.done_after(time);
    chart::end(screen, load).await?;
    screen.say(&overview(&Service::all(&watch)?));
    Ok(())
}

/// When the API server had the new specification.
struct Shipped {
    before: Option<i64>,
    at: Option<Instant>,
}

impl Shipped {
    fn not_yet(watch: &Watch) -> Self {
        Self { before: generation(watch), at: None }
    }

    /// How long ago, if it has.
    fn ago(&mut self, watch: &Watch) -> Option<Duration> {
        if generation(watch) == self.before {
            return None;
        }
        Some(self.at.get_or_insert_with(Instant::now).elapsed())
    }
}

fn generation(watch: &Watch) -> Option<i64> {
    watch.find(Kind::TASK_DEFINITION, TASK_DEFINITION)?.metadata.generation
}

fn image(version: &str) -> String {
    format!("web-api:{version}")
}

/// How far the roll-out is.
struct State {
    old: Tasks,
    new: Tasks,
    service: Service,
}

impl State {
    fn read(watch: &Watch) -> Option<Self> {
        let service = Service::read(watch.find(Kind::SERVICE, SERVICE)?).ok()?;
        Some(Self { old: Tasks::count(watch, OLD.0), new: Tasks::count(watch, NEW.0), service })
    }

    fn line(&self) -> String {
        let primary = self.service.primary().and_then(|primary| primary.task_definition.as_deref()).unwrap_or("-");
        let rollout = self.service.rollout();
        let rollout = if rollout == "COMPLETED" { green(rollout) } else { yellow(rollout) };
        format!("{} {}   {} {}   {primary} {rollout}", OLD.1, self.old.line(), NEW.1, self.new.line())
    }

    fn is_over(&self) -> bool {
        let is_new = self.service.status.task_definition.as_deref() == Some(NEW.0);
        is_new && self.service.rollout() == "COMPLETED" && self.service.is_ready() && self.old.all() == 0
    }
}

/// The tasks of one task definition revision.
#[derive(Default)]
struct Tasks {
    running: usize,
    starting: usize,
    stopping: usize,
}

impl Tasks {
    fn count(watch: &Watch, revision: &str) -> Self {
        let mut tasks = Self::default();
        for pod in watch.of(Kind::POD).filter(|pod| is_task_of(pod, revision)) {
            match (pod.metadata.deletion_timestamp.is_some(), is_ready(pod)) {
                (true, _) => tasks.stopping += 1,
                (false, true) => tasks.running += 1,
                (false, false) => tasks.starting += 1,
            }
        }
        tasks
    }

    fn all(&self) -> usize {
        self.running + self.starting + self.stopping
    }

    fn line(&self) -> String {
        let marks = [("●", self.running), ("○", self.starting), ("◌", self.stopping)];
        let marks: String = marks.iter().map(|(mark, count)| mark.repeat(*count)).collect();
        format!("{marks:<6} {} running", self.running)
    }
}

fn is_task_of(pod: &DynamicObject, revision: &str) -> bool {
    let annotations = pod.metadata.annotations.as_ref();
    annotations.and_then(|annotations| annotations.get("ecs-operator.dev/task-definition")).is_some_and(|named| named == revision)
}

/// Whether a pod serves.
pub fn is_ready(pod: &DynamicObject) -> bool {
    let conditions = pod.data.pointer("/status/conditions").and_then(Value::as_array);
    conditions.into_iter().flatten().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}
