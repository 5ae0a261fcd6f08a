//! `render`: the objects that documents become, in the order in which the controller applies them.

use super::diagnostics;
use super::offline::{self, TranslationArguments};
use super::output;
use crate::controller::plan::Render;

/// What `render` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    translation: TranslationArguments,
    /// How the objects are printed: YAML documents, or one `List` in JSON.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: output::Format,
}

const EXAMPLES: &str = "\
Diagnostics go to standard error. Secrets are printed with their keys and without values.

Exit status: 0 all was rendered; 1 a document was refused (the others are printed), or with
--strict there is a warning; 2 wrong usage or unreadable input.

Examples:
  ecs-operator render -f taskdef.json
  ecs-operator render -f deploy/ -n shop | kubectl apply --dry-run=server -f -
  aws ecs describe-services --cluster shop --services api | ecs-operator render -f taskdef.json -f -";

/// Renders and prints.
pub fn run(arguments: &Arguments, render: Render) -> u8 {
    let outcome = match offline::translate(&arguments.translation, render) {
        Ok(outcome) => outcome,
        Err(status) => return status,
    };
    let input = &arguments.translation.input;
    diagnostics::print(&outcome.reports, &outcome.sources, input.diagnostics);
    match output::objects(&outcome.objects, arguments.output) {
        Ok(text) => output::write(text.as_bytes(), offline::status(&outcome.reports, input)),
        Err(error) => output::fail(&error),
    }
}
