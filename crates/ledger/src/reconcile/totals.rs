//! 3201: totals of a range of days against totals.

use super::{Range, Record};
use terms::{Fen, MoneyError};

/// What 3201 compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// `fixmedins_setl_cnt`
    pub count: u32,
    /// `medfee_sumamt`
    pub medfee_sumamt: Fen,
    /// `fund_pay_sumamt`
    pub fund_pay_sumamt: Fen,
    /// `acct_pay`
    pub acct_pay: Fen,
}

impl Sums {
    /// The totals of the records that count in the range. A refund takes away what its settlement brought, whichever
    /// sign its amounts are written with, and counts as a record of its own.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>, range: &Range) -> Result<Sums, MoneyError> {
        records.into_iter().filter(|record| range.holds(record)).try_fold(Sums::default(), |sums, record| {
            let signed = |amount: Fen| {
                let size = if amount.is_negative() { amount.negated() } else { amount };
                if record.refund { size.negated() } else { amount }
            };
            Ok(Sums {
                count: sums.count.saturating_add(1),
                medfee_sumamt: sums.medfee_sumamt.plus(signed(record.medfee_sumamt))?,
                fund_pay_sumamt: sums.fund_pay_sumamt.plus(signed(record.fund_pay_sumamt))?,
                acct_pay: sums.acct_pay.plus(signed(record.acct_pay))?,
            })
        })
    }
}

/// The answer to 3201.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `stmt_rslt`: `0` equal, `1` not.
    pub stmt_rslt: &'static str,
    /// `stmt_rslt_dscr`: which totals differ by how much, the office's less the provider's.
    pub stmt_rslt_dscr: String,
}

/// Compares the office's totals with the provider's.
pub fn compare(office: &Sums, provider: &Sums) -> Verdict {
    let mut parts = Vec::new();
    if office.count != provider.count {
        let by = i64::from(office.count) - i64::from(provider.count);
        parts.push(format!("fixmedins_setl_cnt {by:+}"));
    }
    for (name, ours, theirs) in [
        ("medfee_sumamt", office.medfee_sumamt, provider.medfee_sumamt),
        ("fund_pay_sumamt", office.fund_pay_sumamt, provider.fund_pay_sumamt),
        ("acct_pay", office.acct_pay, provider.acct_pay),
    ] {
        if ours != theirs {
            // A difference of two amounts can leave numeric(16,2) only where one of them was nonsense.
            let by = ours.minus(theirs).map_or_else(|_| "out of range".to_owned(), |by| by.to_string());
            let sign = if ours > theirs { "+" } else { "" };
            parts.push(format!("{name} {sign}{by}"));
        }
    }
    Verdict { stmt_rslt: if parts.is_empty() { "0" } else { "1" }, stmt_rslt_dscr: parts.join("; ") }
}
