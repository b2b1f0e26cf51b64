//! The figures of a pack one by one: each deductible, band and limit with its place, its article, the days it is in
//! force and the values it applies to. For people who read the law, and for comparing two laws.

use crate::model::{Benefits, DIMENSIONS_MAX, Layer, NO_RULE, Origin, Rule};
use std::collections::{BTreeMap, BTreeSet};
use terms::{ArticleId, Day, Fen, Rate};

/// One cell of a pack over days without a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Place of its layer in [`Benefits::layers`].
    pub layer: usize,
    /// What it says.
    pub says: Says,
    /// Where it is written.
    pub origin: Origin,
    /// First day in force.
    pub from: Day,
    /// Last day in force; none while no end is known.
    pub to: Option<Day>,
    /// Dimension and its values (places), for each dimension along which the figure does not hold for everybody.
    pub applies: Vec<(usize, Vec<usize>)>,
}

/// What a figure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// So much is borne before the layer pays.
    Deductible(Fen),
    /// This share is paid of what lies between.
    Band {
        /// Which band of its rule, from 0.
        number: usize,
        /// Above this.
        above: Fen,
        /// Up to this; none for the last band.
        upto: Option<Fen>,
        /// The share.
        rate: Rate,
    },
    /// No more than this is paid; none for an explicit "no limit".
    Limit {
        /// The limit.
        limit: Option<Fen>,
        /// Place of the accumulator that uses it up; none for a limit on each bill.
        of: Option<usize>,
    },
}

impl Says {
    /// The amount or share of the figure, as a pack writes it: `800.00`, `82%`, `none`.
    pub fn value(&self) -> String {
        match self {
            Says::Deductible(amount) => amount.grouped(),
            Says::Band { rate, .. } => rate.to_string(),
            Says::Limit { limit, .. } => limit.map_or_else(|| "none".to_owned(), Fen::grouped),
        }
    }
}

/// Where one rule applies: the periods, and by dimension the values.
#[derive(Clone)]
struct Reach {
    periods: BTreeSet<usize>,
    values: [BTreeSet<usize>; DIMENSIONS_MAX],
}

impl Reach {
    fn nowhere() -> Reach {
        Reach { periods: BTreeSet::new(), values: std::array::from_fn(|_| BTreeSet::new()) }
    }

    fn join(&mut self, other: &Reach) {
        self.periods.extend(&other.periods);
        for (values, more) in self.values.iter_mut().zip(&other.values) {
            values.extend(more);
        }
    }
}

impl Benefits {
    /// Every figure, layer by layer in the order they are written.
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (number, layer) in self.layers.iter().enumerate() {
            let (rules, whole) = self.reaches(layer);
            let mut cells: BTreeMap<(u16, u32, u32), (Says, Origin, Reach)> = BTreeMap::new();
            for (place, reach) in &rules {
                let Some(rule) = layer.rules.get(*place as usize) else { continue };
                for (says, origin) in said(layer, rule) {
                    let key = (origin.file, origin.line, origin.column);
                    let cell = cells.entry(key).or_insert_with(|| (says, origin, Reach::nowhere()));
                    cell.2.join(reach);
                }
            }
            for (says, origin, reach) in cells.into_values() {
                let applies: Vec<(usize, Vec<usize>)> = (0..self.dimensions.len())
                    .filter(|&dimension| reach.values[dimension] != whole.values[dimension])
                    .map(|dimension| (dimension, reach.values[dimension].iter().copied().collect()))
                    .collect();
                for (from, to) in self.days(&reach.periods) {
                    let applies = applies.clone();
                    figures.push(Figure { layer: number, says, origin, from, to, applies });
                }
            }
        }
        figures
    }

    /// The article that makes a layer, by its place in [`Benefits::layers`]; the first article for a place beyond.
    pub fn layer_article(&self, layer: usize) -> &ArticleId {
        let place = self.layers.get(layer).map_or(0, |layer| usize::from(layer.article));
        &self.articles[place].id
    }

    /// Where each rule of a layer applies, and where any does.
    fn reaches(&self, layer: &Layer) -> (BTreeMap<u32, Reach>, Reach) {
        let mut rules: BTreeMap<u32, Reach> = BTreeMap::new();
        let size = layer.grid.size as usize;
        for (cell, &rule) in layer.table.iter().enumerate().filter(|(_, rule)| **rule != NO_RULE) {
            let reach = rules.entry(rule).or_insert_with(Reach::nowhere);
            let (period, place) = (cell / size, cell % size);
            reach.periods.insert(period);
            for &(dimension, stride) in &layer.grid.looks {
                let count = self.dimensions.get(dimension).map_or(1, |known| known.values.len());
                reach.values[dimension].insert(place / stride as usize % count);
            }
        }
        let mut whole = Reach::nowhere();
        rules.values().for_each(|reach| whole.join(reach));
        (rules, whole)
    }

    /// Periods as spans of days, those that follow each other together.
    fn days(&self, periods: &BTreeSet<usize>) -> Vec<(Day, Option<Day>)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for &period in periods {
            match spans.last_mut() {
                Some((_, last)) if *last + 1 == period => *last = period,
                _ => spans.push((period, period)),
            }
        }
        let first = |period: usize| self.periods.get(period).copied();
        let span = |(from, last): (usize, usize)| Some((first(from)?, first(last + 1).map(Day::previous)));
        spans.into_iter().filter_map(span).collect()
    }
}

/// Every figure of a rule. A deductible that the pack does not speak of is none.
fn said(layer: &Layer, rule: &Rule) -> Vec<(Says, Origin)> {
    let mut said = Vec::new();
    if rule.says_deductible {
        said.push((Says::Deductible(rule.deductible), rule.deductible_from));
    }
    let mut above = Fen::ZERO;
    for (number, band) in layer.bands_of(rule).iter().enumerate() {
        let upto = (band.upto < i64::MAX).then(|| Fen::new(band.upto).unwrap_or(Fen::MAX));
        said.push((Says::Band { number, above, upto, rate: band.rate }, band.origin));
        above = upto.unwrap_or(above);
    }
    let limits = layer.caps_of(rule).iter();
    said.extend(limits.map(|cap| (Says::Limit { limit: cap.limit, of: cap.of }, cap.origin)));
    said
}

#[cfg(test)]
mod tests;
