//! The operator is killed between any two writes, before the server sees one and after it has done it: whatever is
//! left, the next start ends where an undisturbed one does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::context::Context;
use crate::runner::Trial;
use crate::scene::{SHOP, Scene};
use crate::support::ledger::Request;
use crate::support::{Changes, Failure, Fault, KillPoint, Result, SOON, ensure, eventually};

/// The tests of this subject.
pub fn trials() -> Vec<Trial> {
    [
        Trial::parallel(creation_killed_before_a_write),
        Trial::parallel(creation_killed_after_a_write),
        Trial::parallel(image_change_killed_before_a_write),
        Trial::parallel(image_change_killed_after_a_write),
    ]
    .into()
}

/// A lease that others take over soon: each start waits for it.
fn changes() -> Changes {
    Changes { flags: vec!["--leader-elect=false".into()], ..Changes::default() }
}

fn counts(request: &Request) -> bool {
    request.is_write() && !matches!(request.resource.as_str(), "leases" | "events")
}

/// The shop's creation, killed before the server sees a write.
async fn creation_killed_before_a_write(context: Arc<Context>) -> Result<()> {
    creation(&context, KillPoint::BeforeForwarding).await
}

/// The shop's creation, killed when the server has done a write and nobody has heard of it.
async fn creation_killed_after_a_write(context: Arc<Context>) -> Result<()> {
    creation(&context, KillPoint::ResponseWithheld).await
}

/// An image change, killed before the server sees a write.
async fn image_change_killed_before_a_write(context: Arc<Context>) -> Result<()> {
    image_change(&context, KillPoint::BeforeForwarding).await
}

/// An image change, killed when the server has done a write and nobody has heard of it.
async fn image_change_killed_after_a_write(context: Arc<Context>) -> Result<()> {
    image_change(&context, KillPoint::ResponseWithheld).await
}

async fn creation(context: &Context, point: KillPoint) -> Result<()> {
    let scene = Scene::open_with(context, changes()).await?;
    let undisturbed = undisturbed(&scene).await?;
    for nth in 0..undisturbed.writes_of_creation {
        clear(&scene).await?;
        arm(&scene, point, nth);
        scene.apply_shop().await?;
        settle(&scene, nth).await?;
        until(&scene, &undisturbed.created, &format!("creation, killed at write {nth}, {point:?}")).await?;
    }
    eprintln!("creation, {point:?}: {} kills", undisturbed.writes_of_creation);
    Ok(())
}

async fn image_change(context: &Context, point: KillPoint) -> Result<()> {
    let scene = Scene::open_with(context, changes()).await?;
    let undisturbed = undisturbed(&scene).await?;
    for nth in 0..undisturbed.writes_of_change {
        clear(&scene).await?;
        scene.apply_shop().await?;
        until(&scene, &undisturbed.created, "creation").await?;
        scene.quiet(Duration::from_millis(1200)).await?;
        arm(&scene, point, nth);
        scene.change_image("web-api", "web-api:v1.3.0").await?;
        settle(&scene, nth).await?;
        let what = format!("an image change, killed at write {nth}, {point:?}");
        until(&scene, &undisturbed.changed, &what).await?;
        let sets = scene.list("replicasets").await?.iter().filter(|set| set["metadata"]["labels"]["ecs-operator.dev/service"] == "api-service").count();
        ensure(sets == 2, format!("{what}: {sets} ReplicaSets; it rolls once"))?;
    }
    eprintln!("an image change, {point:?}: {} kills", undisturbed.writes_of_change);
    Ok(())
}

/// What comes of the shop when nobody kills the operator.
struct Undisturbed {
    created: Value,
    writes_of_creation: usize,
    changed: Value,
    writes_of_change: usize,
}

/// The end states without a kill, and how many writes lead there.
async fn undisturbed(scene: &Scene) -> Result<Undisturbed> {
    let mark = scene.ledger.mark();
    scene.shop_ready().await?;
    scene.quiet(Duration::from_millis(1500)).await?;
    let writes_of_creation = scene.ledger.since(mark).that(counts).len();
    let created = state(scene).await?;
    let mark = scene.ledger.mark();
    scene.change_image("web-api", "web-api:v1.3.0").await?;
    scene.rolled_out("api-service", "svc-api-service-2").await?;
    scene.quiet(Duration::from_millis(1500)).await?;
    let writes_of_change = scene.ledger.since(mark).that(counts).len();
    Ok(Undisturbed { created, writes_of_creation, changed: state(scene).await?, writes_of_change })
}

