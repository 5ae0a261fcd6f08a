//! Instructions that a document takes, from text to YAML, and those of a schema, which a start reads. More than the limits is an
//! error: they are about a tenth above what was counted when they were set.

use std::hint::black_box;

use ecs_operator::documents::{Kind, Schemas};
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use rendering::{TASK_DEFINITION, rendered};

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)]));
    config
}

/// Schemas that were read already.
fn read() -> Schemas {
    let schemas = Schemas::new();
    rendered(&schemas, TASK_DEFINITION);
    schemas
}

#[library_benchmark(config = at_most(860_000))]
#[bench::task_definition(args = (), setup = read)]
fn translation(schemas: Schemas) -> usize {
    black_box(rendered(&schemas, black_box(TASK_DEFINITION)).len())
}

#[library_benchmark(config = at_most(1_100_000))]
fn schema() -> bool {
    black_box(Schemas::new()).of(Kind::TaskDefinition).is_some()
}

library_benchmark_group!(name = path; benchmarks = translation, schema);
main!(library_benchmark_groups = path);
