//! Adjudicating a bill: split the lines, classify the bill, apply the layers in order. Integer arithmetic on
//! compiled tables; nothing is allocated for an accepted bill once the outcome's buffers have grown.

use crate::bill::Bill;
use crate::lines::{Sums, split};
use crate::model::{Balance, Base, Benefits, DIMENSIONS_MAX, LawDay, Layer, Pays, QUICK_MAX, Rule};
use crate::outcome::{Amounts, LineShare, Outcome, Step, StepKind};
use terms::{Day, Fen, Refusals};

/// The header of an outcome without lines and trace, for replaying many bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// The header amounts.
    pub amounts: Amounts,
    /// A figure that is not law but an illustration had an effect on these amounts.
    pub illustrative: bool,
}

/// What the layers leave to each other, in fen.
struct Running {
    /// In scope, less first share and what an account paid ahead.
    scope: i64,
    /// In scope and paid by nobody yet.
    burden: i64,
    /// First own and paid by nobody yet.
    first_own: i64,
    /// Borne by the person so far.
    person: i64,
}

impl Benefits {
    /// Adjudicates a bill with its full trace. On a refusal the outcome holds nothing of use.
    pub fn adjudicate(&self, bill: &Bill, outcome: &mut Outcome) -> Result<(), Refusals> {
        self.trace(bill, outcome)?;
        debug_assert_eq!(outcome.broken_identity(), None);
        Ok(())
    }

    /// The same, unasserted: the prover shows what an unsound pack makes of a bill.
    #[inline(always)]
    pub(crate) fn trace(&self, bill: &Bill, outcome: &mut Outcome) -> Result<(), Refusals> {
        let Outcome { amounts, lines, steps, law_day, illustrative } = outcome;
        steps.clear();
        *law_day = self.law_day_of(bill);
        *illustrative = self.run::<true>(bill, amounts, lines, steps)?;
        Ok(())
    }

    /// The same amounts without lines and trace. On a refusal the totals hold nothing of use.
    pub fn totals(&self, bill: &Bill, totals: &mut Totals) -> Result<(), Refusals> {
        let Totals { amounts, illustrative } = totals;
        // Nothing is told, so the empty buffers stay empty.
        *illustrative = self.run::<false>(bill, amounts, &mut Vec::new(), &mut Vec::new())?;
        Ok(())
    }

    /// The day whose law is applied to a bill.
    #[inline]
    pub fn law_day_of(&self, bill: &Bill) -> Day {
        self.law_day(bill.visit.begndate, bill.visit.enddate)
    }

    /// The day whose law is applied to a visit over these days. The whole visit counts towards the settlement year of
    /// this day.
    #[inline]
    pub fn law_day(&self, begndate: Day, enddate: Day) -> Day {
        match self.law_day {
            LawDay::Discharge => enddate,
            LawDay::Admission => begndate,
        }
    }

    /// Fills in the amounts; says whether an illustrative figure had an effect on them.
    #[inline(always)]
    fn run<const TELL: bool>(
        &self,
        bill: &Bill,
        amounts: &mut Amounts,
        lines: &mut Vec<LineShare>,
        steps: &mut Vec<Step>,
    ) -> Result<bool, Refusals> {
        let mut values = [0; DIMENSIONS_MAX];
        let Some(period) = self.classify(bill, &mut values) else {
            return Err(self.refusals(bill));
        };
        let Ok(sums) = split::<TELL>(&bill.lines, lines) else {
            return Err(vec![self.out_of_range()]);
        };
        match self.apply_layers::<TELL>(bill, &sums, period, &values, amounts, steps) {
            Some(illustrative) => Ok(illustrative | sums.illustrative),
            None => Err(vec![self.out_of_range()]),
        }
    }

    /// Applies the layers in order; nothing where an amount leaves the field.
    #[inline(always)]
    fn apply_layers<const TELL: bool>(
        &self,
        bill: &Bill,
        sums: &Sums,
        period: usize,
        values: &[u8; DIMENSIONS_MAX],
        amounts: &mut Amounts,
        steps: &mut Vec<Step>,
    ) -> Option<bool> {
        *amounts = Amounts::default();
        amounts.medfee_sumamt = fen(sums.total)?;
        amounts.fulamt_ownpay_amt = fen(sums.own)?;
        amounts.overlmt_selfpay = fen(sums.over)?;
        let mut illustrative = false;
        let mut running =
            Running { scope: sums.scope, burden: sums.scope, first_own: sums.first_own, person: sums.total };
        let (mut first_share, mut deductibles, mut funds, mut accounts) = (0, 0, 0, 0);
        for (number, layer) in self.layers.iter().enumerate() {
            let Some(rule) = layer.rule(values, period) else { continue };
            let applied = layer.apply::<TELL>(rule, number, bill, &running, deductibles, steps)?;
            illustrative |= applied.illustrative;
            let paid = applied.paid;
            match layer.pays {
                Pays::FirstOwn => {
                    running.scope -= paid;
                    running.burden -= paid;
                    running.first_own += paid;
                    first_share += paid;
                    continue;
                }
                Pays::Account => {
                    accounts += paid;
                    if layer.base == Base::Scope {
                        running.scope -= paid;
                    }
                }
                Pays::Hospital => {}
                _ => funds += paid,
            }
            if layer.base == Base::Scope {
                deductibles += applied.deductible;
            }
            // What a fund pays comes off the in-scope burden first, then off the first-own shares.
            let of_burden = paid.min(running.burden.max(0));
            running.burden -= of_burden;
            running.first_own -= (paid - of_burden).min(running.first_own);
            running.person -= paid;
            let item = amounts.item(layer.pays);
            *item = fen(item.get() + paid)?;
        }
        amounts.preselfpay_amt = fen(sums.first_own + first_share)?;
        amounts.inscp_scp_amt = fen(sums.scope - first_share)?;
        amounts.act_pay_dedc = fen(deductibles)?;
        amounts.fund_pay_sumamt = fen(funds)?;
        amounts.psn_part_amt = fen(running.person + accounts)?;
        amounts.psn_cash_pay = fen(running.person)?;
        Some(illustrative)
    }
}

