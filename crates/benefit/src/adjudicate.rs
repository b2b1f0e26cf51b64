//! Adjudicating a bill: split the lines, classify the bill, apply the layers in order. Integer arithmetic on
//! compiled tables; nothing is allocated for an accepted bill once the outcome's buffers have grown.

use crate::bill::{Bill, Class, Line};
use crate::model::{
    Balance, Base, Benefits, DIMENSIONS_MAX, DimensionSource, LawDay, Layer, NO_VALUE, Pays, Rule,
};
use crate::outcome::{Amounts, LineShare, Outcome, Step, StepKind};
use terms::{Day, Fact, Fen, MoneyError, Refusal, Refusals};

/// The header of an outcome without lines and trace, for replaying many bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// The header amounts.
    pub amounts: Amounts,
    /// A figure was used that is not law but an illustration.
    pub illustrative: bool,
}

/// Takes what a run has to say about its way; nothing at all where nobody asks.
trait Recorder {
    fn line(&mut self, share: LineShare);
    fn step(&mut self, step: Step);
}

/// Nobody asks.
struct Silent;

impl Recorder for Silent {
    #[inline(always)]
    fn line(&mut self, _: LineShare) {}
    #[inline(always)]
    fn step(&mut self, _: Step) {}
}

/// Writes into the buffers of an outcome.
struct Writer<'a> {
    lines: &'a mut Vec<LineShare>,
    steps: &'a mut Vec<Step>,
}

