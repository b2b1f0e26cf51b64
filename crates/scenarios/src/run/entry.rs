//! `kind entry`: what an occasion posts to the books, and so who is owed.
//!
//! Columns: `on`, `occasion`, its parties (`provider`, `person`, `region`, `case`, `fund`) and amounts by name; for an
//! occasion with items `funds`, as FUND=AMOUNT with spaces between; and `posts`, each account with its amount, `; ` between:
//! above zero a debit, below zero a credit. `none` where nothing is posted that day.

use super::{Stage, said};
use ledger::{Figures, Occasion, Posting, PostingError, Templates, Word};
use policy::Row;
use terms::Fen;

pub(super) fn run(stage: &Stage, row: &Row) -> Result<(), String> {
    let templates = Templates::compile(&stage.law).map_err(|faults| said(&faults))?;
    let text = |head: &str| stage.scenario.cell(row, head).map(|cell| cell.text.as_str());
    let need = |head: &str| text(head).ok_or_else(|| format!("column `{head}` is missing or empty"));
    let occasion = need("occasion")?;
    let occasion = Occasion::named(occasion).ok_or_else(|| format!("`{occasion}` is no occasion"))?;
    let day = stage.day(stage.scenario.cell(row, "on").ok_or("column `on` is missing or empty")?)?;
    let mut words = Vec::new();
    for name in occasion.words() {
        words.push((*name, word(need(name)?)?));
    }
    let mut amounts = Vec::new();
    for name in occasion.amounts() {
        amounts.push((*name, text(name).map_or(Ok(Fen::ZERO), money)?));
    }
    let mut items = Vec::new();
    for item in text("funds").unwrap_or_default().split_whitespace() {
        let (fund, amount) = item.split_once('=').ok_or_else(|| format!("`{item}` is no FUND=AMOUNT"))?;
        items.push((word(fund)?, money(amount)?));
    }
    let figures = Figures { words: &words, amounts: &amounts, items: &items };
    let entry = match templates.entry(occasion, Word::known("entry"), day, Word::known("row"), &figures) {
        Ok(entry) => entry,
        Err(PostingError::NoTemplate(..)) => None,
        Err(fault) => return Err(fault.to_string()),
    };
    let got: Vec<String> = entry.iter().flat_map(|entry| &entry.postings).map(posted).collect();
    let got = if got.is_empty() { "none".to_owned() } else { got.join("; ") };
    let expected = need("posts")?;
    if expected == got { Ok(()) } else { Err(stage.differs(row, expected, &got)) }
}

fn posted(posting: &Posting) -> String {
    format!("{} {}", posting.account, posting.amount)
}

fn word(text: &str) -> Result<Word, String> {
    text.parse().map_err(|fault: ledger::WordError| fault.to_string())
}

fn money(text: &str) -> Result<Fen, String> {
    text.replace(',', "").parse().map_err(|_| format!("`{text}` is no amount"))
}
