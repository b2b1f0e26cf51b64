//! Paying a month, and what the bank gives back of it.

use super::desk::{Desk, TEXT_MAX, permit};
use super::issue::statements_of;
use super::{MonthStatement, PaidLine, StatementEvent};
use crate::{Capability, Context, Event, book_year};
use ledger::provider::{Deduction, PaymentPlan, Planned, Standing};
use ledger::{Occasion, Word};
use terms::{Day, Fact, Fen, Refusals};

/// The lines of a bank's file for what was paid: reference, fund, amount; nothing that is zero.
pub fn pay_file_lines(state: &MonthStatement) -> Vec<(Word, Word, Fen)> {
    let paid = state.paid.iter().flat_map(|(lines, ..)| lines);
    paid.filter(|line| line.paid > Fen::ZERO).map(|line| (line.reference, line.fund, line.paid)).collect()
}

impl Desk<'_> {
    /// Pays what the statement says, less final deductions and the deposit. The books are looked at again: what came
    /// since the statement waits for the next month's.
    pub(super) fn pay(&mut self, context: &Context<'_>, state: &MonthStatement) -> Result<(), Refusals> {
        permit(context, Capability::Pay)?;
        let mut refusals = Refusals::new();
        let Some((_, issued_on, by)) = &state.issued else {
            return Err(vec![context.refuse("statement/not-issued")]);
        };
        if state.paid.is_some() {
            refusals.push(context.refuse("statement/paid-already"));
        }
        if *by == context.actor.account {
            refusals.push(context.refuse("statement/same-person"));
        }
        let until =
            Deduction::reply_until(*issued_on, &context.rules.parameters, context.rules.law.calendar())
                .map_err(|_| vec![context.refuse("statement/no-parameter")])?;
        match &state.answered {
            Some((true, ..)) => {}
            Some((false, ..)) => refusals.push(context.refuse("statement/disputed")),
            None if context.today() <= until.day => {
                refusals.push(context.refuse("statement/not-answered").with("day", Fact::Day(until.day)));
            }
            None => {}
        }
        if state
            .deductions
            .iter()
            .any(|(one, _)| matches!(one.standing(context.today()), Standing::Open | Standing::Replied))
        {
            refusals.push(context.refuse("statement/deduction-open"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let statements = statements_of(self.records, self.provider, self.month);
        let deductions: Vec<Deduction> = state.deductions.iter().map(|(one, _)| one.clone()).collect();
        let plan = PaymentPlan::new(
            self.month,
            &statements,
            &deductions,
            &context.rules.parameters,
            context.today(),
        );
        let plan = plan.map_err(|fault| match fault {
            Planned::Parameter(_) => vec![context.refuse("statement/no-parameter")],
            Planned::Money(_) => vec![context.refuse("books/out-of-range")],
        })?;
        let entries = plan.entries(&context.rules.templates).map_err(|_| {
            vec![context.refuse("books/no-template").with("occasion", Fact::Text("payment".into()))]
        })?;
        let mut lines = Vec::new();
        for line in &plan.lines {
            let deducted = Fen::sum(line.deductions.iter().map(|(_, amount)| *amount))
                .map_err(|_| vec![context.refuse("books/out-of-range")])?;
            let (fund, reference) = (line.fund, plan.reference(line));
            lines.push(PaidLine { fund, reference, deducted, withheld: line.withheld, paid: line.paid });
        }
        let by = context.actor.account;
        self.happens(StatementEvent::Paid { lines, on: context.today(), by });
        for entry in entries {
            self.push(Event::EntryPosted(Box::new(entry)));
        }
        Ok(())
    }

    pub(super) fn give_back(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        reference: Word,
        (amount, on): (Fen, Day),
        reason: &str,
    ) -> Result<(), Refusals> {
        permit(context, Capability::Pay)?;
        let Some((fund, paid, day)) = state.payment(reference) else {
            return Err(vec![context.refuse("statement/no-such-payment")]);
        };
        let mut refusals = Refusals::new();
        if paid != amount {
            refusals.push(context.refuse("statement/other-amount").with("paid", Fact::Fen(paid)));
        }
        if state.returned.iter().any(|returned| returned.0 == reference) {
            refusals.push(context.refuse("statement/returned-already"));
        }
        if on < day || on > context.today() {
            refusals.push(context.refuse("statement/day-of-return").with("day", Fact::Day(day)));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let reason: String = reason.chars().take(TEXT_MAX).collect();
        self.happens(StatementEvent::Returned { reference, amount, on, reason });
        let name = Word::known(&format!("returned/{reference}"));
        // A closed month takes nothing more: what comes late is posted today, and keeps its own day above.
        let on = book_year::posting_day(self.records, context, on);
        self.post(context, Occasion::PaymentReturned, name, on, fund, ("returned", amount))
    }

    pub(super) fn pay_again(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        of: Word,
    ) -> Result<(), Refusals> {
        permit(context, Capability::Pay)?;
        let open = state.returned.iter().find(|returned| returned.0 == of && returned.4.is_none());
        let (Some(returned), Some((fund, ..))) = (open, state.payment(of)) else {
            return Err(vec![context.refuse("statement/no-such-payment")]);
        };
        let (amount, day) = (returned.1, context.today());
        let reference = Word::known(&format!("{of}/2"));
        let by = context.actor.account;
        self.happens(StatementEvent::PaidAgain { reference, of, amount, on: day, by });
        self.post(context, Occasion::Payment, reference, day, fund, ("paid", amount))
    }
}
