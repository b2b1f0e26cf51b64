//! Money between regions: the place of treatment pays the hospital first and is owed by the place of insurance. What
//! one office posts the other posts with the sides turned, on the same day, so that over all regions every fund adds
//! up to nothing on every day.

mod clearing;
mod position;
mod prepayment;
mod threeway;
mod year;

pub use clearing::{Clearing, clearing};
pub use position::{Gap, GapKind, by_fund, gaps};
pub use prepayment::{Alarm, alarm, prepayment_size, top_up};
pub use threeway::{Agreed, Mend, Mismatch, Place, ThreeWay, three_way};
pub use year::{Adjustment, adjustment, due_by, still_open};

use crate::{Entry, Figures, Occasion, PostingError, Templates, Word};
use std::collections::BTreeMap;
use terms::{Day, Fen};

/// The books of every region, by division code.
pub type Books<'a> = BTreeMap<Word, &'a crate::Ledger>;

/// A bill settled in one region for a person insured in another, as all three sides know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its name, the same on all sides.
    pub id: Word,
    /// Region of treatment.
    pub treating: Word,
    /// Region of insurance.
    pub insured: Word,
    /// The day both post it for.
    pub day: Day,
    /// What the funds pay, by `fund_pay_type`; none below zero.
    pub funds: BTreeMap<Word, Fen>,
    /// What the personal account pays.
    pub acct_pay: Fen,
}

impl Remote {
    /// The entry in the books of the place of treatment, which owes its provider and is owed by the other region.
    pub fn treated(&self, provider: Word, templates: &Templates) -> Result<Option<Entry>, PostingError> {
        let words = [("provider", provider), ("region", self.insured)];
        self.entry(Occasion::RemoteTreated, &words, templates)
    }

    /// The entry in the books of the place of insurance.
    pub fn insured(&self, person: Word, templates: &Templates) -> Result<Option<Entry>, PostingError> {
        let words = [("person", person), ("region", self.treating)];
        self.entry(Occasion::RemoteInsured, &words, templates)
    }

    fn entry(
        &self,
        occasion: Occasion,
        words: &[(&str, Word)],
        templates: &Templates,
    ) -> Result<Option<Entry>, PostingError> {
        let items: Vec<(Word, Fen)> = self.funds.iter().map(|(fund, amount)| (*fund, *amount)).collect();
        let figures = Figures { words, amounts: &[("acct_pay", self.acct_pay)], items: &items };
        templates.entry(occasion, self.id, self.day, self.id, &figures)
    }
}

#[cfg(test)]
mod tests;
