//! How each part of the control plane is started.

use std::path::{Path, PathBuf};

use super::certificates::{self, CLIENTS};
use super::location::Location;
use super::ports::free_port;
use crate::support::process::Process;
use crate::support::tools::Tools;
use crate::support::{Result, While};

/// Secrets, and nothing else, are encrypted in etcd: a value that is found there was written into something else.
const ENCRYPTION: &str = "
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers: [{secretbox: {keys: [{name: one, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}}]
";

/// Tools, ports and certificates of one control plane; it starts processes and does not keep them.
#[derive(Debug)]
pub struct ControlPlane {
    folder: PathBuf,
    tools: Tools,
    location: Location,
    etcd: u16,
    api_server: u16,
    api_server_arguments: Vec<String>,
}

impl ControlPlane {
    /// Writes everything that the processes will read into the folder.
    pub fn prepare(folder: &Path, tools: Tools, location: Location, api_server_arguments: Vec<String>) -> Result<Self> {
        let (etcd, api_server) = (free_port()?, free_port()?);
        let plane = Self { folder: folder.to_owned(), tools, location, etcd, api_server, api_server_arguments };
        let certificates = folder.join("certificates");
        std::fs::create_dir(&certificates)?;
        certificates::write(&certificates, &plane.location.address)?;
        for (name, _, _) in CLIENTS {
            plane.write_kubeconfig(name)?;
        }
        std::fs::write(plane.encryption(), ENCRYPTION)?;
        Ok(plane)
    }

    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    pub fn server(&self) -> String {
        format!("https://{}:{}", self.location.address, self.api_server)
    }

    pub fn authority(&self) -> PathBuf {
        self.certificate("authority.crt").into()
    }

    pub fn kubeconfig(&self, client: &str) -> PathBuf {
        self.folder.join(format!("{client}.kubeconfig"))
    }

    pub fn start_etcd(&self) -> Result<Process> {
        let client = format!("http://127.0.0.1:{}", self.etcd);
        let peer = format!("http://127.0.0.1:{}", free_port()?);
        self.start(
            "etcd",
            "etcd",
            &[
                format!("--data-dir={}", self.folder.join("etcd").display()),
                "--unsafe-no-fsync".to_owned(),
                format!("--listen-client-urls={client}"),
                format!("--advertise-client-urls={client}"),
                format!("--listen-peer-urls={peer}"),
                format!("--initial-advertise-peer-urls={peer}"),
                format!("--initial-cluster=default={peer}"),
            ],
        )
    }

    pub fn start_api_server(&self) -> Result<Process> {
        let mut arguments = vec![
            format!("--etcd-servers=http://127.0.0.1:{}", self.etcd),
            format!("--bind-address={}", self.location.address),
            format!("--secure-port={}", self.api_server),
            format!("--tls-cert-file={}", self.certificate("api-server.crt")),
            format!("--tls-private-key-file={}", self.certificate("api-server.key")),
            format!("--client-ca-file={}", self.certificate("authority.crt")),
            "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
            format!("--encryption-provider-config={}", self.encryption().display()),
            format!("--service-account-key-file={}", self.certificate("service-accounts.pub")),
            format!("--service-account-signing-key-file={}", self.certificate("service-accounts.key")),
            "--service-cluster-ip-range=10.96.0.0/16".to_owned(),
            "--authorization-mode=Node,RBAC".to_owned(),
            "--allow-privileged=true".to_owned(),
            "--profiling=false".to_owned(),
        ];
        arguments.extend_from_slice(&self.location.api_server_arguments);
        arguments.extend_from_slice(&self.api_server_arguments);
        self.start("kube-apiserver", "kube-apiserver", &arguments)
    }

    pub fn start_controller_manager(&self) -> Result<Process> {
        let mut arguments = self.controller_arguments("controller-manager")?;
        arguments.extend([
            "--use-service-account-credentials=true".to_owned(),
            format!("--service-account-private-key-file={}", self.certificate("service-accounts.key")),
            format!("--root-ca-file={}", self.certificate("authority.crt")),
            "--concurrent-deployment-syncs=20".to_owned(),
            "--concurrent-replicaset-syncs=20".to_owned(),
        ]);
        arguments.extend_from_slice(&self.location.controller_manager_arguments);
        self.start("kube-controller-manager", "kube-controller-manager", &arguments)
    }

    pub fn start_scheduler(&self) -> Result<Process> {
        self.start("kube-scheduler", "kube-scheduler", &self.controller_arguments("scheduler")?)
    }

    pub fn start_kwok(&self) -> Result<Process> {
        let mut arguments = vec![
            format!("--kubeconfig={}", self.kubeconfig("admin").display()),
            "--manage-all-nodes=true".to_owned(),
            "--node-lease-duration-seconds=40".to_owned(),
            format!("--server-address=127.0.0.1:{}", free_port()?),
        ];
        // without stages KWOK ends: it plays only what it is told
        for stage in ["node/fast", "node/heartbeat-with-lease", "pod/fast"] {
            let folder = self.tools.stages().join(stage);
            let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).during(folder.display())?.flatten().map(|entry| entry.path()).collect();
            files.sort();
            let files = files.iter().filter(|file| file.is_file() && !file.ends_with("kustomization.yaml"));
            arguments.extend(files.map(|file| format!("--config={}", file.display())));
        }
        self.start("kwok", "kwok", &arguments)
    }

    fn controller_arguments(&self, client: &str) -> Result<Vec<String>> {
        let kubeconfig = self.kubeconfig(client);
        let mut arguments: Vec<String> =
            ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(|flag| format!("--{flag}={}", kubeconfig.display())).into();
        arguments.extend([
            "--bind-address=127.0.0.1".to_owned(),
            format!("--secure-port={}", free_port()?),
            "--leader-elect=false".to_owned(),
            // at the default of 20 requests a second it moves five Deployments a second
            "--kube-api-qps=5000".to_owned(),
            "--kube-api-burst=5000".to_owned(),
        ]);
        Ok(arguments)
    }

    fn start(&self, name: &str, tool: &str, arguments: &[String]) -> Result<Process> {
        let mut command = self.location.command(&self.tools, tool)?;
        command.args(arguments).current_dir(&self.folder);
        Process::start(name, &self.folder.join("logs"), command)
    }

    fn encryption(&self) -> PathBuf {
        self.folder.join("encryption.yaml")
    }

    fn certificate(&self, file: &str) -> String {
        self.folder.join("certificates").join(file).display().to_string()
    }

    fn write_kubeconfig(&self, client: &str) -> Result<()> {
        let file = |name: String| self.certificate(&name);
        let kubeconfig = serde_json::json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test-bed", "cluster": {
                "server": self.server(),
                "certificate-authority": file("authority.crt".to_owned()),
            }}],
            "users": [{"name": client, "user": {
                "client-certificate": file(format!("{client}.crt")),
                "client-key": file(format!("{client}.key")),
            }}],
            "contexts": [{"name": "test-bed", "context": {"cluster": "test-bed", "user": client}}],
            "current-context": "test-bed",
        });
        let path = self.kubeconfig(client);
        std::fs::write(&path, kubeconfig.to_string()).during(path.display())
    }
}
