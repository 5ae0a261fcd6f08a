//! Whether this machine can run a real node.

use std::process::Command;
use std::sync::OnceLock;

use super::super::workspace::PREFIX;
use super::cgroups;
use super::namespaces::Namespaces;
use crate::support::Result;

/// Why this machine cannot run a real node, as a sentence; `None` where it can.
pub fn missing() -> Option<&'static str> {
    static MISSING: OnceLock<Option<String>> = OnceLock::new();
    MISSING.get_or_init(|| attempt().err().map(|error| error.to_string())).as_deref()
}

/// Does in small what a real node does, and undoes it.
fn attempt() -> Result<()> {
    for program in ["apt-get", "dpkg-deb"] {
        let found = Command::new(program).arg("--version").output();
        found.map_err(|error| format!("a real node needs a system with packages of Debian: {program}: {error}"))?;
    }
    // named as a cluster's, so that the next owner removes what a killed one left
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
    Namespaces::attempt(folder.path()).map_err(|error| format!("a real node needs Linux and root, to make namespaces and mounts: {error}"))?;
    let name = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let made = cgroups::create(&name);
    let removed = cgroups::remove(&name);
    made.and(removed).map_err(|error| format!("a real node needs Linux and root, to make cgroups: {error}").into())
}
