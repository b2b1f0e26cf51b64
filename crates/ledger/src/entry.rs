//! Entries: a balanced set of postings, made once and never changed.

use crate::{Account, Outcome, Reversal, Word};
use serde::{Deserialize, Serialize};
use terms::{Day, Fen};

/// The name of an entry, unique in a set of books.
pub type EntryId = Word;

/// The most postings one entry may have: a settlement of all funds needs about twenty.
pub const POSTINGS_MAX: usize = 256;

/// An amount on an account: above zero a debit, below zero a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// How much, in fen.
    pub amount: Fen,
}

/// One entry. Its postings add up to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name. The same name twice is the same entry or a conflict.
    pub id: EntryId,
    /// The day it counts for.
    pub day: Day,
    /// What called for it: the name of its posting template (`settlement`, `payment`), which leads to the article.
    pub occasion: Word,
    /// The decision it carries out (`settlement/17`); leads back to the event.
    pub decision: Word,
    /// The entry it undoes, where it is a reversal.
    pub reverses: Option<EntryId>,
    /// The postings, in the order of the template.
    pub postings: Vec<Posting>,
}

impl Entry {
    /// What is wrong with the entry itself, whatever the books hold; nothing where it is well made.
    pub fn fault(&self) -> Option<Outcome> {
        if self.postings.is_empty() {
            return Some(Outcome::NoPostings);
        }
        if self.postings.len() > POSTINGS_MAX {
            return Some(Outcome::TooManyPostings);
        }
        if self.postings.iter().any(|posting| posting.amount == Fen::ZERO) {
            return Some(Outcome::ZeroAmount);
        }
        let mut accounts: Vec<Account> = self.postings.iter().map(|posting| posting.account).collect();
        accounts.sort_unstable();
        if accounts.windows(2).any(|pair| pair[0] == pair[1]) {
            return Some(Outcome::AccountsMustDiffer);
        }
        // At most 256 amounts of numeric(16,2): far inside i128.
        let sum = |budget: bool| -> i128 {
            self.postings
                .iter()
                .filter(|posting| posting.account.kind().is_budget() == budget)
                .map(|posting| i128::from(posting.amount.get()))
                .sum()
        };
        let (money, budget) = (sum(false), sum(true));
        if money + budget != 0 {
            return Some(Outcome::Unbalanced);
        }
        (money != 0).then_some(Outcome::MixesBudgetAndMoney)
    }

    /// The postings that undo this entry.
    pub fn undone(&self) -> Vec<Posting> {
        let undo = |posting: &Posting| Posting { amount: posting.amount.negated(), ..*posting };
        self.postings.iter().map(undo).collect()
    }

    /// The entry that undoes this one.
    pub fn undone_by(&self, reversal: Reversal) -> Entry {
        Entry {
            id: reversal.id,
            day: reversal.day,
            occasion: self.occasion,
            decision: reversal.decision,
            reverses: Some(self.id),
            postings: self.undone(),
        }
    }

    /// What the entry puts on this account: above zero a debit. Nothing where it does not touch it.
    pub fn on(&self, account: &Account) -> Fen {
        let found = self.postings.iter().find(|posting| posting.account == *account);
        found.map_or(Fen::ZERO, |posting| posting.amount)
    }
}
