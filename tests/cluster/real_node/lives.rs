//! The lives of containers, each from a start to its end, by what they noted: also of those that have ended, and of pods
//! that are gone.
//!
//! The application writes its journal to standard output, which the node keeps in files. They go with their pods; who holds
//! them open can still read them.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::scene::Scene;
use crate::support::{Result, SOON, While, eventually};

/// All containers of a namespace, with what they noted.
pub struct Lives {
    folder: PathBuf,
    namespace: String,
    files: BTreeMap<PathBuf, File>,
}

/// What a container noted from one start to its end.
#[derive(Debug)]
pub struct Life(Vec<Note>);

/// One thing that happened.
#[derive(Debug, Deserialize)]
pub struct Note {
    time: u64,
    event: String,
    /// Whatever else is noted, such as `signal` or `status`.
    #[serde(flatten)]
    details: BTreeMap<String, Value>,
}

impl Lives {
    pub fn of(scene: &Scene) -> Result<Self> {
        let folder = scene.cluster.real_node()?.container_logs();
        Ok(Self { folder, namespace: scene.namespace.clone(), files: BTreeMap::new() })
    }

    /// The lives of the containers of this name so far, in the order of their starts.
    pub fn read(&mut self, container: &str) -> Result<Vec<Life>> {
        self.open_new_files()?;
        let files = self.files.iter().filter(|(path, _)| path.parent().is_some_and(|folder| folder.ends_with(container)));
        let lives = files.map(|(path, file)| life(file).during(path.display()));
        let mut lives: Vec<Life> = lives.filter(|life| life.as_ref().map_or(true, |life| !life.0.is_empty())).collect::<Result<_>>()?;
        lives.sort_by_key(Life::start);
        Ok(lives)
    }

    /// Waits until the lives of the containers of this name show something, which is returned.
    pub async fn eventually<T>(&mut self, container: &str, what: &str, show: impl Fn(&[Life]) -> Option<T>) -> Result<T> {
        eventually(format!("{container}: {what}"), SOON, async || {
            let lives = self.read(container)?;
            show(&lives).ok_or_else(|| lives.iter().map(Life::summary).collect::<Vec<_>>().join("\n").into())
        })
        .await
    }

    /// The first life so far, once there is one.
    pub async fn first(&mut self, container: &str) -> Result<Life> {
        self.eventually(container, "is started", |lives| lives.first().map(drop)).await?;
        Ok(self.read(container)?.into_iter().next().ok_or_else(|| format!("{container} was never started"))?)
    }

    fn open_new_files(&mut self) -> Result<()> {
        let ours = format!("{}_", self.namespace);
        for pod in folders(&self.folder)?.into_iter().filter(|pod| pod.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&ours))) {
            // what is gone by now is not new
            for container in folders(&pod).unwrap_or_default() {
                for log in folders(&container).unwrap_or_default() {
                    if !self.files.contains_key(&log)
                        && let Ok(file) = File::open(&log)
                    {
                        self.files.insert(log, file);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Life {
    /// When it began, since 1970.
    pub fn start(&self) -> Duration {
        self.0.first().map(Note::time).unwrap_or_default()
    }

    /// When it was told to stop, by SIGTERM.
    pub fn told_to_stop(&self) -> Option<Duration> {
        self.first(|note| note.event == "signal" && note.details.get("signal").is_some_and(|signal| signal == "SIGTERM"))
    }

    /// When it ended by itself, or because it was told to.
    pub fn end(&self) -> Option<Duration> {
        self.first(|note| note.event == "exit")
    }

    /// When it was told to answer that it is not healthy.
    pub fn told_to_fail(&self) -> Option<Duration> {
        self.first(|note| note.event == "request" && note.details.get("path").is_some_and(|path| path == "/-/fail"))
    }

    /// When its health was asked for, and the status that it answered with, in order.
    pub fn health_checks(&self) -> Vec<(Duration, u64)> {
        let asked = |note: &&Note| note.event == "request" && note.details.get("path").is_some_and(|path| path == "/health");
        self.0.iter().filter(asked).filter_map(|note| Some((note.time(), note.details.get("status")?.as_u64()?))).collect()
    }

    /// When it first answered that it is healthy.
    pub fn healthy(&self) -> Option<Duration> {
        self.health_checks().iter().find(|(_, status)| *status == 200).map(|(time, _)| *time)
    }

    /// How often it answered that it is not healthy.
    pub fn failed_checks(&self) -> usize {
        self.health_checks().iter().filter(|(_, status)| *status == 503).count()
    }

    /// Event by event, with the seconds since its start.
    pub fn summary(&self) -> String {
        let event = |note: &Note| format!("{:.2} {} {}", note.time().saturating_sub(self.start()).as_secs_f64(), note.event, note.word());
        self.0.iter().map(event).collect::<Vec<_>>().join(", ")
    }

    fn first(&self, is_it: impl Fn(&Note) -> bool) -> Option<Duration> {
        self.0.iter().find(|note| is_it(note)).map(Note::time)
    }
}

impl Note {
    fn time(&self) -> Duration {
        Duration::from_nanos(self.time)
    }

    fn word(&self) -> String {
        ["signal", "status", "code"].iter().filter_map(|name| self.details.get(*name)).map(Value::to_string).collect()
    }
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(std::fs::read_dir(folder).during(folder.display())?.flatten().map(|entry| entry.path()).collect())
}

/// The lines of a file as the runtime writes it: `TIME STREAM F TEXT`. Those that are no notes, and the last while it is being
/// written, are left out.
fn life(file: &File) -> Result<Life> {
    let mut text = vec![0; usize::try_from(file.metadata()?.len())?];
    let length = file.read_at(&mut text, 0)?;
    text.truncate(length);
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().filter_map(|line| line.splitn(4, ' ').nth(3));
    Ok(Life(lines.filter_map(|line| serde_json::from_str(line).ok()).collect()))
}
