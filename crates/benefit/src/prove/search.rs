//! The smallest bill that shows a fault. Where the calculus leaves something open, bills of the plan are walked
//! with the real adjudicator, fen by fen at the start and at every place where a layer begins another piece.

use super::plans::{Kind, Plan};
use crate::bill::Bill;
use crate::model::Benefits;
use crate::outcome::{Amounts, Outcome, StepKind};
use crate::{Price, Totals};
use std::collections::BTreeSet;
use terms::Fen;

/// So many fen from the start are tried one by one.
const FROM_THE_START: u64 = 30_000;
/// So many at either side of a place where a piece ends.
const AROUND_AN_END: u64 = 3_000;
/// Pieces end where they may; beyond this many a walk stops.
const PIECES_MAX: usize = 120;
/// No bill is tried above this many fen.
const FEN_MAX: u64 = 10_000_000_000;
/// Below this a found bill is made the smallest by trying every smaller one.
const EXHAUSTED_MAX: u64 = 3_000_000;

/// A bill and the same bill with one fen more, between which a property breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub lower: Bill,
    pub higher: Bill,
    pub broken: Broken,
    /// Every smaller bill of this kind and state of the year was tried.
    pub smallest: bool,
}

/// What breaks between a bill and the same with one fen more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Broken {
    /// The parts do not add up, or one is below zero.
    Parts,
    /// The person pays less for the higher bill.
    PaysLess,
    /// The person pays more than the bill rose by.
    PaysMore,
    /// A fund pays more than its limit leaves.
    Cap,
}

/// What breaks between the amounts of two bills that lie one fen apart.
pub(crate) fn broken(lower: &Amounts, higher: &Amounts) -> Option<Broken> {
    let rise = |amount: fn(&Amounts) -> Fen| amount(higher).get() - amount(lower).get();
    let person = [rise(|amounts| amounts.psn_cash_pay), rise(|amounts| amounts.psn_part_amt)];
    if higher.broken_identity().is_some() {
        Some(Broken::Parts)
    } else if person.iter().any(|&rise| rise < 0) {
        Some(Broken::PaysLess)
    } else if person.iter().any(|&rise| rise > 1) {
        Some(Broken::PaysMore)
    } else {
        None
    }
}

/// Looks for a bill of this plan that breaks a property.
pub(crate) fn search(benefits: &Benefits, plan: &Plan) -> Option<Found> {
    let states = states(benefits, plan);
    for state in &states {
        for (kind, others) in walks() {
            let mut walk = Walk::new(benefits, state.clone(), kind, &others)?;
            if let Some(found) = walk.run() {
                return Some(found);
            }
        }
    }
    None
}

/// What grows, and what else is on the bill meanwhile, in fen.
fn walks() -> Vec<(Kind, Vec<(Kind, u64)>)> {
    let mut walks: Vec<(Kind, Vec<(Kind, u64)>)> = Kind::ALL.map(|kind| (kind, Vec::new())).into();
    for scope in [1, 10, 99, 1_000, 50_000, 5_000_000, 100_000_000] {
        walks.push((Kind::FirstOwn, vec![(Kind::InScope, scope)]));
        walks.push((Kind::Own, vec![(Kind::InScope, scope)]));
    }
    walks.push((Kind::InScope, vec![(Kind::FirstOwn, 1_000)]));
    walks.push((Kind::InScope, vec![(Kind::FirstOwn, 1_000_000), (Kind::Own, 1_000_000)]));
    walks
}

/// Bills without lines in a fresh year, then in years that stand just before each place where something changes.
fn states(benefits: &Benefits, plan: &Plan) -> Vec<Bill> {
    let fresh = plan.bill(benefits);
    let mut critical: BTreeSet<(usize, i64)> = BTreeSet::new();
    let mut accounts = false;
    for (layer, rule) in benefits.layers.iter().zip(&plan.rules) {
        let Some(rule) = rule.and_then(|rule| layer.rules.get(rule)) else { continue };
        accounts |= layer.balance.is_some();
        let deductible = rule.deductible.get();
        if let Some(place) = layer.deductible_counts.filter(|_| deductible > 0) {
            critical.extend([(place, deductible), (place, deductible - 5)]);
        }
        if let Some(place) = layer.position {
            critical.insert((place, deductible));
            for band in layer.bands_of(rule).iter().filter(|band| band.upto < i64::MAX) {
                critical.extend([(place, band.upto), (place, band.upto - 5)]);
            }
        }
        for cap in layer.caps_of(rule) {
            if let (Some(place), Some(limit)) = (cap.of, cap.limit) {
                critical.extend([(place, limit.get()), (place, limit.get() - 1), (place, limit.get() - 50)]);
            }
        }
    }
    let mut states = vec![fresh.clone()];
    if accounts {
        for balance in [1, 999, 99_999_999] {
            let mut state = fresh.clone();
            state.person.account = Fen::new(balance).unwrap_or_default();
            state.person.account_past = state.person.account;
            states.push(state);
        }
    }
    for (place, amount) in critical {
        let mut state = fresh.clone();
        state.year.set(place, Fen::new(amount.max(0)).unwrap_or_default());
        states.push(state);
    }
    states
}

/// A bill whose last line grows.
struct Walk<'a> {
    benefits: &'a Benefits,
    bill: Bill,
    outcome: Outcome,
}

