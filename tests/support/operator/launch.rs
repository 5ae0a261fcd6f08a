//! From the chart's Deployment to a command of this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Container, KeyToPath, PodSpec, Secret, Volume};
use kube::Client;
use kube::api::Api;
use serde_json::json;

use super::{Changes, Installation};
use crate::support::cluster::free_port;
use crate::support::{Result, While};

/// Everything that is needed to start one replica.
#[derive(Debug)]
pub struct Launch {
    title: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    listen: String,
}

impl Launch {
    /// Reads the Deployment as it is in the cluster. Only what must differ outside a pod is changed: the pod's name and
    /// namespace are filled in, files that would be mounted are written to a folder, and the port is a free one.
    pub async fn read(installation: &Installation, name: &str, server: &str, changes: Changes) -> Result<Self> {
        let (cluster, namespace) = (installation.cluster(), installation.namespace());
        let title = format!("{namespace}-{name}");
        let folder = cluster.folder().join("operators").join(&title);
        std::fs::create_dir_all(&folder).during(folder.display())?;

        let deployments: Api<Deployment> = Api::namespaced(cluster.client(), namespace);
        let deployment = deployments.get(Installation::RELEASE).await.during("the chart's Deployment")?;
        let pod = deployment.spec.and_then(|spec| spec.template.spec).ok_or("the chart's Deployment has no pod")?;
        let container = pod.containers.first().ok_or("the chart's Deployment has no container")?;

        let variables = variables(container, name, namespace);
        let mounts = Mounts::write(&cluster.client(), namespace, &pod, container, &folder).await?;
        let mut arguments: Vec<String> = container.args.iter().flatten().cloned().collect();
        for argument in &mut arguments {
            for (variable, value) in &variables {
                *argument = argument.replace(&format!("$({variable})"), value);
            }
            *argument = mounts.moved(argument);
        }
        let listen = format!("127.0.0.1:{}", free_port()?);
        set_flag(&mut arguments, format!("--listen={listen}"));
        for flag in changes.flags {
            set_flag(&mut arguments, flag);
        }

        let account = pod.service_account_name.as_deref().unwrap_or("default");
        let token = cluster.token(namespace, account).await?;
        let kubeconfig = folder.join("kubeconfig");
        std::fs::write(&kubeconfig, kubeconfig_of(server, &token, namespace)).during(kubeconfig.display())?;
        let mut environment: Vec<(String, String)> = variables.into_iter().collect();
        environment.push(("KUBECONFIG".to_owned(), kubeconfig.display().to_string()));
        environment.extend(changes.environment);
        Ok(Self { title, arguments, environment, listen })
    }

    /// Gives the command its arguments and its environment: nothing of this process's own, as in a container.
    pub fn configure(&self, command: &mut Command) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(&self.arguments).env_clear().env("PATH", path);
        command.env("RUST_BACKTRACE", "1").envs(self.environment.iter().cloned());
    }

    /// Namespace and name in one word.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The address that it serves health and metrics on.
    pub fn listen(&self) -> &str {
        &self.listen
    }
}

/// Replaces the flag of this name, or adds it.
fn set_flag(arguments: &mut Vec<String>, flag: String) {
    let name = flag.split_inclusive('=').next().unwrap_or_default().to_owned();
    arguments.retain(|argument| !argument.starts_with(&name));
    arguments.push(flag);
}

/// The container's variables, with what the downward API would tell a pod of this name.
fn variables(container: &Container, pod: &str, namespace: &str) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for variable in container.env.iter().flatten() {
        let field = variable.value_from.as_ref().and_then(|source| source.field_ref.as_ref());
        let value = match field.map(|field| field.field_path.as_str()) {
            Some("metadata.name") => pod,
            Some("metadata.namespace") => namespace,
            _ => variable.value.as_deref().unwrap_or_default(),
        };
        variables.insert(variable.name.clone(), value.to_owned());
    }
    variables
}

fn kubeconfig_of(server: &str, token: &str, namespace: &str) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "ledger", "cluster": {"server": server}}],
        "users": [{"name": "operator", "user": {"token": token}}],
        "contexts": [{"name": "ledger", "context": {"cluster": "ledger", "user": "operator", "namespace": namespace}}],
        "current-context": "ledger",
    })
    .to_string()
}

/// Where the files of a mount path are on this machine.
struct Mounts(Vec<(String, PathBuf)>);

impl Mounts {
    async fn write(client: &Client, namespace: &str, pod: &PodSpec, container: &Container, folder: &Path) -> Result<Self> {
        let mut mounts = Self(Vec::new());
        for mount in container.volume_mounts.iter().flatten() {
            mounts.0.push((mount.mount_path.clone(), folder.join(&mount.name)));
        }
        // a path inside another one is replaced before it
        mounts.0.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        for mount in container.volume_mounts.iter().flatten() {
            let volume = pod.volumes.iter().flatten().find(|volume| volume.name == mount.name);
            let target = folder.join(&mount.name);
            std::fs::create_dir_all(&target).during(target.display())?;
            if let Some(volume) = volume {
                mounts.write_volume(client, namespace, volume, &target).await?;
            }
        }
        Ok(mounts)
    }

    /// Text with every path of a mount replaced by the one on this machine.
    fn moved(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (path, folder)| text.replace(path, &folder.display().to_string()))
    }

    async fn write_volume(&self, client: &Client, namespace: &str, volume: &Volume, target: &Path) -> Result<()> {
        if let Some(source) = &volume.config_map {
            let maps: Api<ConfigMap> = Api::namespaced(client.clone(), namespace);
            let map = maps.get(&source.name).await.during(&source.name)?;
            for (key, text) in map.data.unwrap_or_default() {
                write_key(target, source.items.as_deref(), &key, self.moved(&text).as_bytes())?;
            }
        }
        if let Some(source) = &volume.secret {
            let name = source.secret_name.as_deref().unwrap_or_default();
            let secrets: Api<Secret> = Api::namespaced(client.clone(), namespace);
            for (key, value) in secrets.get(name).await.during(name)?.data.unwrap_or_default() {
                write_key(target, source.items.as_deref(), &key, &value.0)?;
            }
        }
        Ok(())
    }
}

/// One key as the kubelet would lay it down: under its own name, or where `items` says, or not at all.
fn write_key(target: &Path, items: Option<&[KeyToPath]>, key: &str, content: &[u8]) -> Result<()> {
    let path = match items {
        None => Some(key),
        Some(items) => items.iter().find(|item| item.key == key).map(|item| item.path.as_str()),
    };
    let Some(path) = path else { return Ok(()) };
    let file = target.join(path);
    std::fs::create_dir_all(file.parent().unwrap_or(target)).during(file.display())?;
    std::fs::write(&file, content).during(file.display())
}
