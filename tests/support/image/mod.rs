//! Images without Docker or a registry: OCI archives, written from files.
//!
//! The same input gives the same bytes, and so the same digest: `layer` packs files without times and in order, `archive` puts
//! layers, configuration and manifests into one tar file, as `ctr -n k8s.io images import`, `skopeo` and `docker load` take it.
//! `application` is what runs in the containers of tests, `operator` what is released: `cross` compiles it, `bill` lists what it is
//! made of, `roots` are the certificates that it trusts.

pub mod application;
mod archive;
mod bill;
mod cross;
mod layer;
pub mod operator;
mod platform;
mod program;
mod roots;
mod shell;

use std::collections::BTreeMap;

pub use application::application_image;
pub use layer::Entry;
pub use operator::operator_image;
pub use platform::Platform;

/// What an image is made of.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// What it is called in a cluster, such as `localhost/application:1`.
    pub name: String,
    /// What it holds on each platform, by absolute path; folders on the way to a file are made.
    pub contents: BTreeMap<Platform, BTreeMap<String, Entry>>,
    /// What is run.
    pub entry_point: Vec<String>,
    /// Arguments that a container may replace.
    pub command: Vec<String>,
    /// Variables; `PATH` is not set by itself.
    pub environment: BTreeMap<String, String>,
    /// User and group such as `65532:65532`; empty: root.
    pub user: String,
    /// The folder that programs start in; empty: `/`.
    pub working_directory: String,
    /// Labels of the configuration; those of OCI are annotations of the manifest too.
    pub labels: BTreeMap<String, String>,
    /// When what it holds was made, in seconds since 1970; never the present time.
    pub created: i64,
}
