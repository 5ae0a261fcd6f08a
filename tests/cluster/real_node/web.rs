//! A small web server of three pods, each of which answers with its name, behind a Service and an Ingress.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::Api;
use serde_json::{Value, json};

use crate::support::cluster::real_node::INGRESS_CLASS;
use crate::support::image::{Entry, Image, Platform};
use crate::support::{Cluster, Result, SOON, ensure, eventually, fetch};

const IMAGE: &str = "localhost/web:1";

/// Applies it, and waits until three pods are ready.
pub async fn run(cluster: &Cluster, namespace: &str) -> Result<()> {
    load_image(cluster).await?;
    let objects = [deployment(), service(), ingress(namespace)].map(|object| object.to_string());
    cluster.kubectl_with(&["apply", "--namespace", namespace], &objects.join("\n---\n")).await?;
    let deployments: Api<Deployment> = Api::namespaced(cluster.client(), namespace);
    eventually("three pods of the web server are ready", SOON, async || {
        let ready = deployments.get("web").await?.status.and_then(|status| status.ready_replicas);
        ensure(ready == Some(3), format!("{ready:?} are ready"))
    })
    .await
}

/// Waits until all three have answered through the ingress controller, and returns what they said.
pub async fn all_answer(cluster: &Cluster, namespace: &str) -> Result<BTreeSet<String>> {
    let address = format!("{}/{namespace}/", cluster.real_node()?.ingress());
    let mut answers = BTreeSet::new();
    eventually(format!("three pods answer at {address}"), SOON, async || {
        answers.insert(fetch(&address).await?.trim().to_owned());
        ensure(answers.len() == 3, format!("{answers:?}"))
    })
    .await?;
    Ok(answers)
}

async fn load_image(cluster: &Cluster) -> Result<()> {
    let node = cluster.real_node()?;
    let applets = ["cat", "httpd", "mkdir", "nslookup", "sh", "sleep", "touch", "wget"];
    let mut contents: BTreeMap<_, _> = applets.map(|applet| (format!("/bin/{applet}"), Entry::Link("busybox".to_owned()))).into();
    contents.insert("/bin/busybox".to_owned(), Entry::program(&node.busybox()?)?);
    let image = Image { name: IMAGE.to_owned(), contents: [(Platform::here()?, contents)].into(), ..Image::default() };
    let archive = tempfile::Builder::new().suffix(".tar").tempfile_in(cluster.folder())?;
    image.write(archive.path())?;
    cluster.load_image(archive.path()).await
}

fn deployment() -> Value {
    let labels = json!({"app": "web"});
    let shared = json!([{"name": "shared", "mountPath": "/shared"}]);
    let page = r#"mkdir -p "/shared/$PLACE"; echo "$HOSTNAME" >"/shared/$PLACE/index.html"; echo "serving $HOSTNAME"; exec httpd -f -p 8080 -h /shared"#;
    let place = json!([{"name": "PLACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}]);
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "replicas": 3, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {
            "terminationGracePeriodSeconds": 1,
            "initContainers": [{
                "name": "beside", "image": IMAGE, "command": ["sh", "-c", "touch /shared/there; exec sleep 3600"], "restartPolicy": "Always",
                "startupProbe": {"exec": {"command": ["cat", "/shared/there"]}, "periodSeconds": 1, "timeoutSeconds": 30, "failureThreshold": 60}, "volumeMounts": shared,
            }],
            "containers": [{
                "name": "web", "image": IMAGE, "command": ["sh", "-c", page], "env": place, "ports": [{"containerPort": 8080}],
                "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1, "timeoutSeconds": 30}, "volumeMounts": shared,
            }],
            "volumes": [{"name": "shared", "emptyDir": {}}],
        }},
    }})
}

fn service() -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}})
}

/// At the path of the namespace's name.
fn ingress(namespace: &str) -> Value {
    let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
    let paths = json!([{"path": format!("/{namespace}"), "pathType": "Prefix", "backend": backend}]);
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"},
        "spec": {"ingressClassName": INGRESS_CLASS, "rules": [{"http": {"paths": paths}}]}})
}
