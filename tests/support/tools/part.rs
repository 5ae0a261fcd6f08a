//! The parts that are built, each a Go module of its own: in one common `go.mod` their requirements would pull each
//! other to versions that nobody tested.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::support::{Result, While};

/// One binary and the Go package that it is built from.
#[derive(Debug)]
pub struct Binary {
    pub name: &'static str,
    pub package: &'static str,
}

/// A folder of `tests/tools`, and how it is built.
#[derive(Debug)]
pub struct Part {
    /// The folder's name, such as `kubernetes` or `kubernetes-1.34`.
    pub name: String,
    /// The folder with `go.mod` and `go.sum`.
    pub folder: PathBuf,
    /// The module that gives the part its version.
    pub module: &'static str,
    /// That version, such as `v1.36.3`.
    pub version: String,
    pub binaries: Vec<Binary>,
    /// What is given to the linker.
    pub linker_flags: String,
    /// Whether the module's stage files are kept too.
    pub stages: bool,
}

impl Part {
    /// Every part, with the Kubernetes of this suffix. Of another version than the default one the API server alone is
    /// there, and what it needs.
    pub fn all(kubernetes: Option<&str>) -> Result<Vec<Self>> {
        let binary = |name, package| Binary { name, package };
        let api_server = || binary("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver");
        let etcd = Self::read("etcd", "go.etcd.io/etcd/server/v3", vec![binary("etcd", "go.etcd.io/etcd/server/v3")])?;
        if let Some(suffix) = kubernetes {
            return Ok(vec![Self::read(format!("kubernetes-{suffix}"), "k8s.io/kubernetes", vec![api_server()])?, etcd]);
        }
        Ok(vec![
            Self::read(
                "kubernetes",
                "k8s.io/kubernetes",
                vec![
                    api_server(),
                    binary("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"),
                    binary("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
                    binary("kubectl", "k8s.io/kubernetes/cmd/kubectl"),
                ],
            )?,
            etcd,
            Self::read("kwok", "sigs.k8s.io/kwok", vec![binary("kwok", "sigs.k8s.io/kwok/cmd/kwok")])?,
            Self::read("helm", "helm.sh/helm/v4", vec![binary("helm", "helm.sh/helm/v4/cmd/helm")])?,
        ])
    }

    fn read(name: impl Into<String>, module: &'static str, binaries: Vec<Binary>) -> Result<Self> {
        let name = name.into();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(&name);
        let version =
            required_version(&read(&folder.join("go.mod"))?, module).ok_or_else(|| format!("{}/go.mod does not require {module}", folder.display()))?;
        let linker_flags = linker_flags(module, &version);
        let stages = module == "sigs.k8s.io/kwok";
        Ok(Self { name, folder, module, version, binaries, linker_flags, stages })
    }

    /// The Go version that the part's module asks for.
    pub fn go_version(&self) -> Result<String> {
        let module = read(&self.folder.join("go.mod"))?;
        let line = module.lines().find_map(|line| line.strip_prefix("go "));
        Ok(line.ok_or_else(|| format!("{}/go.mod has no go line", self.folder.display()))?.trim().to_owned())
    }

    /// Name of the part's folder in the cache: another pin or another recipe is another folder.
    pub fn key(&self) -> Result<String> {
        let mut digest = Sha256::new();
        digest.update(read(&self.folder.join("go.mod"))?);
        digest.update(read(&self.folder.join("go.sum"))?);
        digest.update(&self.linker_flags);
        for binary in &self.binaries {
            digest.update(binary.package);
        }
        let mut key = format!("{}-", self.name);
        for byte in digest.finalize().iter().take(6) {
            write!(key, "{byte:02x}")?;
        }
        Ok(key)
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).during(path.display())
}

/// The version in a line such as `k8s.io/kubernetes v1.36.3 // indirect`.
fn required_version(go_mod: &str, module: &str) -> Option<String> {
    go_mod.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split_whitespace();
        let version = (words.next() == Some(module)).then(|| words.next()).flatten()?;
        version.starts_with('v').then(|| version.to_owned())
    })
}

/// Tells the binaries what version they are. Without it the API server calls itself v0.0.0, and version gates, Helm's
/// `kubeVersion` and compatibility checks all go wrong.
fn linker_flags(module: &str, version: &str) -> String {
    let variables: Vec<(&str, &str)> = match module {
        "k8s.io/kubernetes" => {
            let mut numbers = version.trim_start_matches('v').split('.');
            let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
            vec![
                ("k8s.io/component-base/version.gitVersion", version),
                ("k8s.io/component-base/version.gitMajor", major),
                ("k8s.io/component-base/version.gitMinor", minor),
                ("k8s.io/component-base/version.gitTreeState", "clean"),
            ]
        }
        "helm.sh/helm/v4" => vec![("helm.sh/helm/v4/internal/version.version", version)],
        _ => vec![],
    };
    let set = variables.iter().map(|(name, value)| format!("-X {name}={value}"));
    ["-s".to_owned(), "-w".to_owned()].into_iter().chain(set).collect::<Vec<_>>().join(" ")
}
