//! What the commands that read documents share: documents in; and what `render` and `check` do: objects and reports out.

use std::path::PathBuf;

use serde_json::Value;

use super::diagnostics::{self, Counts};
use super::documents::Documents;
use super::input::{self, Source};
use super::resolution::Resolution;
use super::translation::Translation;
use super::{REFUSED, SUCCESS, USAGE, output};
use crate::documents::{Report, Schemas};
use crate::settings::Settings;
use crate::translate::KubernetesVersion;
use crate::translate::Render;

/// What the commands that read documents are told.
#[derive(Debug, clap::Args)]
pub struct InputArguments {
    /// A file or folder with documents, or `-` for standard input; may be given several times.
    ///
    /// What a document is, is found out: our kinds, a `List`, what ECS takes (`RegisterTaskDefinition`,
    /// `CreateService`) or prints (`describe-task-definition`, `describe-services`), in YAML or JSON. Of a folder all
    /// *.yaml, *.yml and *.json are read, in the folders below it too.
    #[arg(short, long = "filename", required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The namespace of all objects; default: each document's own, else `default`.
    #[arg(short, long, value_parser = namespace)]
    pub(super) namespace: Option<String>,
    /// A warning makes the exit status 1 too.
    #[arg(long)]
    strict: bool,
    /// How diagnostics are printed.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) diagnostics: diagnostics::Format,
}

/// What the commands that translate are told.
#[derive(Debug, clap::Args)]
pub struct TranslationArguments {
    #[command(flatten)]
    pub(super) input: InputArguments,
    /// The version of Kubernetes that the objects are for, 1.34 to 1.37; default: the newest.
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<KubernetesVersion>,
    /// A file with the settings that the operator runs with.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
}

/// What became of the documents.
#[derive(Debug)]
pub struct Outcome {
    /// The texts that were read.
    pub sources: Vec<Source>,
    /// How many documents they hold.
    pub documents: usize,
    /// What there is to say, in the order of the texts.
    pub reports: Vec<Report>,
    /// The settings that it was translated with.
    pub settings: Settings,
}

/// Reads and translates; the objects are given to `emit` as they are made, in the order in which they are applied. Where that
/// cannot begin, the reason is printed and the exit status returned.
pub fn translate(arguments: &TranslationArguments, render: Render, emit: &mut dyn FnMut(Value)) -> Result<Outcome, u8> {
    let settings = input::settings(arguments.settings.as_deref()).map_err(|reason| output::fail(&reason))?;
    let schemas = Schemas::new();
    let documents = read(&schemas, &arguments.input)?;
    let mut resolution = Resolution::of(&documents);
    let mut reports = std::mem::take(&mut resolution.reports);
    let kubernetes = arguments.kube_version.unwrap_or(KubernetesVersion::NEWEST);
    reports.extend(Translation { resolution, settings: &settings, kubernetes, render }.run(emit));
    reports.extend(documents.reports);
    Ok(Outcome { documents: documents.documents.len(), sources: documents.sources, reports: in_order(reports), settings })
}

/// Reads. Where that cannot be, the reason is printed and the exit status returned.
pub fn read<'a>(schemas: &'a Schemas, arguments: &InputArguments) -> Result<Documents<'a>, u8> {
    let (sources, unreadable) = input::sources(&arguments.files);
    let documents = Documents::of(schemas, sources, unreadable, arguments.namespace.as_deref());
    if documents.unreadable.is_empty() {
        return Ok(documents);
    }
    diagnostics::print(&documents.unreadable, &documents.sources, arguments.diagnostics);
    Err(USAGE)
}

/// The exit status after these reports.
pub fn status(reports: &[Report], arguments: &InputArguments) -> u8 {
    let counts = Counts::of(reports);
    if counts.errors > 0 || (arguments.strict && counts.warnings > 0) { REFUSED } else { SUCCESS }
}

/// Reports in the order of the texts, each once; what speaks of one place comes most severe first.
pub fn in_order(mut reports: Vec<Report>) -> Vec<Report> {
    fn order(report: &Report) -> impl Ord + '_ {
        let Report { name, severity, message, help: _, path, object, source, place } = report;
        (*source, place.line, place.start, *severity, *name, path.as_str(), object, message.as_str())
    }
    reports.sort_by(|left, right| order(left).cmp(&order(right)));
    reports.dedup();
    reports
}

/// Reads the name of a namespace: a DNS label.
fn namespace(text: &str) -> Result<String, String> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.len() <= 63 && text.bytes().all(legal) && !text.starts_with('-') && !text.ends_with('-') {
        Ok(text.into())
    } else {
        Err("a namespace has 1 to 63 lower-case letters, digits and `-`, and neither begins nor ends with `-`".into())
    }
}
