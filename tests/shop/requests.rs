//! Requests to the shop on a real node, through the ingress controller: who answers, and what the tasks know.

use std::collections::BTreeSet;

use comfy_table::Cell;
use kube::api::DynamicObject;
use serde_json::Value;

use crate::aws::PASSWORD;
use crate::bed::Bed;
use crate::kinds::Kind;
use crate::screen::{Screen, green};
use crate::support::load::send_one;
use crate::support::{Load, Result, SOON, ensure, eventually, fetch};
use crate::table;
use crate::watch::Watch;

/// Where the API is found, behind the address of the ingress controller.
const API: &str = "/api/products";
/// What is asked for, the service that has it, and how many tasks that has.
const PATHS: [(&str, &str, usize); 2] = [(API, "api-service", 3), ("/admin/orders", "admin-service", 2)];
const REQUESTS_A_SECOND: u32 = 50;

/// Asks until every task has answered, and looks for the secret where it should be.
pub async fn ask(screen: &Screen, bed: &Bed) -> Result<()> {
    let mut table = table::with_header(["REQUEST", "SERVICE", "ANSWERED BY"]);
    for (path, service, tasks) in PATHS {
        let waiting = screen.wait(format!("{path} is answered by {tasks} tasks of {service}"));
        let names = answering(&address(bed, path)?, tasks).await?;
        waiting.done();
        ensure(names.iter().all(|name| name.starts_with(service)), format!("{path} was answered by {names:?}, not by {service} alone"))?;
        table.add_row([Cell::new(format!("GET {path}")), Cell::new(service), Cell::new(names.into_iter().collect::<Vec<_>>().join("\n"))]);
    }
    screen.say(&table::text(&table));
    let watch = Watch::start(&bed.client(), &[Kind::POD]).await?;
    let tasks = has_password(&watch).await?;
    screen.say(&format!("{} the database's password is in the environment of {tasks} tasks, and what the secret says", green("✓")));
    Ok(())
}

/// A steady load on the API; nothing where no container runs.
pub fn load(bed: &Bed) -> Result<Option<Load>> {
    if bed.cluster().real_node().is_err() {
        return Ok(None);
    }
    Load::start(&address(bed, API)?, REQUESTS_A_SECOND).map(Some)
}

/// An address of the shop, as it is reached from this machine.
pub fn address(bed: &Bed, path: &str) -> Result<String> {
    Ok(format!("{}{path}", bed.cluster().real_node()?.ingress()))
}

async fn answering(address: &str, tasks: usize) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    eventually(format!("{tasks} tasks answer at {address}"), SOON, async || {
        names.insert(send_one(address).await?.answer?.hostname);
        ensure(names.len() == tasks, format!("{names:?}"))
    })
    .await?;
    Ok(names)
}

/// Asks each task of the API for its environment, and returns how many there are.
async fn has_password(watch: &Watch) -> Result<usize> {
    let mut tasks = 0;
    for pod in watch.of(Kind::POD).filter(|pod| is_api(pod)) {
        let address = pod.data.pointer("/status/podIP").and_then(Value::as_str).ok_or("a task has no address")?;
        let process: Value = serde_json::from_str(&fetch(&format!("http://{address}:8080/-/process")).await?)?;
        ensure(process["environment"]["DB_PASSWORD"] == PASSWORD, format!("{:?} does not have the database's password", pod.metadata.name))?;
        tasks += 1;
    }
    ensure(tasks == 3, format!("{tasks} tasks of the API have the password"))?;
    Ok(tasks)
}

fn is_api(pod: &DynamicObject) -> bool {
    pod.metadata.name.as_ref().is_some_and(|name| name.starts_with("api-service"))
}
