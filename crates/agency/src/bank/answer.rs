//! The bank's answer file, read line by line; every line that cannot be read is named.

use ledger::Word;
use serde::{Deserialize, Serialize};
use terms::{Day, Fen};

/// What the answer says of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLine {
    /// The line of the file, from 1.
    pub line: u32,
    /// Which payment.
    pub reference: Word,
    /// How much.
    pub amount: Fen,
    /// When.
    pub on: Day,
    /// Why it came back; none where it was paid.
    pub returned: Option<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    /// From 1.
    pub line: u32,
    /// What is wrong: a key of the texts, `bank-fault-…`.
    pub what: &'static str,
}

/// The heads of an answer.
pub const HEADS: &str = "reference,amount,day,result,reason";
/// The longest reason that is kept, in letters.
const REASON_MAX: usize = 200;
/// Faults that are named; the rest of a file that is none at all would say nothing more.
const FAULTS_MAX: usize = 50;

/// Reads an answer: the heads, a line `reference,amount,day,paid` or `reference,amount,day,returned,reason` for each
/// payment, and as the last one `sum,AMOUNT`, which must be what the lines come to. The reason is the rest of its line.
///
/// # Errors
/// Every line that cannot be read, the sum that does not agree included.
pub fn read_answer(text: &str) -> Result<Vec<AnswerLine>, Vec<AnswerFault>> {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let (mut sum, mut total, mut last) = (None, Fen::ZERO, 1);
    for (number, line) in (1_u32..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if faults.len() >= FAULTS_MAX {
            break;
        }
        let mut fault = |what| faults.push(AnswerFault { line: number, what });
        let line = line.trim();
        if number == 1 {
            if line != HEADS {
                fault("bank-fault-heads");
            }
            continue;
        }
        if line.is_empty() {
            continue;
        }
        last = number;
        if sum.is_some() {
            fault("bank-fault-after-sum");
            continue;
        }
        let mut fields = line.splitn(5, ',').map(str::trim);
        let mut field = || fields.next().unwrap_or_default();
        let (reference, amount) = (field(), field().parse::<Fen>());
        let Ok(amount) = amount else {
            fault("bank-fault-amount");
            continue;
        };
        if reference == "sum" {
            sum = Some(amount);
            continue;
        }
        let (on, result, reason) = (field().parse::<Day>(), field(), field());
        let returned = match (result, reason) {
            ("paid", _) => None,
            ("returned", "") => {
                fault("bank-fault-reason");
                continue;
            }
            ("returned", reason) => Some(reason.chars().take(REASON_MAX).collect::<String>()),
            _ => {
                fault("bank-fault-result");
                continue;
            }
        };
        let (Ok(reference), Ok(on)) = (reference.parse::<Word>(), on) else {
            fault(if reference.parse::<Word>().is_err() { "bank-fault-reference" } else { "bank-fault-day" });
            continue;
        };
        total = total.plus(amount).unwrap_or(Fen::MAX);
        found.push(AnswerLine { line: number, reference, amount, on, returned });
    }
    match sum {
        Some(sum) if sum != total && faults.is_empty() => {
            faults.push(AnswerFault { line: last, what: "bank-fault-sum" });
        }
        None if faults.len() < FAULTS_MAX => {
            faults.push(AnswerFault { line: last, what: "bank-fault-no-sum" });
        }
        _ => {}
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}
