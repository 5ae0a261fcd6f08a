//! The form of Fluent Bit's configuration.

/// A section with its entries, `Key value` in each line.
pub(super) fn section<'a>(name: &str, entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let lines = entries.into_iter().map(|(key, value)| line(&format!("    {key} {value}")));
    std::iter::once(format!("[{name}]\n")).chain(lines).collect()
}

/// A line that takes in another file.
pub(super) fn include(file: &str) -> String {
    line(&format!("@INCLUDE {file}"))
}

/// One line whatever is in it: what users write must not become sections of an agent that runs on every node.
fn line(text: &str) -> String {
    format!("{}\n", text.replace(char::is_control, " "))
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn a_value_never_becomes_a_section() {
        let text = section("OUTPUT", [("Name", "http"), ("Host\r[INPUT]", "a\n[INPUT]\n    Name exec\n    Command id")]);
        assert_eq!(text, "[OUTPUT]\n    Name http\n    Host [INPUT] a [INPUT]     Name exec     Command id\n");
    }
}
