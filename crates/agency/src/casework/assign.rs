//! Whose desk a case lies on. It decides nothing about the case: it keeps two colleagues from doing the same work, and
//! shows a supervisor who has what. When the case goes on to another step it lies on nobody's desk again.

use super::actor::engine_actor;
use super::file::{CaseFile, keep};
use crate::{AccountId, Actor, Capability, CaseId, Context, Decision, Event, Records, StreamId};
use case::next_actions;
use terms::{Fact, Refusals};

/// Takes a case, hands it over, or lays it back: `to` is who has it afterwards. Whoever has it may hand it over; where
/// nobody has it, whoever can do what is next takes it; a supervisor may do either.
pub(super) fn assign(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    to: Option<AccountId>,
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    if file.state.is_closed() || file.version == 0 {
        return Err(vec![context.refuse("case/unknown")]);
    }
    let me = context.actor.account;
    let supervises = context.may(Capability::Supervise);
    let mut refusals = Refusals::new();
    if let Some(holder) = file.assigned.filter(|holder| *holder != me && !supervises) {
        let name = records.account(holder).map(|account| account.opened.actor.name).unwrap_or_default();
        refusals.push(context.refuse("case/with-another").with("who", Fact::Text(name)));
    }
    if !supervises && !can_do_next(context, &file, context.actor) {
        refusals.push(context.refuse("case/not-my-desk"));
    }
    if let Some(to) = to.filter(|to| *to != me) {
        let account = records.account(to).filter(|account| !account.closed);
        if !account.is_some_and(|account| can_do_next(context, &file, &account.opened.actor)) {
            refusals.push(context.refuse("case/not-their-desk"));
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut decision = Decision::default();
    if file.assigned != to {
        let event = Event::CaseAssigned { case, to, by: me, on: context.today() };
        keep(case, &mut file, event, &mut decision);
    }
    Ok(decision)
}

/// Whether something that is next in the case can be done by this person: role, organisation, and nothing they did
/// before that keeps them from it.
pub fn can_do_next(context: &Context<'_>, file: &CaseFile, actor: &Actor) -> bool {
    let Some(procedure) = context.rules.procedure_of(&file.state) else { return false };
    let who = engine_actor(actor);
    next_actions(procedure, &file.state, context.today(), context.rules.law.calendar()).iter().any(|next| {
        let role = next.owner.as_ref().is_some_and(|owner| who.roles.contains(&owner.role));
        role && next.organisation.as_deref() == Some(who.organisation.as_str())
            && !next.not.contains(&who.who)
    })
}
