//! Claims (零星报销): what a counter reimbursement asks for, receipt by receipt and line by line.

mod grounds;
pub mod list;

pub use grounds::{LineGround, LineGrounds};

use crate::settlement::BillLine;
use crate::{CaseId, Context, ProviderId, Records, StreamId, Unique};
use benefit::Code;
use serde::{Deserialize, Serialize};
use terms::{Day, Fact, Fen, Refusals};

/// A claim as the counter enters it from the papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Where the person was treated.
    pub provider: ProviderId,
    /// Kind of visit (`13` emergency, `21` inpatient …).
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day; the day of discharge of a stay.
    pub enddate: Day,
    /// The original receipts.
    pub receipts: Vec<Receipt>,
    /// The expense list.
    pub lines: Vec<BillLine>,
}

/// One original receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The number printed on it.
    pub number: String,
    /// What it says was paid.
    pub amount: Fen,
    /// The day it was issued.
    pub issued: Day,
}

/// A line of a claim that is not reimbursed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLine {
    /// The line's place on the list, from 0.
    pub line: usize,
    /// The ground, by the packs' ids.
    pub ground: String,
    /// What the reviewer adds.
    #[serde(default)]
    pub note: String,
}

/// Bounds on what one case may carry.
pub const RECEIPTS_MAX: usize = 200;
/// See [`RECEIPTS_MAX`].
pub const LINES_MAX: usize = 5_000;

impl Claim {
    /// The name under which a receipt is registered: once, for the whole office, for ever.
    pub fn receipt_name(provider_code: &str, number: &str) -> String {
        format!("{provider_code}/{}", number.trim())
    }

    /// The total of the receipts.
    pub fn receipts_total(&self) -> Option<Fen> {
        Fen::sum(self.receipts.iter().map(|receipt| receipt.amount)).ok()
    }

    /// The total of the list, each line rounded to the fen.
    pub fn lines_total(&self) -> Option<Fen> {
        let amounts: Option<Vec<Fen>> = self.lines.iter().map(BillLine::amount).collect();
        Fen::sum(amounts?).ok()
    }

    /// What these lines come to, each rounded to the fen; nothing where one is not on the list.
    pub fn total_of(&self, lines: &[RefusedLine]) -> Option<Fen> {
        let amounts: Option<Vec<Fen>> =
            lines.iter().map(|refused| self.lines.get(refused.line)?.amount()).collect();
        Fen::sum(amounts?).ok()
    }

    /// Everything wrong with the claim itself: the list must add up to the receipts, days must make sense, no
    /// receipt may have been used before.
    pub(crate) fn refusals(
        &self,
        records: &dyn Records,
        context: &Context<'_>,
        provider_code: &str,
    ) -> Refusals {
        let mut refusals = Refusals::new();
        if self.receipts.is_empty() || self.receipts.len() > RECEIPTS_MAX {
            refusals.push(context.refuse("reimbursement/receipts-count"));
        }
        if self.lines.is_empty() || self.lines.len() > LINES_MAX {
            refusals.push(context.refuse("reimbursement/lines-count"));
        }
        if self.begndate > self.enddate || self.enddate > context.today() {
            refusals.push(context.refuse("reimbursement/days").with("enddate", Fact::Day(self.enddate)));
        }
        let (receipts, lines) = (self.receipts_total(), self.lines_total());
        if receipts != lines || receipts.is_none() {
            refusals.push(
                context
                    .refuse("reimbursement/list-differs")
                    .with("receipts", Fact::Fen(receipts.unwrap_or(Fen::ZERO)))
                    .with("lines", Fact::Fen(lines.unwrap_or(Fen::ZERO))),
            );
        }
        refusals.extend(self.used_receipts(records, context, provider_code, None));
        let mut numbers: Vec<&str> = self.receipts.iter().map(|receipt| receipt.number.trim()).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|pair| pair[0] == pair[1]) || numbers.iter().any(|number| number.is_empty())
        {
            refusals.push(context.refuse("reimbursement/receipt-twice"));
        }
        refusals
    }

    /// Receipts that another case than `own` used, with that case.
    pub(crate) fn used_receipts(
        &self,
        records: &dyn Records,
        context: &Context<'_>,
        provider_code: &str,
        own: Option<CaseId>,
    ) -> Refusals {
        let own = own.map(|case| StreamId::Case(case).to_string());
        let mut refusals = Refusals::new();
        for receipt in &self.receipts {
            let name = Claim::receipt_name(provider_code, &receipt.number);
            if let Some(crate::Event::UniqueTaken { by, .. }) =
                records.events(&StreamId::Unique(Unique::Receipt, name)).first()
                && own.as_ref() != Some(by)
            {
                refusals.push(
                    context
                        .refuse("reimbursement/receipt-used")
                        .with("receipt", Fact::Text(receipt.number.clone()))
                        .with("by", Fact::Text(by.clone())),
                );
            }
        }
        refusals
    }
}

#[cfg(test)]
mod tests;
