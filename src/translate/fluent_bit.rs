//! The form of Fluent Bit's configuration.

/// A section with its entries, `Key value` in each line.
pub(super) fn section<'a>(name: &str, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let lines = entries.into_iter().map(|(key, value)| format!("    {key} {value}\n"));
    std::iter::once(format!("[{name}]\n")).chain(lines).collect()
}

/// A line that takes in another file.
pub(super) fn include(file: &str) -> String {
    format!("@INCLUDE {file}\n")
}
