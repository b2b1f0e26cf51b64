//! Tables as a policy officer writes them: cells between bars, one row a line.
//!
//! ```text
//! | level     | upto    | in-post | retired |
//! |-----------|---------|---------|---------|
//! | tertiary  | 40,000  | 82%     | 86%     |
//! ```

use crate::{Diagnostic, Diagnostics, Source, Spanned, say};
use std::ops::Range;

/// A table with the place of every cell in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The heads, in order.
    pub columns: Vec<Cell>,
    /// The rows below the heads; each has as many cells as there are heads.
    pub rows: Vec<Row>,
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The cells, in the order of the columns.
    pub cells: Vec<Cell>,
}

/// One cell: its text without the spaces around it, and where it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What is written; empty for an empty cell.
    pub text: String,
    /// Bytes of the file.
    pub span: Range<usize>,
}

impl Table {
    /// Reads the table that lies in these bytes of the file. Lines without a bar are passed over; `#` starts a
    /// comment that runs to the end of the line.
    pub fn read(source: &Source, span: Range<usize>) -> Result<Table, Diagnostics> {
        let mut lines = Vec::new();
        let mut start = span.start;
        for line in source.text[span].split_inclusive('\n') {
            let content = line.split('#').next().unwrap_or_default();
            if content.contains('|') && !is_rule(content) {
                lines.push(Row { cells: cells(content, start) });
            }
            start += line.len();
        }
        let mut lines = lines.into_iter();
        let Some(head) = lines.next() else {
            return Err(vec![source.at(start..start, say("no-table"), say("no-table-cure"))]);
        };
        let rows: Vec<Row> = lines.collect();
        let faults: Diagnostics =
            rows.iter().filter_map(|row| wrong_width(source, row, head.cells.len())).collect();
        if faults.is_empty() { Ok(Table { columns: head.cells, rows }) } else { Err(faults) }
    }

    /// Reads the table inside a TOML literal string (`'''`), whose bytes stand in the file as they are.
    pub fn inside(source: &Source, text: &Spanned<String>) -> Result<Table, Diagnostics> {
        let span = text.span();
        let offset = source.text[span.clone()].find(text.get_ref().as_str()).unwrap_or(0);
        let start = span.start + offset;
        Table::read(source, start..(start + text.get_ref().len()).min(source.text.len()))
    }

    /// The position of the column with this head.
    pub fn column(&self, head: &str) -> Option<usize> {
        self.columns.iter().position(|cell| cell.text == head)
    }
}

fn is_rule(line: &str) -> bool {
    line.chars().all(|letter| matches!(letter, '|' | '-' | ':' | ' ' | '\t' | '\r' | '\n'))
}

/// The cells of one line. The bars at both ends are optional.
fn cells(line: &str, start: usize) -> Vec<Cell> {
    let trimmed = line.trim();
    let offset = start + line.len() - line.trim_start().len();
    let (inner, skipped) = trimmed.strip_prefix('|').map_or((trimmed, 0), |rest| (rest, 1));
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let mut position = offset + skipped;
    let mut found = Vec::new();
    for piece in inner.split('|') {
        let text = piece.trim();
        let lead = if text.is_empty() { 0 } else { piece.len() - piece.trim_start().len() };
        found.push(Cell { text: text.to_owned(), span: position + lead..position + lead + text.len() });
        position += piece.len() + 1;
    }
    found
}

fn wrong_width(source: &Source, row: &Row, width: usize) -> Option<Diagnostic> {
    if row.cells.len() == width {
        return None;
    }
    let place = row.cells.first().map_or(0..0, |cell| cell.span.clone());
    let what = say("row-cells").with("cells", row.cells.len()).with("columns", width);
    Some(source.at(place, what, say("row-cells-cure")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { path: "club/fees.toml".into(), text: text.into() }
    }

    #[test]
    fn cells_know_their_place_in_the_file() {
        let source = source("x\n| level | 比例 |\n|---|---|\n| 三级 | 82% |  # why\n|  | 90% |\n");
        let table = Table::read(&source, 0..source.text.len()).unwrap();
        assert_eq!(table.column("比例"), Some(1));
        assert_eq!(table.rows.len(), 2);
        for row in table.rows.iter().chain([&Row { cells: table.columns.clone() }]) {
            for cell in &row.cells {
                assert_eq!(source.text[cell.span.clone()], cell.text);
            }
        }
        assert_eq!(source.place(table.rows[0].cells[1].span.start).0, 4);
        assert_eq!(table.rows[1].cells[0].text, "");
    }

    #[test]
    fn a_row_of_another_width_is_pointed_at() {
        let source = source("| a | b |\n| 1 |\n");
        let faults = Table::read(&source, 0..source.text.len()).unwrap_err();
        assert_eq!(
            faults[0].to_string(),
            "club/fees.toml:2:3: the row has 1 cells, the table has 2 columns\n      2 | | 1 |\n        = give every column a cell; an empty one stays between its bars"
        );
    }
}
