//! Results on standard output.

use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use super::USAGE;
use crate::yaml;

/// How objects are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// YAML documents.
    #[default]
    Yaml,
    /// One `List` in JSON.
    Json,
}

/// Writes a result and gives back `status`. A reader that has seen enough (`| head`) is no fault.
pub fn write(result: &[u8], status: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(result).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => fail(&format!("standard output: {error}")),
        Ok(()) | Err(_) => status,
    }
}

/// Says on standard error why nothing can be done, and gives back the exit status for that.
pub fn fail(message: &str) -> u8 {
    use annotate_snippets::{Group, Level, Renderer, normalize_untrusted_str};
    let group = Group::with_title(Level::ERROR.primary_title(normalize_untrusted_str(message)));
    let _: io::Result<()> = writeln!(anstream::stderr(), "{}", Renderer::styled().render(&[group]));
    USAGE
}

/// Objects as text. Same objects, same bytes.
pub fn objects(objects: &[impl Serialize], format: Format) -> Result<String, String> {
    match format {
        Format::Json => {
            let list = List { api_version: "v1", items: objects, kind: "List" };
            serde_json::to_string_pretty(&list).map(|list| list + "\n").map_err(|error| error.to_string())
        }
        Format::Yaml => objects.iter().map(|object| Ok(format!("---\n{}", yaml::to_string(object).map_err(|error| error.to_string())?))).collect(),
    }
}

/// Objects as one object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a, T> {
    api_version: &'static str,
    items: &'a [T],
    kind: &'static str,
}
