//! The integration tests: one binary, one cluster, a namespace for each test.
//!
//! A subject is a file here with a function `trials()` that lists its tests; a test is an `async fn` that takes a
//! `Context` and returns a `Result`. Tests run side by side; those listed as `quiet`, whose promise is a time, come when the
//! others have ended, and those listed as `alone` come last, one by one.

mod all_namespaces;
mod aws;
mod aws_values;
mod bad_input;
mod canary;
mod containers;
mod context;
mod corpus;
mod crashes;
mod daemon;
mod drift;
mod every_kind;
mod external_secrets;
mod figures;
mod forced;
mod goldens;
mod grants;
mod helm;
mod identity;
mod images;
mod kubectl;
mod leadership;
mod lifecycle;
mod offline;
mod other_owner;
mod real_node;
mod refusals;
mod revisions;
mod rights;
mod runner;
mod scene;
mod secret_values;
mod shop;
mod strict;
mod the_bed;
mod the_chart;
mod the_ledger;
mod the_operator;
mod third_party;
mod threats;
mod volumes;
mod warnings;
mod whole;

#[expect(clippy::expect_used, reason = "a test")]
#[path = "../corpus/files.rs"]
mod files;
#[expect(clippy::expect_used, reason = "a test")]
#[path = "../corpus/filled_in.rs"]
mod filled_in;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;

use libtest_mimic::Arguments;

use support::Result;

fn main() -> Result<ExitCode> {
    if let Some(code) = the_bed::other_process().or_else(real_node::other_process) {
        return code;
    }
    let subjects = [
        the_bed::trials(),
        the_ledger::trials(),
        the_operator::trials(),
        the_chart::trials(),
        shop::trials(),
        revisions::trials(),
        drift::trials(),
        lifecycle::trials(),
        grants::trials(),
        identity::trials(),
        aws::trials(),
        containers::trials(),
        daemon::trials(),
        volumes::trials(),
        forced::trials(),
        third_party::trials(),
        secret_values::trials(),
        aws_values::trials(),
        external_secrets::trials(),
        every_kind::trials(),
        crashes::trials(),
        figures::trials(),
        refusals::trials(),
        warnings::trials(),
        goldens::trials(),
        corpus::trials(),
        offline::trials(),
        leadership::trials(),
        bad_input::trials(),
        kubectl::trials(),
        helm::trials(),
        images::trials(),
        all_namespaces::trials(),
        threats::trials(),
        real_node::trials(),
    ];
    runner::run(Arguments::from_args(), subjects.into_iter().flatten().collect())
}
