//! The operator's own image: one static binary, what it trusts and what it is made of; it needs no root and no folder to write to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::Written;
use super::program::output;
use super::{Entry, Image, Platform, bill, cross, roots};
use crate::support::Result;

/// Where the image has its bill of materials; scanners find it by the end of its name.
pub const BILL: &str = "/usr/share/sbom/ecs-operator.cdx.json";

const USERS: &str = "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n";
const GROUPS: &str = "root:x:0:\nnonroot:x:65532:\n";

/// How it is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// As it is released.
    Release,
    /// Without optimisation at link time: in less time, larger and slower.
    Quick,
}

/// The archive of `localhost/ecs-operator:VERSION` for tests: of this machine's platform, quickly built.
pub fn operator_image() -> Result<PathBuf> {
    let file = sources().join("target/images/ecs-operator-quick.tar");
    let name = concat!("localhost/ecs-operator:", env!("CARGO_PKG_VERSION"));
    write_operator(name, &[Platform::here()?], Build::Quick, &file)?;
    Ok(file)
}

/// Builds the image for these platforms, and writes its archive. One commit has one digest, wherever and whenever it is built.
pub fn write_operator(name: &str, platforms: &[Platform], build: Build, file: &Path) -> Result<Written> {
    let created = created();
    let contents = platforms.iter().map(|platform| Ok((*platform, contents(*platform, build, created)?))).collect::<Result<_>>()?;
    let image = Image {
        name: name.to_owned(),
        contents,
        entry_point: vec!["/usr/bin/ecs-operator".to_owned()],
        // memory that is free goes back to the system at once: what the operator holds is little, but for moments
        environment: [("PATH", "/usr/bin"), ("MIMALLOC_PURGE_DELAY", "0")].map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        user: "65532:65532".to_owned(),
        labels: labels(),
        created,
        ..Image::default()
    };
    image.write(file)
}

fn contents(platform: Platform, build: Build, created: i64) -> Result<BTreeMap<String, Entry>> {
    let profile = match build {
        Build::Release => "release",
        Build::Quick => "quick",
    };
    let sources = sources();
    let files = [
        ("/usr/bin/ecs-operator", Entry::program(&cross::compile(platform, profile, sources)?)?),
        ("/usr/share/licenses/ecs-operator/LICENSE", Entry::file(include_str!("../../../LICENSE"))),
        (BILL, Entry::file(bill::of_materials(platform, created, sources)?)),
        (roots::FILE, roots::file()),
        ("/etc/passwd", Entry::file(USERS)),
        ("/etc/group", Entry::file(GROUPS)),
    ];
    Ok(files.into_iter().map(|(path, entry)| (path.to_owned(), entry)).collect())
}

/// What is known about it, in the words of OCI; what is not known is left out.
fn labels() -> BTreeMap<String, String> {
    let revision = revision().unwrap_or_default();
    let known = [
        ("title", env!("CARGO_PKG_NAME")),
        ("description", env!("CARGO_PKG_DESCRIPTION")),
        ("version", env!("CARGO_PKG_VERSION")),
        ("licenses", env!("CARGO_PKG_LICENSE")),
        ("source", env!("CARGO_PKG_REPOSITORY")),
        ("revision", &revision),
    ];
    let labels = known.into_iter().filter(|(_, value)| !value.is_empty());
    labels.map(|(name, value)| (format!("org.opencontainers.image.{name}"), value.to_owned())).collect()
}

/// The commit, and whether the sources are no longer those of it.
fn revision() -> Result<String> {
    let commit = git(&["rev-parse", "HEAD"])?;
    let changed = !git(&["status", "--porcelain"])?.is_empty();
    Ok(if changed { format!("{commit}-dirty") } else { commit })
}

/// `SOURCE_DATE_EPOCH` where it is set, else the time of the commit, else 1970.
fn created() -> i64 {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|time| time.parse().ok());
    let committed = || git(&["log", "-1", "--format=%ct"]).ok()?.parse().ok();
    told.or_else(committed).unwrap_or_default()
}

fn git(arguments: &[&str]) -> Result<String> {
    Ok(output(Command::new("git").current_dir(sources()).args(arguments))?.trim().to_owned())
}

fn sources() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
