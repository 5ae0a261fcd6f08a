//! An image as one tar file: the OCI image layout, with the name by which containerd, Docker and skopeo know it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use super::layer::{compress, pack};
use super::{Entry, Image, Platform};
use crate::support::{Result, While};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIGURATION: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Labels that are annotations too.
const OF_OCI: &str = "org.opencontainers.image.";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The digest that a registry will show: of the manifest, or where there are several platforms of their index.
    pub digest: String,
    /// How large the file is, in bytes.
    pub size: u64,
}

impl Image {
    /// Writes the archive; whoever reads the file sees all of it or none.
    pub fn write(&self, file: &Path) -> Result<Written> {
        let mut blobs = Blobs::default();
        let manifests = self.contents.iter().map(|(platform, contents)| self.manifest(&mut blobs, *platform, contents)).collect::<Result<Vec<_>>>()?;
        let mut image = match <[Value; 1]>::try_from(manifests) {
            Ok([only]) => only,
            Err(several) => {
                let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": several, "annotations": self.annotations() });
                blobs.add(INDEX, index.to_string().into_bytes())?
            }
        };
        let digest = image["digest"].as_str().unwrap_or_default().to_owned();
        image["annotations"] = json!({ "io.containerd.image.name": self.name, "org.opencontainers.image.ref.name": self.name });
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [image] });

        let archive = blobs.archive(&index)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).during(folder.display())?;
        let mut partial = tempfile::Builder::new().permissions(Permissions::from_mode(0o644)).tempfile_in(folder).during(folder.display())?;
        partial.write_all(&archive)?;
        partial.persist(file).during(file.display())?;
        Ok(Written { digest, size: archive.len() as u64 })
    }

    /// Adds what a platform gets, and returns the descriptor of its manifest.
    fn manifest(&self, blobs: &mut Blobs, platform: Platform, contents: &BTreeMap<String, Entry>) -> Result<Value> {
        let packed = pack(contents)?;
        let configuration = self.configuration(platform, &digest(&packed)?)?;
        let configuration = blobs.add(CONFIGURATION, configuration.to_string().into_bytes())?;
        let layer = blobs.add(LAYER, compress(&packed)?)?;
        let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": configuration, "layers": [layer], "annotations": self.annotations() });
        let mut descriptor = blobs.add(MANIFEST, manifest.to_string().into_bytes())?;
        descriptor["platform"] = json!({ "architecture": platform.architecture(), "os": "linux" });
        Ok(descriptor)
    }

    fn configuration(&self, platform: Platform, layer: &str) -> Result<Value> {
        let created = Timestamp::from_second(self.created)?.to_string();
        Ok(json!({
            "architecture": platform.architecture(),
            "os": "linux",
            "created": created,
            "config": {
                "User": self.user,
                "WorkingDir": self.working_directory,
                "Entrypoint": self.entry_point,
                "Cmd": self.command,
                "Env": self.environment.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(),
                "Labels": self.labels,
            },
            "rootfs": { "type": "layers", "diff_ids": [layer] },
            "history": [{ "created": created, "created_by": "ecs-operator" }],
        }))
    }

    fn annotations(&self) -> BTreeMap<&String, &String> {
        self.labels.iter().filter(|(label, _)| label.starts_with(OF_OCI)).collect()
    }
}

/// Everything that is found by its digest.
#[derive(Default)]
struct Blobs(BTreeMap<String, Vec<u8>>);

impl Blobs {
    /// Keeps it, and returns its descriptor.
    fn add(&mut self, media_type: &str, contents: Vec<u8>) -> Result<Value> {
        let digest = digest(&contents)?;
        let descriptor = json!({ "mediaType": media_type, "digest": digest, "size": contents.len() });
        self.0.insert(digest, contents);
        Ok(descriptor)
    }

    fn archive(&self, index: &Value) -> Result<Vec<u8>> {
        let mut tar = Builder::new(Vec::new());
        append(&mut tar, "oci-layout", json!({ "imageLayoutVersion": "1.0.0" }).to_string().as_bytes())?;
        append(&mut tar, "index.json", index.to_string().as_bytes())?;
        for (digest, contents) in &self.0 {
            append(&mut tar, &format!("blobs/{}", digest.replace(':', "/")), contents)?;
        }
        Ok(tar.into_inner()?)
    }
}

fn append(tar: &mut Builder<Vec<u8>>, path: &str, contents: &[u8]) -> Result<()> {
    let mut header = Header::new_gnu();
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mode(0o644);
    header.set_size(contents.len() as u64);
    tar.append_data(&mut header, path, contents).during(path)
}

fn digest(contents: &[u8]) -> Result<String> {
    let mut digest = "sha256:".to_owned();
    for byte in Sha256::digest(contents) {
        write!(digest, "{byte:02x}")?;
    }
    Ok(digest)
}
