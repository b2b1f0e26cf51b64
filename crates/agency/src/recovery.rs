//! Recovery (追回): what was overpaid comes back, at once, in parts or out of later payments.

use crate::CaseId;
use serde::{Deserialize, Serialize};
use terms::{Day, Fen};

/// A part of what is to be paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// The last day for it.
    pub due: Day,
    /// How much.
    pub amount: Fen,
}

/// A part that has come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    /// How much.
    pub amount: Fen,
    /// The case whose payment it was kept of; it was paid in where none.
    pub from: Option<CaseId>,
    /// The day.
    pub on: Day,
}

/// How an instalment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// All of it has come.
    Paid,
    /// It is open, and its day has not passed.
    Open,
    /// Its day has passed, and this much is open.
    Late(Fen),
}

/// How each instalment stands on this day, after so much has come back: what comes makes good the earliest first.
pub fn standings(instalments: &[Instalment], brought: Fen, today: Day) -> Vec<Standing> {
    let mut left = brought;
    instalments
        .iter()
        .map(|instalment| {
            let covered = left.min(instalment.amount);
            // At most what is left, so that this cannot fail.
            left = left.minus(covered).unwrap_or_default();
            let open = instalment.amount.minus(covered).unwrap_or_default();
            match open {
                Fen::ZERO => Standing::Paid,
                open if instalment.due < today => Standing::Late(open),
                _ => Standing::Open,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
