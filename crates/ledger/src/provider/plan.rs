//! The month's payment: planned first, looked at, then carried out without any choice left.

use super::{Deduction, Standing, Statement};
use crate::{
    Entry, EntryId, Figures, NoValue, Occasion, Parameter, Parameters, PostingError, Templates, Word,
};
use std::collections::BTreeMap;
use terms::{Day, Fen, MoneyError, Month, Rate, Rounding};

/// The payment of one month to every provider. Immutable: what is carried out is what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentPlan {
    /// Which month.
    pub month: Month,
    /// The day it is carried out and posted for.
    pub on: Day,
    /// The share kept back as deposit.
    pub share: Rate,
    /// By provider and fund.
    pub lines: Vec<PlanLine>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// To whom.
    pub provider: Word,
    /// Out of which fund.
    pub fund: Word,
    /// Owed at the end of the month.
    pub owed: Fen,
    /// Final deductions taken now, by name.
    pub deductions: Vec<(Word, Fen)>,
    /// Kept back as deposit now.
    pub withheld: Fen,
    /// Paid now; zero where nothing is left.
    pub paid: Fen,
    /// Owed by the provider and carried over to its next month.
    pub carried_over: Fen,
}

/// Why a plan cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Planned {
    /// A parameter is missing.
    #[error(transparent)]
    Parameter(#[from] NoValue),
    /// An amount is out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PaymentPlan {
    /// Plans the payment of these statements, all of one month. Of the deductions those are taken that are final on
    /// `on` and were not taken before (the caller leaves those out). The deposit is the share that holds on the
    /// month's last day, of what the month earned less its deductions, rounded half up.
    pub fn new(
        month: Month,
        statements: &[Statement],
        deductions: &[Deduction],
        parameters: &Parameters,
        on: Day,
    ) -> Result<PaymentPlan, Planned> {
        let share = parameters.rate(Parameter::HeldBackShare, month.last())?;
        let mut taken: BTreeMap<(Word, Word), Vec<(Word, Fen)>> = BTreeMap::new();
        for deduction in deductions.iter().filter(|deduction| deduction.standing(on) == Standing::Final) {
            taken
                .entry((deduction.provider, deduction.fund))
                .or_default()
                .push((deduction.id, deduction.amount));
        }
        let mut lines = Vec::new();
        for statement in statements.iter().filter(|statement| statement.month == month) {
            let deductions = taken.remove(&(statement.provider, statement.fund)).unwrap_or_default();
            let deducted = Fen::sum(deductions.iter().map(|(_, amount)| *amount))?;
            let left = statement.closing.minus(deducted)?;
            let earned = statement.earned()?.minus(deducted)?.max(Fen::ZERO);
            let withheld = share.of(earned, Rounding::HalfUp)?.min(left.max(Fen::ZERO));
            let rest = left.minus(withheld)?;
            lines.push(PlanLine {
                provider: statement.provider,
                fund: statement.fund,
                owed: statement.closing,
                deductions,
                withheld,
                paid: rest.max(Fen::ZERO),
                carried_over: rest.min(Fen::ZERO).negated(),
            });
        }
        Ok(PaymentPlan { month, on, share, lines })
    }

    /// The reference of a line's payment, in the payment file and as the name of its entry.
    pub fn reference(&self, line: &PlanLine) -> EntryId {
        Word::known(&format!("pay/{}/{}/{}", self.month, line.provider, line.fund))
    }

    /// The entries that carry the plan out. Their names follow from month, provider and fund, so that carrying it
    /// out twice posts once.
    pub fn entries(&self, templates: &Templates) -> Result<Vec<Entry>, PostingError> {
        let mut entries = Vec::new();
        for line in &self.lines {
            let words = [("provider", line.provider), ("fund", line.fund)];
            let decision = self.reference(line);
            let mut post = |occasion: Occasion, id: Word, name: &str, amount: Fen| {
                let figures = Figures { words: &words, amounts: &[(name, amount)], items: &[] };
                templates.entry(occasion, id, self.on, decision, &figures).map(|entry| entries.extend(entry))
            };
            for (id, amount) in &line.deductions {
                post(Occasion::Deduction, *id, "deducted", *amount)?;
            }
            let deposit = Word::known(&format!("deposit/{}/{}/{}", self.month, line.provider, line.fund));
            post(Occasion::DepositWithheld, deposit, "withheld", line.withheld)?;
            post(Occasion::Payment, self.reference(line), "paid", line.paid)?;
        }
        Ok(entries)
    }
}
