//! Dimensions: from the codes of a bill to values of closed lists.

use super::{Compiler, Part};
use crate::Code;
use crate::document;
use crate::model::{DIMENSIONS_MAX, Dimension, DimensionSource, Field, FieldClasses, NO_VALUE, Value};
use policy::{Spanned, Table, say};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use terms::Name;

/// Values are bits of a 64-bit mask.
const VALUES_MAX: usize = 64;
/// A dense table over codes larger than this is a mistake.
const TABLE_MAX: usize = 1 << 16;

/// Which codes of one field a row means.
enum Cell {
    Any,
    Only(BTreeSet<Code>),
    AllBut(BTreeSet<Code>),
}

impl Cell {
    /// Whether the code of this class is meant; class 0 stands for codes that are named nowhere.
    fn holds(&self, code: Option<Code>) -> bool {
        match self {
            Cell::Any => true,
            Cell::Only(codes) => code.is_some_and(|code| codes.contains(&code)),
            Cell::AllBut(codes) => code.is_none_or(|code| !codes.contains(&code)),
        }
    }
}

struct ClassRow {
    cells: Vec<Cell>,
    value: u8,
    span: Range<usize>,
}

struct ClassTable {
    fields: Vec<Field>,
    rows: Vec<ClassRow>,
    /// Place among the dimensions.
    dimension: usize,
    source: usize,
}

