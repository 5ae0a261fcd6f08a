//! The files of an image, packed as its one layer: sorted, of root, and without times.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use crate::support::{Result, While};

/// Something at a path of the image.
#[derive(Debug, Clone)]
pub enum Entry {
    File {
        contents: Vec<u8>,
        mode: u32,
    },
    Folder {
        mode: u32,
    },
    /// Points to this path.
    Link(String),
}

impl Entry {
    /// A program, read from this machine.
    pub fn program(path: &Path) -> Result<Self> {
        Ok(Self::File { contents: std::fs::read(path).during(path.display())?, mode: 0o755 })
    }

    /// A file that everybody may read.
    pub fn file(contents: impl Into<Vec<u8>>) -> Self {
        Self::File { contents: contents.into(), mode: 0o644 }
    }
}

/// The tar file that a layer is.
pub fn pack(contents: &BTreeMap<String, Entry>) -> Result<Vec<u8>> {
    let mut tar = Builder::new(Vec::new());
    for (path, entry) in with_folders(contents) {
        append(&mut tar, path, entry).during(path)?;
    }
    Ok(tar.into_inner()?)
}

/// Compressed as gzip does it, without a name and a time.
pub fn compress(packed: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(packed)?;
    Ok(encoder.finish()?)
}

/// Relative paths in order, so that each folder comes before what it holds.
fn with_folders(contents: &BTreeMap<String, Entry>) -> BTreeMap<&str, &Entry> {
    static FOLDER: Entry = Entry::Folder { mode: 0o755 };
    let mut all: BTreeMap<&str, &Entry> = contents.iter().map(|(path, entry)| (path.trim_start_matches('/'), entry)).collect();
    let folders: BTreeSet<&str> = all.keys().flat_map(|path| path.match_indices('/').filter_map(|(end, _)| path.get(..end))).collect();
    for folder in folders {
        all.entry(folder).or_insert(&FOLDER);
    }
    all
}

fn append(tar: &mut Builder<Vec<u8>>, path: &str, entry: &Entry) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    match entry {
        Entry::File { contents, mode } => {
            header.set_mode(*mode);
            header.set_size(contents.len() as u64);
            tar.append_data(&mut header, path, contents.as_slice())
        }
        Entry::Folder { mode } => {
            header.set_mode(*mode);
            header.set_entry_type(EntryType::Directory);
            tar.append_data(&mut header, format!("{path}/"), std::io::empty())
        }
        Entry::Link(target) => {
            header.set_mode(0o777);
            header.set_entry_type(EntryType::Symlink);
            tar.append_link(&mut header, path, target)
        }
    }
}
