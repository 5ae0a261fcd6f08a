//! `render`: the objects that documents become, in the order in which the controller applies them.

use super::diagnostics;
use super::offline::{self, TranslationArguments};
use super::output;
use crate::translate::Render;
use crate::translate::log_collector;

/// What `render` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    translation: TranslationArguments,
    /// How the objects are printed: YAML documents, or one `List` in JSON.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: output::Format,
    /// Print, in place of the objects, the configuration of a log agent for the output of their containers.
    #[arg(long, value_enum, value_name = "AGENT", conflicts_with = "output")]
    log_collector: Option<LogCollector>,
}

/// A log agent, which runs on each node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum LogCollector {
    /// Fluent Bit: outputs for containers whose log driver is `awslogs` or `awsfirelens`.
    FluentBit,
}

const EXAMPLES: &str = "\
Diagnostics go to standard error. Secrets are printed with their keys and without values.

Exit status: 0 all was rendered; 1 a document was refused (the others are printed), or with
--strict there is a warning; 2 wrong usage or unreadable input.

Examples:
  ecs-operator render -f taskdef.json
  ecs-operator render -f deploy/ -n shop | kubectl apply --dry-run=server -f -
  ecs-operator render -f deploy/ -n shop --log-collector fluent-bit > outputs.conf
  aws ecs describe-services --cluster shop --services api | ecs-operator render -f taskdef.json -f -";

/// Renders and prints.
pub fn run(arguments: &Arguments, render: Render) -> u8 {
    let (mut printer, mut collected) = (output::Printer::new(arguments.output), Vec::new());
    let outcome = offline::translate(&arguments.translation, render, &mut |object| match arguments.log_collector {
        Some(LogCollector::FluentBit) => collected.push(object),
        None => printer.print(object),
    });
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(status) => return status,
    };
    let input = &arguments.translation.input;
    let status = offline::status(&outcome.reports, input);
    let status = match arguments.log_collector {
        Some(LogCollector::FluentBit) => output::write(log_collector::fluent_bit(&collected).as_bytes(), status),
        None => printer.end(status),
    };
    diagnostics::print(&outcome.reports, &outcome.sources, input.diagnostics);
    status
}
