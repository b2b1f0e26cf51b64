//! From rows to dense tables: for each period and combination exactly one row, or a fault that names one day and
//! one combination where it is not so.

use super::row::{Days, Row, Rows};
use super::smallest::{Counted, Differ, clash, whose};
use super::{Compiler, Masks};
use crate::model::{Band, Cap, DIMENSIONS_MAX, Gate, Grid, Layer, NO_RULE, Origin, Rule};
use policy::{Diagnostic, Said, say};
use std::collections::BTreeMap;
use std::ops::Range;
use terms::{Day, Fen, Rounding};

/// A dense table with more places than this is a mistake in the pack.
const PLACES_MAX: usize = 1 << 22;

/// A layer with the rows of its parameters.
pub(crate) struct LayerRows {
    pub layer: Layer,
    pub source: usize,
    pub place: Range<usize>,
    pub when: Masks,
    pub days: Days,
    pub deductible: Rows<(Option<Fen>, Origin)>,
    pub bands: Rows<Vec<Band>>,
    pub caps: Vec<Rows<Cap>>,
}

/// A refusal before the layers.
pub(crate) struct GateRows {
    pub code: String,
    pub article: u16,
    pub when: Masks,
    pub days: Days,
}

/// The first days of the periods in which nothing changes.
pub(crate) fn periods(answers_from: Day, layers: &[LayerRows], gates: &[GateRows]) -> Vec<Day> {
    let mut all: Vec<Days> = gates.iter().map(|gate| gate.days).collect();
    for layer in layers {
        all.push(layer.days);
        all.extend(layer.deductible.iter().map(|row| row.days));
        all.extend(layer.bands.iter().map(|row| row.days));
        all.extend(layer.caps.iter().flatten().map(|row| row.days));
    }
    let starts = all.iter().map(|days| days.0);
    let ends = all.iter().filter_map(|days| days.1).map(Day::next);
    let mut periods: Vec<Day> = starts.chain(ends).filter(|&day| day > answers_from).collect();
    periods.push(answers_from);
    periods.sort_unstable();
    periods.dedup();
    periods
}

/// Nothing changes within a period, so its first day stands for it.
fn holds_on(days: Days, day: Day) -> bool {
    days.0 <= day && days.1.is_none_or(|last| day <= last)
}

fn fits(masks: &Masks, values: &[u8; DIMENSIONS_MAX]) -> bool {
    masks.iter().zip(values).all(|(mask, value)| mask >> value & 1 == 1)
}

