//! What a real node takes from Debian's registry: unpacked into the cache, so that nothing is installed on the machine.
//!
//! Packages that are installed already are not fetched again: a program is looked for in the unpacked folders first and
//! then where the system has it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::build::{Lock, say};
use crate::support::{Result, While};

/// `nft` for kube-proxy and host ports, `ip` for the namespaces, a shell for images, what runc is linked with, and a registry.
const PACKAGES: [&str; 5] = ["nftables", "iproute2", "busybox-static", "libseccomp-dev", "docker-registry"];

/// The folder that the packages are unpacked in.
#[derive(Debug, Clone)]
pub struct Packages(PathBuf);

impl Packages {
    /// Fetches and unpacks them, once for each release of the system.
    pub fn ensure(cache: &Path) -> Result<Self> {
        let mut digest = Sha256::new();
        digest.update(PACKAGES.join(" "));
        digest.update(std::fs::read("/etc/os-release").during("/etc/os-release")?);
        let mut key = "debian-".to_owned();
        for byte in digest.finalize().iter().take(6) {
            write!(key, "{byte:02x}")?;
        }
        let packages = Self(cache.join(&key));
        if packages.is_complete() {
            return Ok(packages);
        }
        let _lock = Lock::take(cache, &key)?;
        if !packages.is_complete() {
            say(&format!("fetching {} from Debian, once, into {}", PACKAGES.join(", "), packages.0.display()));
            let partial = cache.join(format!("{key}.partial"));
            for begun in [&packages.0, &partial] {
                let _absent = std::fs::remove_dir_all(begun);
            }
            fetch(&partial.join("apt"))?;
            unpack(&partial.join("apt/archives"), &partial)?;
            std::fs::remove_dir_all(partial.join("apt"))?;
            std::fs::rename(&partial, &packages.0)?;
            packages.write_pkg_config()?;
        }
        Ok(packages)
    }

    /// Whether the last step was done.
    fn is_complete(&self) -> bool {
        self.0.join("pkg-config").is_file()
    }

    /// The folder, which is laid out as a root folder is.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Lets a command find the programs, and those the libraries.
    pub fn configure(&self, command: &mut Command, more: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        let system = std::env::var_os("PATH").unwrap_or_default();
        let ours = ["usr/sbin", "usr/bin", "sbin", "bin"].map(|folder| self.0.join(folder));
        let places = more.into_iter().chain(ours).chain(std::env::split_paths(&system));
        command.env("PATH", std::env::join_paths(places)?);
        let libraries = self.libraries()?;
        if !libraries.is_empty() {
            command.env("LD_LIBRARY_PATH", std::env::join_paths(libraries)?);
        }
        Ok(())
    }

    /// A shell and its tools in one static binary.
    pub fn busybox(&self) -> PathBuf {
        let unpacked = self.0.join("bin/busybox");
        if unpacked.is_file() { unpacked } else { PathBuf::from("/bin/busybox") }
    }

    /// Folders such as `usr/lib/x86_64-linux-gnu`.
    fn libraries(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for parent in ["usr/lib", "lib"].map(|folder| self.0.join(folder)).iter().filter(|folder| folder.is_dir()) {
            for entry in std::fs::read_dir(parent)? {
                let entry = entry?;
                if entry.file_name().to_string_lossy().ends_with("-linux-gnu") {
                    found.push(entry.path());
                }
            }
        }
        Ok(found)
    }

    /// What `go build` asks for the flags of libseccomp, which is here and not where its own description says.
    fn write_pkg_config(&self) -> Result<()> {
        let libraries = self.libraries()?.iter().fold(String::new(), |flags, folder| format!("{flags} -L{}", folder.display()));
        let headers = self.0.join("usr/include");
        let script = format!("#!/bin/sh\ncase \"$*\" in\n*--cflags*) echo '-I{}' ;;\n*--libs*) echo '{libraries} -lseccomp' ;;\nesac\n", headers.display());
        let path = self.0.join("pkg-config");
        std::fs::write(&path, script)?;
        let status = Command::new("chmod").arg("+x").arg(&path).status()?;
        if status.success() { Ok(()) } else { Err(format!("chmod +x {}: {status}", path.display()).into()) }
    }
}

/// Has apt download the packages and what they need that is not installed, with lists of its own.
fn fetch(folder: &Path) -> Result<()> {
    for inside in ["archives/partial", "lists/partial"] {
        std::fs::create_dir_all(folder.join(inside)).during(folder.display())?;
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        for (setting, inside) in [("Dir::Cache", ""), ("Dir::Cache::archives", "archives"), ("Dir::State::lists", "lists")] {
            command.arg(format!("--option={setting}={}", folder.join(inside).display()));
        }
        // apt's own user cannot write into the cache
        command.args(["--option=APT::Sandbox::User=root", "--option=Debug::NoLocking=1", "--quiet", "--quiet", "--yes"]);
        run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let fetched = apt(&["update"]).and_then(|()| apt(&[&["install", "--download-only", "--no-install-recommends"], &PACKAGES[..]].concat()));
    fetched.map_err(|reason| format!("a real node needs {} of Debian, and apt could not fetch them: {reason}", PACKAGES.join(", ")).into())
}

fn unpack(archives: &Path, into: &Path) -> Result<()> {
    for entry in std::fs::read_dir(archives).during(archives.display())? {
        let archive = entry?.path();
        if archive.extension().is_some_and(|extension| extension == "deb") {
            run(Command::new("dpkg-deb").arg("--extract").arg(&archive).arg(into))?;
        }
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().during(&program)?;
    if output.status.success() { Ok(()) } else { Err(format!("{program}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into()) }
}
