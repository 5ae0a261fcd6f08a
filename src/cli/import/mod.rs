//! `import`: documents of ECS in, custom resources for Git out.

pub mod custom_resources;

use super::diagnostics;
use super::offline::{self, InputArguments};
use super::output;
use super::resolution::Resolution;
use crate::documents::Schemas;

/// What `import` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    input: InputArguments,
    /// How the custom resources are printed: YAML documents, or one `List` in JSON.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: output::Format,
}

const EXAMPLES: &str = "\
Members come in the order of the ECS API; what is unset or read-only is left out. Only with
-n is a namespace written. Objects of our kinds pass, without what a server wrote.

Exit status: 0 all was imported; 1 a document was refused (the others are printed), or with
--strict there is a warning; 2 wrong usage or unreadable input.

Examples:
  aws ecs describe-task-definition --task-definition web --include TAGS | ecs-operator import -f -
  ecs-operator import -f ecs/ -n shop > deploy/shop.yaml
  kubectl get ecs --all-namespaces -o yaml | ecs-operator import -f -";

/// Imports and prints.
pub fn run(arguments: &Arguments) -> u8 {
    let input = &arguments.input;
    let schemas = Schemas::new();
    let documents = match offline::read(&schemas, input) {
        Ok(documents) => documents,
        Err(status) => return status,
    };
    let mut resolution = Resolution::of(&documents);
    let mut reports = [documents.reports.clone(), std::mem::take(&mut resolution.reports)].concat();
    let (resources, said) = custom_resources::of(&resolution, input.namespace.as_deref());
    reports.extend(said);
    let reports = offline::in_order(reports);
    diagnostics::print(&reports, &documents.sources, input.diagnostics);
    match output::objects(&resources, arguments.output) {
        Ok(text) => output::write(text.as_bytes(), offline::status(&reports, input)),
        Err(error) => output::fail(&error),
    }
}
