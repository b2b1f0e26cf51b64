//! The smallest bill that shows what is wrong with a table: for whom, on which day, how many yuan. A pack that does not
//! compile settles nothing, so the bill is told in words.

use super::row::{Days, Rows};
use super::{ANY, Compiler, Masks};
use crate::model::{Band, Cap, Origin};
use policy::{Said, say};
use terms::{Day, Fen, Rate, Rounding};

/// What the amount of a bill is an amount of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// What is in scope.
    Scope,
    /// What lies in the bands of the layer.
    Bands,
    /// What the layer pays.
    Paid,
}

/// Rates differ by a ten-thousandth at least, so they pay differently within so many fen.
const FEN_MAX: i64 = 20_001;

impl Compiler<'_> {
    /// The smallest bill.
    pub(super) fn smallest(&self, who: Said, day: Day, fen: i64, of: Counted) -> Said {
        let of = match of {
            Counted::Scope => say("of-scope"),
            Counted::Bands => say("of-bands"),
            Counted::Paid => say("of-paid"),
        };
        let yuan = Fen::new(fen).unwrap_or(Fen::MAX).grouped();
        say("smallest").holding("who", who).with("day", day).with("yuan", yuan).holding("of", of)
    }

    /// The first combination that a row is for, in words; values of dimensions it looks at.
    pub(super) fn who(&self, masks: &Masks) -> Said {
        let looked = self.dimensions.iter().zip(masks).zip(&ANY).filter(|((_, mask), any)| mask != any);
        let value = looked.filter_map(|((dimension, mask), _)| {
            let place = mask.trailing_zeros() as usize;
            Some(format!("{} {}", dimension.id, dimension.values.get(place)?.id))
        });
        let said: Vec<String> = value.collect();
        whose(&said)
    }

    /// The same for a place in the bands of a key.
    pub(super) fn smallest_in_bands(&self, masks: &Masks, days: Days, fen: i64) -> Said {
        self.smallest(self.who(masks), days.0, fen, Counted::Bands)
    }
}

/// Values of dimensions in a row; every bill where none is looked at.
pub(super) fn whose(values: &[String]) -> Said {
    if values.is_empty() { say("every-bill") } else { Said::Words(values.join(", ")) }
}

/// The first fen of a band that a band written after it, which ends at `upto`, takes a second time.
pub(super) fn taken_twice(bands: &[Band], upto: i64) -> i64 {
    bands.iter().map(|band| band.upto).filter(|end| *end < upto).max().unwrap_or(0) + 1
}

/// How many fen a rate above one needs to pay more than there is.
pub(super) fn more_than_there_is(rate: Rate, rounding: Rounding) -> i64 {
    (1..FEN_MAX).find(|&fen| paid(rate, fen, rounding) > fen).unwrap_or(FEN_MAX)
}

fn paid(rate: Rate, fen: i64, rounding: Rounding) -> i64 {
    Fen::new(fen).and_then(|fen| rate.of(fen, rounding)).map_or(i64::MAX, Fen::get)
}

/// What two rows that hold at once say otherwise, and from which amount on.
pub(super) trait Differ {
    /// The smallest amount in fen on which the two come to different money; nothing where they say the same.
    fn differ(&self, other: &Self, rounding: Rounding) -> Option<i64>;
    /// What that is an amount of.
    const OF: Counted;
}

/// Amounts differ a fen above the smaller; what is unlimited, above the other.
fn above(one: Option<Fen>, other: Option<Fen>) -> Option<i64> {
    let least = one.into_iter().chain(other).map(Fen::get).min()?;
    (one != other).then_some(least + 1)
}

impl Differ for (Option<Fen>, Origin) {
    fn differ(&self, other: &Self, _: Rounding) -> Option<i64> {
        above(self.0, other.0)
    }
    const OF: Counted = Counted::Scope;
}

impl Differ for Cap {
    fn differ(&self, other: &Self, _: Rounding) -> Option<i64> {
        above(self.limit, other.limit)
    }
    const OF: Counted = Counted::Paid;
}

impl Differ for Vec<Band> {
    fn differ(&self, other: &Self, rounding: Rounding) -> Option<i64> {
        let mut ends: Vec<i64> = self.iter().chain(other).map(|band| band.upto).collect();
        ends.sort_unstable();
        ends.dedup();
        let mut begin = 0;
        for end in ends {
            let rate = |bands: &[Band]| bands.iter().find(|band| band.upto >= end).map(|band| band.rate);
            if let (Some(one), Some(another)) = (rate(self), rate(other))
                && one != another
            {
                let longest = FEN_MAX.min(end - begin);
                let differ = |fen: &i64| paid(one, *fen, rounding) != paid(another, *fen, rounding);
                if let Some(fen) = (1..=longest).find(differ) {
                    return Some(begin + fen);
                }
            }
            begin = end;
        }
        None
    }
    const OF: Counted = Counted::Bands;
}

/// The day and combination of two rows that both hold, with the amount on which they differ.
pub(super) fn clash<T: Differ>(
    rows: &Rows<T>,
    first: usize,
    second: usize,
    rounding: Rounding,
) -> Option<i64> {
    rows.get(first)?.value.differ(&rows.get(second)?.value, rounding)
}
