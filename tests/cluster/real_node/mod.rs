//! What only a real node shows: containers that run, and requests that reach them.

mod checks;
mod discovery;
mod ecs_service;
mod essential;
mod eviction;
mod frozen;
mod health;
mod history;
mod journal;
mod leftovers;
mod lives;
mod node_loss;
mod order;
mod private_registry;
mod resources;
mod rolling;
mod side_by_side;
mod stop;
mod tasks;
mod the_bed;
mod the_image;
mod the_process;
mod web;

use std::process::ExitCode;

use crate::runner::Trial;
use crate::support::Result;

pub fn trials() -> Vec<Trial> {
    let subjects = [
        the_bed::trials(),
        leftovers::trials(),
        side_by_side::trials(),
        rolling::trials(),
        stop::trials(),
        essential::trials(),
        frozen::trials(),
        the_image::trials(),
        health::trials(),
        order::trials(),
        resources::trials(),
        the_process::trials(),
        discovery::trials(),
        node_loss::trials(),
        eviction::trials(),
        private_registry::trials(),
    ];
    subjects.into_iter().flatten().collect()
}

/// The part of these tests that is another process.
pub fn other_process() -> Option<Result<ExitCode>> {
    leftovers::other_process()
}
