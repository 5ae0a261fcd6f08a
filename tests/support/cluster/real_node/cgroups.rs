//! The cgroups of a real node: a folder of its own in every hierarchy, under which the kubelet puts all pods.
//!
//! Version 1 has a hierarchy for each controller, and the folder must be in all of them. Version 2 has one, whose controllers
//! must be handed down to the folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::support::{Result, While};

/// What is handed down, of version 2.
const CONTROLLERS: &str = "+cpu +cpuset +memory +pids";

/// Makes the folder of this name in every hierarchy.
pub fn create(name: &str) -> Result<()> {
    let hierarchies = hierarchies()?;
    if hierarchies.is_empty() {
        return Err("no cgroup hierarchy is mounted".into());
    }
    for hierarchy in hierarchies {
        let folder = hierarchy.mount.join(name);
        if hierarchy.unified {
            hand_down(&hierarchy.mount)?;
            std::fs::create_dir(&folder).during(folder.display())?;
            hand_down(&folder)?;
        } else {
            std::fs::create_dir(&folder).during(folder.display())?;
            // of version 1 a new folder has no processors and no memory, and nothing can run in it
            for file in ["cpuset.cpus", "cpuset.mems"].iter().filter(|file| folder.join(file).is_file()) {
                std::fs::copy(hierarchy.mount.join(file), folder.join(file)).during(file)?;
            }
        }
    }
    Ok(())
}

/// Removes the folder of this name and those in it from every hierarchy; it fails while a process is in one.
pub fn remove(name: &str) -> Result<()> {
    for mount in mounts()? {
        remove_folder(&mount.mount.join(name))?;
    }
    Ok(())
}

/// The names of the folders that begin with this.
pub fn beginning_with(prefix: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for mount in mounts()? {
        for entry in std::fs::read_dir(&mount.mount).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(prefix) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(names)
}

struct Hierarchy {
    mount: PathBuf,
    unified: bool,
}

/// The hierarchies with controllers: those of version 1, or else the one of version 2.
fn hierarchies() -> Result<Vec<Hierarchy>> {
    let (unified, each): (Vec<_>, Vec<_>) = mounts()?.into_iter().partition(|mount| mount.unified);
    Ok(if each.is_empty() { unified } else { each })
}

fn mounts() -> Result<Vec<Hierarchy>> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").during("/proc/self/mounts")?;
    let words = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let found = words.filter_map(|words| match words[..] {
        [_, mount, "cgroup", ..] => Some(Hierarchy { mount: mount.into(), unified: false }),
        [_, mount, "cgroup2", ..] => Some(Hierarchy { mount: mount.into(), unified: true }),
        _ => None,
    });
    Ok(found.collect())
}

/// Lets the folders in this one have the controllers that a kubelet needs.
fn hand_down(folder: &Path) -> Result<()> {
    let file = folder.join("cgroup.subtree_control");
    std::fs::write(&file, CONTROLLERS).during(format!("{CONTROLLERS} in {}", file.display()))
}

fn remove_folder(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type()?.is_dir() {
            remove_folder(&entry.path())?;
        }
    }
    match std::fs::remove_dir(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).during(folder.display()),
        _ => Ok(()),
    }
}