impl Recorder for Writer<'_> {
    #[inline(always)]
    fn line(&mut self, share: LineShare) {
        self.lines.push(share);
    }

    #[inline(always)]
    fn step(&mut self, step: Step) {
        self.steps.push(step);
    }
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
        outcome.lines.clear();
        outcome.steps.clear();
        outcome.lines.reserve(bill.lines.len());
        outcome.law_day = self.law_day_of(bill);
        let mut writer = Writer { lines: &mut outcome.lines, steps: &mut outcome.steps };
        let totals = self.run(bill, &mut writer)?;
        outcome.amounts = totals.amounts;
        outcome.illustrative = totals.illustrative;
        debug_assert_eq!(outcome.broken_identity(), None);
        Ok(())
    }

    /// The same amounts without lines and trace.
    pub fn totals(&self, bill: &Bill) -> Result<Totals, Refusals> {
        self.run(bill, &mut Silent)
    }

    /// The day whose law is applied to a bill.
    pub fn law_day_of(&self, bill: &Bill) -> Day {
        match self.law_day {
            LawDay::Discharge => bill.visit.enddate,
            LawDay::Admission => bill.visit.begndate,
        }
    }

    #[inline]
    fn run<R: Recorder>(&self, bill: &Bill, recorder: &mut R) -> Result<Totals, Refusals> {
        let Some((period, values)) = self.classify(bill) else {
            return Err(self.refusals(bill));
        };
        self.amounts(bill, period, &values, recorder).map_err(|_| vec![self.out_of_range()])
    }

    /// Period and value of every dimension; nothing where there is a reason to refuse.
    #[inline]
    fn classify(&self, bill: &Bill) -> Option<(usize, [u8; DIMENSIONS_MAX])> {
        if bill.lines.is_empty() || bill.visit.enddate < bill.visit.begndate {
            return None;
        }
        let period = self.period(self.law_day_of(bill))?;
        let mut classes = [0usize; crate::model::Field::ALL.len()];
        for (class, field) in classes.iter_mut().zip(&self.fields) {
            *class = field.class(field.field.of(bill, self.region));
        }
        let mut values = [0u8; DIMENSIONS_MAX];
        for (place, dimension) in self.dimensions.iter().enumerate() {
            let value = match &dimension.source {
                DimensionSource::Table { fields, values } => {
                    values[fields.iter().map(|&(field, stride)| classes[field] * stride).sum::<usize>()]
                }
                DimensionSource::HighestOf { dimension } => {
                    self.highest(bill, *dimension, values[*dimension])
                }
            };
            if value == NO_VALUE {
                return None;
            }
            values[place] = value;
        }
        let shut = |gate: &crate::model::Gate| gate.table[gate.grid.place(&values, period)];
        if self.gates.iter().any(shut) { None } else { Some((period, values)) }
    }

    /// The higher of this bill's value and that of the year's highest earlier level.
    fn highest(&self, bill: &Bill, dimension: usize, now: u8) -> u8 {
        let Some(highest) = bill.visit.highest else { return now };
        let mut earlier = bill.clone_head();
        earlier.provider.kind = highest.kind;
        earlier.provider.hosp_lv = highest.hosp_lv;
        self.value(&earlier, dimension).map_or(NO_VALUE, |value| value.min(now))
    }

    /// An amount left the span of the national field tables.
    pub(crate) fn out_of_range(&self) -> Refusal {
        Refusal::new("benefit/amount-out-of-range", self.article_id(self.lines_article))
    }

    /// The value of one dimension of a bill.
    pub(crate) fn value(&self, bill: &Bill, dimension: usize) -> Option<u8> {
        let value = match &self.dimensions.get(dimension)?.source {
            DimensionSource::Table { fields, values } => {
                let place = fields.iter().map(|&(field, stride)| {
                    let field = &self.fields[field];
                    field.class(field.field.of(bill, self.region)) * stride
                });
                *values.get(place.sum::<usize>())?
            }
            DimensionSource::HighestOf { dimension } => {
                let now = self.value(bill, *dimension)?;
                self.highest(bill, *dimension, now)
            }
        };
        (value != NO_VALUE).then_some(value)
    }

    /// Every reason why a bill is not adjudicated, at once.
    fn refusals(&self, bill: &Bill) -> Refusals {
        let mut refusals = Refusals::new();
        let refusal = |code: &str, article: u16| Refusal::new(code, self.article_id(article));
        if bill.lines.is_empty() {
            refusals.push(refusal("benefit/no-lines", self.lines_article));
        }
        let visit = &bill.visit;
        if visit.enddate < visit.begndate {
            refusals.push(
                refusal("benefit/days-reversed", self.law_day_article)
                    .with("begndate", Fact::Day(visit.begndate))
                    .with("enddate", Fact::Day(visit.enddate)),
            );
        }
        let day = self.law_day_of(bill);
        let period = self.period(day);
        if period.is_none() {
            refusals.push(
                refusal("benefit/day-before-answers", self.law_day_article)
                    .with("day", Fact::Day(day))
                    .with("answers-from", Fact::Day(self.periods.first().copied().unwrap_or(day))),
            );
        }
        let mut values = [0; DIMENSIONS_MAX];
        let mut complete = true;
        for (place, dimension) in self.dimensions.iter().enumerate() {
            match self.value(bill, place) {
                Some(value) => values[place] = value,
                None => {
                    complete = false;
                    refusals.push(self.unclassified(
                        bill,
                        place,
                        refusal("benefit/no-class", dimension.article),
                    ));
                }
            }
        }
        let Some(period) = period.filter(|_| complete) else { return refusals };
        for gate in &self.gates {
            if gate.table[gate.grid.place(&values, period)] {
                let mut shut = refusal(&gate.code, gate.article).with("day", Fact::Day(day));
                for (place, dimension) in self.dimensions.iter().enumerate() {
                    if gate.grid.strides[place] > 0
                        && let Some(value) = dimension.values.get(usize::from(values[place]))
                    {
                        shut = shut.with(&dimension.id, Fact::Name(value.name.clone()));
                    }
                }
                refusals.push(shut);
            }
        }
        refusals
    }

    /// Adds the codes a dimension could not place.
    fn unclassified(&self, bill: &Bill, dimension: usize, refusal: Refusal) -> Refusal {
        let dimension = &self.dimensions[dimension];
        let mut refusal = refusal.with("dimension", Fact::Name(dimension.name.clone()));
        if let DimensionSource::Table { fields, .. } = &dimension.source {
            let found: Vec<String> = fields
                .iter()
                .map(|&(field, _)| {
                    let field = self.fields[field].field;
                    format!("{} {}", field.name(), field.of(bill, self.region))
                })
                .collect();
            refusal = refusal.with("found", Fact::Text(found.join(", ")));
        }
        refusal
    }

    #[inline]
    fn amounts<R: Recorder>(
        &self,
        bill: &Bill,
        period: usize,
        values: &[u8; DIMENSIONS_MAX],
        recorder: &mut R,
    ) -> Result<Totals, MoneyError> {
        let mut illustrative = false;
        let mut sums = LineShare::default();
        for line in &bill.lines {
            let share = split(line)?;
            sums = plus(sums, share)?;
            illustrative |= line.illustrative;
            recorder.line(share);
        }
        let mut amounts = Amounts {
            medfee_sumamt: sums.det_item_fee_sumamt,
            fulamt_ownpay_amt: sums.fulamt_ownpay_amt,
            overlmt_selfpay: sums.overlmt_amt,
            ..Amounts::default()
        };
        let mut running = Running {
            scope: sums.inscp_scp_amt.get(),
            burden: sums.inscp_scp_amt.get(),
            first_own: sums.preselfpay_amt.get(),
            person: sums.det_item_fee_sumamt.get(),
        };
        let (mut first_share, mut deductibles, mut funds, mut accounts) = (0, 0, 0, 0);
        for (number, layer) in self.layers.iter().enumerate() {
            let Some(rule) = layer.rule(values, period) else { continue };
            let applied = layer.apply(rule, number, bill, &running, deductibles, recorder)?;
            illustrative |= applied.illustrative;
            let paid = applied.paid.get();
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
            *item = item.plus(applied.paid)?;
        }
        amounts.preselfpay_amt = Fen::new(sums.preselfpay_amt.get() + first_share)?;
        amounts.inscp_scp_amt = Fen::new(sums.inscp_scp_amt.get() - first_share)?;
        amounts.act_pay_dedc = Fen::new(deductibles)?;
        amounts.fund_pay_sumamt = Fen::new(funds)?;
        amounts.psn_part_amt = Fen::new(running.person + accounts)?;
        amounts.psn_cash_pay = Fen::new(running.person)?;
        Ok(Totals { amounts, illustrative })
    }

    pub(crate) fn article_id(&self, place: u16) -> &str {
        self.articles.get(usize::from(place)).map_or("", |article| article.id.0.as_str())
    }
}

