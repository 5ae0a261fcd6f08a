//! Files of the corpus and of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of a class of the corpus: those of a folder that `ECS_CORPUS` names, or `../shared/corpus` from the checkout; none where it is not there.
pub fn corpus(class: &str) -> Vec<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("ECS_CORPUS").map_or_else(beside, PathBuf::from).join(class);
    if !folder.is_dir() {
        println!("there is no {}: its documents are not tried (ECS_CORPUS names another folder)", folder.display());
        return Vec::new();
    }
    entries(&folder)
}

/// What is in a folder, by name.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries
}
