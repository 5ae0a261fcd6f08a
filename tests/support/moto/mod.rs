//! AWS, as far as it is asked here: the `moto` server, and a door before it that records every request and can make one
//! go wrong. Tests put secrets in directly; what is under test comes through the door.

mod door;
mod fault;
mod iam;
mod record;
mod seed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use door::Door;
pub use fault::{AwsFault, ELSEWHERE};
pub use iam::Iam;
pub use record::{AwsRequest, AwsRequests, Session};
pub use seed::{ACCOUNT, Seed};

use super::cluster::free_port;
use super::process::{Process, leashed};
use super::tools::{cache_folder, wheels};
use super::{Result, While, eventually, fetch};

/// How long it may take to start on a busy machine.
const START: Duration = Duration::from_mins(1);

/// Installs the server, unless it was installed before; returns its folder.
pub fn install() -> Result<PathBuf> {
    let pins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/moto/requirements.txt");
    wheels::ensure_pinned(&cache_folder("tools")?, "moto", &pins)
        .map_err(|reason| format!("AWS is played by moto, and installing it from PyPI did not work; Python 3.10 or later with pip is needed: {reason}").into())
}

/// A `moto` server on a free port of the loopback interface; it ends when this is dropped.
pub struct Moto {
    process: Process,
    address: String,
    started: Instant,
    _logs: tempfile::TempDir,
}

impl Moto {
    /// Starts a server with nothing in it.
    pub async fn start() -> Result<Arc<Self>> {
        let folder = install()?;
        let port = free_port()?;
        let logs = tempfile::tempdir()?;
        let mut command = leashed("python3");
        command.args(["-m", "moto.server", "--host", "127.0.0.1", "--port"]).arg(port.to_string());
        command.env("PYTHONPATH", &folder).env("PYTHONUNBUFFERED", "1");
        let process = Process::start("moto", logs.path(), command)?;
        let address = format!("http://127.0.0.1:{port}");
        eventually("moto answers", START, async || {
            process.check_alive()?;
            fetch(&format!("{address}/moto-api/")).await.map(drop)
        })
        .await
        .during("starting moto")?;
        Ok(Arc::new(Self { process, address, started: Instant::now(), _logs: logs }))
    }

    /// Where it listens itself: what is asked here is recorded nowhere.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A door before it, with a record and faults of its own.
    pub async fn door(&self) -> Result<Door> {
        Door::open(&self.address, self.started).await
    }

    /// Makes users and roles.
    pub fn iam(&self) -> Iam {
        Iam::new(&self.address)
    }

    /// Puts things in, as the administrator of an account.
    pub fn seed(&self) -> Seed {
        Seed::new(&self.address)
    }

    /// The end of its log.
    pub fn log_tail(&self) -> String {
        self.process.log_tail(20)
    }
}