/// Kills the operator at the nth write from now on.
fn arm(scene: &Scene, point: KillPoint, nth: usize) {
    let seen = AtomicUsize::new(0);
    scene.ledger.on_write(move |request| {
        let hit = counts(request) && seen.fetch_add(1, Ordering::SeqCst) == nth;
        if hit { Fault::Kill(point) } else { Fault::Pass }
    });
}

/// Waits for the kill, or for the end of all work where there were fewer writes, and starts the operator again.
async fn settle(scene: &Scene, nth: usize) -> Result<()> {
    let killed = scene.operator.wait_exited(Duration::from_secs(20)).await;
    if killed.is_err() {
        eprintln!("write {nth} did not come this time: status writes may fall together");
    }
    scene.ledger.clear_faults();
    scene.operator.restart().await?;
    scene.operator.wait_ready(SOON).await
}

/// Waits until all is as in the undisturbed run.
async fn until(scene: &Scene, wanted: &Value, what: &str) -> Result<()> {
    eventually(format!("{what}: the end state is that of an undisturbed run"), SOON, async || {
        let state = state(scene).await?;
        ensure(state == *wanted, difference(wanted, &state))
    })
    .await
}

fn difference(wanted: &Value, state: &Value) -> String {
    let (Some(wanted), Some(state)) = (wanted.as_object(), state.as_object()) else { return String::new() };
    let changed = wanted
        .iter()
        .filter(|(key, value)| state.get(*key) != Some(value))
        .map(|(key, value)| format!("{key}: wanted {value}, is {}", state.get(key).unwrap_or(&Value::Null)));
    let surplus = state.keys().filter(|key| !wanted.contains_key(*key)).map(|key| format!("{key} is too much"));
    changed.chain(surplus).collect::<Vec<_>>().join("\n")
}

/// Deletes the shop and waits until nothing of it is left.
async fn clear(scene: &Scene) -> Result<()> {
    scene.cluster.kubectl(&["delete", "-n", &scene.namespace, "--ignore-not-found", "-f", SHOP]).await?;
    // the garbage collector learns of new kinds every half minute
    eventually("nothing of the shop is left", SOON, async || {
        let left = state(scene).await?;
        let pods = scene.list("pods").await?.iter().filter(|pod| pod["metadata"]["labels"].get("ecs-operator.dev/service").is_some()).count();
        if left == json!({}) && pods == 0 {
            Ok(())
        } else {
            Err(Failure::from(left.as_object().map(|left| left.keys().cloned().collect::<Vec<_>>().join(" ")).unwrap_or_default()))
        }
    })
    .await
}

/// All that the operator made, without what only a server knows.
async fn state(scene: &Scene) -> Result<Value> {
    let mut state = serde_json::Map::new();
    for resource in ["ecsservices", "ecstaskdefinitions", "deployments", "services", "ingresses", "secrets", "serviceaccounts", "controllerrevisions"] {
        for mut object in scene.list(resource).await? {
            let is_ours = object["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "ecs-operator";
            if !is_ours && !resource.starts_with("ecs") {
                continue;
            }
            let ready = object["status"]["conditions"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|condition| condition["type"] == "Ready")
                .map(|ready| ready["status"].clone());
            let observed = object["status"]["observedGeneration"] == object["metadata"]["generation"];
            let key = format!("{resource}/{}", object["metadata"]["name"].as_str().unwrap_or_default());
            for server in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "ownerReferences"] {
                object["metadata"].as_object_mut().map(|metadata| metadata.remove(server));
            }
            object.as_object_mut().map(|members| members.remove("status"));
            if let Some(annotations) = object["metadata"]["annotations"].as_object_mut() {
                annotations.retain(|key, _| !key.starts_with("deployment.kubernetes.io/") && !key.starts_with("kubectl.kubernetes.io/"));
            }
            for allocated in ["clusterIP", "clusterIPs"] {
                if resource == "services" {
                    object["spec"].as_object_mut().map(|spec| spec.remove(allocated));
                }
            }
            if resource.starts_with("ecs") {
                object = json!({"ready": ready, "observed": observed});
            }
            state.insert(key, object);
        }
    }
    Ok(Value::Object(state))
}
