//! Deductions (扣款): told to the provider, replied to, decided by somebody else than who proposed them.

use super::desk::{Desk, permit, text};
use super::{MonthStatement, StatementEvent};
use crate::{Capability, Context};
use ledger::Word;
use ledger::provider::{Deduction, Standing};
use terms::{ArticleId, Fen, Refusals};

impl Desk<'_> {
    pub(super) fn deduct(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        (fund, settlement, amount): (Word, Word, Fen),
        reason: &str,
        article: &ArticleId,
    ) -> Result<(), Refusals> {
        let mut refusals = Refusals::new();
        if state.paid.is_some() {
            refusals.push(context.refuse("statement/paid-already"));
        }
        if amount <= Fen::ZERO {
            refusals.push(context.refuse("statement/no-amount"));
        }
        if context.rules.law.article(&article.0).is_none() {
            refusals.push(context.refuse("statement/no-such-article"));
        }
        let reason = text(context, reason).unwrap_or_else(|more| {
            refusals.extend(more);
            String::new()
        });
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let on = context.today();
        let until = Deduction::reply_until(on, &context.rules.parameters, context.rules.law.calendar())
            .map_err(|_| vec![context.refuse("statement/no-parameter")])?;
        let number = u32::try_from(state.deductions.len() + 1).unwrap_or(u32::MAX);
        self.happens(StatementEvent::DeductionNoticed {
            number,
            fund,
            settlement,
            amount,
            reason,
            article: article.clone(),
            on,
            reply_until: until.day,
            by: context.actor.account,
        });
        Ok(())
    }

    pub(super) fn reply(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        number: u32,
        reply: &str,
    ) -> Result<(), Refusals> {
        self.is_the_provider(context)?;
        let open = state.deduction(number).map(|(deduction, _)| deduction.standing(context.today()));
        if open != Some(Standing::Open) || state.paid.is_some() {
            return Err(vec![context.refuse("statement/no-reply-now")]);
        }
        let reply = text(context, reply)?;
        self.happens(StatementEvent::DeductionReplied { number, text: reply, on: context.today() });
        Ok(())
    }

    /// Whoever proposed a deduction does not decide on it.
    pub(super) fn decide(
        &mut self,
        context: &Context<'_>,
        state: &MonthStatement,
        number: u32,
        upheld: bool,
    ) -> Result<(), Refusals> {
        permit(context, Capability::Clear)?;
        let Some((deduction, by)) = state.deduction(number).filter(|_| state.paid.is_none()) else {
            return Err(vec![context.refuse("statement/no-such-deduction")]);
        };
        if *by == context.actor.account {
            return Err(vec![context.refuse("statement/same-person")]);
        }
        let stands = deduction.standing(context.today());
        let fits = if upheld { stands == Standing::Replied } else { stands != Standing::Withdrawn };
        if !fits {
            return Err(vec![context.refuse("statement/nothing-to-decide")]);
        }
        let by = context.actor.account;
        self.happens(StatementEvent::DeductionDecided { number, upheld, on: context.today(), by });
        Ok(())
    }
}
