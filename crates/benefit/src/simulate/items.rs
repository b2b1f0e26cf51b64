//! Where the catalogues of two laws differ: which lines of a bill they move, in words, and the smallest bill of each.

use super::chain::{Clause, Part};
use super::tally::ClauseKey;
use super::{Replay, witness};
use crate::adjudicate::Totals;
use crate::bill::{Bill, Line, Year};
use crate::catalogue::{Catalogue, Charge, Item};
use crate::quantity::{Price, Quantity};
use std::num::NonZeroU32;
use terms::{Day, Fen};

/// A bill after one more changed row was taken over.
pub(super) struct Change {
    /// The bill: lines to this one as the draft has them.
    pub bill: Bill,
    /// Where the row is written now: file and line.
    pub now: Option<(u16, u32, u32)>,
    /// Where it is written in the draft.
    pub draft: Option<(u16, u32, u32)>,
}

/// The lines that the draft's catalogue has otherwise, taken over one after the other.
pub(super) fn changed(replay: &Replay, bill: &Bill, drafted: &Bill) -> Vec<Change> {
    let mut changes = Vec::new();
    if std::ptr::eq(bill, drafted) {
        return changes;
    }
    let (now, draft) = (replay.now.catalogue(), replay.draft.catalogue());
    let mut mixed = bill.clone();
    for (place, (was, is)) in bill.lines.iter().zip(&drafted.lines).enumerate() {
        let Some(line) = mixed.lines.get_mut(place).filter(|_| figures(was) != figures(is)) else { continue };
        *line = *is;
        let (now, draft) = (written(now, was.entry), written(draft, is.entry));
        changes.push(Change { bill: mixed.clone(), now, draft });
    }
    changes
}

/// What of a line a catalogue says.
fn figures(line: &Line) -> impl PartialEq + use<> {
    (line.class, line.first_own, line.ceiling)
}

fn written(catalogue: &Catalogue, entry: Option<NonZeroU32>) -> Option<(u16, u32, u32)> {
    let item = catalogue.item(entry?)?;
    Some((item.file, item.line, 0))
}

/// A changed row in words.
pub(super) fn describe(replay: &Replay, key: &ClauseKey) -> Clause {
    let (now, draft) = (replay.now.catalogue(), replay.draft.catalogue());
    let item = |catalogue, place| at(catalogue, place);
    let (was, is) = (item(now, key.now), item(draft, key.draft));
    let place = |catalogue: &Catalogue, item: Option<&Item>| {
        let (file, line) = catalogue.written(item?)?;
        Some((file.to_owned(), line, catalogue.article(item?)?.0.clone()))
    };
    Clause {
        part: Part::Catalogue,
        layer: None,
        now: place(now, was),
        draft: place(draft, is),
        from: was.map_or_else(|| "-".to_owned(), said),
        to: is.map_or_else(|| "-".to_owned(), said),
        item: was.or(is).map(|item| item.code.clone()),
    }
}

fn at(catalogue: &Catalogue, place: Option<(u16, u32, u32)>) -> Option<&Item> {
    let (file, line, _) = place?;
    catalogue.items().iter().find(|item| (item.file, item.line) == (file, line))
}

/// `DEMO-X-0005 02 0.05 30.00`: code, class, first share and ceiling, as the columns have them.
fn said(item: &Item) -> String {
    let mut said = format!("{} {}", item.code, item.class.code());
    if item.class == crate::bill::Class::B {
        said += &format!(" {}", item.first_own);
    }
    if let Some(ceiling) = item.ceiling {
        said += &format!(" {ceiling}");
    }
    said
}

/// The smallest bill of one unit of this item on which the laws differ: as each has its line.
pub(super) fn smallest(replay: &Replay, seen: &Bill, code: &str) -> Option<(Bill, Bill)> {
    let mut days: Vec<Day> = seen.lines.iter().map(|line| line.day).collect();
    days.push(seen.visit.enddate);
    days.sort_unstable();
    days.dedup();
    let mut fresh = seen.clone();
    fresh.year = Year::default();
    fresh.person.account = Fen::ZERO;
    fresh.person.account_past = Fen::ZERO;
    // A fresh year first, then the year of the bill that was seen.
    for bill in [&fresh, seen] {
        for &day in &days {
            for approved in [false, true] {
                let at = |fen| of_item(replay, bill, (code, day, approved), fen);
                let differ = |(now, draft): &(Bill, Bill)| {
                    let (mut before, mut after) = (Totals::default(), Totals::default());
                    replay.now.totals(now, &mut before).is_ok()
                        && replay.draft.totals(draft, &mut after).is_ok()
                        && before.amounts != after.amounts
                };
                if let Some(fen) = witness::first_fen(|fen| at(fen).as_ref().map(differ)) {
                    return at(fen);
                }
            }
        }
    }
    None
}

fn of_item(
    replay: &Replay,
    bill: &Bill,
    (code, day, approved): (&str, Day, bool),
    fen: u64,
) -> Option<(Bill, Bill)> {
    let price = Price::from_micros(fen.checked_mul(10_000)?)?;
    let charge = Charge { code, price, quantity: Quantity::ONE, day, approved };
    let under = |catalogue: &Catalogue| {
        let mut bill = bill.clone();
        bill.lines = vec![catalogue.line(&charge, bill.provider.hosp_lv)];
        bill
    };
    Some((under(replay.now.catalogue()), under(replay.draft.catalogue())))
}
