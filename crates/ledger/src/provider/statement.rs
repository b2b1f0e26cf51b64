//! Month-end statements: what a provider was owed, what came and went, what it is owed now, fund by fund.

use crate::{Account, AccountKind, Entry, Ledger, Occasion, Word};
use std::collections::BTreeMap;
use terms::{Fen, MoneyError, Month};

/// How many and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// How many entries.
    pub count: u32,
    /// Their sum, as an amount the provider gains; below zero where it loses.
    pub amount: Fen,
}

/// One provider's month with one fund. All amounts are from the provider's side: above zero is owed to it.
/// `opening` and all that moved add up to `closing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Whose.
    pub provider: Word,
    /// Which fund.
    pub fund: Word,
    /// Which month.
    pub month: Month,
    /// Owed at the end of the month before.
    pub opening: Fen,
    /// Settlements of the month, people of other regions included.
    pub settled: Counted,
    /// Settlements taken back in the month, whenever they were made.
    pub taken_back: Counted,
    /// Deductions, and those withdrawn again.
    pub deducted: Counted,
    /// Kept back as deposit.
    pub withheld: Counted,
    /// Deposit released.
    pub released: Counted,
    /// Payments made.
    pub paid: Counted,
    /// Payments the bank gave back.
    pub returned: Counted,
    /// Whatever else touched the account.
    pub other: Counted,
    /// Owed at the end of the month.
    pub closing: Fen,
}

impl Statement {
    fn new(provider: Word, fund: Word, month: Month, opening: Fen) -> Statement {
        let nothing = Counted::default();
        Statement {
            provider,
            fund,
            month,
            opening,
            settled: nothing,
            taken_back: nothing,
            deducted: nothing,
            withheld: nothing,
            released: nothing,
            paid: nothing,
            returned: nothing,
            other: nothing,
            closing: opening,
        }
    }

    /// What the month's work came to: settled less taken back less deducted. The deposit is a share of this.
    pub fn earned(&self) -> Result<Fen, MoneyError> {
        Fen::sum([self.settled.amount, self.taken_back.amount, self.deducted.amount])
    }

    fn add(&mut self, entry: &Entry, gained: Fen) -> Result<(), MoneyError> {
        let reversal = entry.reverses.is_some();
        let line = match Occasion::named(entry.occasion.as_str()) {
            Some(Occasion::Settlement | Occasion::RemoteTreated) if reversal => &mut self.taken_back,
            Some(Occasion::Settlement | Occasion::RemoteTreated) => &mut self.settled,
            Some(Occasion::Deduction) => &mut self.deducted,
            Some(Occasion::DepositWithheld) => &mut self.withheld,
            Some(Occasion::DepositReleased) => &mut self.released,
            Some(Occasion::Payment) => &mut self.paid,
            Some(Occasion::PaymentReturned) => &mut self.returned,
            _ => &mut self.other,
        };
        line.count = line.count.saturating_add(1);
        line.amount = line.amount.plus(gained)?;
        self.closing = self.closing.plus(gained)?;
        Ok(())
    }
}

/// Statements in the making: openings first, then the entries of the month in any order.
#[derive(Debug, Clone)]
pub struct StatementBook {
    month: Month,
    statements: BTreeMap<(Word, Word), Statement>,
}

impl StatementBook {
    /// The month's statements, with what each account held at the end of the month before (above zero a debit, as
    /// the books have it). Accounts that are no provider's payable are passed over.
    pub fn open(month: Month, held: impl IntoIterator<Item = (Account, Fen)>) -> StatementBook {
        let mut book = StatementBook { month, statements: BTreeMap::new() };
        for (account, held) in held {
            if held != Fen::ZERO
                && let Some(statement) = book.statement(&account)
            {
                statement.opening = held.negated();
                statement.closing = statement.opening;
            }
        }
        book
    }

    /// One entry of the month; entries of other months change nothing.
    pub fn add(&mut self, entry: &Entry) -> Result<(), MoneyError> {
        if entry.day.month() != self.month {
            return Ok(());
        }
        for posting in &entry.postings {
            if let Some(statement) = self.statement(&posting.account) {
                statement.add(entry, posting.amount.negated())?;
            }
        }
        Ok(())
    }

    /// The statements, by provider and fund.
    pub fn finish(self) -> Vec<Statement> {
        self.statements.into_values().collect()
    }

    fn statement(&mut self, account: &Account) -> Option<&mut Statement> {
        let (AccountKind::Payable, Some(provider), Some(fund)) =
            (account.kind(), account.party(), account.fund())
        else {
            return None;
        };
        let month = self.month;
        Some(
            self.statements
                .entry((provider, fund))
                .or_insert_with(|| Statement::new(provider, fund, month, Fen::ZERO)),
        )
    }
}

/// Every provider's statement for a month, from the books. A provider with nothing owed and nothing moved has none.
pub fn statements(ledger: &Ledger, month: Month) -> Result<Vec<Statement>, MoneyError> {
    let eve = month.first().previous();
    let held = ledger.balances().map(|(account, _)| (account, ledger.balance_on(&account, eve)));
    let mut book = StatementBook::open(month, held);
    for entry in ledger.entries() {
        book.add(entry)?;
    }
    Ok(book.finish())
}
