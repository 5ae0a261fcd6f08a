//! A program on a leash: it ends when its owner ends, however the owner ends.
//!
//! Every program is started by a shell that first leaves a watcher behind and then becomes the program. The watcher
//! reads a pipe that only the owner holds open; at the end of the owner (drop, panic, Ctrl-C, SIGKILL: the kernel closes
//! the pipe) the watcher kills the process group, which is the program, its children and itself. There is no moment
//! without a watcher, and no list of process ids that could be out of date. A parent-death signal would be sent
//! when the *thread* that started the program ends, which is wrong in a thread pool, and needs Linux.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use super::{Result, While, eventually, lock};

// The descriptor 3 is needed because a shell gives what it starts with `&` the null device as standard input.
const LEASH: &str = r#"
exec 3<&0 </dev/null
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
"#;

/// A command on a leash: whoever spawns it must keep the child's standard input for as long as it may live.
pub fn leashed(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", LEASH, "leash"]).arg(program).stdin(Stdio::piped()).process_group(0);
    command
}

/// Runs a tool to its end and returns what it printed, or an error with what it complained about.
pub async fn output(command: Command) -> Result<String> {
    let line = command.get_args().skip(3).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    let mut command = tokio::process::Command::from(command);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().during(&line)?;
    let _leash = child.stdin.take();
    let output = child.wait_with_output().await.during(&line)?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("{line}: {}\n{printed}{complaint}", output.status).into())
}

/// A server on a leash, with its output in a file.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: PathBuf,
    id: u32,
    child: Mutex<(Child, Option<ChildStdin>)>,
}

impl Process {
    /// Starts what `leashed` made; its output is appended to `<logs>/<name>.log`.
    pub fn start(name: impl Into<String>, logs: &Path, mut command: Command) -> Result<Self> {
        let name = name.into();
        let log = logs.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log).during(log.display())?;
        command.stdout(file.try_clone()?).stderr(file);
        let mut child = command.spawn().during(&name)?;
        let leash = child.stdin.take();
        Ok(Self { name, log, id: child.id(), child: Mutex::new((child, leash)) })
    }

    /// The process id, which is that of its group too.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// How it ended, if it has.
    pub fn exited(&self) -> Option<ExitStatus> {
        lock(&self.child).0.try_wait().ok().flatten()
    }

    /// Fails when the process has ended, with the end of its log.
    pub fn check_alive(&self) -> Result<()> {
        match self.exited() {
            None => Ok(()),
            Some(status) => Err(format!("{} has ended ({status}):\n{}", self.name, self.log_tail(20)).into()),
        }
    }

    /// Ends it at once with SIGKILL, and whatever it started.
    pub fn kill(&self) {
        let mut guard = lock(&self.child);
        let (child, leash) = &mut *guard;
        // kill() first: it does nothing to a child that was waited for, so no process of another owner is hit
        let _already_dead = child.kill();
        drop(leash.take());
        let _status = child.wait();
    }

    /// Waits for the end that something else has brought about.
    pub fn wait(&self) {
        let _status = lock(&self.child).0.wait();
    }

    /// Asks it to end with SIGTERM.
    pub fn terminate(&self) -> Result<()> {
        self.check_alive()?;
        let status = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "kill"]).arg(self.id.to_string()).status()?;
        if status.success() { Ok(()) } else { Err(format!("cannot signal {}: {status}", self.name).into()) }
    }

    /// Waits until it has ended.
    pub async fn wait_exited(&self, deadline: Duration) -> Result<ExitStatus> {
        let what = format!("{} has ended", self.name);
        eventually(what, deadline, async || self.exited().ok_or_else(|| "it still runs".into())).await
    }

    /// The file that its output goes to.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The last lines of its output.
    pub fn log_tail(&self, lines: usize) -> String {
        tail(&self.log, lines)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The last lines of a file.
pub fn tail(file: &Path, lines: usize) -> String {
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<&str> = text.lines().collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}
