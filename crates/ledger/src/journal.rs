//! The books as plain text: one paragraph an entry, in the form that plain-text accounting programs read.
//!
//! ```text
//! 2026-10-09 (E1) settlement  ; decision: settlement/17
//!     fund:310100                        120.00
//!     payable:H33010600001:310100       -120.00
//!
//! 2026-10-10 (R1) settlement  ; decision: settlement/17, reverses: E1
//!     fund:310100                       -120.00
//!     payable:H33010600001:310100        120.00
//! ```
//!
//! Writing and reading again gives the same entries. Empty lines and lines that start with `;` are passed over.

use crate::{Account, Entry, POSTINGS_MAX, Posting, Word};
use std::fmt::Write;
use terms::{Day, Fen};

/// A line of a journal that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}\n  {line:>5} | {excerpt}\n        = {cure}")]
pub struct JournalFault {
    /// From 1.
    pub line: usize,
    /// The start of the line.
    pub excerpt: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub cure: &'static str,
}

const HEAD: &str =
    "write the head as: 2026-10-09 (ID) occasion  ; decision: WORD, with `, reverses: ID` for a reversal";
const LINE: &str = "write a posting as: four spaces, the account, two or more spaces, the amount in yuan";

/// The entries as text, in their order.
pub fn write<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut text = String::new();
    for entry in entries {
        if !text.is_empty() {
            text.push('\n');
        }
        write_entry(&mut text, entry);
    }
    text
}

/// One entry as text.
pub fn write_entry(text: &mut String, entry: &Entry) {
    let width = entry.postings.iter().map(|posting| posting.account.to_string().len()).max().unwrap_or(0);
    let figures = entry.postings.iter().map(|posting| posting.amount.to_string().len()).max().unwrap_or(0);
    // Writing to a string cannot fail.
    let _ = write!(text, "{} ({}) {}  ; decision: {}", entry.day, entry.id, entry.occasion, entry.decision);
    if let Some(of) = entry.reverses {
        let _ = write!(text, ", reverses: {of}");
    }
    text.push('\n');
    for posting in &entry.postings {
        let amount = posting.amount.to_string();
        let _ = writeln!(text, "    {:width$}  {amount:>figures$}", posting.account);
    }
}

/// Reads a journal. Whether the entries balance and may stand together is for [`crate::Ledger::post`] to say.
pub fn read(text: &str) -> Result<Vec<Entry>, JournalFault> {
    let mut entries: Vec<Entry> = Vec::new();
    for (position, line) in text.lines().enumerate() {
        let fault = |what: String, cure: &'static str| JournalFault {
            line: position + 1,
            excerpt: line.chars().take(120).collect(),
            what,
            cure,
        };
        let content = line.trim();
        if content.is_empty() || content.starts_with(';') {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            entries.push(head(content).map_err(|what| fault(what, HEAD))?);
            continue;
        }
        let posting = posting(content).map_err(|what| fault(what, LINE))?;
        let Some(entry) = entries.last_mut() else {
            return Err(fault("a posting before the first entry".to_owned(), HEAD));
        };
        if entry.postings.len() == POSTINGS_MAX {
            let what = format!("the entry has more than {POSTINGS_MAX} postings");
            return Err(fault(what, "split it into several entries"));
        }
        entry.postings.push(posting);
    }
    Ok(entries)
}

fn head(content: &str) -> Result<Entry, String> {
    let (title, tags) =
        content.split_once(';').ok_or("the head names no decision after a semicolon".to_owned())?;
    let mut parts = title.split_whitespace();
    let mut part = |what: &str| parts.next().ok_or(format!("the head has no {what}"));
    let day: Day = part("day")?.parse().map_err(|error: terms::DayError| error.to_string())?;
    let id = part("id in brackets")?;
    let id = id.strip_prefix('(').and_then(|id| id.strip_suffix(')')).ok_or("the id is not in brackets")?;
    let id = word(id)?;
    let occasion = word(part("occasion")?)?;
    if let Some(more) = parts.next() {
        return Err(format!("`{}` stands between occasion and semicolon", shortened(more)));
    }
    let (mut decision, mut reverses) = (None, None);
    for tag in tags.split(',') {
        let (name, value) =
            tag.split_once(':').ok_or(format!("`{}` is not of the form name: value", shortened(tag)))?;
        let slot = match name.trim() {
            "decision" => &mut decision,
            "reverses" => &mut reverses,
            other => return Err(format!("there is no tag `{}`", shortened(other))),
        };
        if slot.replace(word(value.trim())?).is_some() {
            return Err(format!("the tag `{}` is there twice", name.trim()));
        }
    }
    let decision = decision.ok_or("the head names no decision")?;
    Ok(Entry { id, day, occasion, decision, reverses, postings: Vec::new() })
}

fn posting(content: &str) -> Result<Posting, String> {
    let mut parts = content.split_whitespace();
    let (Some(account), Some(amount), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err("a posting is an account and an amount".to_owned());
    };
    let account: Account = account.parse().map_err(|error: crate::AccountError| error.to_string())?;
    let amount: Fen = amount.parse().map_err(|error: terms::MoneyError| error.to_string())?;
    Ok(Posting { account, amount })
}

fn word(text: &str) -> Result<Word, String> {
    text.parse().map_err(|error: crate::WordError| error.to_string())
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

#[cfg(test)]
mod tests;
