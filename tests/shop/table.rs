//! Tables, all drawn alike.

use comfy_table::{ContentArrangement, LineStyle, Table, presets};

/// What the screen indents text by.
const INDENT: u16 = 2;

/// An empty table with this header: a line under it and no other, as wide as the terminal at most.
pub fn with_header<const N: usize>(header: [&str; N]) -> Table {
    let mut table = plain();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─'))).set_header(header);
    table
}

/// An empty table without any line.
pub fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = table.width() {
        table.set_width(width.saturating_sub(INDENT));
    }
    // the screen takes the colours out again where they are not wanted
    table.enforce_styling();
    table
}

/// The table as text.
pub fn text(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
