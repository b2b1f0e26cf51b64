//! The books in memory: what was posted, what every account holds now, and what it held on any day.

use crate::{Account, AccountKind, Entry, EntryId, Outcome, Word};
use std::collections::BTreeMap;
use terms::{Day, Fen, MoneyError, Month};

/// A set of books. Append-only: an entry is posted or refused, never changed; a correction is a reversal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    places: BTreeMap<EntryId, usize>,
    reversals: BTreeMap<EntryId, EntryId>,
    accounts: BTreeMap<Account, History>,
    closed: Option<Month>,
}

/// Debits and credits of an account over a span, both as amounts above or equal to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turnover {
    /// Sum of the debits.
    pub debit: Fen,
    /// Sum of the credits.
    pub credit: Fen,
}

/// What is kept of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct History {
    balance: Fen,
    ever: Turnover,
    months: BTreeMap<Month, Turnover>,
    days: BTreeMap<Day, Turnover>,
}

/// The wish to undo an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reversal {
    /// The name of the reversing entry.
    pub id: EntryId,
    /// The entry to undo.
    pub of: EntryId,
    /// The day the reversal counts for.
    pub day: Day,
    /// The decision to undo it.
    pub decision: Word,
}

impl Turnover {
    /// Debits less credits.
    pub fn net(self) -> Fen {
        // The difference of two amounts of the same sign within numeric(16,2) is within it too.
        self.debit.minus(self.credit).unwrap_or_default()
    }

    /// With one more amount: above zero a debit, below zero a credit.
    pub fn plus(self, amount: Fen) -> Result<Turnover, MoneyError> {
        if amount.is_negative() {
            Ok(Turnover { credit: self.credit.minus(amount)?, ..self })
        } else {
            Ok(Turnover { debit: self.debit.plus(amount)?, ..self })
        }
    }

    /// The sum of both.
    pub fn and(self, other: Turnover) -> Result<Turnover, MoneyError> {
        Ok(Turnover { debit: self.debit.plus(other.debit)?, credit: self.credit.plus(other.credit)? })
    }
}

impl Ledger {
    /// Empty books.
    pub fn new() -> Ledger {
        Ledger::default()
    }

