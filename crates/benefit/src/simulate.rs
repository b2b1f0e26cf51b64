//! A draft law against the law in force, on the same bills: what the funds need, who gains and who pays, and which
//! clause moved how much.
//!
//! [`Replay`] adjudicates each bill under both laws and adds it to a [`Tally`]; tallies of parts of the bills are
//! merged in any order with the same result, so that the shell may use every core. Where the two laws differ on a
//! bill, the changed clauses are taken over one after the other ([`chain`]), and each is given what the bill moves by
//! then: the parts sum to the whole difference, to the fen.

mod chain;
mod tally;
mod witness;

pub use chain::{Clause, Part};
pub use tally::{BUCKETS, ClauseTally, Funds, MonthTally, Seen, Tally};

use crate::adjudicate::Totals;
use crate::bill::Bill;
use crate::model::{Benefits, DIMENSIONS_MAX};
use chain::Chain;
use tally::ClauseKey;

/// Two laws, compiled, with everything between them.
#[derive(Debug)]
pub struct Replay {
    now: Benefits,
    draft: Benefits,
    chain: Chain,
}

impl Replay {
    /// Prepares the comparison of a law in force with a draft.
    pub fn new(now: Benefits, draft: Benefits) -> Replay {
        let chain = Chain::between(&now, &draft);
        Replay { now, draft, chain }
    }

    /// The law in force.
    pub fn now(&self) -> &Benefits {
        &self.now
    }

    /// The draft.
    pub fn draft(&self) -> &Benefits {
        &self.draft
    }

    /// Adjudicates a bill under both laws and adds it up; `number` tells it from others and settles ties.
    pub fn add(&self, tally: &mut Tally, number: u64, bill: &Bill) {
        let (mut before, mut after) = (Totals::default(), Totals::default());
        let paid_before = self.now.totals(bill, &mut before).is_ok();
        let paid_after = self.draft.totals(bill, &mut after).is_ok();
        tally.bills += 1;
        tally.illustrative +=
            u64::from(before.illustrative && paid_before || after.illustrative && paid_after);
        match (paid_before, paid_after) {
            (true, true) => {}
            (false, false) => {
                tally.refused += 1;
                return;
            }
            (true, false) => {
                tally.newly_refused.add(&before.amounts);
                return;
            }
            (false, true) => {
                tally.newly_paid.add(&after.amounts);
                return;
            }
        }
        tally.add(self.draft.law_day_of(bill).month(), &before.amounts, &after.amounts);
        if before.amounts != after.amounts {
            self.attribute(tally, number, bill, before, &after);
        }
    }

    /// Takes over the changed clauses that concern this bill one by one, and gives each what it moves.
    fn attribute(&self, tally: &mut Tally, number: u64, bill: &Bill, mut last: Totals, after: &Totals) {
        let mut values = [0; DIMENSIONS_MAX];
        for (step, link) in self.chain.links.iter().enumerate() {
            // Who the bill counts as is taken over first, so all later links classify alike.
            let Some(period) = link.law.classify(bill, &mut values) else { continue };
            let Some(clause) = self.chain.clause(step, &values, period) else { continue };
            let mut next = Totals::default();
            if link.law.totals(bill, &mut next).is_err() {
                continue;
            }
            if next.amounts != last.amounts {
                let key = ClauseKey { step, now: clause.now, draft: clause.draft };
                let total = after.amounts.medfee_sumamt.get();
                let seen = Seen { lines: bill.lines.len(), total, number };
                tally.clause(key, &last.amounts, &next.amounts, seen, bill);
            }
            last = next;
        }
        // What no link could be given, because one of them alone would have refused the bill.
        if last.amounts != after.amounts {
            tally.unattributed.add(&after.amounts, &last.amounts);
        }
    }

    /// The changed clauses in the order they were taken over, with what each moved.
    pub fn clauses<'a>(&'a self, tally: &'a Tally) -> impl Iterator<Item = (Clause, &'a ClauseTally)> {
        tally.clauses.iter().map(|(key, moved)| (self.chain.describe(key, &self.now, &self.draft), moved))
    }

    /// A bill as small as can be on which the two laws differ as on this one, with both results.
    pub fn smallest(&self, moved: &ClauseTally) -> Option<Bill> {
        witness::smallest(self, &moved.bill)
    }
}

#[cfg(test)]
mod tests;
