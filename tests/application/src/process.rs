//! What the process sees of itself and around it, as the kernel tells it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::{Value, json};

/// Limits of the cgroup, of version 2 and of version 1, where the container has them.
const CGROUP: &[&str] = &[
    "cpu.max",
    "cpu.weight",
    "memory.current",
    "memory.high",
    "memory.low",
    "memory.max",
    "memory.min",
    "memory.swap.max",
    "pids.max",
    "cpu/cpu.cfs_period_us",
    "cpu/cpu.cfs_quota_us",
    "cpu/cpu.shares",
    "memory/memory.limit_in_bytes",
    "memory/memory.memsw.limit_in_bytes",
    "memory/memory.soft_limit_in_bytes",
    "memory/memory.swappiness",
    "memory/memory.usage_in_bytes",
    "pids/pids.max",
];

/// Everything that a specification may have said about it.
pub fn describe() -> Value {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    let status = status();
    json!({
        "id": std::process::id(),
        "arguments": std::env::args_os().map(lossy).collect::<Vec<_>>(),
        "environment": std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect::<BTreeMap<_, _>>(),
        "workingDirectory": std::env::current_dir().unwrap_or_default(),
        "hostname": hostname(),
        "user": first(&status, "Uid"),
        "group": first(&status, "Gid"),
        "groups": status.get("Groups").map(|groups| numbers(groups)),
        "capabilities": {
            "effective": status.get("CapEff"), "permitted": status.get("CapPrm"), "bounding": status.get("CapBnd"), "ambient": status.get("CapAmb"),
        },
        "noNewPrivileges": status.get("NoNewPrivs").map(|flag| flag == "1"),
        "seccomp": status.get("Seccomp"),
        "hosts": lines("/etc/hosts"),
        "resolver": lines("/etc/resolv.conf"),
        "mounts": lines("/proc/self/mountinfo").iter().map(|line| mount(line)).collect::<Vec<_>>(),
        "limits": lines("/proc/self/limits"),
        "cgroup": { "path": lines("/proc/self/cgroup"), "files": cgroup() },
        "processes": processes(),
    })
}

/// The host name as the kernel has it for this process.
pub fn hostname() -> String {
    read("/proc/sys/kernel/hostname")
}

/// A file, after writing these bytes to it if there are any.
pub fn file(path: &str, write: Option<&Vec<u8>>) -> Value {
    if let Some(error) = write.and_then(|bytes| fs::write(path, bytes).err()) {
        return json!({ "path": path, "error": error.to_string() });
    }
    match (fs::metadata(path), fs::read(path)) {
        (Ok(metadata), Ok(contents)) => json!({
            "path": path, "contents": String::from_utf8_lossy(&contents),
            "mode": format!("{:o}", metadata.mode() & 0o7777), "user": metadata.uid(), "group": metadata.gid(),
        }),
        (Err(error), _) | (_, Err(error)) => json!({ "path": path, "error": error.to_string() }),
    }
}

/// The names in a folder, with its mode and owner.
pub fn folder(path: &str) -> Value {
    match (fs::metadata(path), fs::read_dir(path)) {
        (Ok(metadata), Ok(entries)) => {
            let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            names.sort_unstable();
            json!({ "path": path, "names": names, "mode": format!("{:o}", metadata.mode() & 0o7777), "user": metadata.uid(), "group": metadata.gid() })
        }
        (Err(error), _) | (_, Err(error)) => json!({ "path": path, "error": error.to_string() }),
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim_end().to_owned()
}

fn lines(path: &str) -> Vec<String> {
    read(path).lines().map(str::to_owned).collect()
}

fn status() -> BTreeMap<String, String> {
    let pair = |line: &str| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    read("/proc/self/status").lines().filter_map(pair).collect()
}

fn numbers(text: &str) -> Vec<u32> {
    text.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// The real one of the four that the kernel lists.
fn first(status: &BTreeMap<String, String>, name: &str) -> Option<u32> {
    numbers(status.get(name)?).first().copied()
}

/// A line such as `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`.
fn mount(line: &str) -> Value {
    let (place, origin) = line.split_once(" - ").unwrap_or((line, ""));
    let place: Vec<&str> = place.split(' ').collect();
    let origin: Vec<&str> = origin.splitn(3, ' ').collect();
    let (place, origin) = (|index: usize| place.get(index).copied(), |index: usize| origin.get(index).copied());
    json!({ "path": place(4), "root": place(3), "options": place(5), "type": origin(0), "source": origin(1), "superOptions": origin(2) })
}

fn cgroup() -> BTreeMap<&'static str, String> {
    let limit = |name: &&'static str| Some((*name, fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().to_owned()));
    CGROUP.iter().filter_map(limit).collect()
}

/// The names of the processes that it sees, by process id.
fn processes() -> BTreeMap<u32, String> {
    let id = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    let ids = fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(id);
    ids.map(|id| (id, read(&format!("/proc/{id}/comm")))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_read_by_its_members() {
        let mount = mount("36 35 98:0 /part /data ro,noatime master:1 - tmpfs none rw,size=65536k");
        let expected =
            json!({ "path": "/data", "root": "/part", "options": "ro,noatime", "type": "tmpfs", "source": "none", "superOptions": "rw,size=65536k" });
        assert_eq!(mount, expected);
    }

    #[test]
    fn the_process_is_described() {
        let process = describe();
        assert!(process["user"].is_u64() && process["group"].is_u64(), "{process}");
        assert_eq!(process["capabilities"]["effective"].as_str().map(str::len), Some(16));
        assert_eq!(process["processes"][std::process::id().to_string()], json!(read("/proc/self/comm")));
    }
}
