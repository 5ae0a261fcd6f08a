//! The operator's image: `cargo run --example image`.
//!
//! It compiles a static binary for each platform and writes an OCI archive, without Docker and without a registry; what
//! that needs is installed into the user's cache folder. The same commit gives the same digest.

#[allow(unused_imports, reason = "images need a part of the bed")]
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use indicatif::{HumanBytes, HumanDuration};

use support::Result;
use support::image::Platform;
use support::image::operator::{Build, write_operator};

/// Builds the image of the operator and writes it as an OCI archive.
#[derive(Parser)]
#[command(name = "image")]
struct Arguments {
    /// A platform that the image is for; may be repeated.
    #[arg(long = "platform", value_name = "PLATFORM", default_values_t = Platform::ALL)]
    platforms: Vec<Platform>,
    /// Compiles without optimisation at link time: in less time, larger and slower.
    #[arg(long)]
    quick: bool,
    /// What the image is called once the archive is loaded.
    #[arg(long, default_value = concat!("localhost/ecs-operator:", env!("CARGO_PKG_VERSION")))]
    name: String,
    /// The archive.
    #[arg(short, long, value_name = "FILE", default_value = "target/ecs-operator.tar")]
    output: PathBuf,
}

fn main() -> Result<()> {
    let Arguments { platforms, quick, name, output } = Arguments::parse();
    let start = Instant::now();
    let written = write_operator(&name, &platforms, if quick { Build::Quick } else { Build::Release }, &output)?;
    eprintln!("{}, {}, in {}", output.display(), HumanBytes(written.size), HumanDuration(start.elapsed()));
    println!("{}", written.digest);
    Ok(())
}