impl Compiler<'_> {
    /// Reads the dimensions; gives back the codes each field tells apart.
    pub(super) fn dimensions(&mut self, parts: &[Part<document::Dimension>]) -> Option<Vec<FieldClasses>> {
        if parts.len() > DIMENSIONS_MAX {
            let part = &parts[DIMENSIONS_MAX];
            let what = say("dimensions-many").with("most", DIMENSIONS_MAX);
            self.fault(part.source, part.part.id.span(), what, say("dimensions-many-cure"));
            return None;
        }
        let mut tables = Vec::new();
        for Part { source, part } in parts {
            if self.dimensions.iter().any(|known| known.id == *part.id.get_ref()) {
                let what = say("dimension-twice").with("id", part.id.get_ref());
                self.fault(*source, part.id.span(), what, say("twice-cure"));
                continue;
            }
            if let Some((dimension, table)) = self.dimension(*source, part) {
                self.dimensions.push(dimension);
                tables.extend(table);
            }
        }
        let mut codes: BTreeMap<Field, BTreeSet<Code>> = BTreeMap::new();
        for table in &tables {
            for (position, field) in table.fields.iter().enumerate() {
                let known = codes.entry(*field).or_default();
                for row in &table.rows {
                    match &row.cells[position] {
                        Cell::Any => {}
                        Cell::Only(named) | Cell::AllBut(named) => known.extend(named),
                    }
                }
            }
        }
        let classes: Vec<FieldClasses> = codes
            .into_iter()
            .map(|(field, codes)| FieldClasses::new(field, codes.into_iter().collect()))
            .collect();
        for table in tables {
            self.dense_classes(&classes, &table);
        }
        (self.faults.is_empty()).then_some(classes)
    }

    fn dimension(
        &mut self,
        source: usize,
        part: &document::Dimension,
    ) -> Option<(Dimension, Option<ClassTable>)> {
        let article = self.article(source, &part.article, None)?;
        let id = part.id.get_ref().clone();
        let name = part.name.clone();
        match (&part.values, &part.classes, &part.highest_of) {
            (None, None, Some(of)) => {
                let Some(place) = self.dimensions.iter().position(|known| known.id == *of.get_ref()) else {
                    let what = say("no-dimension-above").with("dimension", of.get_ref());
                    self.fault(source, of.span(), what, say("no-dimension-above-cure"));
                    return None;
                };
                let values = self.dimensions[place].values.clone();
                let source = DimensionSource::HighestOf { dimension: place };
                Some((Dimension { id, name, article, values, source }, None))
            }
            (Some(values), Some(classes), None) => {
                let values = self.values(source, values)?;
                let table = self.classes(source, classes, &id, &values)?;
                let dense = DimensionSource::Table { fields: Vec::new(), values: Vec::new() };
                Some((Dimension { id, name, article, values, source: dense }, Some(table)))
            }
            _ => {
                let what = say("dimension-empty").with("dimension", id);
                self.fault(source, part.id.span(), what, say("dimension-empty-cure"));
                None
            }
        }
    }

    fn values(&mut self, source: usize, text: &Spanned<String>) -> Option<Vec<Value>> {
        let table = self.table(source, text)?;
        let heads: Vec<&str> = table.columns.iter().map(|cell| cell.text.as_str()).collect();
        if heads != ["id", "zh", "en"] {
            let (what, cure) = (say("values-columns"), say("values-columns-cure"));
            self.fault(source, table.columns[0].span.clone(), what, cure);
            return None;
        }
        let mut values: Vec<Value> = Vec::new();
        for row in &table.rows {
            let [id, zh, en] = row.cells.as_slice() else { continue };
            if values.iter().any(|known| known.id == id.text) || id.text.parse::<Code>().is_err() {
                let what = say("value-not-new").with("value", &id.text);
                self.fault(source, id.span.clone(), what, say("value-not-new-cure"));
            }
            let name = Name { zh: zh.text.clone(), en: en.text.clone() };
            values.push(Value { id: id.text.clone(), name });
        }
        if values.is_empty() || values.len() > VALUES_MAX {
            let what = say("values-count").with("most", VALUES_MAX).with("values", values.len());
            self.fault(source, text.span(), what, say("values-count-cure"));
            return None;
        }
        Some(values)
    }

    /// Reads a table of this file.
    pub(super) fn table(&mut self, source: usize, text: &Spanned<String>) -> Option<Table> {
        match Table::inside(self.sources[source], text) {
            Ok(table) if !table.columns.is_empty() => Some(table),
            Ok(_) => None,
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    fn classes(
        &mut self,
        source: usize,
        text: &Spanned<String>,
        id: &str,
        values: &[Value],
    ) -> Option<ClassTable> {
        let table = self.table(source, text)?;
        let (last, heads) = table.columns.split_last()?;
        if last.text != "value" {
            self.fault(source, last.span.clone(), say("classes-end"), say("classes-end-cure"));
            return None;
        }
        let mut fields = Vec::new();
        for head in heads {
            let Some(field) = Field::named(&head.text) else {
                let known: Vec<&str> = Field::ALL.iter().map(|(_, name)| *name).collect();
                self.unknown_at(source, head.span.clone(), &head.text, say("no-bill-field"), &known);
                return None;
            };
            fields.push(field);
        }
        let mut rows = Vec::new();
        for row in &table.rows {
            let Some((value, cells)) = row.cells.split_last() else { continue };
            let Some(place) = values.iter().position(|known| known.id == value.text) else {
                let known: Vec<&str> = values.iter().map(|value| value.id.as_str()).collect();
                let what = say("no-dimension-value").with("dimension", id);
                self.unknown_at(source, value.span.clone(), &value.text, what, &known);
                continue;
            };
            let span = cells.first().map_or(value.span.clone(), |cell| cell.span.start..value.span.end);
            let cells =
                cells.iter().filter_map(|cell| self.codes(source, &cell.text, cell.span.clone())).collect();
            rows.push(ClassRow { cells, value: u8::try_from(place).ok()?, span });
        }
        let dimension = self.dimensions.len();
        rows.iter().all(|row| row.cells.len() == fields.len()).then_some(ClassTable {
            fields,
            rows,
            dimension,
            source,
        })
    }

    /// `*`, codes, or `not` and codes.
    fn codes(&mut self, source: usize, text: &str, span: Range<usize>) -> Option<Cell> {
        if text == "*" {
            return Some(Cell::Any);
        }
        let (all_but, list) = text.strip_prefix("not ").map_or((false, text), |rest| (true, rest));
        let mut codes = BTreeSet::new();
        for word in list.split([',', ' ']).filter(|word| !word.is_empty()) {
            match word.parse::<Code>() {
                Ok(code) => {
                    codes.insert(code);
                }
                Err(error) => {
                    let what = say("cannot-read").with("written", word).with("why", error);
                    self.fault(source, span, what, say("codes-cure"));
                    return None;
                }
            }
        }
        if codes.is_empty() {
            self.fault(source, span, say("cell-no-code"), say("cell-no-code-cure"));
            return None;
        }
        Some(if all_but { Cell::AllBut(codes) } else { Cell::Only(codes) })
    }

    /// Fills the dense table of a dimension; two rows for one combination are a fault, none means that a bill
    /// with these codes is refused.
    fn dense_classes(&mut self, classes: &[FieldClasses], table: &ClassTable) {
        let mut fields = Vec::new();
        let mut size = 1;
        for field in &table.fields {
            let Some(place) = classes.iter().position(|known| known.field == *field) else { continue };
            fields.push((place, size));
            size *= classes[place].codes.len() + 1;
        }
        if size > TABLE_MAX {
            let span = table.rows.first().map_or(0..0, |row| row.span.clone());
            self.fault(table.source, span, say("classes-large"), say("classes-large-cure"));
            return;
        }
        let mut values = vec![NO_VALUE; size];
        let mut by_row: Vec<Option<usize>> = vec![None; size];
        let mut clashes = BTreeSet::new();
        for place in 0..size {
            for (position, row) in table.rows.iter().enumerate() {
                let holds = fields.iter().zip(&row.cells).all(|(&(field, stride), cell)| {
                    let class = place / stride % (classes[field].codes.len() + 1);
                    cell.holds(
                        class.checked_sub(1).and_then(|class| classes[field].codes.get(class)).copied(),
                    )
                });
                if !holds {
                    continue;
                }
                if let Some(other) = by_row[place] {
                    clashes.insert((other, position));
                }
                by_row[place] = Some(position);
                values[place] = row.value;
            }
        }
        for (first, second) in clashes {
            let line = self.sources[table.source].place(table.rows[first].span.start).0;
            let what = say("classes-overlap").with("line", line);
            let span = table.rows[second].span.clone();
            self.fault(table.source, span, what, say("classes-overlap-cure"));
        }
        let dimension = &mut self.dimensions[table.dimension];
        dimension.source = DimensionSource::Table { fields, values };
    }
}