/// An amount inside the national field.
#[inline(always)]
fn fen(amount: i64) -> Option<Fen> {
    Fen::new(amount).ok()
}

/// What a layer did.
struct Applied {
    paid: i64,
    deductible: i64,
    illustrative: bool,
}

impl Layer {
    /// Applies a rule: the base runs from where the year stands, first through the deductible, then through the
    /// bands; caps and the account's balance cut the payment.
    #[inline(always)]
    fn apply<const TELL: bool>(
        &self,
        rule: &Rule,
        number: usize,
        bill: &Bill,
        running: &Running,
        deductibles: i64,
        steps: &mut Vec<Step>,
    ) -> Option<Applied> {
        let layer = u8::try_from(number).unwrap_or(u8::MAX);
        let mut tell = |kind, row, from, length, amount| {
            if TELL {
                steps.push(Step { kind, layer, row, from, length, amount });
            }
        };
        let base = match self.base {
            Base::Scope => running.scope,
            Base::AboveDeductible => running.scope - deductibles,
            Base::Burden => running.burden,
            Base::BurdenAndFirstOwn => running.burden + running.first_own,
            Base::Person => running.person,
        };
        let mut applied = Applied { paid: 0, deductible: 0, illustrative: false };
        if base <= 0 {
            return Some(applied);
        }
        let used = |place: Option<usize>| place.map_or(0, |place| bill.year.get(place).get().max(0));
        let position = used(self.position);

        let full = rule.deductible.get();
        if rule.says_deductible {
            let borne = used(self.deductible_counts);
            applied.deductible = base.min((full - borne).max(0));
            // Of the in-scope amount it is told by itself, whatever is paid above it.
            let told = self.base == Base::Scope && applied.deductible > 0;
            applied.illustrative |= told && rule.deductible_from.illustrative;
            tell(StepKind::Deductible, rule.place, borne, base, applied.deductible);
        }
        let ahead = if self.base == Base::AboveDeductible { deductibles } else { 0 };
        let shift = if self.bands_begin_at_deductible { full } else { 0 };
        let start = (position + ahead + applied.deductible - shift).max(0);
        let end = start + base - applied.deductible;

        let quick = self.quick && end < QUICK_MAX;
        let mut paid = 0;
        let mut lower = 0;
        let mut by_bands = false;
        for (row, band) in self.bands_of(rule).iter().enumerate() {
            if lower >= end {
                break;
            }
            let from = start.max(lower);
            let length = end.min(band.upto) - from;
            lower = band.upto;
            if length <= 0 {
                continue;
            }
            let amount = if quick { band.pays_quickly(length) } else { band.pays(length, self.rounding)? };
            paid += amount;
            by_bands |= band.origin.illustrative;
            tell(StepKind::Band, rule.bands.0 + u32::try_from(row).unwrap_or(0), from, length, amount);
        }
        let wanted = paid;
        for (row, cap) in self.caps_of(rule).iter().enumerate() {
            let Some(limit) = cap.limit else { continue };
            let used = used(cap.of);
            let kept = paid.min((limit.get() - used).max(0));
            if kept < paid {
                applied.illustrative |= cap.origin.illustrative;
                tell(StepKind::Cap, rule.caps.0 + u32::try_from(row).unwrap_or(0), used, paid, paid - kept);
            }
            paid = kept;
        }
        if let Some(balance) = self.balance {
            let left = match balance {
                Balance::ThisYear => bill.person.account,
                Balance::EarlierYears => bill.person.account_past,
            };
            let kept = paid.min(left.get().max(0));
            if kept < paid {
                tell(StepKind::Balance, 0, left.get(), paid, paid - kept);
            }
            paid = kept;
        }
        // Where a limit or an empty account leaves nothing, no rate and no deductible had an effect.
        applied.illustrative |= by_bands && (wanted == 0 || paid > 0);
        applied.illustrative |= rule.says_deductible && rule.deductible_from.illustrative && paid > 0;
        applied.paid = paid;
        tell(StepKind::Layer, 0, position, base, paid);
        Some(applied)
    }
}

#[cfg(test)]
mod tests;
