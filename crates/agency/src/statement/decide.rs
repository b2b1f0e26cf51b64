//! The one door to a provider's month.

use super::command::{Command, Wish};
use super::desk::{Desk, permit};
use crate::{Capability, Context, Decision, Records};
use terms::Refusals;

/// Decides a command about a provider's month.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let (provider, month) = (command.provider, command.month);
    if records.provider(provider).is_none() {
        return Err(vec![context.refuse("provider/unknown")]);
    }
    let state = records.statement(provider, month);
    let mut desk = Desk { records, provider, month, decision: Decision::default() };
    match &command.what {
        Wish::Issue => desk.issue(context, &state)?,
        Wish::Answer { agrees, text } => desk.answer(context, &state, *agrees, text)?,
        Wish::Deduct { fund, settlement, amount, reason, article } => {
            permit(context, Capability::Deduct)?;
            desk.deduct(context, &state, (*fund, *settlement, *amount), reason, article)?;
        }
        Wish::Reply { number, text } => desk.reply(context, &state, *number, text)?,
        Wish::Decide { number, upheld } => desk.decide(context, &state, *number, *upheld)?,
        Wish::Pay => desk.pay(context, &state)?,
        Wish::Return { reference, amount, on, reason } => {
            desk.give_back(context, &state, *reference, (*amount, *on), reason)?;
        }
        Wish::Release { fund, amount, forfeited, reason } => {
            desk.release(context, &state, (*fund, *amount), *forfeited, reason)?;
        }
        Wish::PayAgain { reference } => desk.pay_again(context, &state, *reference)?,
    }
    Ok(desk.decision)
}
