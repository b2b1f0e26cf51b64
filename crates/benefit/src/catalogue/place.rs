//! Where a row of the catalogue stands in its file.

use super::{COLUMNS, Item};
use policy::{Diagnostic, Said, Source};

/// Characters of a line shown with a fault.
const EXCERPT_MAX: usize = 160;

/// A row and where it stands.
pub(super) struct Placed<'a> {
    pub item: Item,
    pub source: &'a Source,
    /// Its first byte in the file.
    pub byte: usize,
    /// Where each column of [`COLUMNS`] stands in the file's rows.
    pub columns: Columns,
}

pub(super) type Columns = [Option<usize>; COLUMNS.len()];

impl Placed<'_> {
    /// A fault at this column of the row.
    pub fn fault(&self, column: &str, what: Said, cure: Said) -> Diagnostic {
        let place = Place { source: self.source, byte: self.byte, line: self.item.line };
        place.fault(of(&self.columns, column), what, cure)
    }
}

/// Where a row begins.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub source: &'a Source,
    pub byte: usize,
    pub line: u32,
}

impl Place<'_> {
    /// A fault at this cell of the row; of the row where none is meant. The work is that of one row, so that a file
    /// of faults is told in full.
    pub fn fault(&self, cell: Option<usize>, what: Said, cure: Said) -> Diagnostic {
        let rest = &self.source.text[self.byte..];
        let start = cell.map_or(0, |cell| cell_start(rest, cell));
        let before = &rest[..start];
        // A quoted cell may run over lines; line and column are then those of the cell.
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = rest[start..].find('\n').map_or(rest.len(), |end| start + end);
        let lines_down = before.bytes().filter(|&byte| byte == b'\n').count();
        Diagnostic {
            file: self.source.path.clone(),
            line: self.line as usize + lines_down,
            column: rest[line_start..start].chars().count() + 1,
            excerpt: rest[line_start..line_end].trim_end().chars().take(EXCERPT_MAX).collect(),
            what,
            cure,
            shown: None,
        }
    }
}

/// Where a column stands in the rows of a file.
pub(super) fn of(columns: &Columns, name: &str) -> Option<usize> {
    let place = COLUMNS.iter().position(|known| *known == name)?;
    columns[place]
}

/// The first byte of a cell of a row: commas count outside quotes.
pub(super) fn cell_start(row: &str, cell: usize) -> usize {
    let (mut quoted, mut left) = (false, cell);
    for (place, byte) in row.bytes().enumerate() {
        match byte {
            _ if left == 0 => return place,
            b'"' => quoted = !quoted,
            b',' if !quoted => left -= 1,
            b'\n' if !quoted => return place,
            _ => {}
        }
    }
    row.len()
}
