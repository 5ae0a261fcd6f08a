//! The shop as a chart in the hands of helm, which waits by the conditions that we report.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{SHOP, Scene, condition_of};
use crate::support::{Changes, ClusterOptions, Result, SOON, While, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::parallel(install_returns_when_the_shop_runs),
        Trial::parallel(install_takes_definitions_before_services_too),
        Trial::parallel(install_fails_at_once_for_what_only_its_author_can_mend),
        Trial::parallel(install_waits_in_vain_for_what_is_missing),
        Trial::parallel(upgrade_of_a_task_definition_returns_after_the_roll_out),
    ]
}

const OLD_IMAGE: &str = "web-api:v1.2.0";
const NEW_IMAGE: &str = "web-api:v1.3.0";

/// One chart with all of it: helm sends the services first.
async fn install_returns_when_the_shop_runs(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let chart = Chart::of(|_| true)?;
    helm(&scene, &["install", "shop", chart.path(), "--timeout", "180s"]).await?;
    the_shop_runs(&scene).await
}

/// Two charts: the definitions are ready before there is a service.
async fn install_takes_definitions_before_services_too(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let [definitions, services] = [Chart::of(|file| file.contains("taskdefinition"))?, Chart::of(|file| file.contains("service"))?];
    helm(&scene, &["install", "definitions", definitions.path(), "--timeout", "180s"]).await?;
    assert_eq!(scene.get("ecstaskdefinitions", "web-api").await?["status"]["revision"], 1);
    helm(&scene, &["install", "services", services.path(), "--timeout", "180s"]).await?;
    the_shop_runs(&scene).await
}

/// A port that the task definition does not have: helm need not wait for its time-out.
async fn install_fails_at_once_for_what_only_its_author_can_mend(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let chart = Chart::of(|_| true)?;
    chart.change("ecsservice-api-service.yaml", "containerPort: 8080", "containerPort: 8081")?;
    let start = Instant::now();
    let complaint = refusal(helm(&scene, &["install", "shop", chart.path(), "--timeout", "600s"]).await)?;
    ensure(start.elapsed() < SOON, format!("it took {:?}: {complaint}", start.elapsed()))?;
    ensure(complaint.contains("api-service not ready. status: Failed"), &complaint)?;
    ensure(complaint.contains("8081"), complaint)
}

/// A secret that somebody may still bring: helm waits as long as it was told.
async fn install_waits_in_vain_for_what_is_missing(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    fs::remove_file(scene.secrets.path().join("prod/db-password"))?;
    let chart = Chart::of(|_| true)?;
    let complaint = refusal(helm(&scene, &["install", "shop", chart.path(), "--timeout", "20s"]).await)?;
    ensure(complaint.contains("api-service not ready. status: InProgress"), &complaint)?;
    ensure(complaint.contains("prod/db-password"), complaint)
}

/// Nobody rolls a Deployment out while there is no controller manager: as long helm must wait, although the operator
/// has done all it can, and neither service was changed.
async fn upgrade_of_a_task_definition_returns_after_the_roll_out(context: Arc<Context>) -> Result<()> {
    let cluster = context.own_cluster(ClusterOptions::default()).await?;
    let namespace = cluster.namespace_for("shop").await?;
    let scene = Scene::open_in(&context, cluster, namespace, Changes::default()).await?;
    let chart = Chart::of(|_| true)?;
    helm(&scene, &["install", "shop", chart.path(), "--timeout", "180s"]).await?;
    scene.quiet(Duration::from_secs(2)).await?;

    chart.change("ecstaskdefinition-web-api.yaml", OLD_IMAGE, NEW_IMAGE)?;
    scene.cluster.stop_controller_manager();
    let arguments = ["upgrade", "shop", chart.path(), "--timeout", "180s"];
    let upgrade = helm(&scene, &arguments);
    tokio::pin!(upgrade);
    tokio::select! {
        early = &mut upgrade => return Err(format!("helm returned before the roll-out: {early:?}").into()),
        done = operator_has_done_its_part(&scene) => done?,
    }
    scene.cluster.start_controller_manager()?;
    upgrade.await?;
    let deployment = the_deployment_is_rolled_out(&scene, "api-service").await?;
    ensure(image(&deployment).contains(NEW_IMAGE), image(&deployment))?;
    the_shop_runs(&scene).await
}

async fn operator_has_done_its_part(scene: &Scene) -> Result<()> {
    eventually("the Deployment has the new image", SOON, async || {
        let deployment = scene.get("deployments", "api-service").await?;
        ensure(image(&deployment).contains(NEW_IMAGE), image(&deployment))
    })
    .await?;
    scene.quiet(Duration::from_secs(3)).await
}

/// Looks once: helm has waited.
async fn the_shop_runs(scene: &Scene) -> Result<()> {
    for definition in ["web-api", "admin"] {
        is_ready(&scene.get("ecstaskdefinitions", definition).await?)?;
    }
    for service in ["api-service", "admin-service"] {
        is_ready(&scene.get("ecsservices", service).await?)?;
        the_deployment_is_rolled_out(scene, service).await?;
    }
    Ok(())
}

fn is_ready(object: &Value) -> Result<()> {
    let ready = condition_of(object, "Ready").is_some_and(|ready| ready["status"] == "True");
    let observed = object["status"]["observedGeneration"] == object["metadata"]["generation"];
    ensure(ready && observed, object)
}

/// Looks once.
async fn the_deployment_is_rolled_out(scene: &Scene, name: &str) -> Result<Value> {
    let deployment = scene.get("deployments", name).await?;
    let (wanted, status) = (&deployment["spec"]["replicas"], &deployment["status"]);
    let observed = status["observedGeneration"] == deployment["metadata"]["generation"];
    let complete = ["replicas", "updatedReplicas", "readyReplicas"].iter().all(|count| status[count] == *wanted);
    ensure(observed && complete, format!("{name}: {wanted} are wanted, and there is {status}"))?;
    Ok(deployment)
}

fn image(deployment: &Value) -> &str {
    deployment["spec"]["template"]["spec"]["containers"][0]["image"].as_str().unwrap_or_default()
}

/// The real helm, waiting, in the namespace of the scene.
async fn helm(scene: &Scene, arguments: &[&str]) -> Result<String> {
    scene.cluster.helm(&[arguments, &["--wait", "--namespace", &scene.namespace]].concat()).await
}

/// What helm complained about.
fn refusal(result: Result<String>) -> Result<String> {
    match result {
        Ok(said) => Err(format!("helm was content: {said}").into()),
        Err(complaint) => Ok(complaint.to_string()),
    }
}

/// A chart of the shop's files, in a folder that goes with it.
struct Chart(TempDir);

impl Chart {
    /// A chart of those files of the shop whose names are chosen.
    fn of(chosen: impl Fn(&str) -> bool) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n")?;
        fs::create_dir(folder.path().join("templates"))?;
        for file in fs::read_dir(SHOP)? {
            let file = file?;
            if chosen(&file.file_name().to_string_lossy()) {
                fs::copy(file.path(), folder.path().join("templates").join(file.file_name()))?;
            }
        }
        Ok(Self(folder))
    }

    /// Replaces words in one of its files.
    fn change(&self, file: &str, from: &str, to: &str) -> Result<()> {
        let path = self.0.path().join("templates").join(file);
        let text = fs::read_to_string(&path).during(path.display())?;
        ensure(text.contains(from), format!("{file} does not say {from}"))?;
        fs::write(&path, text.replace(from, to)).during(path.display())
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap_or_default()
    }
}
