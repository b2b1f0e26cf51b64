//! The trial balance: every account over a span of days, with totals that must be equal.

use crate::{Account, Ledger, Turnover};
use std::fmt;
use terms::{Day, Fen};

/// A trial balance over a span of days, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Every account that holds something at either end or moved in between, in the order of the accounts.
    pub rows: Vec<TrialRow>,
}

/// One account of a trial balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialRow {
    /// Which.
    pub account: Account,
    /// Held at the end of the day before the first; above zero a debit balance.
    pub opening: Fen,
    /// Moved in the span.
    pub turnover: Turnover,
    /// Held at the end of the last day.
    pub closing: Fen,
}

/// Totals of a trial balance in whole fen. They can leave numeric(16,2), which no single account can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sum of the opening balances; nothing where the books are sound.
    pub opening: i128,
    /// Sum of the debits.
    pub debit: i128,
    /// Sum of the credits; equal to the debits.
    pub credit: i128,
    /// Sum of the closing balances; nothing.
    pub closing: i128,
}

impl Trial {
    /// The trial balance of these books.
    pub fn of(ledger: &Ledger, from: Day, to: Day) -> Trial {
        let rows = ledger.balances().filter_map(|(account, _)| {
            let opening =
                if from == Day::MIN { Fen::ZERO } else { ledger.balance_on(&account, from.previous()) };
            let turnover = ledger.turnover(&account, from, to);
            let closing = ledger.balance_on(&account, to);
            let silent = opening == Fen::ZERO && turnover == Turnover::default();
            (!silent).then_some(TrialRow { account, opening, turnover, closing })
        });
        Trial { from, to, rows: rows.collect() }
    }

    /// The totals of its columns.
    pub fn totals(&self) -> Totals {
        self.rows.iter().fold(Totals::default(), |sum, row| Totals {
            opening: sum.opening + i128::from(row.opening.get()),
            debit: sum.debit + i128::from(row.turnover.debit.get()),
            credit: sum.credit + i128::from(row.turnover.credit.get()),
            closing: sum.closing + i128::from(row.closing.get()),
        })
    }

    /// Every row goes from its opening to its closing, and the totals are equal.
    pub fn is_sound(&self) -> bool {
        let totals = self.totals();
        totals.opening == 0
            && totals.closing == 0
            && totals.debit == totals.credit
            && self.rows.iter().all(|row| row.opening.plus(row.turnover.net()) == Ok(row.closing))
    }
}

impl fmt::Display for Trial {
    /// A plain-text table, as the command line prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.account.to_string().len()).max().unwrap_or(0).max(20);
        match (self.from == Day::MIN, self.to == Day::MAX) {
            (false, false) => writeln!(f, "trial balance {} to {}", self.from, self.to)?,
            (true, false) => writeln!(f, "trial balance up to {}", self.to)?,
            (false, true) => writeln!(f, "trial balance from {}", self.from)?,
            (true, true) => writeln!(f, "trial balance")?,
        }
        let heads = ["opening", "debit", "credit", "closing"];
        writeln!(
            f,
            "{:width$} {:>20} {:>20} {:>20} {:>20}",
            "account", heads[0], heads[1], heads[2], heads[3]
        )?;
        for row in &self.rows {
            writeln!(
                f,
                "{:width$} {:>20} {:>20} {:>20} {:>20}",
                row.account,
                row.opening.to_string(),
                row.turnover.debit.to_string(),
                row.turnover.credit.to_string(),
                row.closing.to_string()
            )?;
        }
        let totals = self.totals();
        writeln!(
            f,
            "{:width$} {:>20} {:>20} {:>20} {:>20}",
            "total",
            yuan(totals.opening),
            yuan(totals.debit),
            yuan(totals.credit),
            yuan(totals.closing)
        )
    }
}

/// Whole fen as `1234.50`.
fn yuan(fen: i128) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let size = fen.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}
