//! The `AWS` backend of secrets against a real `moto` server: values, refusals, how often AWS is asked, and what goes wrong
//! on the way.
//!
//! The tests run in a child of this process, whose environment has the operator's own credentials: nothing else may, and a
//! process cannot change its own environment safely.

mod bed;
mod calls;
mod corpus;
mod faults;
mod forms;
mod identity;
mod outage;
mod tenants;

#[expect(clippy::expect_used, reason = "a test")]
#[path = "../corpus/files.rs"]
mod files;
#[allow(unused_imports, reason = "AWS needs a part of the bed")]
#[path = "../support/mod.rs"]
mod support;

use std::process::{Command, ExitCode};
use std::sync::Arc;

use bed::{Bed, Trial};
use libtest_mimic::{Arguments, Failed};
use support::Result;
use tokio::runtime::Runtime;

/// Set in the child.
const CHILD: &str = "ECS_OPERATOR_TESTS_OF_AWS";

fn main() -> Result<ExitCode> {
    if let Some(code) = identity::other_process() {
        return code;
    }
    if std::env::var_os(CHILD).is_none() {
        let mut child = Command::new(std::env::current_exe()?);
        child.args(std::env::args_os().skip(1)).env(CHILD, "1").env("AWS_ACCESS_KEY_ID", bed::OWN_KEY).env("AWS_SECRET_ACCESS_KEY", "operator");
        let code = child.env_remove("AWS_SESSION_TOKEN").status()?.code().unwrap_or(1);
        return Ok(u8::try_from(code).unwrap_or(1).into());
    }
    let trials = [forms::trials(), corpus::trials(), calls::trials(), faults::trials(), identity::trials(), outage::trials(), tenants::trials()];
    run(Arguments::from_args(), trials.into_iter().flatten())
}

/// Runs the trials, which share one moto.
fn run(mut arguments: Arguments, trials: impl Iterator<Item = Trial>) -> Result<ExitCode> {
    arguments.test_threads.get_or_insert(4);
    let runtime = Arc::new(Runtime::new()?);
    support::interrupt::stop_everything_on_interrupt(runtime.handle())?;
    let bed = Arc::new(Bed::default());
    let tests = trials.map(|trial| {
        let (runtime, bed) = (Arc::clone(&runtime), Arc::clone(&bed));
        libtest_mimic::Trial::test(trial.name, move || runtime.block_on((trial.body)(bed)).map_err(|error| Failed::from(error.to_string())))
    });
    let conclusion = libtest_mimic::run(&arguments, tests.collect());
    drop(bed);
    Ok(conclusion.exit_code())
}
