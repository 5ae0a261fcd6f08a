//! `pause`: the program of a pod's sandbox, as Kubernetes has it, compiled from its source.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::{Lock, module_folder};
use super::go::Go;
use super::part::Part;
use crate::support::{Result, While};

/// Where the static binary is, after compiling it if need be.
pub fn ensure(cache: &Path, kubernetes: &Part) -> Result<PathBuf> {
    let name = format!("pause-{}", kubernetes.version);
    let binary = cache.join(&name).join("pause");
    if binary.is_file() {
        return Ok(binary);
    }
    let _lock = Lock::take(cache, &name)?;
    std::fs::create_dir_all(cache.join(&name))?;
    let source = module_folder(&Go::find(cache, kubernetes)?, kubernetes)?.join("build/pause/linux/pause.c");
    let partial = binary.with_extension("partial");
    let compiled = Command::new("cc").args(["-Os", "-s", "-static", "-o"]).arg(&partial).arg(&source).output().during("cc")?;
    if !compiled.status.success() {
        return Err(format!("cc {}: {}\n{}", source.display(), compiled.status, String::from_utf8_lossy(&compiled.stderr)).into());
    }
    std::fs::rename(&partial, &binary)?;
    Ok(binary)
}
