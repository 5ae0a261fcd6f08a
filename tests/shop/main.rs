//! The shop, to be seen: `cargo run --example shop`.
//!
//! A cluster is built and booted, AWS is played by moto, the chart installed, the operator started and the shop applied; what
//! became of it is shown, and what AWS was asked. A tenant without a grant is refused the shop's secret, then a new version
//! is shipped, then a Deployment is deleted behind the operator's back. With `--real-node`
//! containers run: they are asked, the new version is shipped under a load, and a task is stopped and replaced. The cluster
//! stays until Ctrl-C, or with `--once` ends at once. Nothing is left running, however the demo ends.

mod aws;
mod bed;
mod chart;
mod diagnostics;
mod guest;
mod kinds;
mod phases;
mod repair;
mod replacement;
mod requests;
mod rollout;
mod screen;
mod services;
mod shop;
mod signals;
mod stay;
mod table;
mod tree;
mod watch;

#[allow(unused_imports, reason = "the demo uses a part of the bed")]
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use tokio::runtime::Runtime;

use aws::Aws;
use bed::Bed;
use phases::Phases;
use screen::Screen;
use signals::Signals;
use support::cluster::real_node;
use support::{Cluster, Result};

/// Shows what becomes of an ECS application on Kubernetes, on a cluster of its own.
#[derive(Parser)]
#[command(name = "shop")]
struct Arguments {
    /// Ends by itself after the last step, instead of leaving the cluster running until Ctrl-C.
    #[arg(long)]
    once: bool,
    /// Runs containers, on a real node, and sends them requests; needs root and Linux. Otherwise KWOK plays the nodes.
    #[arg(long)]
    real_node: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(reason) = real_node::missing().filter(|_| arguments.real_node) {
        screen::complain(&format!("{reason}; without --real-node it runs anywhere, on nodes that KWOK plays"));
        return Ok(ExitCode::FAILURE);
    }
    let screen = Screen::open();
    let runtime = Runtime::new()?;
    let outcome = runtime.block_on(run(&screen, &arguments));
    Cluster::stop_all();
    // an interrupted build would be waited for; its program ends with this process
    runtime.shutdown_background();
    Ok(outcome.unwrap_or_else(|error| {
        screen::complain(&error.to_string());
        ExitCode::FAILURE
    }))
}

async fn run(screen: &Screen, arguments: &Arguments) -> Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let mut phases = Phases::new(screen);
    let bed = tokio::select! {
        bed = demonstrate(&mut phases, arguments.real_node) => bed?,
        status = signals.arrive() => return Ok(screen.interrupted(status)),
    };
    phases.show_times();
    if !arguments.once {
        let stay = async {
            tokio::select! {
                end = stay::leave_to_user(screen, &bed) => end,
                end = bed.operator_ends() => Err(end),
                _ = signals.arrive() => Ok(()),
            }
        };
        stay.await.inspect_err(|_| bed.cluster().keep_logs())?;
    }
    screen.say("stopping the cluster");
    bed.close();
    Ok(ExitCode::SUCCESS)
}

async fn demonstrate(phases: &mut Phases<'_>, real_node: bool) -> Result<Bed> {
    let binary = phases.step("Build the operator", bed::build_operator).await?;
    phases.step("Build a control plane", async |screen| bed::build_tools(screen, real_node).await).await?;
    let cluster = phases.step("Boot a cluster", async |screen| bed::boot(screen, real_node).await).await?;
    let logs = cluster.clone();
    show(phases, cluster, &binary).await.inspect_err(|_| logs.keep_logs())
}

async fn show(phases: &mut Phases<'_>, cluster: Arc<Cluster>, binary: &Path) -> Result<Bed> {
    let aws = phases.step("Start AWS", Aws::start).await?;
    let bed = phases.step("Install the chart, start the operator", async |screen| bed::install(screen, cluster, aws, binary).await).await?;
    let steps = async {
        phases.step("Apply the shop", async |screen| shop::apply(screen, &bed).await).await?;
        phases.step("Refuse the shop's secret to who has no grant", async |screen| guest::refuse(screen, &bed).await).await?;
        let real_node = bed.cluster().real_node().is_ok();
        if real_node {
            phases.step("Ask the shop", async |screen| requests::ask(screen, &bed).await).await?;
        }
        phases.step("Ship web-api:v1.3.0", async |screen| rollout::ship(screen, &bed).await).await?;
        if real_node {
            phases.step("Stop a task behind the operator's back", async |screen| replacement::stop(screen, &bed).await).await?;
        }
        phases.step("Delete a Deployment behind the operator's back", async |screen| repair::delete(screen, &bed).await).await
    };
    tokio::select! {
        outcome = steps => outcome?,
        end = bed.operator_ends() => return Err(end),
    }
    Ok(bed)
}
