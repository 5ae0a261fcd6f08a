//! S14: one tenant's flood of objects, of changes or of large ones holds up no other's.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::people::{EDIT, Person, ours, service, task_definition};
use crate::context::Context;
use crate::runner::Trial;
use crate::scene::Scene;
use crate::support::{Result, ensure};

pub fn trials() -> Vec<Trial> {
    vec![Trial::parallel(s14_what_is_too_large_is_refused), Trial::parallel(s14_a_flood_holds_nobody_up)]
}

/// By the server, with ECS's own limits, before the operator sees it.
async fn s14_what_is_too_large_is_refused(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let path = ours(&scene, "ecstaskdefinitions");
    let mut many = task_definition("many", &json!({}));
    many["spec"]["containerDefinitions"] = (0..10_000).map(|number| json!({"name": format!("c{number}"), "image": "none", "memory": 4})).collect();
    let large = task_definition("large", &json!({"environment": [{"name": "A", "value": "x".repeat(4 << 20)}]}));
    let long = task_definition(&"n".repeat(53), &json!({}));
    for (what, object) in [("ten thousand containers", many), ("four MiB", large), ("a name of 53 letters", long)] {
        let answer = tenant.create(&path, &object).await?;
        ensure(matches!(answer.status, 400 | 413 | 422), format!("{what} is answered {}: {}", answer.status, answer.message()))?;
    }
    scene.operator.check_alive()
}

/// A thousand changes of one service, and two hundred services that nothing can come of; another service is ready in time.
async fn s14_a_flood_holds_nobody_up(context: Arc<Context>) -> Result<()> {
    let scene = Scene::open(&context).await?;
    let tenant = Person::with_roles(&scene.cluster, &scene.namespace, "tenant", &EDIT).await?;
    let services = ours(&scene, "ecsservices");
    for number in 0..200 {
        tenant.create(&services, &service(&format!("flood-{number}"))).await?.done("a service without a task definition")?;
    }
    tenant.create(&ours(&scene, "ecstaskdefinitions"), &task_definition("hot", &json!({}))).await?.done("a task definition")?;
    tenant.create(&services, &service("hot")).await?.done("a service")?;
    let path = format!("{services}/hot");
    let changes = async {
        for number in 0..1000 {
            tenant.patch(&path, &json!({"spec": {"desiredCount": number % 3, "tags": [{"key": "n", "value": number.to_string()}]}})).await?.done("a change")?;
        }
        Ok::<_, crate::support::Failure>(())
    };
    let start = Instant::now();
    let (flood, ready) = tokio::join!(changes, scene.shop_ready());
    flood?;
    ready?;
    println!("the shop is ready {:?} into a flood of 200 services and 1000 changes", start.elapsed());
    scene.quiet(std::time::Duration::from_secs(2)).await?;
    // at most one status a second, and the last change is what counts
    let statuses = scene.ledger.writes().of_subresource("status").named("hot").len();
    let seconds = usize::try_from(start.elapsed().as_secs()).unwrap_or(usize::MAX);
    ensure(statuses <= seconds + 2, format!("{statuses} writes of one status in {seconds} s"))?;
    let served = scene.condition("ecsservices", "hot", "Ready", "True", None).await?;
    ensure(served["status"]["desiredCount"] == served["spec"]["desiredCount"], &served["status"])
}
