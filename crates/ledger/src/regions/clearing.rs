//! The month's clearing: what two regions owe each other is set off fund by fund, and the rest is paid.

use super::Remote;
use crate::{Entry, Figures, Occasion, PostingError, Templates, Word};
use std::collections::BTreeMap;
use terms::{Day, Fen, MoneyError, Month};

/// The clearing of one fund between two regions for one month. `one` is the region with the lower code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clearing {
    /// Which month.
    pub month: Month,
    /// One region.
    pub one: Word,
    /// The other.
    pub other: Word,
    /// Which fund.
    pub fund: Word,
    /// What `one` owes for its people treated in `other`.
    pub one_owes: Fen,
    /// What `other` owes for its people treated in `one`.
    pub other_owes: Fen,
}

/// What the records on which all three sides agree come to, by pair and fund. Records that are not agreed wait for
/// a later month. `account_fund` is the fund under which accounts' payments stand ([`Templates::account_fund`]).
pub fn clearing<'a>(
    month: Month,
    agreed: impl IntoIterator<Item = &'a Remote>,
    account_fund: Word,
) -> Result<Vec<Clearing>, MoneyError> {
    let mut found: BTreeMap<(Word, Word, Word), Clearing> = BTreeMap::new();
    for remote in agreed {
        let (one, other) = (remote.treating.min(remote.insured), remote.treating.max(remote.insured));
        let account = (account_fund, remote.acct_pay);
        for (fund, amount) in remote.funds.iter().map(|(fund, amount)| (*fund, *amount)).chain([account]) {
            if amount == Fen::ZERO {
                continue;
            }
            let clearing = found.entry((one, other, fund)).or_insert(Clearing {
                month,
                one,
                other,
                fund,
                one_owes: Fen::ZERO,
                other_owes: Fen::ZERO,
            });
            let owed = if remote.insured == one { &mut clearing.one_owes } else { &mut clearing.other_owes };
            *owed = owed.plus(amount)?;
        }
    }
    Ok(found.into_values().collect())
}

impl Clearing {
    /// What is set off.
    pub fn netted(&self) -> Fen {
        self.one_owes.min(self.other_owes)
    }

    /// Who pays how much to whom; nothing where both owe the same.
    pub fn paid(&self) -> Option<(Word, Word, Fen)> {
        // Both are at least zero, so the difference fits.
        let rest = self.one_owes.minus(self.other_owes).ok()?;
        match rest.get() {
            0 => None,
            1.. => Some((self.one, self.other, rest)),
            _ => Some((self.other, self.one, rest.negated())),
        }
    }

    /// The entries in the books of one of the two regions; none for a third.
    pub fn entries(&self, region: Word, on: Day, templates: &Templates) -> Result<Vec<Entry>, PostingError> {
        let partner = match region {
            region if region == self.one => self.other,
            region if region == self.other => self.one,
            _ => return Ok(Vec::new()),
        };
        let words = [("region", partner), ("fund", self.fund)];
        let name = |what: &str| {
            Word::known(&format!("{what}/{}/{}/{}/{}", self.month, self.one, self.other, self.fund))
        };
        let mut entries = Vec::new();
        let mut post = |occasion: Occasion, id: Word, field: &str, amount: Fen| {
            let figures = Figures { words: &words, amounts: &[(field, amount)], items: &[] };
            templates.entry(occasion, id, on, name("clear"), &figures).map(|entry| entries.extend(entry))
        };
        post(Occasion::Netting, name("net"), "netted", self.netted())?;
        match self.paid() {
            Some((payer, _, amount)) if payer == region => {
                post(Occasion::ClearingPaid, name("clear"), "paid", amount)?;
            }
            Some((_, _, amount)) => post(Occasion::ClearingReceived, name("clear"), "received", amount)?,
            None => {}
        }
        Ok(entries)
    }
}
