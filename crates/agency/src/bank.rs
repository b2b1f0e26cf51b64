//! Bank files (拨付文件): every payment that is decided goes to the bank in a numbered file, once; the bank's answer says
//! line by line what was paid and what came back. What came back goes the way of returned payments, so that it is owed
//! again and can be paid again.

mod answer;
mod decide;

pub use answer::{AnswerFault, AnswerLine, read_answer};
pub use decide::{Command, LINES_MAX, decide};

use crate::{AccountId, Event, StreamId};
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fen};

/// One payment in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLine {
    /// Its name in the books.
    pub reference: Word,
    /// The stream that decided it (`case/12`, `statement/5/2026-09`).
    pub of: String,
    /// Holder of the account.
    pub name: String,
    /// The bank.
    pub bank: String,
    /// Number of the account.
    pub account: String,
    /// How much.
    pub amount: Fen,
}

/// What became of one payment at the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankResult {
    /// Which.
    pub reference: Word,
    /// When.
    pub on: Day,
    /// Why it came back, in the bank's words; none where it was paid.
    pub returned: Option<String>,
}

/// Something that happened to a bank file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum BankEvent {
    /// It was written.
    Written {
        /// Every payment in it.
        lines: Vec<BankLine>,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// The bank answered.
    Answered {
        /// Every payment in it.
        results: Vec<BankResult>,
        /// When it was read.
        on: Day,
        /// By whom.
        by: AccountId,
    },
}

/// The state of a bank file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    /// Every payment in it.
    pub lines: Vec<BankLine>,
    /// When it was written, and by whom.
    pub written: (Day, AccountId),
    /// What became of each, when and by whom it was read.
    pub answered: Option<(Vec<BankResult>, Day, AccountId)>,
}

impl BankFile {
    /// The file after these events of its stream; nothing where there is none.
    pub fn of(events: &[Event]) -> Option<BankFile> {
        let mut file = None;
        for event in events {
            let Event::BankFile { what, .. } = event else { continue };
            match (&mut file, &**what) {
                (slot @ None, BankEvent::Written { lines, on, by }) => {
                    *slot = Some(BankFile { lines: lines.clone(), written: (*on, *by), answered: None });
                }
                (Some(file), BankEvent::Answered { results, on, by }) => {
                    file.answered = Some((results.clone(), *on, *by));
                }
                _ => {}
            }
        }
        file
    }

    /// What all payments of it come to.
    pub fn sum(&self) -> Fen {
        // Checked when it was written.
        Fen::sum(self.lines.iter().map(|line| line.amount)).unwrap_or(Fen::MAX)
    }

    /// The file as the bank gets it: heads, a line for each payment, and the sum with the count. Comma-separated, in
    /// UTF-8, as a spreadsheet reads it.
    pub fn text(&self, number: Word) -> String {
        let mut text = String::from("reference,name,bank,account,amount,purpose\r\n");
        let mut line = |fields: [&str; 6]| {
            text.push_str(&fields.map(quoted).join(","));
            text.push_str("\r\n");
        };
        for one in &self.lines {
            let amount = one.amount.to_string();
            line([one.reference.as_str(), &one.name, &one.bank, &one.account, &amount, &one.of]);
        }
        line(["sum", "", "", &self.lines.len().to_string(), &self.sum().to_string(), number.as_str()]);
        text
    }

    /// What became of each payment, by reference; empty before the bank answered.
    pub fn results(&self) -> BTreeMap<Word, &BankResult> {
        let results = self.answered.iter().flat_map(|(results, ..)| results);
        results.map(|result| (result.reference, result)).collect()
    }
}

/// A field between quotes where it needs them; what a spreadsheet would take for a formula is kept from it by a space.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '@', '-', '\t']);
    let field = if formula { format!(" {field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

/// The stream of the file with this number (`2026-10-09-1`).
pub fn stream(number: Word) -> StreamId {
    StreamId::BankFile(number)
}

#[cfg(test)]
mod tests;
