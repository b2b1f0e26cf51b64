//! A row of a layer's parameters, as compiled.

use super::Masks;
use std::ops::Range;
use terms::Day;

/// A first and a last day; open where none.
pub(crate) type Days = (Day, Option<Day>);

/// One row: for these values on these days, this.
pub(crate) struct Row<T> {
    pub masks: Masks,
    pub days: Days,
    pub value: T,
    pub source: usize,
    pub span: Range<usize>,
    /// Place of its article among those compiled.
    pub article: u16,
}

/// A parameter of a layer: for each combination and day exactly one row.
pub(crate) type Rows<T> = Vec<Row<T>>;
