//! Results on standard output.

use std::io::{self, ErrorKind, Write};

use serde::Serialize;
use serde_json::Value;

use super::{SUCCESS, USAGE};
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

/// Objects on their way to standard output: YAML documents go there as they come, so that not all of them are held at once.
#[derive(Debug)]
pub struct Printer {
    format: Format,
    items: Vec<Value>,
    text: String,
    /// The exit status after something that cannot be printed; what comes later is not printed either.
    failed: Option<u8>,
}

impl Printer {
    /// How many bytes are printed at once, or more.
    const AT_ONCE: usize = 64 * 1024;

    /// A printer that has printed nothing yet.
    pub fn new(format: Format) -> Self {
        Self { format, items: Vec::new(), text: String::new(), failed: None }
    }

    /// Prints one more object.
    pub fn print(&mut self, object: Value) {
        if self.format == Format::Json {
            return self.items.push(object);
        }
        if let Err(error) = add_document(&mut self.text, &object) {
            self.failed.get_or_insert_with(|| fail(&error));
        }
        if self.text.len() >= Self::AT_ONCE && self.failed.is_none() {
            self.failed = Some(write(self.text.as_bytes(), SUCCESS)).filter(|status| *status != SUCCESS);
            self.text.clear();
        }
    }

    /// Prints what is left, and gives back `status`, or that of what cannot be printed.
    pub fn end(self, status: u8) -> u8 {
        match (self.failed, self.format) {
            (Some(failed), _) => failed,
            (None, Format::Yaml) => write(self.text.as_bytes(), status),
            (None, Format::Json) => match objects(&self.items, Format::Json) {
                Ok(text) => write(text.as_bytes(), status),
                Err(error) => fail(&error),
            },
        }
    }
}

/// Objects as text. Same objects, same bytes.
pub fn objects(objects: &[impl Serialize], format: Format) -> Result<String, String> {
    match format {
        Format::Json => {
            let list = List { api_version: "v1", items: objects, kind: "List" };
            serde_json::to_string_pretty(&list).map(|list| list + "\n").map_err(|error| error.to_string())
        }
        Format::Yaml => {
            let mut text = String::new();
            objects.iter().try_for_each(|object| add_document(&mut text, object)).map(|()| text)
        }
    }
}

fn add_document(text: &mut String, object: &impl Serialize) -> Result<(), String> {
    text.push_str("---\n");
    yaml::write(text, object).map_err(|error| error.to_string())
}

/// Objects as one object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a, T> {
    api_version: &'static str,
    items: &'a [T],
    kind: &'static str,
}
