//! The folder of a cluster: in memory where the system has such a place, and gone when its owner is gone.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use crate::support::{Result, While, lock};

/// The beginning of the names of folders, and of cgroups of the same name.
pub const PREFIX: &str = "ecs-operator-bed-";
const OWNER: &str = "owner";

/// A temporary folder with `logs` in it.
#[derive(Debug)]
pub struct Workspace {
    path: PathBuf,
    folder: Mutex<Option<TempDir>>,
    keep: AtomicBool,
    // the lock on it tells other processes that the owner lives
    _owner: File,
}

impl Workspace {
    /// Makes a folder, after removing those of owners that were killed before they could do it themselves.
    pub fn create() -> Result<Self> {
        let base = base();
        sweep(&base);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&base).during(base.display())?;
        let owner = File::create(folder.path().join(OWNER))?;
        owner.lock()?;
        std::fs::create_dir(folder.path().join("logs"))?;
        let path = folder.path().to_owned();
        Ok(Self { path, folder: Mutex::new(Some(folder)), keep: AtomicBool::new(false), _owner: owner })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }

    pub fn keep_logs(&self) {
        self.keep.store(true, Ordering::Relaxed);
    }

    /// Removes the folder; the logs, if they are to be kept, are first copied to the disk and their place is printed.
    pub fn remove(&self) {
        let Some(folder) = lock(&self.folder).take() else { return };
        if self.keep.load(Ordering::Relaxed) {
            match copy_logs(&self.logs()) {
                Ok(kept) => eprintln!("test bed: the logs are in {}", kept.display()),
                Err(error) => eprintln!("test bed: the logs could not be kept: {error}"),
            }
        }
        if let Err(error) = folder.close() {
            eprintln!("test bed: {} could not be removed: {error}", self.path.display());
        }
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        self.remove();
    }
}

/// etcd's data belongs in memory: a test has no use for a disk that it must wait for.
fn base() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let writable = tempfile::tempdir_in(memory).is_ok();
    if writable { memory.to_owned() } else { std::env::temp_dir() }
}

/// Removes the folders whose owner holds their lock no longer.
fn sweep(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let abandoned = ours && File::open(entry.path().join(OWNER)).is_ok_and(|owner| owner.try_lock().is_ok());
        if abandoned {
            let _gone_already = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn copy_logs(logs: &Path) -> Result<PathBuf> {
    let kept = tempfile::Builder::new().prefix("ecs-operator-logs-").tempdir()?.keep();
    for entry in std::fs::read_dir(logs)? {
        let entry = entry?;
        std::fs::copy(entry.path(), kept.join(entry.file_name()))?;
    }
    Ok(kept)
}
