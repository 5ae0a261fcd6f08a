//! The operator as a static program of any platform, compiled on this machine, wherever the sources lie.
//!
//! Its TLS is partly C: zig is the C compiler and the linker for each platform, and `cargo-zigbuild` lets cargo use it. Both are
//! wheels of `PyPI`, pinned here, as Rust itself is: another compiler makes other bytes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Platform;
use super::program::{output, run};
use crate::support::Result;
use crate::support::tools::{cache_folder, say, wheels};

/// The Rust that images are compiled with.
const RUST: &str = "1.95.0";
/// What the image calls the folder that the sources of all crates lie in.
const HOME: &str = "/cargo";

const WHEELS: [(&str, &str); 2] = [("cargo-zigbuild", "0.24.1"), ("ziglang", "0.17.1")];

/// Compiles it with this profile of `Cargo.toml`, and returns the binary.
pub fn compile(platform: Platform, profile: &str, sources: &Path) -> Result<PathBuf> {
    let cache = cache_folder("tools")?;
    let wheels = wheels::ensure(&cache, &WHEELS)
        .map_err(|reason| format!("images are built with cargo-zigbuild, and installing it from PyPI did not work; Python 3 with pip is needed: {reason}"))?;
    let toolchain = toolchain()?;
    output(Command::new("rustup").args(["target", "add", "--toolchain", &toolchain, platform.target()]))?;
    say(&format!("compiling ecs-operator for {platform} with the profile {profile}"));
    let target_folder = sources.join("target/images");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(sources).args(["zigbuild", "--locked", "--quiet", "--bin", "ecs-operator", "--profile", profile, "--target", platform.target()]);
    cargo.arg("--target-dir").arg(&target_folder);
    cargo.env("PATH", first_on_path(&wheels.join("bin"))?).env("PYTHONPATH", &wheels);
    cargo
        .env("CARGO_ZIGBUILD_ZIG_PATH", wheels.join("ziglang/zig"))
        .env("CARGO_ZIGBUILD_CACHE_DIR", cache.join("zig"))
        .env("ZIG_GLOBAL_CACHE_DIR", cache.join("zig"));
    cargo.env("RUSTUP_TOOLCHAIN", &toolchain).env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTFLAGS");
    let home = cargo_home()?;
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(sources, &home));
    let c_flags = format!("CFLAGS_{}", platform.target().replace('-', "_"));
    cargo.env(c_flags, format!("-ffile-prefix-map={}={HOME}", home.display()));
    run(&mut cargo)?;
    Ok(target_folder.join(platform.target()).join(profile).join("ecs-operator"))
}

/// The tool chain in use if it is the right version, else one of that version, after installing it if need be.
fn toolchain() -> Result<String> {
    let in_use = output(Command::new("rustc").arg("--version")).unwrap_or_default();
    if in_use.split(' ').nth(1) == Some(RUST) {
        let active = output(Command::new("rustup").args(["show", "active-toolchain"]))?;
        return Ok(active.split(' ').next().unwrap_or(RUST).trim().to_owned());
    }
    output(Command::new("rustup").args(["toolchain", "install", RUST, "--profile", "minimal"]))?;
    Ok(RUST.to_owned())
}

/// Lets no path of this machine into what Rust compiles.
fn flags(sources: &Path, home: &Path) -> OsString {
    let mut flags = OsString::new();
    for (path, name) in [(sources, "/ecs-operator"), (home, HOME)] {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(path);
        flags.push("=");
        flags.push(name);
    }
    flags
}

fn cargo_home() -> Result<PathBuf> {
    let told = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    Ok(told.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).ok_or("neither CARGO_HOME nor HOME is set")?)
}

fn first_on_path(folder: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path)))?)
}
