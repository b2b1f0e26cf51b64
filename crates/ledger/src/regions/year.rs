//! The year's end between regions: what is still open of a year, by when it must be closed, and next year's prepayment.

use super::prepayment_size;
use crate::{
    Account, AccountKind, Entry, Figures, Ledger, NoValue, Occasion, Parameter, Parameters, PostingError,
    Templates, Turnover, Word,
};
use terms::{Day, Fen, MoneyError, Month};

/// The last day to clear a year between regions.
pub fn due_by(year: i32, parameters: &Parameters) -> Result<Day, NoValue> {
    let end = Month { year, month: 12 }.last();
    let month = parameters.count(Parameter::RegionYearClearedByMonth, end)?;
    // The compiler keeps counts below a thousand; a month beyond twelve is the year's last.
    let month = u8::try_from(month.min(12)).unwrap_or(12);
    Ok(Month { year: year + 1, month }.last())
}

/// What is still open of an account between regions out of what came up to the end of a year, from what moved up to that
/// day and up to now; what was cleared since is set against the oldest first. Above zero, from the side on which the
/// account stands; nothing where nothing is open, or where the account is none between regions.
pub fn still_open(kind: AccountKind, up_to_end: Turnover, up_to_now: Turnover) -> Option<Fen> {
    let left = match kind {
        AccountKind::Receivable => up_to_end.debit.minus(up_to_now.credit),
        AccountKind::PayableRegion => up_to_end.credit.minus(up_to_now.debit),
        _ => return None,
    };
    left.ok().filter(|left| *left > Fen::ZERO)
}

/// Next year's prepayment against what is lodged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adjustment {
    /// The year it is for.
    pub year: i32,
    /// Who lodges.
    pub insured: Word,
    /// With whom.
    pub treating: Word,
    /// Of which fund.
    pub fund: Word,
    /// What is lodged.
    pub held: Fen,
    /// What is to be lodged.
    pub due: Fen,
}

/// Next year's prepayment out of the books of the region of insurance: months of what the year cost there.
pub fn adjustment(
    insured_books: &Ledger,
    (insured, treating, fund): (Word, Word, Word),
    year: i32,
    parameters: &Parameters,
) -> Result<Result<Adjustment, MoneyError>, NoValue> {
    let (first, last) =
        (Month { year: year - 1, month: 1 }.first(), Month { year: year - 1, month: 12 }.last());
    let cost = insured_books.turnover(&Account::payable_region(treating, fund), first, last).credit;
    let held = Account::new(AccountKind::PrepaidTo, &[treating, fund])
        .map_or(Fen::ZERO, |account| insured_books.balance_on(&account, last));
    let due = prepayment_size(cost, parameters, Month { year, month: 1 }.first())?;
    Ok(due.map(|due| Adjustment { year, insured, treating, fund, held, due }))
}

impl Adjustment {
    /// The entries that carry it out in the books of one of the two regions; none for a third.
    pub fn entries(
        &self,
        region: Word,
        on: Day,
        templates: &Templates,
    ) -> Result<Option<Entry>, PostingError> {
        // Both are at least zero, so the difference fits.
        let more = self.due.minus(self.held).unwrap_or(Fen::ZERO);
        let (partner, occasion, field) = match (region, more.is_negative()) {
            (region, false) if region == self.insured => {
                (self.treating, Occasion::PrepaymentLodged, "lodged")
            }
            (region, false) if region == self.treating => {
                (self.insured, Occasion::PrepaymentReceived, "received")
            }
            (region, true) if region == self.insured => {
                (self.treating, Occasion::PrepaymentRecovered, "recovered")
            }
            (region, true) if region == self.treating => {
                (self.insured, Occasion::PrepaymentRefunded, "refunded")
            }
            _ => return Ok(None),
        };
        let amount = if more.is_negative() { more.negated() } else { more };
        let id =
            Word::known(&format!("prepay/{}/{}/{}/{}", self.year, self.insured, self.treating, self.fund));
        let words = [("region", partner), ("fund", self.fund)];
        let figures = Figures { words: &words, amounts: &[(field, amount)], items: &[] };
        templates.entry(occasion, id, on, id, &figures)
    }
}
