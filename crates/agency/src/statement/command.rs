//! What can be asked about a provider's month.

use crate::ProviderId;
use ledger::Word;
use serde::{Deserialize, Serialize};
use terms::{ArticleId, Day, Fen, Month};

/// What can be asked about a provider's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Whose.
    pub provider: ProviderId,
    /// Which month.
    pub month: Month,
    /// What.
    pub what: Wish,
}

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Make the statement, or make it anew before it is paid.
    Issue,
    /// The provider's yes or no.
    Answer {
        /// Yes.
        agrees: bool,
        /// Why not.
        text: String,
    },
    /// Tell the provider of a deduction.
    Deduct {
        /// Out of which fund.
        fund: Word,
        /// On which settlement.
        settlement: Word,
        /// How much.
        amount: Fen,
        /// Why.
        reason: String,
        /// What it rests on.
        article: ArticleId,
    },
    /// The provider's reply to a deduction.
    Reply {
        /// Which.
        number: u32,
        /// What.
        text: String,
    },
    /// The office's decision on a deduction.
    Decide {
        /// Which.
        number: u32,
        /// It stands.
        upheld: bool,
    },
    /// Pay the month.
    Pay,
    /// The bank gave a payment back.
    Return {
        /// The payment.
        reference: Word,
        /// How much.
        amount: Fen,
        /// When.
        on: Day,
        /// Why.
        reason: String,
    },
    /// Let go of a deposit after the yearly assessment.
    Release {
        /// Out of which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// It goes to the fund and not to the provider.
        forfeited: bool,
        /// What the assessment found.
        reason: String,
    },
    /// Pay again what came back.
    PayAgain {
        /// The payment that came back.
        reference: Word,
    },
}
