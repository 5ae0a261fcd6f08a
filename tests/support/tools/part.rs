//! The parts that are built, each a Go module of its own: in one common `go.mod` their requirements would pull each
//! other to versions that nobody tested.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::support::{Result, While};

/// The folder of the Kubernetes that clusters run on by default.
const KUBERNETES: &str = "kubernetes";
const EXTERNAL_SECRETS: &str = "github.com/external-secrets/external-secrets";

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
    /// Build constraints that are to hold, such as `seccomp`.
    pub tags: &'static str,
    /// Set while it is built.
    pub environment: Vec<(&'static str, String)>,
    /// What of the module's files is kept too.
    pub kept: Option<Kept>,
}

/// A folder of a module of which the YAML files are kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Where it is in the module.
    pub folder: &'static str,
    /// Its name in the part's folder.
    pub name: &'static str,
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
                KUBERNETES,
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

    /// What a real node runs besides. `libraries` is a folder that has what `runc` is linked with.
    pub fn of_a_real_node(libraries: &Path) -> Result<Vec<Self>> {
        let binary = |name, package| Binary { name, package };
        let mut runc = Self::read("runc", "github.com/opencontainers/runc", vec![binary("runc", "github.com/opencontainers/runc")])?;
        // static, so that it runs without the libraries that it was linked with
        runc.linker_flags.push_str(" -linkmode external -extldflags -static");
        runc.tags = "seccomp,netgo,osusergo";
        runc.environment = vec![("CGO_ENABLED", "1".to_owned()), ("PKG_CONFIG", libraries.join("pkg-config").display().to_string())];
        Ok(vec![
            Self::read(
                KUBERNETES,
                "k8s.io/kubernetes",
                vec![binary("kubelet", "k8s.io/kubernetes/cmd/kubelet"), binary("kube-proxy", "k8s.io/kubernetes/cmd/kube-proxy")],
            )?,
            Self::read(
                "containerd",
                "github.com/containerd/containerd/v2",
                vec![
                    binary("containerd", "github.com/containerd/containerd/v2/cmd/containerd"),
                    binary("containerd-shim-runc-v2", "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2"),
                    binary("ctr", "github.com/containerd/containerd/v2/cmd/ctr"),
                ],
            )?,
            runc,
            Self::read(
                "cni",
                "github.com/containernetworking/plugins",
                vec![
                    binary("host-local", "github.com/containernetworking/plugins/plugins/ipam/host-local"),
                    binary("loopback", "github.com/containernetworking/plugins/plugins/main/loopback"),
                    binary("portmap", "github.com/containernetworking/plugins/plugins/meta/portmap"),
                    binary("ptp", "github.com/containernetworking/plugins/plugins/main/ptp"),
                ],
            )?,
            Self::read("coredns", "github.com/coredns/coredns", vec![binary("coredns", "github.com/coredns/coredns")])?,
            Self::read("traefik", "github.com/traefik/traefik/v3", vec![binary("traefik", "github.com/traefik/traefik/v3/cmd/traefik")])?,
        ])
    }

    /// The Kubernetes that clusters run on by default, without a binary.
    pub fn kubernetes() -> Result<Self> {
        Self::read(KUBERNETES, "k8s.io/kubernetes", Vec::new())
    }

    /// The definitions of the External Secrets operator, without the operator: it is one Go module out of many, of which the
    /// others are not published.
    pub fn external_secrets() -> Result<Self> {
        Self::read("external-secrets", EXTERNAL_SECRETS, Vec::new())
    }

    fn read(name: impl Into<String>, module: &'static str, binaries: Vec<Binary>) -> Result<Self> {
        let name = name.into();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(&name);
        let version =
            required_version(&read(&folder.join("go.mod"))?, module).ok_or_else(|| format!("{}/go.mod does not require {module}", folder.display()))?;
        let linker_flags = linker_flags(module, &version);
        let kept = match module {
            "sigs.k8s.io/kwok" => Some(Kept { folder: "kustomize/stage", name: "stages" }),
            EXTERNAL_SECRETS => Some(Kept { folder: "config/crds/bases", name: "definitions" }),
            _ => None,
        };
        Ok(Self { name, folder, module, version, binaries, linker_flags, tags: "", environment: Vec::new(), kept })
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
        digest.update(self.tags);
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
