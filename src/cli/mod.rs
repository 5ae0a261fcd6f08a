//! The command line. One file a command; what they share is the reading of documents ([`input`], [`offline`]) and
//! the printing of reports ([`diagnostics`]).
//!
//! Results go to standard output, everything else to standard error. Exit status: 0 all went well; 1 a document was
//! refused, or with `--strict` there is a warning; 2 wrong usage or unreadable input.

pub mod check;
pub mod crds;
pub mod diagnostics;
pub mod documents;
pub mod explain;
pub mod fates;
pub mod import;
pub mod input;
pub mod offline;
pub mod output;
pub mod render;
pub mod resolution;
#[cfg(feature = "controller")]
pub mod run;
pub mod translation;
mod trust_policies;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::translate::Render;

/// All went well.
const SUCCESS: u8 = 0;
/// A document was refused, or with `--strict` there is a warning.
const REFUSED: u8 = 1;
/// The controller ended otherwise than by a signal.
#[cfg(feature = "controller")]
const FAILED: u8 = 1;
/// Wrong usage or unreadable input, as clap has it.
const USAGE: u8 = 2;

/// Runs Amazon ECS specifications on Kubernetes.
#[derive(Debug, Parser)]
#[command(name = "ecs-operator", version, propagate_version = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  ecs-operator check -f deploy/                       what is there to say about these documents?
  aws ecs describe-task-definition --task-definition web | ecs-operator render -f -
  ecs-operator import -f ecs/ > deploy/shop.yaml      custom resources from ECS documents
  ecs-operator explain containerDefinitions[].healthCheck";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the controller.
    #[cfg(feature = "controller")]
    Run(Box<run::Arguments>),
    /// Turn ECS documents into our custom resources, ready for Git: the first step of a migration.
    Import(import::Arguments),
    /// Print the Kubernetes objects that documents become.
    Render(render::Arguments),
    /// Print what there is to say about documents, and nothing else.
    Check(check::Arguments),
    /// Explain a diagnostic by its name, or an ECS member by its path.
    Explain(explain::Arguments),
    /// Print the custom resource definitions.
    Crds,
    /// Print the completion script of a shell.
    #[command(after_help = "Example:\n  source <(ecs-operator completions bash)")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// The whole program: reads the arguments, does what they say, with `render` as the rendering of pods.
pub fn main(render: Render) -> ExitCode {
    let status = match Arguments::parse().command {
        #[cfg(feature = "controller")]
        Command::Run(arguments) => run::run(&arguments, render),
        Command::Import(arguments) => import::run(&arguments),
        Command::Render(arguments) => render::run(&arguments, render),
        Command::Check(arguments) => check::run(&arguments, render),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Crds => crds::run(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "ecs-operator", &mut script);
            output::write(&script, SUCCESS)
        }
    };
    ExitCode::from(status)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        super::Arguments::command().debug_assert();
    }
}
