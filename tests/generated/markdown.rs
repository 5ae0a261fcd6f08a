//! Markdown as Git hosts show it.

/// A table. Nothing in a cell can end it.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect::<Vec<_>>().join(" | "));
    let header: Vec<String> = header.iter().map(|&cell| cell.into()).collect();
    let rule = format!("|{}\n", "---|".repeat(header.len()));
    line(&header) + &rule + &rows.into_iter().map(|row| line(&row)).collect::<String>()
}

/// A part with its heading.
pub fn section(level: usize, heading: &str, text: &str) -> String {
    format!("\n{} {heading}\n\n{text}", "#".repeat(level))
}

/// Code within a sentence.
pub fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A sentence: the first letter large, a full stop at the end.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}
