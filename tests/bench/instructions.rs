//! Instructions that a document takes, from text to YAML, and those of the schemas, which each start makes. More than the limits is an
//! error: they are a tenth above what was counted when they were set.

use std::hint::black_box;

use ecs_operator::documents::Schemas;
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use rendering::{TASK_DEFINITION, rendered};

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)]));
    config
}

#[library_benchmark(config = at_most(1_000_000))]
#[bench::task_definition(args = (), setup = Schemas::new)]
fn translation(schemas: Schemas) -> usize {
    black_box(rendered(&schemas, black_box(TASK_DEFINITION)).len())
}

#[library_benchmark(config = at_most(10_000_000))]
fn schemas() -> Schemas {
    black_box(Schemas::new())
}

library_benchmark_group!(name = path; benchmarks = translation, schemas);
main!(library_benchmark_groups = path);
