//! The program: the command line of the library, with its own translation.

use std::process::ExitCode;

fn main() -> ExitCode {
    ecs_operator::cli::main(ecs_operator::translate::render)
}
