//! YAML out: block style, strings quoted that a YAML 1.1 reader (as Go's are) would take for something else,
//! and no line broken. YAML in, with the place of every node: [`tree`]; JSON as people write it: [`json`].

pub mod json;
pub mod tree;

use serde::Serialize;

pub use serde_saphyr::SerializeError as Error;

/// The value as one YAML document, without a document marker. Same value, same bytes.
pub fn to_string(value: &impl Serialize) -> Result<String, Error> {
    let mut text = String::new();
    write(&mut text, value)?;
    Ok(text)
}

/// [`to_string`], behind a text.
pub fn write(text: &mut String, value: &impl Serialize) -> Result<(), Error> {
    serde_saphyr::to_fmt_writer_with_options(text, value, serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::to_string;

    /// Strings that YAML 1.1 takes for booleans, numbers, times, nulls and markup.
    const MISLEADING: [&str; 22] = [
        "",
        "y",
        "no",
        "on",
        "Off",
        "~",
        "null",
        "True",
        "1",
        "0x1f",
        "010",
        "1_000",
        "1e3",
        ".5",
        "12:30:45",
        "2024-01-02",
        "=",
        "<<",
        "- a",
        "a: b",
        "a #b",
        "*a",
    ];

    #[test]
    fn misleading_strings_are_quoted_and_come_back() {
        let value = json!({ "list": MISLEADING, "map": MISLEADING.iter().map(|text| ((*text).to_owned(), json!(text))).collect::<serde_json::Map<_, _>>() });
        let text = to_string(&value).expect("YAML");
        for line in text.lines().filter_map(|line| line.strip_prefix("- ")) {
            assert!(line.starts_with(['"', '\'']), "{line}");
        }
        assert_eq!(serde_saphyr::from_str::<Value>(&text).expect("JSON"), value);
    }

    #[test]
    fn lines_are_not_folded_and_line_breaks_are_kept() {
        let (long, broken) = ("word ".repeat(60) + "end", "#!/bin/sh\n  a: b\n\nc\n");
        let text = to_string(&json!({ "long": long, "script": broken, "none": [], "nested": [{ "a": [1, true, null] }] })).expect("YAML");
        assert_eq!(text, format!("long: {long}\nnested:\n- a:\n  - 1\n  - true\n  - null\nnone: []\nscript: |\n  #!/bin/sh\n    a: b\n\n  c\n"));
    }
}