impl Compiler<'_> {
    /// A grid over the dimensions that some of these masks look at.
    fn grid<'m>(&mut self, masks: impl Iterator<Item = &'m Masks>) -> Option<Grid> {
        let mut looked = [false; DIMENSIONS_MAX];
        for masks in masks {
            for (position, dimension) in self.dimensions.iter().enumerate() {
                let every = u64::MAX >> (64 - dimension.values.len().clamp(1, 64));
                looked[position] |= masks[position] & every != every;
            }
        }
        let mut grid = Grid::single();
        for (position, dimension) in self.dimensions.iter().enumerate() {
            if looked[position] {
                grid.look(position, dimension.values.len())?;
            }
        }
        (grid.size as usize <= PLACES_MAX).then_some(grid)
    }

    /// The values of every dimension at a place of the grid; 0 for those it does not look at.
    fn values_at(&self, grid: &Grid, place: u32) -> [u8; DIMENSIONS_MAX] {
        let mut values = [0; DIMENSIONS_MAX];
        for (position, dimension) in self.dimensions.iter().enumerate() {
            let (stride, count) =
                (grid.strides[position], u32::try_from(dimension.values.len()).unwrap_or(1));
            if let Some(value) = place.checked_div(stride) {
                values[position] = u8::try_from(value % count).unwrap_or(0);
            }
        }
        values
    }

    /// `level tertiary, person retired`, for messages.
    fn describe(&self, grid: &Grid, values: &[u8; DIMENSIONS_MAX]) -> Said {
        let described: Vec<String> = self
            .dimensions
            .iter()
            .enumerate()
            .filter(|(position, _)| grid.strides[*position] > 0)
            .map(|(position, dimension)| {
                let value = dimension.values.get(usize::from(values[position]));
                format!("{} {}", dimension.id, value.map_or("?", |value| value.id.as_str()))
            })
            .collect();
        whose(&described)
    }

    /// The one row that holds for each place; gaps and overlaps are faults, and so are rows that never hold.
    fn resolve<T: Differ>(
        &mut self,
        what: &'static str,
        rows: &Rows<T>,
        applies: &[Option<()>],
        (grid, periods): (&Grid, &[Day]),
        place: (usize, Range<usize>),
        rounding: Rounding,
    ) -> Vec<Option<usize>> {
        let mut found = vec![None; applies.len()];
        let mut used = vec![false; rows.len()];
        let mut gap: Option<(Day, [u8; DIMENSIONS_MAX])> = None;
        let mut clashes: BTreeMap<(usize, usize), (Day, [u8; DIMENSIONS_MAX])> = BTreeMap::new();
        for (index, slot) in found.iter_mut().enumerate() {
            if applies[index].is_none() {
                continue;
            }
            let day = periods[index / grid.size as usize];
            let values = self.values_at(grid, u32::try_from(index % grid.size as usize).unwrap_or(0));
            for (position, row) in rows.iter().enumerate() {
                if !holds_on(row.days, day) || !fits(&row.masks, &values) {
                    continue;
                }
                used[position] = true;
                match *slot {
                    Some(other) => {
                        clashes.entry((other, position)).or_insert((day, values));
                    }
                    None => *slot = Some(position),
                }
            }
            if slot.is_none() {
                gap.get_or_insert((day, values));
            }
        }
        if let Some((day, values)) = gap {
            let who = self.describe(grid, &values);
            let missing = say("gap").holding("of", say(what)).with("day", day).holding("who", who.clone());
            let missing = match rows.first() {
                Some(row) => self.under(missing, row.article),
                None => missing,
            };
            let bill = self.smallest(who, day, 1, Counted::Scope);
            self.fault_shown(place.0, place.1, missing, say("gap-cure"), Some(bill));
        }
        for ((first, second), (day, values)) in clashes {
            let who = self.describe(grid, &values);
            // Rows that say the same leave no bill in doubt.
            let differs = clash(rows, first, second, rounding);
            let bill = differs.map(|fen| self.smallest(who.clone(), day, fen, T::OF));
            let (first, second) = (&rows[first], &rows[second]);
            let (line, ..) = self.sources[first.source].place(first.span.start);
            let both = say("overlap").with("line", line).with("day", day).holding("who", who);
            let both = self.under(both, second.article);
            self.fault_shown(second.source, second.span.clone(), both, say("overlap-cure"), bill);
        }
        for (row, used) in rows.iter().zip(used) {
            if !used {
                self.unused(row);
            }
        }
        found
    }

    fn unused<T>(&mut self, row: &Row<T>) {
        let what = self.under(say("unused"), row.article);
        self.fault(row.source, row.span.clone(), what, say("unused-cure"));
    }

    /// The dense form of a layer.
    pub(super) fn dense_layer(&mut self, periods: &[Day], rows: LayerRows) -> Layer {
        let mut layer = rows.layer;
        let masks = std::iter::once(&rows.when)
            .chain(rows.deductible.iter().map(|row| &row.masks))
            .chain(rows.bands.iter().map(|row| &row.masks))
            .chain(rows.caps.iter().flatten().map(|row| &row.masks));
        let masks: Vec<Masks> = masks.copied().collect();
        let place = (rows.source, rows.place.clone());
        let grid = match self.grid(masks.iter()) {
            Some(grid) if grid.size as usize * periods.len() <= PLACES_MAX => grid,
            _ => {
                let what = say("layer-large").with("layer", &layer.id);
                self.fault(place.0, place.1, what, say("layer-large-cure"));
                return layer;
            }
        };
        let applies: Vec<Option<()>> = (0..grid.size as usize * periods.len())
            .map(|index| {
                let values = self.values_at(&grid, u32::try_from(index % grid.size as usize).unwrap_or(0));
                let day = periods[index / grid.size as usize];
                (holds_on(rows.days, day) && fits(&rows.when, &values)).then_some(())
            })
            .collect();
        let deductible = (!rows.deductible.is_empty()).then(|| {
            self.resolve(
                "gap-deductible",
                &rows.deductible,
                &applies,
                (&grid, periods),
                place.clone(),
                layer.rounding,
            )
        });
        let bands =
            self.resolve("gap-bands", &rows.bands, &applies, (&grid, periods), place.clone(), layer.rounding);
        let caps: Vec<Vec<Option<usize>>> = rows
            .caps
            .iter()
            .map(|cap| {
                self.resolve("gap-cap", cap, &applies, (&grid, periods), place.clone(), layer.rounding)
            })
            .collect();

        let mut known: BTreeMap<Vec<Option<usize>>, u32> = BTreeMap::new();
        layer.table = vec![NO_RULE; applies.len()];
        for index in 0..applies.len() {
            let Some(band_row) = bands[index] else { continue };
            let deductible_row = deductible.as_ref().and_then(|found| found[index]);
            let mut key = vec![deductible_row, Some(band_row)];
            key.extend(caps.iter().map(|cap| cap[index]));
            let next = u32::try_from(layer.rules.len()).unwrap_or(NO_RULE);
            let rule = *known.entry(key).or_insert(next);
            layer.table[index] = rule;
            if rule != next {
                continue;
            }
            let begin = |list: usize| u32::try_from(list).unwrap_or(u32::MAX);
            let bands_begin = begin(layer.bands.len());
            layer.bands.extend(&rows.bands[band_row].value);
            let caps_begin = begin(layer.caps.len());
            layer.caps.extend(
                rows.caps.iter().zip(&caps).filter_map(|(rows, found)| Some(rows[found[index]?].value)),
            );
            let written = deductible_row.map(|row| rows.deductible[row].value);
            let first_band = rows.bands[band_row].value[0].origin;
            layer.rules.push(Rule {
                place: next,
                deductible: written.and_then(|(amount, _)| amount).unwrap_or(Fen::ZERO),
                says_deductible: written.is_some(),
                deductible_from: written.map_or(first_band, |(_, origin)| origin),
                bands: (bands_begin, begin(layer.bands.len())),
                caps: (caps_begin, begin(layer.caps.len())),
            });
        }
        layer.quick = layer.rounding == Rounding::HalfUp
            && layer.bands.iter().all(|band| super::rows::parts(band.rate) == Some(band.parts));
        layer.grid = grid;
        layer
    }

    /// The dense form of a gate.
    pub(super) fn dense_gate(&mut self, periods: &[Day], rows: GateRows) -> Gate {
        let grid = self.grid(std::iter::once(&rows.when)).unwrap_or_else(Grid::single);
        let mut table = Vec::new();
        for &day in periods {
            for place in 0..grid.size {
                table.push(holds_on(rows.days, day) && fits(&rows.when, &self.values_at(&grid, place)));
            }
        }
        Gate { code: rows.code, article: rows.article, grid, table }
    }

    /// Every combination on every day is paid by some fund's layer or refused under an article; a bill that falls
    /// through would be left to the person without a reason.
    pub(super) fn coverage(&mut self, periods: &[Day], layers: &[LayerRows], gates: &[GateRows]) {
        let funds: Vec<(Masks, Days)> = layers
            .iter()
            .filter(|rows| rows.layer.pays.is_fund())
            .map(|rows| (rows.when, rows.days))
            .chain(gates.iter().map(|gate| (gate.when, gate.days)))
            .collect();
        let masks: Vec<Masks> = funds.iter().map(|(masks, _)| *masks).collect();
        let file = format!("{}/benefits", self.law.pack().id);
        let Some(grid) = self.grid(masks.iter()) else {
            self.faults.push(Diagnostic::whole_file(&file, say("scheme-large"), say("scheme-large-cure")));
            return;
        };
        for &day in periods {
            for place in 0..grid.size {
                let values = self.values_at(&grid, place);
                if funds.iter().any(|(masks, days)| holds_on(*days, day) && fits(masks, &values)) {
                    continue;
                }
                let who = self.describe(&grid, &values);
                let what = say("uncovered").with("day", day).holding("who", who.clone());
                let shown = Some(self.smallest(who, day, 1, Counted::Scope));
                let fault = Diagnostic::whole_file(&file, what, say("uncovered-cure"));
                self.faults.push(Diagnostic { shown, ..fault });
                return;
            }
        }
    }
}
