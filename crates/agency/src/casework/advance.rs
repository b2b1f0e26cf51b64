//! One action of a case: the engine decides, the events are kept, and what they bring about is carried out.

use super::actor::{engine_actor, note_earlier_decisions};
use super::effect;
use super::facts::known_facts;
use super::file::{CaseFile, keep};
use crate::{CaseId, Context, Decision, Event, Records, books};
use case::{Action, CaseContext, CaseEvent, Procedure};
use terms::Refusals;

/// One action: the engine decides, the events are kept, and what they bring about is carried out.
pub(super) fn advance(
    records: &dyn Records,
    context: &mut Context<'_>,
    procedure: &Procedure,
    case: CaseId,
    file: &mut CaseFile,
    action: &Action,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let rules = context.rules;
    let subject = match action {
        Action::Open { subject, .. } => subject.as_str(),
        _ => file.state.subject.as_str(),
    };
    let parties = match action {
        Action::Open { parties, .. } => parties,
        _ => &file.state.parties,
    };
    let known = known_facts(records, rules, procedure, subject, parties, file, context.today());
    let mut actor = engine_actor(context.actor);
    note_earlier_decisions(records, parties, &mut actor);
    let circumstances =
        CaseContext { actor: &actor, today: context.today(), calendar: rules.law.calendar(), facts: &known };
    let events = case::decide(procedure, &file.state, action, &circumstances)?;
    for what in events {
        let due = match &what {
            CaseEvent::EffectDue { effect, cause, article, .. } => {
                Some((*effect, effect::Cause { by: cause.clone(), article: article.clone() }))
            }
            _ => None,
        };
        let returned = matches!(what, CaseEvent::PaymentReturned { .. });
        let paid = match &what {
            CaseEvent::Paid { amount, .. } => Some(*amount),
            _ => None,
        };
        keep(case, file, Event::Case { case, what: Box::new(what) }, decision);
        if let Some(amount) = paid
            && let Some(entry) = books::paid(records, context, case, file, amount)?
        {
            keep(case, file, entry, decision);
        }
        if returned && let Some(entry) = books::payment_returned(records, context, case, file) {
            keep(case, file, entry, decision);
        }
        if let Some((due, cause)) = due {
            effect::carry_out(records, context, case, file, due, &cause, decision)?;
        }
    }
    Ok(())
}