    /// Books of these entries, in this order; the name of the first that does not stand, with
    /// its outcome.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Result<Ledger, (EntryId, Outcome)> {
        let mut ledger = Ledger::new();
        for entry in entries {
            let outcome = ledger.post(&entry);
            if !outcome.stands() {
                return Err((entry.id, outcome));
            }
        }
        Ok(ledger)
    }

    /// What [`Ledger::post`] would answer; nothing is changed.
    pub fn judge(&self, entry: &Entry) -> Outcome {
        if let Some(known) = self.entry(&entry.id) {
            return if known == entry { Outcome::AlreadyPosted } else { Outcome::SameIdOtherContents };
        }
        if let Some(fault) = entry.fault() {
            return fault;
        }
        if self.closed.is_some_and(|closed| entry.day.month() <= closed) {
            return Outcome::PeriodClosed;
        }
        if let Some(of) = &entry.reverses {
            let Some(undone) = self.entry(of) else { return Outcome::NothingToReverse };
            if undone.reverses.is_some() {
                return Outcome::ReversesAReversal;
            }
            if self.reversals.contains_key(of) {
                return Outcome::AlreadyReversed;
            }
            if undone.undone() != entry.postings {
                return Outcome::NotTheReverse;
            }
        }
        // The lowest outcome over all postings, so that their order does not matter.
        entry.postings.iter().map(|posting| self.would(posting.account, posting.amount)).fold(
            Outcome::Posted,
            |worst, outcome| match (worst, outcome) {
                (Outcome::Posted, other) | (other, Outcome::Posted) => other,
                (one, other) => one.min(other),
            },
        )
    }

    /// Brings an entry to the books. Only [`Outcome::Posted`] changes them.
    pub fn post(&mut self, entry: &Entry) -> Outcome {
        let outcome = self.judge(entry);
        if outcome != Outcome::Posted {
            return outcome;
        }
        for posting in &entry.postings {
            let history = self.accounts.entry(posting.account).or_default();
            // `judge` has seen that all three fit.
            history.balance = history.balance.plus(posting.amount).unwrap_or(history.balance);
            for turnover in [
                &mut history.ever,
                history.months.entry(entry.day.month()).or_default(),
                history.days.entry(entry.day).or_default(),
            ] {
                *turnover = turnover.plus(posting.amount).unwrap_or(*turnover);
            }
        }
        if let Some(of) = entry.reverses {
            self.reversals.insert(of, entry.id);
        }
        self.places.insert(entry.id, self.entries.len());
        self.entries.push(entry.clone());
        Outcome::Posted
    }

    /// Undoes an entry by its opposite. The same reversal twice is [`Outcome::AlreadyPosted`].
    pub fn reverse(&mut self, reversal: Reversal) -> Outcome {
        match self.reversing(reversal) {
            Some(entry) => self.post(&entry),
            None => Outcome::NothingToReverse,
        }
    }

    /// The entry that would undo another; nothing where there is none to undo.
    pub fn reversing(&self, reversal: Reversal) -> Option<Entry> {
        self.entry(&reversal.of).map(|undone| undone.undone_by(reversal))
    }

    /// Closes every month up to and including this one: no entry counts for a day in them any more. Closing an
    /// earlier month than is closed already changes nothing.
    pub fn close(&mut self, month: Month) {
        self.closed = self.closed.max(Some(month));
    }

    /// The last closed month.
    pub fn closed(&self) -> Option<Month> {
        self.closed
    }

    /// Every entry, in the order posted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this name.
    pub fn entry(&self, id: &EntryId) -> Option<&Entry> {
        self.places.get(id).and_then(|&place| self.entries.get(place))
    }

    /// The entry that undid this one.
    pub fn reversal_of(&self, id: &EntryId) -> Option<&Entry> {
        self.reversals.get(id).and_then(|id| self.entry(id))
    }

    /// Every account that was ever posted to, with its balance, in the order of the accounts.
    pub fn balances(&self) -> impl Iterator<Item = (Account, Fen)> {
        self.accounts.iter().map(|(account, history)| (*account, history.balance))
    }

    /// What the account holds now: above zero a debit balance.
    pub fn balance(&self, account: &Account) -> Fen {
        self.accounts.get(account).map_or(Fen::ZERO, |history| history.balance)
    }

    /// What the account held at the end of this day, by the days its entries count for.
    pub fn balance_on(&self, account: &Account, day: Day) -> Fen {
        self.accounts.get(account).map_or(Fen::ZERO, |history| history.balance_on(day))
    }

    /// Debits and credits of the account over these days, both included.
    pub fn turnover(&self, account: &Account, from: Day, to: Day) -> Turnover {
        self.accounts.get(account).map_or(Turnover::default(), |history| history.turnover(from, to))
    }

    /// Debits and credits of the account, month by month.
    pub fn months(&self, account: &Account) -> impl Iterator<Item = (Month, Turnover)> {
        self.accounts
            .get(account)
            .into_iter()
            .flat_map(|history| history.months.iter().map(|(month, turnover)| (*month, *turnover)))
    }

    /// What one posting alone would meet.
    fn would(&self, account: Account, amount: Fen) -> Outcome {
        let nothing = History::default();
        let history = self.accounts.get(&account).unwrap_or(&nothing);
        let balance = history.balance.plus(amount);
        // Accounts with a floor hold credits: what they hold is below zero in the books.
        if account.kind().has_floor()
            && amount > Fen::ZERO
            && !balance.as_ref().is_ok_and(|left| *left <= Fen::ZERO)
        {
            return match account.kind() {
                AccountKind::Reserve => Outcome::ReserveExceeded,
                AccountKind::Unreserved => Outcome::ExceedsBudget,
                _ => Outcome::ExceedsAccount,
            };
        }
        // All debits and all credits of an account stay in the span, so that every past balance and every
        // turnover over any span of days can be told.
        if balance.is_ok() && history.ever.plus(amount).is_ok() { Outcome::Posted } else { Outcome::Overflow }
    }
}

impl History {
    fn balance_on(&self, day: Day) -> Fen {
        self.turnover(Day::MIN, day).net()
    }

    /// Whole months by their sums, the days at both ends one by one. All of it fits, see `would`.
    fn turnover(&self, from: Day, to: Day) -> Turnover {
        let (first, last) = (from.month(), to.month());
        let mut parts: Vec<Turnover> = Vec::new();
        if to < from {
            return Turnover::default();
        }
        if first == last {
            parts.extend(self.days.range(from..=to).map(|(_, turnover)| turnover));
        } else {
            parts.extend(self.days.range(from..=first.last()).map(|(_, turnover)| turnover));
            parts.extend(self.months.range(first.next()..last).map(|(_, turnover)| turnover));
            parts.extend(self.days.range(last.first()..=to).map(|(_, turnover)| turnover));
        }
        parts.into_iter().fold(Turnover::default(), |sum, part| sum.and(part).unwrap_or(sum))
    }
}

#[cfg(test)]
mod tests;
