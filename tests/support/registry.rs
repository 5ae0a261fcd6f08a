//! A registry of images that gives nothing to who does not say who he is: Distribution, as Debian packages it, in the
//! namespaces of a real node. There its address is one of the loopback interface, where the node asks without TLS.

use std::path::Path;

use axum::body::Body;
use http::{StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;

use super::cluster::{Cluster, RealNode, free_port};
use super::process::Process;
use super::{Result, SOON, While, ensure, eventually};

/// The one who may have images.
pub const USER: &str = "shop";
/// His password, with the canary in it.
pub const PASSWORD: &str = "canary-5f1c-of-the-registry";
/// Both, as the registry knows them: the password by bcrypt.
const USERS: &str = "shop:$2b$05$abcdefghijklmnopqrstuuh4AzsFq4cwcBUpB6KyuK3iQyC4RZNhO\n";

/// A registry that is empty at first, and ends when this is dropped.
pub struct Registry {
    // ended before the folder goes
    process: Process,
    host: String,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// Starts one on the node of this cluster, and waits until it has refused one who says nothing.
    pub async fn start(cluster: &Cluster) -> Result<Self> {
        let (node, port) = (cluster.real_node()?, free_port()?);
        let folder = tempfile::tempdir_in(cluster.folder())?;
        let (users, settings) = (folder.path().join("users"), folder.path().join("settings.yaml"));
        std::fs::write(&users, USERS)?;
        let written = json!({"version": "0.1", "log": {"accesslog": {"disabled": true}}, "http": {"addr": format!(":{port}")},
            "storage": {"inmemory": {}}, "auth": {"htpasswd": {"realm": "test-bed", "path": users}}});
        std::fs::write(&settings, written.to_string())?;
        let mut command = node.inside("docker-registry")?;
        command.arg("serve").arg(settings);
        let process = Process::start(format!("registry-{port}"), &cluster.logs(), command)?;
        let address: Uri = format!("http://{}:{port}/v2/", node.address()).parse()?;
        let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        eventually("the registry refuses one who says nothing", SOON, async || {
            process.check_alive()?;
            let status = client.get(address.clone()).await?.status();
            ensure(status == StatusCode::UNAUTHORIZED, status)
        })
        .await?;
        Ok(Self { process, host: format!("127.0.0.1:{port}"), _folder: folder })
    }

    /// Gives it the image of an archive, which has this name there, and returns the name by which the node finds it. It goes through
    /// a namespace of the runtime that the kubelet does not know, and nothing stays there: who runs the image has it from here.
    pub async fn push(&self, node: &RealNode, archive: &Path, name: &str) -> Result<String> {
        let aside = async |arguments: &[&str]| node.runtime(&[&["--namespace=aside", "images"], arguments].concat()).await;
        let image = format!("{}/{}", self.host, name.rsplit('/').next().unwrap_or(name));
        aside(&["import", &archive.to_string_lossy()]).await?;
        let pushed = aside(&["push", "--plain-http", "--user", &format!("{USER}:{PASSWORD}"), &image, name]).await;
        // a failure would show the arguments
        pushed.map_err(|error| error.to_string().replace(PASSWORD, "…")).during(&image)?;
        aside(&["rm", "--sync", name]).await?;
        Ok(image)
    }

    /// What it has said of requests so far, a line for each answer.
    pub fn log(&self) -> String {
        self.process.log_tail(10_000)
    }
}
