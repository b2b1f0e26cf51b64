//! The rows of a layer's parameters: which combinations and days they hold for, and what they say.

use super::row::{Days, Row, Rows};
use super::{ANY, Compiler, Masks, smallest};
use crate::document::Block;
use crate::model::{Band, Cap, Origin};
use policy::{Said, Spanned, Table, say};
use std::ops::Range;
use terms::{Fen, Rate, Rounding};

/// What a column of a parameter's table is.
enum Column {
    /// Values of this dimension, as a key.
    Key(usize),
    /// The upper end of a band.
    Upto,
    /// The article of the row, where it is another than the block's.
    Article,
    /// What the row says, for these values (a bit mask) of a dimension, or for all.
    Says(Option<(usize, u64)>),
}

/// One cell that says something, with the masks of its row.
struct Told {
    masks: Masks,
    upto: Option<(String, Range<usize>)>,
    text: String,
    span: Range<usize>,
    origin: Origin,
}

impl Compiler<'_> {
    /// Rows of amounts: deductibles, or limits where `none` may stand for no limit.
    pub(super) fn amounts(
        &mut self,
        source: usize,
        blocks: &[Block],
        within: Days,
        may_be_none: bool,
    ) -> Rows<(Option<Fen>, Origin)> {
        let mut rows = Rows::new();
        for block in blocks {
            let Some((days, said)) = self.block(source, block, within, "amount", false) else { continue };
            for cell in said {
                let amount = if may_be_none && cell.text == "none" {
                    None
                } else {
                    match self.amount(source, &cell.text, cell.span.clone(), cell.origin.article) {
                        Some(amount) => Some(amount),
                        None => continue,
                    }
                };
                rows.push(Row {
                    masks: cell.masks,
                    days,
                    value: (amount, cell.origin),
                    source,
                    span: cell.span,
                    article: cell.origin.article,
                });
            }
        }
        rows
    }

    /// The limits, one parameter for each accumulator they limit.
    pub(super) fn caps(&mut self, source: usize, blocks: &[Block], within: Days) -> Vec<Rows<Cap>> {
        let mut kinds: Vec<(Option<usize>, Rows<Cap>)> = Vec::new();
        for block in blocks {
            let of = self.accumulator(source, block.of.as_ref());
            let rows = self.amounts(source, std::slice::from_ref(block), within, true);
            let rows = rows.into_iter().map(|row| {
                let (limit, origin) = row.value;
                let value = Cap { limit, of, origin };
                let Row { masks, days, source, span, article, .. } = row;
                Row { masks, days, value, source, span, article }
            });
            match kinds.iter_mut().find(|(known, _)| *known == of) {
                Some((_, known)) => known.extend(rows),
                None => kinds.push((of, rows.collect())),
            }
        }
        kinds.into_iter().map(|(_, rows)| rows).collect()
    }

    /// Rows of bands: the lines of one key, from the lowest band to the last, which ends `above`.
    pub(super) fn bands(
        &mut self,
        source: usize,
        blocks: &[Block],
        within: Days,
        rounding: Rounding,
    ) -> Rows<Vec<Band>> {
        let mut rows: Rows<Vec<Band>> = Rows::new();
        for block in blocks {
            if block.of.is_some() {
                self.fault(source, block.article.span(), say("only-cap-of"), say("take-away-cure"));
            }
            let Some((days, said)) = self.block(source, block, within, "rate", true) else { continue };
            let first = rows.len();
            for cell in said {
                let before = rows[first..].iter().find(|row| row.masks == cell.masks);
                let begin = before.and_then(|row| row.value.last()).map_or(0, |last| last.upto);
                let Some(band) = self.band(source, &cell, (days, begin), rounding) else { continue };
                let same_key = |row: &&mut Row<Vec<Band>>| row.masks == cell.masks;
                match rows[first..].iter_mut().find(same_key) {
                    Some(row) => {
                        if row.value.last().is_some_and(|last| last.upto >= band.upto) {
                            let what = self.under(say("band-order"), cell.origin.article);
                            let fen = smallest::taken_twice(&row.value, band.upto);
                            let bill = self.smallest_in_bands(&row.masks, days, fen);
                            let (span, cure) = (cell.span.clone(), say("band-order-cure"));
                            self.fault_shown(source, span, what, cure, Some(bill));
                        }
                        row.value.push(band);
                    }
                    None => {
                        let (span, article) = (cell.span, cell.origin.article);
                        rows.push(Row { masks: cell.masks, days, value: vec![band], source, span, article });
                    }
                }
            }
            for row in &rows[first..] {
                let Some(last) = row.value.last().filter(|last| last.upto != i64::MAX) else { continue };
                let what = self.under(say("open-end"), row.article);
                let bill = self.smallest_in_bands(&row.masks, days, last.upto + 1);
                self.fault_shown(source, row.span.clone(), what, say("open-end-cure"), Some(bill));
            }
        }
        rows
    }

    /// A band that begins where the one before it ends.
    fn band(
        &mut self,
        source: usize,
        cell: &Told,
        (days, begin): (Days, i64),
        rounding: Rounding,
    ) -> Option<Band> {
        let upto = match &cell.upto {
            None => i64::MAX,
            Some((text, _)) if text == "above" => i64::MAX,
            Some((text, span)) => self.amount(source, text, span.clone(), cell.origin.article)?.get(),
        };
        if upto <= 0 {
            let span = cell.upto.as_ref().map_or(cell.span.clone(), |(_, span)| span.clone());
            let what = self.under(say("band-zero"), cell.origin.article);
            self.fault(source, span, what, say("band-zero-cure"));
            return None;
        }
        let rate: Rate = match cell.text.parse() {
            Ok(rate) => rate,
            Err(error) => {
                let error: terms::RateError = error;
                let what = say("cannot-read").with("written", &cell.text).with("why", error);
                let what = self.under(what, cell.origin.article);
                self.fault(source, cell.span.clone(), what, say("rate-cure"));
                return None;
            }
        };
        if rate.exceeds_one() {
            let what = self.under(say("rate-above").with("rate", rate), cell.origin.article);
            // Nothing lies above a band that is open at the top: there is no bill.
            let bill = begin
                .checked_add(smallest::more_than_there_is(rate, rounding))
                .map(|fen| self.smallest_in_bands(&cell.masks, days, fen));
            self.fault_shown(source, cell.span.clone(), what, say("rate-above-cure"), bill);
            return None;
        }
        Some(Band { upto, rate, parts: parts(rate).unwrap_or(0), origin: cell.origin })
    }

    /// The same said of a figure, with its article.
    pub(super) fn under(&self, said: Said, article: u16) -> Said {
        let id = self.articles.get(usize::from(article)).map_or("?", |article| article.id.0.as_str());
        say("in-article").holding("said", said).with("article", id)
    }

    fn amount(&mut self, source: usize, text: &str, span: Range<usize>, article: u16) -> Option<Fen> {
        match text.replace(',', "").parse::<Fen>() {
            Ok(amount) if !amount.is_negative() => Some(amount),
            _ => {
                let what = self.under(say("amount").with("written", text), article);
                self.fault(source, span, what, say("amount-cure"));
                None
            }
        }
    }

    /// The days of a block and what its cells say; nothing where another reading is chosen.
    fn block(
        &mut self,
        source: usize,
        block: &Block,
        within: Days,
        says: &str,
        bands: bool,
    ) -> Option<(Days, Vec<Told>)> {
        for (id, reading) in &block.reading {
            match self.law.setting(id) {
                None => {
                    let known: Vec<&str> = self.law.settings().map(|setting| setting.id.as_str()).collect();
                    self.unknown_at(source, reading.span(), id, say("no-setting"), &known);
                    return None;
                }
                Some(setting) if !setting.readings.contains_key(reading.get_ref()) => {
                    let known: Vec<&str> = setting.readings.keys().map(String::as_str).collect();
                    self.unknown(source, reading, say("no-reading-of").with("setting", id), &known);
                    return None;
                }
                Some(setting) if setting.chosen != *reading.get_ref() => return None,
                Some(_) => {}
            }
        }
        let days = self.days(source, block, within)?;
        let article = self.article(source, &block.article, Some(days))?;
        let table = self.table(source, &block.table)?;
        let columns = self.columns(source, &table, says, bands)?;
        let mut said = Vec::new();
        for row in &table.rows {
            let (mut masks, mut upto, mut article) = (ANY, None, article);
            for (column, cell) in columns.iter().zip(&row.cells) {
                match column {
                    Column::Key(dimension) => masks[*dimension] = self.mask(source, *dimension, cell)?,
                    Column::Upto => upto = Some((cell.text.clone(), cell.span.clone())),
                    Column::Article if cell.text.is_empty() => {}
                    Column::Article => {
                        article = self.article_at(source, cell.span.clone(), &cell.text, Some(days))?;
                    }
                    Column::Says(_) => {}
                }
            }
            for (column, cell) in columns.iter().zip(&row.cells) {
                let Column::Says(across) = column else { continue };
                // A dash: this row says nothing for these values, another one does.
                if cell.text == "-" {
                    continue;
                }
                let mut masks = masks;
                if let Some((dimension, mask)) = across {
                    masks[*dimension] = *mask;
                }
                let origin = self.origin(source, cell.span.start, article);
                let (text, span) = (cell.text.clone(), cell.span.clone());
                said.push(Told { masks, upto: upto.clone(), text, span, origin });
            }
        }
        Some((days, said))
    }

    /// The days of a block, inside those of its layer.
    fn days(&mut self, source: usize, block: &Block, within: Days) -> Option<Days> {
        let from = block.from.as_ref().map_or(within.0, |day| *day.get_ref());
        let to = block.to.as_ref().map(|day| *day.get_ref()).or(within.1);
        let span = block.from.as_ref().or(block.to.as_ref()).map_or(block.article.span(), Spanned::span);
        if to.is_some_and(|to| to < from) {
            self.fault(source, span, say("days-reversed"), say("days-mend"));
            return None;
        }
        let outlasts = within.1.is_some_and(|last| to.is_none_or(|to| to > last));
        if from < within.0 || outlasts {
            self.fault(source, span, say("days-outside"), say("days-outside-cure"));
            return None;
        }
        Some((from, to))
    }

    fn columns(&mut self, source: usize, table: &Table, says: &str, bands: bool) -> Option<Vec<Column>> {
        let mut columns = Vec::new();
        for head in &table.columns {
            let dimension = self.dimensions.iter().position(|dimension| dimension.id == head.text);
            let column = match (dimension, head.text.as_str()) {
                (Some(dimension), _) => Column::Key(dimension),
                (None, "upto") if bands => Column::Upto,
                (None, "article") => Column::Article,
                (None, head) if head == says => Column::Says(None),
                _ => Column::Says(Some(self.across(source, &head.text, head.span.clone(), says)?)),
            };
            columns.push(column);
        }
        if !columns.iter().any(|column| matches!(column, Column::Says(_))) {
            let cure = say("says-nothing-cure").with("column", says);
            self.fault(source, table.columns[0].span.clone(), say("says-nothing"), cure);
            return None;
        }
        Some(columns)
    }

    /// A head that lists values of one dimension: its cells hold for these.
    fn across(&mut self, source: usize, head: &str, span: Range<usize>, says: &str) -> Option<(usize, u64)> {
        let words: Vec<&str> = head.split([',', ' ']).filter(|word| !word.is_empty()).collect();
        let found = self.dimensions.iter().enumerate().find_map(|(place, dimension)| {
            let bit = |word: &&str| dimension.values.iter().position(|value| value.id == **word);
            let bits: Option<Vec<usize>> = words.iter().map(bit).collect();
            bits.filter(|bits| !bits.is_empty()).map(|bits| (place, bits))
        });
        let Some((place, bits)) = found else {
            let dimensions: Vec<String> =
                self.dimensions.iter().map(|dimension| dimension.id.clone()).collect();
            let mut known: Vec<&str> = dimensions.iter().map(String::as_str).collect();
            known.extend([says, "upto", "article"]);
            self.unknown_at(source, span, head, say("no-benefit-column"), &known);
            return None;
        };
        Some((place, bits.into_iter().fold(0, |mask, bit| mask | 1 << bit)))
    }

    /// `*`, values, or `not` and values.
    fn mask(&mut self, source: usize, dimension: usize, cell: &policy::Cell) -> Option<u64> {
        if cell.text == "*" {
            return Some(u64::MAX);
        }
        let (all_but, list) =
            cell.text.strip_prefix("not ").map_or((false, cell.text.as_str()), |rest| (true, rest));
        let mut mask = 0;
        for word in list.split([',', ' ']).filter(|word| !word.is_empty()) {
            mask |= self.value_bit(source, cell.span.clone(), dimension, word)?;
        }
        if mask == 0 {
            self.fault(source, cell.span.clone(), say("cell-no-value"), say("cell-no-value-cure"));
            return None;
        }
        Some(if all_but { !mask } else { mask })
    }
}

/// A rate in ten-thousandths, where it is a whole number of them.
pub(super) fn parts(rate: Rate) -> Option<u16> {
    let (scaled, den) = (u64::from(rate.num()) * 10_000, u64::from(rate.den()));
    if scaled.is_multiple_of(den) { u16::try_from(scaled / den).ok() } else { None }
}
