//! The operator as users run it: its image, in the cluster, by the chart. The shop runs under it.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::grant;
use crate::support::cluster::real_node::INGRESS_CLASS;
use crate::support::image::application::application_image_as;
use crate::support::image::operator_image;
use crate::support::{Cluster, Result, SOON, ensure, eventually, fetch};

/// The images of the shop, and the port that each is to listen at: the application of the tests stands for them.
const IMAGES: [(&str, &str); 2] = [("web-api:v1.2.0", "8080"), ("admin:v0.9.1", "9000")];
const REGISTRY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
const PASSWORD: &str = "correct-horse-battery-staple";

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(the_shop_runs_under_an_operator_that_runs_in_the_cluster_from_its_image).on_a_real_node()]
}

async fn the_shop_runs_under_an_operator_that_runs_in_the_cluster_from_its_image(context: Arc<Context>) -> Result<()> {
    let cluster = context.cluster().await?;
    load_images(&cluster).await?;
    context.kubectl(&["create", "secret", "generic", "passwords", &format!("--from-literal=database={PASSWORD}")]).await?;
    // beside these the values are the chart's defaults: two replicas, no root, nothing to write to
    let secrets = json!({"secretName": "passwords", "items": [{"key": "database", "path": "prod/db-password"}]});
    let values = json!({
        "image": {"repository": "localhost/ecs-operator"},
        "settings": {
            "region": "us-east-1", "account": "123456789012", "ingressClassName": INGRESS_CLASS, "imagePullPolicy": "IfNotPresent",
            "secrets": {"backend": "File", "file": {"directory": "/secrets"}},
        },
        "extraVolumes": [{"name": "secrets", "secret": secrets}],
        "extraVolumeMounts": [{"name": "secrets", "mountPath": "/secrets", "readOnly": true}],
    });
    context.install(&values).await?;
    operator_is_ready(&context).await?;

    cluster.kubectl_with(&["apply", "--server-side"], &grant()?).await?;
    context.kubectl(&["apply", "--filename=tests/examples/shop"]).await?;
    for (service, tasks) in [("api-service", 3), ("admin-service", 2)] {
        eventually(format!("{tasks} tasks of {service} run"), SOON, async || {
            let status = get(&context, &["ecsservice", service]).await?["status"].take();
            ensure(status["deployments"][0]["rolloutState"] == "COMPLETED" && status["runningCount"] == tasks, status)
        })
        .await?;
    }
    let ingress = cluster.real_node()?.ingress();
    for (path, service) in [("/api/products", "api-service"), ("/admin/orders", "admin-service")] {
        eventually(format!("{path} is answered"), SOON, async || {
            let answer: Value = serde_json::from_str(&fetch(&format!("{ingress}{path}")).await?)?;
            ensure(answer["hostname"].as_str().is_some_and(|name| name.starts_with(service)), answer)
        })
        .await?;
    }
    let pods = get(&context, &["pods", "--selector=ecs-operator.dev/service=api-service"]).await?;
    for pod in items(&pods) {
        let address = pod["status"]["podIP"].as_str().unwrap_or_default();
        let process: Value = serde_json::from_str(&fetch(&format!("http://{address}:8080/-/process")).await?)?;
        assert_eq!(process["environment"]["DB_PASSWORD"], PASSWORD, "{}", pod["metadata"]["name"]);
    }
    Ok(())
}

async fn load_images(cluster: &Cluster) -> Result<()> {
    cluster.load_image(&spawn_blocking(operator_image).await??).await?;
    for (image, port) in IMAGES {
        let archive = spawn_blocking(move || application_image_as(&format!("{REGISTRY}/{image}"), &[("PORT", port)])).await??;
        cluster.load_image(&archive).await?;
    }
    Ok(())
}

/// Waits for both replicas, and looks at what they run as.
async fn operator_is_ready(context: &Context) -> Result<()> {
    replicas_are_ready(context).await?;
    let pods = get(context, &["pods", "--selector=app.kubernetes.io/name=ecs-operator"]).await?;
    for pod in items(&pods) {
        let status = &pod["status"]["containerStatuses"][0];
        assert_eq!((&status["user"]["linux"]["uid"], &status["restartCount"]), (&json!(65532), &json!(0)), "{status}");
        assert_eq!(pod["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"], true);
    }
    Ok(())
}

/// Waits until both replicas of the operator are ready.
pub async fn replicas_are_ready(context: &Context) -> Result<()> {
    eventually("both replicas of the operator are ready", SOON, async || {
        let ready = &get(context, &["deployment", "ecs-operator"]).await?["status"]["readyReplicas"];
        ensure(*ready == 2, format!("{ready} are ready"))
    })
    .await
}

/// What `kubectl get` prints, as JSON.
pub async fn get(context: &Context, what: &[&str]) -> Result<Value> {
    Ok(serde_json::from_str(&context.kubectl(&[&["get", "--output=json"], what].concat()).await?)?)
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}
