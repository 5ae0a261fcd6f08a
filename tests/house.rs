//! The rules of the house that a program can check.

use std::path::{Path, PathBuf};

/// A room that grows beyond this becomes a folder.
const LINES_OF_CODE: usize = 300;

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?.path();
        if entry.is_dir() {
            rust_files(&entry, found)?;
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    Ok(())
}

fn all_files() -> std::io::Result<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        rust_files(&root.join(folder), &mut found)?;
    }
    Ok(found)
}

/// Lines that are neither blank nor comment, before the unit tests.
fn lines_of_code(text: &str) -> usize {
    let code = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    code.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//")).count()
}

#[test]
fn no_room_is_too_large() {
    let files = all_files().expect("the files");
    assert!(files.len() > 50, "the files are found");
    let large: Vec<_> =
        files.iter().map(|file| (file, lines_of_code(&std::fs::read_to_string(file).expect("a file")))).filter(|(_, lines)| *lines > LINES_OF_CODE).collect();
    assert!(large.is_empty(), "over {LINES_OF_CODE} lines of code: {large:?}");
}

#[test]
fn nothing_is_unfinished_ignored_or_asleep() {
    let forbidden = [concat!("to", "do!("), concat!("unimplem", "ented!("), concat!("#[ig", "nore"), concat!("thread::sl", "eep(")];
    for file in all_files().expect("the files") {
        let text = std::fs::read_to_string(&file).expect("a file");
        for word in forbidden {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

#[test]
fn rooms_are_named_after_what_is_in_them() {
    for file in all_files().expect("the files") {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        assert!(!["util", "utils", "common", "helper", "helpers", "misc", "manager"].contains(&name.as_str()), "{}", file.display());
    }
}
