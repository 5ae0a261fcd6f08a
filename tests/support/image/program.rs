//! Static programs, compiled by cargo.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Platform;
use crate::support::tools::say;
use crate::support::{Result, While};

/// Compiles the package in this folder, which is not that of the operator and has no C code, and returns its binary.
pub fn compile(folder: &Path, name: &str, platform: Platform) -> Result<PathBuf> {
    add_target(platform)?;
    say(&format!("compiling {name} for {platform}"));
    let target_folder = folder.join("target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).args(["build", "--release", "--locked", "--quiet", "--bin", name, "--target", platform.target(), "--target-dir"]);
    run(cargo.arg(&target_folder))?;
    Ok(target_folder.join(platform.target()).join("release").join(name))
}

/// Gets Rust's standard library for the platform, if it is not there yet.
pub fn add_target(platform: Platform) -> Result<()> {
    let target = platform.target();
    // what rustup itself would use in this folder, whichever cargo was started
    let installed = output(Command::new("rustup").args(["target", "list", "--installed"]))?;
    if installed.lines().any(|line| line == target) {
        return Ok(());
    }
    output(Command::new("rustup").args(["target", "add", target])).map(drop)
}

/// Runs it to its end; what it prints is seen.
pub fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().display().to_string();
    let status = command.status().during(&program)?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

/// Runs it to its end, and returns what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.output().during(&program)?;
    if output.status.success() {
        return String::from_utf8(output.stdout).during(&program);
    }
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}
