//! What Docker's `local` driver mounts of NFS. The node mounts as root whatever it is told, and with the option `bind` a folder of its own:
//! so only what can be nothing else than a folder of a server is taken.

use std::net::IpAddr;

use super::driver_options::DriverOptions;
use super::persistent_volume::is_plain;
use crate::translate::diagnostic::{Place, StorageFault};
use crate::translate::names;

/// The options that are a word. Not among them: `bg`, by which a mount seems to be done before it is.
const WORDS: [&str; 35] = [
    "ac",
    "acl",
    "async",
    "atime",
    "cto",
    "diratime",
    "hard",
    "intr",
    "lock",
    "noac",
    "noacl",
    "noatime",
    "nocto",
    "nodev",
    "nodiratime",
    "noexec",
    "nointr",
    "nolock",
    "nordirplus",
    "norelatime",
    "noresvport",
    "nosharecache",
    "nosuid",
    "rdirplus",
    "relatime",
    "resvport",
    "ro",
    "sharecache",
    "soft",
    "softerr",
    "softreval",
    "strictatime",
    "sync",
    "tcp",
    "udp",
];
/// Those that have a value. Not among them: `mountaddr` and `mounthost`, other servers than the one that is allowed.
const VALUED: [&str; 23] = [
    "acdirmax",
    "acdirmin",
    "acregmax",
    "acregmin",
    "actimeo",
    "local_lock",
    "lookupcache",
    "max_connect",
    "minorversion",
    "mountport",
    "mountproto",
    "mountvers",
    "nconnect",
    "nfsvers",
    "port",
    "proto",
    "retrans",
    "retry",
    "rsize",
    "sec",
    "timeo",
    "vers",
    "wsize",
];

/// A folder of a server, and how it is mounted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Nfs {
    pub server: String,
    pub path: String,
    pub mount_options: Vec<String>,
}

/// What is mounted. `None` where an error was said.
pub(super) fn nfs(options: DriverOptions<'_>, at: &Place<'_>) -> Option<Nfs> {
    let address = options.words().find_map(|word| Some((word, word.strip_prefix("addr=")?)));
    let (Some((address, server)), Some((_, path))) = (address, options.get("device").split_once(":/")) else {
        at.say(StorageFault::NfsVolumeIncomplete);
        return None;
    };
    let path = format!("/{path}");
    if !is_server(server) {
        at.member("o").say(StorageFault::NfsVolumeNotLegal { text: server.into(), reason: "it is neither an address nor the name of a host" });
        return None;
    }
    if !is_plain(&path) {
        at.member("device").say(StorageFault::NfsVolumeNotLegal { text: path, reason: "`.`, `..` and empty parts name no folder" });
        return None;
    }
    let mut taken: Vec<&str> = options.words().filter(|word| is_option(word)).collect();
    options.report_unread(&[&taken[..], &[address, "rw"]].concat(), at);
    let has_version = taken.iter().any(|word| word.starts_with("vers=") || word.starts_with("nfsvers="));
    if options.get("type") == "nfs4" && !has_version {
        taken.push("nfsvers=4");
    }
    Some(Nfs { server: server.into(), path, mount_options: taken.into_iter().map(str::to_owned).collect() })
}

fn is_server(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || names::is_domain_name(&text.to_ascii_lowercase())
}

fn is_option(word: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'_');
    match word.split_once('=') {
        Some((option, value)) => VALUED.contains(&option) && !value.is_empty() && value.bytes().all(legal),
        None => WORDS.contains(&word),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{DriverOptions, Nfs, nfs};
    use crate::translate::diagnostic::{Origin, Said};

    /// What is mounted, and the names of what is said.
    fn mounted(type_: &str, device: &str, o: &str) -> (Option<Nfs>, Vec<&'static str>) {
        let options = [("type", type_), ("device", device), ("o", o)].map(|(option, value)| (option.to_owned(), value.to_owned()));
        let said = Said::default();
        let nfs = nfs(DriverOptions::of(Some(&BTreeMap::from(options))), &said.document(Origin::TaskDefinition));
        (nfs, said.into_diagnostics().iter().map(|diagnostic| diagnostic.fault.name()).collect())
    }

    fn of(server: &str, path: &str, words: &[&str]) -> Nfs {
        Nfs { server: server.into(), path: path.into(), mount_options: words.iter().map(|word| (*word).to_owned()).collect() }
    }

    #[test]
    fn nfs_has_a_server_a_path_and_options() {
        let nothing = Vec::new;
        assert_eq!(mounted("nfs", ":/data/web", "addr=10.0.0.1,rw,nfsvers=4.1,hard"), (Some(of("10.0.0.1", "/data/web", &["nfsvers=4.1", "hard"])), nothing()));
        assert_eq!(mounted("nfs4", "files:/", "addr=files"), (Some(of("files", "/", &["nfsvers=4"])), nothing()));
        assert_eq!(mounted("nfs", ":/data/", "addr=fd00::7,ro,sec=krb5p"), (Some(of("fd00::7", "/data/", &["ro", "sec=krb5p"])), nothing()));
        for (device, o) in [(":/data", ""), ("data", "addr=a")] {
            assert_eq!(mounted("nfs", device, o), (None, vec!["nfs-volume-incomplete"]), "{device} {o}");
        }
    }

    #[test]
    fn nothing_of_the_node_is_mounted() {
        for (device, o) in [
            (":/", "addr=/var/lib/kubelet/pods,bind"),
            (":/", "addr=.,ro"),
            (":/", "addr=..,ro"),
            (":/", "addr=,ro"),
            (":/../../..", "addr=files"),
            (":/data/./web", "addr=files"),
            (":/data//web", "addr=files"),
            ("://", "addr=files"),
            (":/data\n", "addr=files"),
        ] {
            assert_eq!(mounted("nfs", device, o), (None, vec!["nfs-volume-not-legal"]), "{device} {o}");
        }
        for word in ["bind", "rbind", "Bind", "remount", "move", "loop", "bg", "addr=others", "mountaddr=10.0.0.2", "vers=", "vers=4 bind", "x-mount.mkdir"] {
            assert_eq!(
                mounted("nfs", ":/data", &format!("addr=files,hard,{word}")),
                (Some(of("files", "/data", &["hard"])), vec!["driver-option-without-effect"])
            );
        }
    }
}
