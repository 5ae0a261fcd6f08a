//! A shell and its small tools: Debian's static busybox.

use std::collections::BTreeMap;
use std::process::Command;

use super::Entry;
use super::program::output;
use crate::support::Result;
use crate::support::tools::{Packages, cache_folder};

/// `/bin/busybox`, and a link to it for each of its tools, `/bin/sh` among them.
pub fn shell() -> Result<BTreeMap<String, Entry>> {
    let busybox = Packages::ensure(&cache_folder("tools")?)?.busybox();
    let mut files = BTreeMap::from([("/bin/busybox".to_owned(), Entry::program(&busybox)?)]);
    for tool in output(Command::new(&busybox).arg("--list"))?.lines().filter(|tool| *tool != "busybox") {
        files.insert(format!("/bin/{tool}"), Entry::Link("busybox".to_owned()));
    }
    Ok(files)
}
