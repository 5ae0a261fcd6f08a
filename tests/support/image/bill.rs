//! The bill of materials: every crate that the operator is made of, as `cargo-cyclonedx` lists them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::Platform;
use super::program::run;
use crate::support::tools::{Lock, cache_folder, say};
use crate::support::{Result, While};

const TOOL: &str = "cargo-cyclonedx";
const VERSION: &str = "0.5.9";

/// The bill for this platform, JSON of `CycloneDX` 1.5. `created` stands for the present time, which would make each bill another.
pub fn of_materials(platform: Platform, created: i64, sources: &Path) -> Result<Vec<u8>> {
    let tool = install()?;
    // the tool writes beside Cargo.toml and nowhere else
    let name = format!("{}-{}.cdx", platform.target(), std::process::id());
    let file = sources.join(format!("{name}.json"));
    let mut command = Command::new(tool);
    command.current_dir(sources).args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--quiet"]);
    command.args(["--target", platform.target(), "--override-filename", &name]).env("SOURCE_DATE_EPOCH", created.to_string());
    let made = run(&mut command).and_then(|()| std::fs::read_to_string(&file).during(file.display()));
    let _not_made = std::fs::remove_file(&file);
    without_the_place(&made?)
}

/// The operator's own reference in the bill is the folder that the sources lie in: its package URL says as much, without the folder.
fn without_the_place(bill: &str) -> Result<Vec<u8>> {
    let parsed: Value = serde_json::from_str(bill)?;
    let reference = parsed.pointer("/metadata/component/bom-ref").and_then(Value::as_str).ok_or("a bill without its subject")?;
    let lasting = format!("pkg:cargo/{}@{}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Ok(bill.replace(&format!("\"{reference}"), &format!("\"{lasting}")).into_bytes())
}

fn install() -> Result<PathBuf> {
    let cache = cache_folder("tools")?;
    let name = format!("{TOOL}-{VERSION}");
    let folder = cache.join(&name);
    let tool = folder.join("bin").join(TOOL);
    let _lock = Lock::take(&cache, &name)?;
    if !tool.is_file() {
        say(&format!("installing {TOOL} {VERSION}, once"));
        let building = tempfile::tempdir_in(&cache)?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["install", TOOL, "--version", VERSION, "--locked", "--debug", "--quiet", "--root"]).arg(&folder);
        run(cargo.env("CARGO_TARGET_DIR", building.path()))?;
    }
    Ok(tool)
}
