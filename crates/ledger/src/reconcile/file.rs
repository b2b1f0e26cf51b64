//! The files of 3202: one settlement a line, items between tabs, `null` for nothing.

use super::{Break, Record};
use crate::Word;
use terms::Fen;

/// A line of the provider's file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct FileFault {
    /// From 1.
    pub line: usize,
    /// What is wrong, naming the field.
    pub what: String,
}

/// The most settlements one file may list.
const LINES_MAX: usize = 1_000_000;

/// Reads the provider's file: `setl_id`, `mdtrt_id`, `psn_no`, `medfee_sumamt`, `fund_pay_sumamt`, `acct_pay`,
/// `refd_setl_flag`.
pub fn read_details(text: &str) -> Result<Vec<Record>, FileFault> {
    let mut records = Vec::new();
    for (position, line) in text.lines().enumerate() {
        let fault = |what: String| FileFault { line: position + 1, what };
        if line.trim().is_empty() {
            continue;
        }
        if records.len() == LINES_MAX {
            return Err(fault(format!("the file lists more than {LINES_MAX} settlements")));
        }
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [setl_id, mdtrt_id, psn_no, medfee, fund, account, refund] = fields[..] else {
            return Err(fault(format!("the line has {} items, seven are asked for", fields.len())));
        };
        let word = |field: &str, text: &str| {
            text.parse::<Word>().map_err(|error| fault(format!("{field}: {error}")))
        };
        let amount = |field: &str, text: &str| {
            let text = if matches!(text, "" | "null") { "0" } else { text };
            text.parse::<Fen>().map_err(|error| fault(format!("{field}: {error}")))
        };
        let nothing = matches!(setl_id, "" | "null");
        records.push(Record {
            setl_id: if nothing { None } else { Some(word("setl_id", setl_id)?) },
            msgid: None,
            mdtrt_id: word("mdtrt_id", mdtrt_id)?,
            psn_no: word("psn_no", psn_no)?,
            day: None,
            refund: match refund {
                "0" => false,
                "1" => true,
                other => {
                    let shown: String = other.chars().take(10).collect();
                    return Err(fault(format!("refd_setl_flag: `{shown}` is neither 0 nor 1")));
                }
            },
            medfee_sumamt: amount("medfee_sumamt", medfee)?,
            fund_pay_sumamt: amount("fund_pay_sumamt", fund)?,
            acct_pay: amount("acct_pay", account)?,
        });
    }
    Ok(records)
}

/// One line of the answer's file: `psn_no`, `mdtrt_id`, `setl_id`, `msgid`, `stmt_rslt`, `refd_setl_flag`, `memo`,
/// `medfee_sumamt`, `fund_pay_sumamt`, `acct_pay`. The memo names the break. The amounts are the office's where it has
/// the settlement. Nothing where the places are not those of these lists.
pub fn result_line(found: &Break, office: &[Record], provider: &[Record]) -> Option<String> {
    let ours = found.office.and_then(|place| office.get(place));
    let theirs = found.provider.and_then(|place| provider.get(place));
    let record = ours.or(theirs)?;
    let word = |word: Option<Word>| word.map_or_else(|| "null".to_owned(), |word| word.to_string());
    Some(
        [
            record.psn_no.to_string(),
            record.mdtrt_id.to_string(),
            word(record.setl_id),
            word(ours.and_then(|record| record.msgid)),
            "1".to_owned(),
            if record.refund { "1" } else { "0" }.to_owned(),
            found.kind.word().to_owned(),
            record.medfee_sumamt.to_string(),
            record.fund_pay_sumamt.to_string(),
            record.acct_pay.to_string(),
        ]
        .join("\t"),
    )
}
