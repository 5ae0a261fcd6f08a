//! The cluster is left to the user, who sees what his commands do.

use std::path::PathBuf;

use crate::bed::Bed;
use crate::kinds::{GUEST, Kind, NAMESPACE};
use crate::requests;
use crate::screen::{Screen, bold};
use crate::services::{Pictures, Service};
use crate::support::Result;
use crate::support::tools::{DEFAULT_KUBERNETES, Tools};
use crate::watch::Watch;

const COMMANDS: [&str; 6] = [
    "get ecs",
    "get deployments,services,ingresses,secrets,pods",
    "describe ecsservice api-service",
    "scale ecsservice api-service --replicas 5",
    "delete ingress api-service",
    "explain ecsservice.spec.deploymentConfiguration",
];

/// Says how to use the cluster and shows the services as they change; returns only when the API server is gone.
pub async fn leave_to_user(screen: &Screen, bed: &Bed) -> Result<()> {
    screen.title("The cluster is yours until Ctrl-C");
    if bed.cluster().real_node().is_ok() {
        screen.say(&format!("The shop answers at {} and {}.", requests::address(bed, "/api/")?, requests::address(bed, "/admin/")?));
    }
    screen.say("In another terminal:");
    screen.say("");
    screen.say(&format!("export KUBECONFIG={}", bed.cluster().kubeconfig().display()));
    screen.say(&format!("alias k='{} --namespace {NAMESPACE}'", kubectl()?.display()));
    for command in COMMANDS {
        screen.say(&format!("k {command}"));
    }
    screen.say(&format!("k describe ecsservices --namespace {GUEST}"));
    let mut watch = Watch::start(&bed.client(), &[Kind::SERVICE]).await?;
    let waiting = screen.wait(bold("Ctrl-C ends the cluster"));
    let mut pictures = Pictures::default();
    loop {
        pictures.show(&waiting, &Service::all(&watch)?);
        watch.changed().await?;
    }
}

/// The kubectl that was built, which may be the only one of this machine.
fn kubectl() -> Result<PathBuf> {
    let command = Tools::prepare(DEFAULT_KUBERNETES)?.command("kubectl")?;
    // the leash is a shell, which is given the program last
    Ok(command.get_args().last().ok_or("kubectl has no path")?.into())
}