/// What a layer did.
struct Applied {
    paid: Fen,
    deductible: i64,
    illustrative: bool,
}

impl Layer {
    /// Applies a rule: the base runs from where the year stands, first through the deductible, then through the
    /// bands; caps and the account's balance cut the payment.
    #[inline]
    fn apply<R: Recorder>(
        &self,
        rule: &Rule,
        number: usize,
        bill: &Bill,
        running: &Running,
        deductibles: i64,
        recorder: &mut R,
    ) -> Result<Applied, MoneyError> {
        let layer = u8::try_from(number).unwrap_or(u8::MAX);
        let base = match self.base {
            Base::Scope => running.scope,
            Base::AboveDeductible => running.scope - deductibles,
            Base::Burden => running.burden,
            Base::BurdenAndFirstOwn => running.burden + running.first_own,
            Base::Person => running.person,
        };
        let mut applied = Applied { paid: Fen::ZERO, deductible: 0, illustrative: false };
        if base <= 0 {
            return Ok(applied);
        }
        let used = |place: Option<usize>| place.map_or(0, |place| bill.year.get(place).get().max(0));
        let position = used(self.position);

        let full = rule.deductible.get();
        if full > 0 {
            let borne = used(self.deductible_counts);
            applied.deductible = base.min((full - borne).max(0));
            applied.illustrative |= rule.deductible_from.illustrative;
            recorder.step(Step {
                kind: StepKind::Deductible,
                layer,
                row: 0,
                from: borne,
                length: base,
                amount: applied.deductible,
            });
        }
        let ahead = if self.base == Base::AboveDeductible { deductibles } else { 0 };
        let shift = if self.bands_begin_at_deductible { full } else { 0 };
        let start = (position + ahead + applied.deductible - shift).max(0);
        let end = start + base - applied.deductible;

        let mut paid = 0;
        let mut lower = 0;
        for (row, band) in self.bands_of(rule).iter().enumerate() {
            if lower >= end {
                break;
            }
            let (from, length) = (start.max(lower), end.min(band.upto) - start.max(lower));
            lower = band.upto;
            if length <= 0 {
                continue;
            }
            let amount = band.rate.of(Fen::new(length)?, self.rounding)?.get();
            paid += amount;
            applied.illustrative |= band.origin.illustrative;
            recorder.step(Step {
                kind: StepKind::Band,
                layer,
                row: rule.bands.0 + u32::try_from(row).unwrap_or(0),
                from,
                length,
                amount,
            });
        }
        for (row, cap) in self.caps_of(rule).iter().enumerate() {
            let Some(limit) = cap.limit else { continue };
            let used = used(cap.of);
            let kept = paid.min((limit.get() - used).max(0));
            applied.illustrative |= cap.origin.illustrative;
            if kept < paid {
                recorder.step(Step {
                    kind: StepKind::Cap,
                    layer,
                    row: rule.caps.0 + u32::try_from(row).unwrap_or(0),
                    from: used,
                    length: paid,
                    amount: paid - kept,
                });
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
                recorder.step(Step {
                    kind: StepKind::Balance,
                    layer,
                    row: 0,
                    from: left.get(),
                    length: paid,
                    amount: paid - kept,
                });
            }
            paid = kept;
        }
        applied.paid = Fen::new(paid)?;
        recorder.step(Step {
            kind: StepKind::Layer,
            layer,
            row: 0,
            from: position,
            length: base,
            amount: paid,
        });
        Ok(applied)
    }
}

