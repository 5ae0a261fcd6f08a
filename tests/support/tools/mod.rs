//! The real tools: where each binary is, after building what this machine does not have yet.
//!
//! A binary in the folder `KUBEBUILDER_ASSETS` is taken as it is. Everything else is built once, from the Go modules pinned in
//! `tests/tools/<part>/go.mod`, into the user's cache folder under a key of those module files: fresh clones and
//! parallel processes share it, a changed pin gets a folder of its own, and afterwards no network is needed. What a real
//! node needs is made when the first one is asked for; a part of it are packages of Debian.

mod build;
mod debian;
mod go;
mod part;
mod pause;
pub mod wheels;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::leashed;
use super::{Result, While};
pub use build::{Lock, say};
pub use debian::Packages;
use part::Part;

/// The Kubernetes that tests run on unless they ask for another: the one in `tests/tools/kubernetes`.
pub const DEFAULT_KUBERNETES: Option<&str> = None;

/// Paths of the binaries, all of them there.
#[derive(Debug, Clone)]
pub struct Tools {
    binaries: BTreeMap<String, PathBuf>,
    stages: PathBuf,
    packages: Option<Packages>,
}

impl Tools {
    /// Finds the tools, and builds those that are missing. `kubernetes` is the end of a folder's name: `Some("1.34")`
    /// means `tests/tools/kubernetes-1.34`, which has an API server only.
    pub fn prepare(kubernetes: Option<&str>) -> Result<Self> {
        let cache = cache_folder("tools")?;
        let assets = std::env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from).filter(|_| kubernetes.is_none());
        let mut tools = Self { binaries: BTreeMap::new(), stages: PathBuf::new(), packages: None };
        for part in Part::all(kubernetes)? {
            let given = |binary: &str| assets.as_ref().map(|folder| folder.join(binary)).filter(|path| path.is_file());
            let missing: Vec<_> = part.binaries.iter().filter(|binary| given(binary.name).is_none()).collect();
            let built = build::ensure(&cache, &part, &missing)?;
            for binary in &part.binaries {
                let path = given(binary.name).unwrap_or_else(|| built.join("bin").join(binary.name));
                tools.binaries.insert(binary.name.to_owned(), path);
            }
            if let Some(kept) = part.kept {
                tools.stages = built.join(kept.name);
            }
        }
        Ok(tools)
    }

    /// The same, of the default version, and what a real node needs.
    pub fn prepare_real_node() -> Result<Self> {
        let mut tools = Self::prepare(DEFAULT_KUBERNETES)?;
        let cache = cache_folder("tools")?;
        let packages = Packages::ensure(&cache)?;
        for part in Part::of_a_real_node(packages.folder())? {
            let built = build::ensure(&cache, &part, &part.binaries.iter().collect::<Vec<_>>())?;
            for binary in &part.binaries {
                tools.binaries.insert(binary.name.to_owned(), built.join("bin").join(binary.name));
            }
        }
        tools.binaries.insert("pause".to_owned(), pause::ensure(&cache, &Part::kubernetes()?)?);
        tools.packages = Some(packages);
        Ok(tools)
    }

    /// Where the tool of this name is.
    pub fn path(&self, name: &str) -> Result<&Path> {
        let path = self.binaries.get(name).ok_or_else(|| format!("the test bed has no tool {name}"))?;
        Ok(path)
    }

    /// The packages of Debian; a real node has them.
    pub fn packages(&self) -> Result<&Packages> {
        Ok(self.packages.as_ref().ok_or("these are not the tools of a real node")?)
    }

    /// A command on a leash that runs the tool of this name.
    pub fn command(&self, name: &str) -> Result<Command> {
        Ok(leashed(self.path(name)?))
    }

    /// KWOK's rules of how nodes and pods live, in folders such as `pod/fast`.
    pub fn stages(&self) -> &Path {
        &self.stages
    }
}

/// The folder with the definitions of the External Secrets operator's kinds, as its module has them: one file for each.
pub fn external_secrets_definitions() -> Result<PathBuf> {
    let part = Part::external_secrets()?;
    let built = build::ensure(&cache_folder("tools")?, &part, &[])?;
    Ok(built.join("definitions"))
}

/// A folder of the user's cache, for what is made once: `~/.cache/ecs-operator/NAME`.
pub fn cache_folder(name: &str) -> Result<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).filter(|value: &OsString| Path::new(value).is_absolute());
    let base = absolute("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| absolute("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set: the test bed has no place for what it builds")?;
    let folder = base.join("ecs-operator").join(name);
    std::fs::create_dir_all(&folder).during(folder.display())?;
    Ok(folder)
}
