//! Whether the books of all regions close to zero, and where they do not.

use super::Books;
use crate::{Account, AccountKind, Ledger, Word};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fen};

/// Which pair of accounts two regions disagree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Receivable against payable.
    Clearing,
    /// Prepayment received against prepayment lodged.
    Prepayment,
}

/// Two regions that disagree on what one owes the other out of a fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// On which accounts.
    pub kind: GapKind,
    /// Region of treatment.
    pub treating: Word,
    /// Region of insurance.
    pub insured: Word,
    /// Which fund.
    pub fund: Word,
    /// What the region of treatment has in its books; above zero a debit.
    pub treating_has: Fen,
    /// What the region of insurance has; the same with the other sign where the books agree.
    pub insured_has: Fen,
}

/// The sum over all regions of what stands between them, by fund, at the end of a day, in fen. Nothing but zeros
/// where the books close.
pub fn by_fund(books: &Books<'_>, day: Day) -> BTreeMap<Word, i128> {
    let mut sums = BTreeMap::new();
    for ledger in books.values() {
        for (account, held) in between(ledger, day) {
            if let Some(fund) = account.fund() {
                *sums.entry(fund).or_insert(0) += i128::from(held.get());
            }
        }
    }
    sums
}

/// Every pair of regions whose books disagree at the end of a day, by kind, regions and fund. Empty where every
/// fund adds up to zero pair by pair, which is more than [`by_fund`] asks: two wrongs do not hide each other. A
/// region whose books are not here is taken to have nothing.
pub fn gaps(books: &Books<'_>, day: Day) -> Vec<Gap> {
    let mut seen: BTreeSet<(GapKind, Word, Word, Word)> = BTreeSet::new();
    for (region, ledger) in books {
        for (account, _) in between(ledger, day) {
            let (Some(other), Some(fund)) = (account.party(), account.fund()) else { continue };
            seen.insert(match account.kind() {
                AccountKind::Receivable => (GapKind::Clearing, *region, other, fund),
                AccountKind::PayableRegion => (GapKind::Clearing, other, *region, fund),
                AccountKind::PrepaidBy => (GapKind::Prepayment, *region, other, fund),
                _ => (GapKind::Prepayment, other, *region, fund),
            });
        }
    }
    let held = |region: &Word, kind: AccountKind, other: Word, fund: Word| {
        let account = Account::new(kind, &[other, fund]);
        let ledger = books.get(region);
        ledger.zip(account).map_or(Fen::ZERO, |(ledger, account)| ledger.balance_on(&account, day))
    };
    seen.into_iter()
        .filter_map(|(kind, treating, insured, fund)| {
            let (at_treating, at_insured) = match kind {
                GapKind::Clearing => (AccountKind::Receivable, AccountKind::PayableRegion),
                GapKind::Prepayment => (AccountKind::PrepaidBy, AccountKind::PrepaidTo),
            };
            let treating_has = held(&treating, at_treating, insured, fund);
            let insured_has = held(&insured, at_insured, treating, fund);
            let gap = Gap { kind, treating, insured, fund, treating_has, insured_has };
            (treating_has != insured_has.negated()).then_some(gap)
        })
        .collect()
}

/// What stands between this region and others.
fn between(ledger: &Ledger, day: Day) -> impl Iterator<Item = (Account, Fen)> {
    let kinds =
        [AccountKind::Receivable, AccountKind::PayableRegion, AccountKind::PrepaidTo, AccountKind::PrepaidBy];
    ledger
        .balances()
        .filter(move |(account, _)| kinds.contains(&account.kind()))
        .map(move |(account, _)| (account, ledger.balance_on(&account, day)))
}
