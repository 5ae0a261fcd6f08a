//! The operator under test: the real binary as a process of this machine, with the rights and the arguments of the chart.
//!
//! It is what a pod of the chart would run, except where a pod is needed for it: it finds the API server through a
//! kubeconfig that points at the ledger, with the token of the chart's `ServiceAccount`.

mod installation;
mod launch;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use installation::{Installation, remove_policies};

use super::ledger::{Ledger, Request};
use super::process::{Process, leashed, tail};
use super::{Result, While, eventually, fetch, lock};
use launch::Launch;

/// Each verb and kind that an operator of this process asked for and had a right to, as the ledger writes them.
static USED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// What the operators that have ended used of their rights: `"create deployments.apps"`.
pub fn used_rights() -> BTreeSet<String> {
    lock(&USED).clone()
}

/// How a test changes what the chart says.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Flags in the form `--name=value`; each replaces the chart's own of that name.
    pub flags: Vec<String>,
    /// Environment variables to add.
    pub environment: Vec<(String, String)>,
}

/// One replica, started again as often as a test wants.
pub struct Operator {
    name: String,
    binary: PathBuf,
    launch: Launch,
    ledger: Arc<Ledger>,
    logs: PathBuf,
    // shared with the ledger, which kills it at a chosen request
    process: Arc<Mutex<Option<Process>>>,
}

impl Operator {
    /// Starts this binary as the replica of this name, through a door of the ledger that has its name too.
    pub async fn start(installation: &Installation, name: &str, binary: &Path, ledger: &Arc<Ledger>, changes: Changes) -> Result<Self> {
        let server = ledger.door(name).await?;
        let launch = Launch::read(installation, name, &server, changes).await?;
        let process = Arc::new(Mutex::new(None::<Process>));
        let victim = Arc::clone(&process);
        ledger.on_kill(name, move || kill(&victim));
        let operator =
            Self { name: name.to_owned(), binary: binary.to_owned(), launch, ledger: Arc::clone(ledger), logs: installation.cluster().logs(), process };
        operator.spawn()?;
        Ok(operator)
    }

    /// Starts it again after it ended; its log goes on in the same file. Ends it first if it still runs.
    pub async fn restart(&self) -> Result<()> {
        self.kill();
        self.ledger.door(&self.name).await?;
        self.spawn()
    }

    /// The same, with another binary: an upgrade, or a test build.
    pub async fn restart_with(&mut self, binary: &Path) -> Result<()> {
        binary.clone_into(&mut self.binary);
        self.restart().await
    }

    /// Ends it at once with SIGKILL.
    pub fn kill(&self) {
        kill(&self.process);
    }

    /// Ends it as a kubelet would: SIGTERM, and then time to end by itself.
    pub async fn terminate(&self, deadline: Duration) -> Result<ExitStatus> {
        self.with_process(Process::terminate)?;
        self.wait_exited(deadline).await
    }

    /// Waits until it has ended: after a fault that kills it, or by itself.
    pub async fn wait_exited(&self, deadline: Duration) -> Result<ExitStatus> {
        let what = format!("{} has ended", self.name);
        eventually(what, deadline, async || self.with_process(|process| process.exited().ok_or_else(|| "it still runs".into()))).await
    }

    /// Waits until `/readyz` answers with success; fails at once when the process has ended.
    pub async fn wait_ready(&self, deadline: Duration) -> Result<()> {
        let what = format!("{} is ready", self.name);
        let ready = eventually(what, deadline, async || self.get("/readyz").await.map(drop));
        let died = eventually("the operator has ended", deadline, async || self.check_alive().err().ok_or_else(|| "it runs".into()));
        tokio::select! {
            ready = ready => ready,
            Ok(end) = died => Err(end),
        }
    }

    /// Fails when it has ended, with the end of its log.
    pub fn check_alive(&self) -> Result<()> {
        self.with_process(Process::check_alive)
    }

    /// What its own server answers: `/readyz`, `/livez`, `/metrics`.
    pub async fn get(&self, path: &str) -> Result<String> {
        fetch(&format!("http://{}{path}", self.launch.listen())).await
    }

    /// Its name, which is its identity as a leader and its door in the ledger.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ledger between it and the API server.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// The process id, for who wants to look at it or signal it.
    pub fn id(&self) -> Result<u32> {
        self.with_process(|process| Ok(process.id()))
    }

    /// Its memory in bytes, as the kernel counts it.
    pub fn resident_bytes(&self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.id()?);
        let status = std::fs::read_to_string(&path).during(&path)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS line")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes * 1024)
    }

    /// The file of its log, over all its starts.
    pub fn log(&self) -> PathBuf {
        self.logs.join(format!("{}.log", self.launch.title()))
    }

    /// The last lines of its log.
    pub fn log_tail(&self, lines: usize) -> String {
        tail(&self.log(), lines)
    }

    fn spawn(&self) -> Result<()> {
        let mut command = leashed(&self.binary);
        self.launch.configure(&mut command);
        *lock(&self.process) = Some(Process::start(self.launch.title(), &self.logs, command)?);
        Ok(())
    }

    fn with_process<T>(&self, ask: impl FnOnce(&Process) -> Result<T>) -> Result<T> {
        lock(&self.process).as_ref().map_or_else(|| Err("the operator was never started".into()), ask)
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        let allowed = |request: &Request| !request.resource.is_empty() && request.status.is_some_and(|status| !matches!(status, 401 | 403 | 404));
        let used = self.ledger.requests().through(&self.name).that(allowed).counts();
        lock(&USED).extend(used.into_keys());
    }
}

fn kill(process: &Mutex<Option<Process>>) {
    if let Some(process) = lock(process).as_ref() {
        process.kill();
    }
}

/// Builds the program and returns where its binary is: for who is not given it by cargo.
pub fn build_binary() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        // with an example beside it the features are those of the tests, and nothing is built twice
        .args(["build", "--bin", "ecs-operator", "--example", "shop", "--message-format=json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(std::process::Stdio::inherit())
        .output()
        .during("cargo build")?;
    if !output.status.success() {
        return Err(format!("cargo build: {}", output.status).into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let executable = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message.pointer("/target/name").filter(|name| *name == "ecs-operator")?;
        message.get("executable")?.as_str().map(PathBuf::from)
    };
    messages.lines().filter_map(executable).next_back().ok_or_else(|| "cargo build names no executable".into())
}
