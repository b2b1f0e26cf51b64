//! A draft law against the law in force, on the same bills: what the funds need, who gains and who pays, and which
//! clause moved how much.
//!
//! [`Replay`] adjudicates each bill under both laws and adds it to a [`Tally`]; tallies of parts of the bills are
//! merged in any order with the same result, so that the shell may use every core. Where the two laws differ on a
//! bill, the changed clauses are taken over one after the other ([`chain`]), and each is given what the bill moves by
//! then: the parts sum to the whole difference, to the fen.

mod chain;
mod items;
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
    /// Found once: catalogues have up to half a million rows.
    one_catalogue: bool,
}

impl Replay {
    /// Prepares the comparison of a law in force with a draft.
    pub fn new(now: Benefits, draft: Benefits) -> Replay {
        let chain = Chain::between(&now, &draft);
        let one_catalogue = now.catalogue() == draft.catalogue();
        Replay { now, draft, chain, one_catalogue }
    }

    /// The law in force.
    pub fn now(&self) -> &Benefits {
        &self.now
    }

    /// The draft.
    pub fn draft(&self) -> &Benefits {
        &self.draft
    }

    /// Whether the two laws look codes up in the same catalogue, so that a bill has the same lines under both.
    pub fn one_catalogue(&self) -> bool {
        self.one_catalogue
    }

    /// Adjudicates a bill under both laws and adds it up; `number` tells it from others and settles ties. Its lines are
    /// the same under both; where codes were looked up, see [`Replay::add_looked_up`].
    pub fn add(&self, tally: &mut Tally, number: u64, bill: &Bill) {
        self.add_looked_up(tally, number, bill, bill);
    }

    /// The same for a bill whose lines stand in it as each law's catalogue has them, in the same order.
    pub fn add_looked_up(&self, tally: &mut Tally, number: u64, bill: &Bill, drafted: &Bill) {
        let (mut before, mut after) = (Totals::default(), Totals::default());
        let paid_before = self.now.totals(bill, &mut before).is_ok();
        let paid_after = self.draft.totals(drafted, &mut after).is_ok();
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
            self.attribute(tally, number, (bill, drafted), before, &after);
        }
    }

    /// Takes over the changed rows of the catalogue, then the changed clauses that concern this bill, one by one, and
    /// gives each what it moves.
    fn attribute(
        &self,
        tally: &mut Tally,
        number: u64,
        (bill, drafted): (&Bill, &Bill),
        mut last: Totals,
        after: &Totals,
    ) {
        let seen = Seen { lines: bill.lines.len(), total: after.amounts.medfee_sumamt.get(), number };
        for change in items::changed(self, bill, drafted) {
            let mut next = Totals::default();
            if self.now.totals(&change.bill, &mut next).is_err() {
                continue;
            }
            if next.amounts != last.amounts {
                let key = ClauseKey { step: self.chain.links.len(), now: change.now, draft: change.draft };
                tally.clause(key, &last.amounts, &next.amounts, seen, bill);
            }
            last = next;
        }
        let bill = drafted;
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
        tally.clauses.iter().map(|(key, moved)| {
            let clause = match self.chain.links.get(key.step) {
                Some(_) => self.chain.describe(key, &self.now, &self.draft),
                None => items::describe(self, key),
            };
            (clause, moved)
        })
    }

    /// A bill as small as can be on which the two laws differ as on this one: as the law in force has its lines, and
    /// as the draft has them.
    pub fn smallest(&self, clause: &Clause, moved: &ClauseTally) -> Option<(Bill, Bill)> {
        match &clause.item {
            Some(code) => items::smallest(self, &moved.bill, code),
            None => witness::smallest(self, &moved.bill).map(|bill| (bill.clone(), bill)),
        }
    }
}

#[cfg(test)]
mod tests;
