//! `check`: what there is to say about documents, and a summary.

use super::diagnostics::{self, Counts};
use super::offline::{self, TranslationArguments};
use super::output;
use super::trust_policies::Roles;
use crate::translate::Render;

/// What `check` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    translation: TranslationArguments,
    /// Print, in place of the summary, the trust policy that each task role needs for the ServiceAccounts that have it.
    #[arg(long)]
    trust_policies: bool,
}

const EXAMPLES: &str = "\
Exit status: 0 nothing is refused; 1 a document is refused, or with --strict there is a
warning; 2 wrong usage or unreadable input.

Examples:
  ecs-operator check -f deploy/
  ecs-operator check -f deploy/ --settings settings.yaml --trust-policies
  ecs-operator check -f deploy/ --strict --diagnostics json 2> diagnostics.jsonl";

/// Translates, and prints the reports and a summary.
pub fn run(arguments: &Arguments, render: Render) -> u8 {
    let (mut objects, mut roles) = (0, Roles::default());
    let outcome = offline::translate(&arguments.translation, render, &mut |object| {
        objects += 1;
        roles.add(&object);
    });
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(status) => return status,
    };
    let input = &arguments.translation.input;
    diagnostics::print(&outcome.reports, &outcome.sources, input.diagnostics);
    if arguments.trust_policies {
        return output::write(roles.policies(&outcome.settings).as_bytes(), offline::status(&outcome.reports, input));
    }
    let Counts { errors, warnings, notes } = Counts::of(&outcome.reports);
    let numbers = [(outcome.documents, "document"), (objects, "object"), (errors, "error"), (warnings, "warning"), (notes, "note")];
    let words = numbers.map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }));
    output::write(format!("{}\n", words.join(", ")).as_bytes(), offline::status(&outcome.reports, input))
}
