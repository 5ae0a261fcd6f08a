//! `driverOpts` of Docker's `local` driver: `type`, `device` and `o`, as for `mount`.

use std::collections::BTreeMap;
use std::fmt;

use crate::k8s;
use crate::translate::diagnostic::{Place, StorageFault};
use crate::translate::quantity;

/// The options that the `local` driver knows.
const KNOWN: [&str; 4] = ["device", "o", "size", "type"];
/// Those that say what it mounts: one needs the other.
const MOUNT: [&str; 2] = ["device", "type"];

/// The options of a volume driver.
#[derive(Clone, Copy, Debug)]
pub(super) struct DriverOptions<'a>(Option<&'a BTreeMap<String, String>>);

/// What the `local` driver makes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A folder that Docker makes.
    Folder,
    /// Memory.
    Memory,
    /// A folder of the node.
    Bind(&'a str),
    /// A file system of the network.
    Nfs,
    /// Something else that it mounts.
    Foreign,
}

impl<'a> DriverOptions<'a> {
    pub fn of(options: Option<&'a BTreeMap<String, String>>) -> Self {
        Self(options)
    }

    /// The value of an option; empty where it is not there.
    pub fn get(self, option: &str) -> &'a str {
        self.0.and_then(|options| options.get(option)).map_or("", String::as_str)
    }

    /// The words of `o`.
    pub fn words(self) -> impl Iterator<Item = &'a str> {
        self.get("o").split(',').map(str::trim).filter(|word| !word.is_empty())
    }

    /// What the `local` driver makes of them; the reason where it refuses them.
    pub fn kind(self) -> Result<Kind<'a>, String> {
        let is_there = |option: &str| self.0.is_some_and(|options| options.contains_key(option));
        if let Some(unknown) = self.0.into_iter().flatten().map(|(option, _)| option).find(|option| !KNOWN.contains(&option.as_str())) {
            return Err(format!("it has no option `{unknown}`"));
        }
        if let Some(missing) = MOUNT.into_iter().find(|option| !is_there(option)).filter(|_| is_there("o") || MOUNT.into_iter().any(is_there)) {
            return Err(format!("`{missing}` is missing"));
        }
        let is_bind = self.words().any(|word| word == "bind");
        Ok(match (self.get("type"), self.get("device")) {
            ("", "") => Kind::Folder,
            ("tmpfs", _) => Kind::Memory,
            ("nfs" | "nfs4", _) => Kind::Nfs,
            ("none", device) if is_bind => Kind::Bind(device),
            (_, _) => Kind::Foreign,
        })
    }

    /// The size of a `tmpfs`; whatever else is said of it is reported.
    pub fn memory_size(self, at: &Place<'_>) -> Option<k8s::Quantity> {
        let size = self.words().find_map(|word| Some((word, memory(word.strip_prefix("size=")?)?)));
        let read = size.as_ref().map_or("", |(word, _)| word);
        self.report_unread(&[read], at);
        if self.get("device") != "tmpfs" {
            at.member("device").say(StorageFault::DriverOptionWithoutEffect { option: "device", value: self.get("device").into() });
        }
        size.map(|(_, size)| size)
    }

    /// Reports the words of `o` that are not among those, and a size that nothing keeps.
    pub fn report_unread(self, read: &[&str], at: &Place<'_>) {
        let unread: Vec<&str> = self.words().filter(|word| !read.contains(word)).collect();
        for (option, value) in [("o", unread.join(",")), ("size", self.get("size").into())] {
            if !value.is_empty() {
                at.member(option).say(StorageFault::DriverOptionWithoutEffect { option, value });
            }
        }
    }
}

impl fmt::Display for DriverOptions<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<String> = self.0.into_iter().flatten().map(|(option, value)| format!("{option}={value}")).collect();
        formatter.write_str(if options.is_empty() { "no options" } else { "" })?;
        formatter.write_str(&options.join(", "))
    }
}

/// A size as `mount` takes it, in whole MiB: `100m`, `1g`, or bytes.
fn memory(text: &str) -> Option<k8s::Quantity> {
    const MEBIBYTE: i64 = 1 << 20;
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => MEBIBYTE,
        "g" => 1 << 30,
        _ => return None,
    };
    let bytes = digits.parse::<i64>().ok()?.checked_mul(unit)?;
    (bytes > 0 && bytes % MEBIBYTE == 0).then(|| quantity::memory(bytes / MEBIBYTE))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{DriverOptions, Kind, memory};

    fn options(options: &[(&str, &str)]) -> BTreeMap<String, String> {
        options.iter().map(|(option, value)| ((*option).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_mounted_is_known_by_type_and_device() {
        let kind = |pairs: &[(&str, &str)]| match DriverOptions::of(Some(&options(pairs))).kind() {
            Ok(kind) => format!("{kind:?}"),
            Err(reason) => reason,
        };
        assert_eq!(DriverOptions::of(None).kind(), Ok(Kind::Folder));
        assert_eq!(kind(&[("size", "1g")]), "Folder");
        assert_eq!(kind(&[("type", "tmpfs"), ("device", "tmpfs")]), "Memory");
        assert_eq!(kind(&[("type", "none"), ("device", "/a"), ("o", "bind")]), "Bind(\"/a\")");
        assert_eq!(kind(&[("type", "nfs4"), ("device", ":/")]), "Nfs");
        assert_eq!(kind(&[("type", "cifs"), ("device", "//a/b")]), "Foreign");
        assert_eq!(kind(&[("device", "/dev/sdb")]), "`type` is missing");
        assert_eq!(kind(&[("o", "uid=1")]), "`device` is missing");
        assert_eq!(kind(&[("uid", "1")]), "it has no option `uid`");
    }

    #[test]
    fn sizes_are_whole_mebibytes() {
        let size = |text| memory(text).map(|quantity| quantity.0);
        assert_eq!([size("100m"), size("2048k"), size("2G"), size("1048576")].map(Option::unwrap_or_default), ["100Mi", "2Mi", "2Gi", "1Mi"]);
        assert_eq!([size("50%"), size("1000"), size("0"), size(""), size("9999999999999g")], [None, None, None, None, None]);
    }
}
