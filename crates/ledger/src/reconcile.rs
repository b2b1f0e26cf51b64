//! Reconciliation with a provider: 3201 compares totals, 3202 settlement by settlement. Every difference is found,
//! named, and comes with what would mend it.

mod breaks;
mod file;
mod mend;
mod totals;

pub use breaks::{Break, BreakKind, Difference, details};
pub use file::{FileFault, read_details, result_line};
pub use mend::{Proposal, mended, proposal};
pub use totals::{Sums, Verdict, compare};

use crate::Word;
use terms::{Day, Fen};

/// One settlement, as the office or the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `setl_id`; a provider whose answer was lost has none.
    pub setl_id: Option<Word>,
    /// The sender's message id; the provider's file of 3202 has none.
    pub msgid: Option<Word>,
    /// `mdtrt_id`: the visit.
    pub mdtrt_id: Word,
    /// `psn_no`
    pub psn_no: Word,
    /// The day of settlement; the provider's file of 3202 has none and then means the range that is asked for.
    pub day: Option<Day>,
    /// `refd_setl_flag`: this is the taking back of a settlement.
    pub refund: bool,
    /// `medfee_sumamt`
    pub medfee_sumamt: Fen,
    /// `fund_pay_sumamt`
    pub fund_pay_sumamt: Fen,
    /// `acct_pay`
    pub acct_pay: Fen,
}

/// The days asked for, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// `stmt_begndate`
    pub begin: Day,
    /// `stmt_enddate`
    pub end: Day,
}

impl Range {
    /// The record counts in the range. One without a day does.
    pub fn holds(&self, record: &Record) -> bool {
        record.day.is_none_or(|day| self.begin <= day && day <= self.end)
    }
}

#[cfg(test)]
mod tests;
