//! The payment file to the bank and what the bank gives back, both as comma-separated lines in UTF-8.

use super::PaymentPlan;
use crate::{Account, Entry, EntryId, Figures, Ledger, Occasion, PostingError, Templates, Word};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fen};

/// Where a provider's money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Name of the account's holder.
    pub name: String,
    /// The bank.
    pub bank: String,
    /// Number of the account.
    pub account: String,
}

/// The payment file: one line for each payment above zero. Providers without a bank account are named instead, and
/// then there is no file: a payment that is left out unseen is worse than one that waits.
pub fn payment_file(plan: &PaymentPlan, payees: &BTreeMap<Word, Payee>) -> Result<String, BTreeSet<Word>> {
    let due = || plan.lines.iter().filter(|line| line.paid > Fen::ZERO);
    let unknown: BTreeSet<Word> =
        due().map(|line| line.provider).filter(|provider| !payees.contains_key(provider)).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let mut text = String::from("reference,provider,name,bank,account,amount,purpose\r\n");
    for line in due() {
        let Some(payee) = payees.get(&line.provider) else { continue };
        let fields = [
            plan.reference(line).to_string(),
            line.provider.to_string(),
            payee.name.clone(),
            payee.bank.clone(),
            payee.account.clone(),
            line.paid.to_string(),
            format!("{} {}", plan.month, line.fund),
        ];
        text.push_str(&fields.map(|field| quoted(&field)).join(","));
        text.push_str("\r\n");
    }
    Ok(text)
}

/// A field between quotes where it needs them. A leading sign that a spreadsheet would take for a formula is kept
/// from it by a space; no reference, code or amount begins with one.
fn quoted(field: &str) -> String {
    let field =
        if field.starts_with(['=', '+', '@', '-', '\t']) { format!(" {field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

/// A payment the bank gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The payment's reference.
    pub reference: Word,
    /// How much came back.
    pub amount: Fen,
    /// When.
    pub on: Day,
    /// Why, in the bank's words.
    pub reason: String,
}

/// A line of the bank's file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}; write reference,amount,day,reason")]
pub struct BankFault {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// The most lines a bank's file may have.
const LINES_MAX: usize = 100_000;
/// The longest reason that is kept, in letters.
const REASON_MAX: usize = 200;

/// Reads the bank's file of returned payments: `reference,amount,day,reason`, the first line being those heads. The
/// reason is the rest of the line.
pub fn read_returned(text: &str) -> Result<Vec<Returned>, BankFault> {
    let mut found = Vec::new();
    for (position, line) in text.lines().enumerate() {
        let fault = |what: String| BankFault { line: position + 1, what };
        if position >= LINES_MAX {
            return Err(fault(format!("the file has more than {LINES_MAX} lines")));
        }
        if position == 0 {
            if line.trim().trim_start_matches('\u{feff}') != "reference,amount,day,reason" {
                return Err(fault("the heads are missing".to_owned()));
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let mut fields = line.splitn(4, ',').map(str::trim);
        let mut field = |name: &str| fields.next().ok_or_else(|| fault(format!("there is no {name}")));
        let reference = field("reference")?.parse::<Word>().map_err(|error| fault(error.to_string()))?;
        let amount = field("amount")?.parse::<Fen>().map_err(|error| fault(error.to_string()))?;
        let on = field("day")?.parse::<Day>().map_err(|error| fault(error.to_string()))?;
        let reason = field("reason")?.chars().take(REASON_MAX).collect();
        if amount <= Fen::ZERO {
            return Err(fault("the amount is not above zero".to_owned()));
        }
        found.push(Returned { reference, amount, on, reason });
    }
    Ok(found)
}

/// What returned payments come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Returns {
    /// Entries that make the money owed again.
    pub entries: Vec<Entry>,
    /// Lines that do not fit the books; somebody has to ask the bank.
    pub breaks: Vec<(Returned, ReturnedBreak)>,
}

/// Why a returned payment does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReturnedBreak {
    /// No payment has this reference.
    NoSuchPayment,
    /// The payment was of another amount.
    OtherAmount(Fen),
    /// It came back before.
    ReturnedBefore,
    /// It came back before it was paid.
    BeforePayment,
}

/// Sets returned payments against the books: each that fits gets an entry, each that does not is named.
pub fn returns(
    ledger: &Ledger,
    templates: &Templates,
    returned: &[Returned],
) -> Result<Returns, PostingError> {
    let mut found = Returns::default();
    let mut seen: BTreeSet<EntryId> = BTreeSet::new();
    for one in returned {
        let payment = ledger
            .entry(&one.reference)
            .filter(|entry| entry.occasion == Occasion::Payment.word() && entry.reverses.is_none());
        let Some(payment) = payment else {
            found.breaks.push((one.clone(), ReturnedBreak::NoSuchPayment));
            continue;
        };
        let id = Word::known(&format!("returned/{}", one.reference));
        let paid = payment.on(&Account::CASH).negated();
        let payable = payment.postings.iter().map(|posting| posting.account).find(|a| *a != Account::CASH);
        let (Some(provider), Some(fund)) = (payable.and_then(|a| a.party()), payable.and_then(|a| a.fund()))
        else {
            found.breaks.push((one.clone(), ReturnedBreak::NoSuchPayment));
            continue;
        };
        let fault = if ledger.entry(&id).is_some() || !seen.insert(id) {
            Some(ReturnedBreak::ReturnedBefore)
        } else if one.amount != paid {
            Some(ReturnedBreak::OtherAmount(paid))
        } else {
            (one.on < payment.day).then_some(ReturnedBreak::BeforePayment)
        };
        if let Some(fault) = fault {
            found.breaks.push((one.clone(), fault));
            continue;
        }
        let words = [("provider", provider), ("fund", fund)];
        let figures = Figures { words: &words, amounts: &[("returned", one.amount)], items: &[] };
        let decision = one.reference;
        found.entries.extend(templates.entry(Occasion::PaymentReturned, id, one.on, decision, &figures)?);
    }
    Ok(found)
}