impl Line {
    /// What the catalogue makes of the line by itself, before any layer: what a provider is answered when it sends
    /// the line. Out of range beyond numeric(16,2).
    pub fn share(&self) -> Result<LineShare, MoneyError> {
        split(self)
    }
}

/// Splits a line: fully own; over the ceiling; first own; in scope.
#[inline(always)]
fn split(line: &Line) -> Result<LineShare, MoneyError> {
    let amount = line.price.times(line.quantity)?;
    let mut share = LineShare { det_item_fee_sumamt: amount, ..LineShare::default() };
    if line.class == Class::Own {
        share.fulamt_ownpay_amt = amount;
        return Ok(share);
    }
    let base = match line.ceiling {
        Some(ceiling) if line.price > ceiling => ceiling.times(line.quantity)?,
        _ => amount,
    };
    share.overlmt_amt = amount.minus(base)?;
    if line.class == Class::B {
        share.preselfpay_amt = line.first_own.of(base);
    }
    share.inscp_scp_amt = base.minus(share.preselfpay_amt)?;
    Ok(share)
}

/// The sum of two lines' shares.
#[inline(always)]
fn plus(a: LineShare, b: LineShare) -> Result<LineShare, MoneyError> {
    Ok(LineShare {
        det_item_fee_sumamt: a.det_item_fee_sumamt.plus(b.det_item_fee_sumamt)?,
        fulamt_ownpay_amt: a.fulamt_ownpay_amt.plus(b.fulamt_ownpay_amt)?,
        overlmt_amt: a.overlmt_amt.plus(b.overlmt_amt)?,
        preselfpay_amt: a.preselfpay_amt.plus(b.preselfpay_amt)?,
        inscp_scp_amt: a.inscp_scp_amt.plus(b.inscp_scp_amt)?,
    })
}

#[cfg(test)]
mod tests;
