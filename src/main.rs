//! The program: the command line of the library, with its own translation.

use std::process::ExitCode;

/// Several times as fast as that of musl, with which images are built, and it gives back what is not used.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ecs_operator::cli::main(ecs_operator::translate::render)
}