impl<'a> Walk<'a> {
    fn new(benefits: &'a Benefits, mut bill: Bill, kind: Kind, others: &[(Kind, u64)]) -> Option<Walk<'a>> {
        for (other, fen) in others.iter().chain([&(kind, 0)]) {
            bill.lines.push(Plan::line(*other, *fen, &bill)?);
        }
        Some(Walk { benefits, bill, outcome: Outcome::default() })
    }

    fn at(&mut self, fen: u64) -> Option<()> {
        self.bill.lines.last_mut()?.price = Price::from_micros(fen.checked_mul(10_000)?)?;
        Some(())
    }

    fn totals(&mut self, fen: u64) -> Option<Totals> {
        self.at(fen)?;
        let mut totals = Totals::default();
        self.benefits.totals(&self.bill, &mut totals).ok()?;
        Some(totals)
    }

    /// The first fault between two neighbours from `from` to `to`.
    fn scan(&mut self, from: u64, to: u64) -> Option<(u64, Broken)> {
        let mut lower = self.totals(from)?;
        for fen in from + 1..=to {
            let higher = self.totals(fen)?;
            if let Some(broken) = broken(&lower.amounts, &higher.amounts) {
                return Some((fen, broken));
            }
            lower = higher;
        }
        None
    }

    /// Which piece each layer is in: its deductible, its last band, a cap.
    fn signature(&mut self, fen: u64) -> Option<Vec<(StepKind, u8, u32)>> {
        self.at(fen)?;
        self.benefits.trace(&self.bill, &mut self.outcome).ok()?;
        Some(self.outcome.steps.iter().map(|step| (step.kind, step.layer, step.row)).collect())
    }

    fn run(&mut self) -> Option<Found> {
        let (mut found, mut at) = (self.scan(0, FROM_THE_START), FROM_THE_START);
        for _ in 0..PIECES_MAX {
            if found.is_some() {
                break;
            }
            let Some(end) = self.end_of_piece(at) else { break };
            let from = at.max(end.saturating_sub(AROUND_AN_END));
            found = self.scan(from, end + AROUND_AN_END);
            at = end + AROUND_AN_END;
        }
        let (mut fen, mut broken) = found?;
        let smallest = fen <= EXHAUSTED_MAX;
        if fen > FROM_THE_START
            && smallest
            && let Some(smaller) = self.scan(FROM_THE_START, fen - 1)
        {
            (fen, broken) = smaller;
        }
        self.at(fen - 1)?;
        let lower = self.bill.clone();
        self.at(fen)?;
        Some(Found { lower, higher: self.bill.clone(), broken, smallest })
    }

    /// The first bill above `from` in which some layer is in another piece.
    fn end_of_piece(&mut self, from: u64) -> Option<u64> {
        let here = self.signature(from)?;
        let (mut same, mut step) = (from, 1);
        let mut other = loop {
            let next = same + step;
            if next > FEN_MAX {
                return None;
            }
            if self.signature(next)? != here {
                break next;
            }
            (same, step) = (next, step * 2);
        };
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if self.signature(middle)? == here {
                same = middle;
            } else {
                other = middle;
            }
        }
        Some(other)
    }
}

/// Looks for a bill on which the layers that draw on one limit together pay more than it leaves.
pub(crate) fn search_cap(
    benefits: &Benefits,
    plan: &Plan,
    of: usize,
    limit: i64,
    layers: &[usize],
) -> Option<Found> {
    // The less is left, the smaller the bill that takes it twice.
    for left in [1, 2, 5, 10, 100, 1_000, 100_000] {
        let mut state = plan.bill(benefits);
        state.year.set(of, Fen::new((limit - left).max(0)).ok()?);
        state.person.account = Fen::new(99_999_999).ok()?;
        state.person.account_past = state.person.account;
        let used = state.year.get(of).get();
        let mut walk = Walk::new(benefits, state, Kind::InScope, &[])?;
        let mut fen = 1;
        // Doubling finds a bill, halving makes it small.
        let exceeds = |walk: &mut Walk<'_>, fen: u64| -> Option<bool> {
            walk.signature(fen)?;
            let drawn = walk
                .outcome
                .steps
                .iter()
                .filter(|step| step.kind == StepKind::Layer && layers.contains(&usize::from(step.layer)));
            Some(used + drawn.map(|step| step.amount).sum::<i64>() > limit)
        };
        while fen <= FEN_MAX && !exceeds(&mut walk, fen)? {
            fen *= 2;
        }
        if fen > FEN_MAX {
            continue;
        }
        let mut below = fen / 2;
        while fen - below > 1 {
            let middle = below + (fen - below) / 2;
            if exceeds(&mut walk, middle)? { fen = middle } else { below = middle }
        }
        walk.at(fen - 1)?;
        let lower = walk.bill.clone();
        walk.at(fen)?;
        return Some(Found { lower, higher: walk.bill.clone(), broken: Broken::Cap, smallest: left == 1 });
    }
    None
}

/// The amounts above zero and up to `upto` fen at which some layer begins another piece while one line in scope
/// grows.
pub(crate) fn ends_of_pieces(benefits: &Benefits, like: &Bill, upto: u64) -> Vec<u64> {
    let mut bill = like.clone();
    bill.lines.clear();
    let mut ends = Vec::new();
    let Some(mut walk) = Walk::new(benefits, bill, Kind::InScope, &[]) else { return ends };
    let mut at = 1;
    while ends.len() < PIECES_MAX {
        match walk.end_of_piece(at) {
            Some(end) if end <= upto => {
                ends.push(end);
                at = end;
            }
            _ => break,
        }
    }
    ends
}
