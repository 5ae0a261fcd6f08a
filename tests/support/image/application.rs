//! The image of `tests/application`, made once for each state of its sources.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::program::compile;
use super::shell::shell;
use super::{Entry, Image, Platform};
use crate::support::tools::{Lock, cache_folder};
use crate::support::{Result, While};

/// How images are written: other code may write others.
const WRITER: [&str; 4] = [include_str!("application.rs"), include_str!("archive.rs"), include_str!("layer.rs"), include_str!("shell.rs")];

const USERS: &str = "root:x:0:0:root:/:/bin/sh\nuser:x:1000:1000:user:/:/bin/sh\nnonroot:x:65532:65532:nonroot:/:/bin/sh\n";
const GROUPS: &str = "root:x:0:\nuser:x:1000:\nstaff:x:2000:user\nnonroot:x:65532:\n";

/// The archive of `localhost/application:VERSION`, whose program reports that version.
pub fn application_image(version: &str) -> Result<PathBuf> {
    application_image_as(&format!("localhost/application:{version}"), &[])
}

/// The same under this name, whose tag is the version, with these variables besides. In it are `curl` and a shell with its
/// tools, the users `user` (1000) and `nonroot` (65532), and `/data/greeting`, which a volume over `/data` may show or hide.
pub fn application_image_as(name: &str, variables: &[(&str, &str)]) -> Result<PathBuf> {
    let (repository, version) = name.rsplit_once(':').ok_or("an image without a tag")?;
    let file = variables.iter().fold(repository.rsplit('/').next().unwrap_or(repository).to_owned(), |file, (name, value)| format!("{file}-{name}-{value}"));
    cached(&format!("{file}-{version}"), |program| {
        let text = |text: &str| text.to_owned();
        let mut contents = shell()?;
        contents.extend([
            (text("/bin/application"), program),
            (text("/bin/curl"), Entry::Link(text("application"))),
            (text("/etc/passwd"), Entry::file(USERS)),
            (text("/etc/group"), Entry::file(GROUPS)),
            (text("/data/greeting"), Entry::file("from the image\n")),
            (text("/tmp"), Entry::Folder { mode: 0o1777 }),
        ]);
        let usual = [("PATH", "/bin"), ("VERSION", version)];
        let environment = usual.iter().chain(variables).map(|(name, value)| (text(name), text(value))).collect();
        Ok(Image {
            name: text(name),
            contents: BTreeMap::from([(Platform::here()?, contents)]),
            entry_point: vec![text("/bin/application")],
            environment,
            ..Image::default()
        })
    })
}

fn cached(name: &str, make: impl FnOnce(Entry) -> Result<Image>) -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/application");
    let cache = cache_folder("images")?;
    let key = format!("application-{}", key(&source)?);
    let folder = cache.join(&key);
    let archive = folder.join(format!("{name}.tar"));
    if archive.is_file() {
        return Ok(archive);
    }
    let _lock = Lock::take(&cache, &key)?;
    if !archive.is_file() {
        std::fs::create_dir_all(&folder).during(folder.display())?;
        let program = Entry::program(&compile(&source, "application", Platform::here()?)?)?;
        make(program)?.write(&archive)?;
    }
    Ok(archive)
}

/// What stands for the sources of the program and of this.
fn key(source: &Path) -> Result<String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(source.join("src"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.extend(["Cargo.toml", "Cargo.lock"].map(|name| source.join(name)));
    files.sort_unstable();
    let mut digest = Sha256::new();
    for part in WRITER {
        digest.update(part);
    }
    for file in files {
        digest.update(std::fs::read(&file).during(file.display())?);
    }
    let mut key = String::new();
    for byte in digest.finalize().iter().take(6) {
        write!(key, "{byte:02x}")?;
    }
    Ok(key)
}
