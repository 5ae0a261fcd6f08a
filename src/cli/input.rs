//! Where documents are read from: files, folders and standard input; and the file of settings.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::documents::{Fault, Report};
use crate::settings::Settings;
use crate::yaml::tree::Place;

/// A text, and what it is called in reports.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The name: a path, or `<stdin>`.
    pub name: String,
    /// The text; empty where it cannot be read.
    pub text: String,
}

/// The texts of all `-f`, in their order and those of a folder by name, and a report on each that cannot be read.
pub fn sources(arguments: &[PathBuf]) -> (Vec<Source>, Vec<Report>) {
    let (mut sources, mut reports) = (Vec::new(), Vec::new());
    for argument in arguments {
        if argument.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes);
            add("<stdin>".into(), read, &mut sources, &mut reports);
            continue;
        }
        match files(argument) {
            Ok(files) if files.is_empty() => {
                let fault = unreadable(format!("there is no *.yaml, *.yml or *.json below {}", argument.display()), "");
                fail(argument.display().to_string(), &fault, Place::default(), &mut sources, &mut reports);
            }
            Ok(files) => files.iter().for_each(|file| add(file.display().to_string(), fs::read(file), &mut sources, &mut reports)),
            Err(error) => add(argument.display().to_string(), Err(error), &mut sources, &mut reports),
        }
    }
    (sources, reports)
}

/// The file itself, or the files below a folder. What is hidden, and what links to folders, is left alone.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let (path, hidden) = (entry.path(), entry.file_name().as_encoded_bytes().starts_with(b"."));
        if hidden {
            continue;
        }
        if entry.file_type()?.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))) && path.is_file()
        {
            found.push(path);
        }
    }
    Ok(found)
}

fn add(name: String, bytes: io::Result<Vec<u8>>, sources: &mut Vec<Source>, reports: &mut Vec<Report>) {
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return fail(name, &unreadable(error.to_string(), ""), Place::default(), sources, reports),
    };
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            sources.push(Source { name, text });
        }
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes().iter().take(valid).filter(|byte| **byte == b'\n').count();
            let fault = unreadable("the text is not UTF-8".into(), "save it as UTF-8");
            fail(name, &fault, Place { line, ..Place::default() }, sources, reports);
        }
    }
}

/// A text that cannot be read is kept as an empty one, so that the report can name it.
fn fail(name: String, fault: &Fault, place: Place, sources: &mut Vec<Source>, reports: &mut Vec<Report>) {
    reports.push(Report::of(fault, sources.len(), place));
    sources.push(Source { name, text: String::new() });
}

fn unreadable(reason: String, hint: &'static str) -> Fault {
    Fault::UnreadableInput { reason, hint }
}

/// The settings of a file; without one every setting has its default.
pub fn settings(path: Option<&Path>) -> Result<Settings, String> {
    let Some(path) = path else { return Ok(Settings::default()) };
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Settings::read(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::sources;

    #[test]
    fn folders_are_read_by_name_and_without_what_is_hidden() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.yaml", "a.json", "c/d.yml", "c/e.txt", ".hidden.yaml", ".git/x.yaml"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "a: 1\n").expect("written");
        }
        let (sources, reports) = sources(&[folder.path().to_owned()]);
        let names: Vec<_> = sources.iter().map(|source| source.name.trim_start_matches(&folder.path().display().to_string()).to_owned()).collect();
        assert_eq!(names, ["/a.json", "/b.yaml", "/c/d.yml"]);
        assert_eq!(reports, []);
    }
}
