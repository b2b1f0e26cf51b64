//! The smallest bill on which two laws differ: the seen bill made plainer step by step, as long as they still do.

use super::Replay;
use crate::adjudicate::Totals;
use crate::bill::{Bill, Class, Line, Year};
use crate::quantity::{Price, Quantity, Share};
use terms::Fen;

/// Below this many fen every smaller bill is tried.
const EXHAUSTED_MAX: u64 = 2_000_000;
/// No bill above this is tried.
const FEN_MAX: u64 = 1_000_000_000;

/// Makes a bill on which the laws differ smaller. Nothing where they do not differ on it.
pub(super) fn smallest(replay: &Replay, seen: &Bill) -> Option<Bill> {
    if !differ(replay, seen) {
        return None;
    }
    let mut plain = seen.clone();
    plain.lines = vec![line(seen, 0)?];
    // A fresh year first, then the year of the bill that was seen.
    let mut fresh = plain.clone();
    fresh.year = Year::default();
    fresh.person.account = Fen::ZERO;
    fresh.person.account_past = Fen::ZERO;
    for mut bill in [fresh, plain] {
        if let Some(fen) = first(replay, &mut bill) {
            bill.lines = vec![line(seen, fen)?];
            return Some(bill);
        }
    }
    // Only its own lines show it: leave away as many as can be.
    let mut bill = seen.clone();
    let mut place = 0;
    while place < bill.lines.len() && bill.lines.len() > 1 {
        let line = bill.lines.remove(place);
        if !differ(replay, &bill) {
            bill.lines.insert(place, line);
            place += 1;
        }
    }
    Some(bill)
}

/// The smallest amount of one line in scope on which the laws differ.
fn first(replay: &Replay, bill: &mut Bill) -> Option<u64> {
    first_fen(|fen| {
        bill.lines.last_mut()?.price = Price::from_micros(fen.checked_mul(10_000)?)?;
        Some(differ(replay, bill))
    })
}

/// The smallest amount in fen at which something holds; nothing where it holds at none that is tried.
pub(super) fn first_fen(mut at: impl FnMut(u64) -> Option<bool>) -> Option<u64> {
    let mut fen = 1;
    while !at(fen)? {
        fen *= 2;
        if fen > FEN_MAX {
            return None;
        }
    }
    // Halving assumes that larger bills differ too, which rounding may contradict; so what lies below is tried.
    let mut below = fen / 2;
    while fen - below > 1 {
        let middle = below + (fen - below) / 2;
        if at(middle)? { fen = middle } else { below = middle }
    }
    for smaller in fen.saturating_sub(EXHAUSTED_MAX).max(1)..fen {
        if at(smaller)? {
            return Some(smaller);
        }
    }
    Some(fen)
}

fn differ(replay: &Replay, bill: &Bill) -> bool {
    let (mut before, mut after) = (Totals::default(), Totals::default());
    replay.now.totals(bill, &mut before).is_ok()
        && replay.draft.totals(bill, &mut after).is_ok()
        && before.amounts != after.amounts
}

/// A line of this many fen, wholly in scope.
fn line(of: &Bill, fen: u64) -> Option<Line> {
    Some(Line {
        price: Price::from_micros(fen.checked_mul(10_000)?)?,
        quantity: Quantity::from_parts(10_000)?,
        ceiling: None,
        first_own: Share::ZERO,
        class: Class::A,
        day: of.visit.begndate,
        entry: None,
        illustrative: false,
    })
}
