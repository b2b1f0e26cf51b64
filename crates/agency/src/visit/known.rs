//! A visit as a message finds it: whose it is, what bars the message, and the event it adds.

use super::{Visit, VisitEvent};
use crate::{
    Capability, Context, Decision, Event, Organisation, PersonId, ProviderId, Records, StreamId, Unique,
    VisitId,
};
use terms::Refusals;

/// The provider that the actor speaks for.
pub(super) fn acting(context: &Context<'_>) -> Result<ProviderId, Refusals> {
    match context.actor.organisation {
        Organisation::Provider(provider) if context.may(Capability::Settle) => Ok(provider),
        _ => Err(vec![context.refuse("visit/not-permitted")]),
    }
}

/// The visit, where it is this provider's and this person's, and how many events it has.
pub(super) fn known(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    visit: VisitId,
    person: PersonId,
) -> Result<(Visit, u64), Refusals> {
    let events = records.events(&StreamId::Visit(visit));
    let mut state = None;
    events.iter().for_each(|event| Visit::evolve(&mut state, event));
    match state {
        // Somebody else's visit is answered like one that never was.
        Some(state) if state.opened.provider == provider && state.opened.person == person => {
            Ok((state, events.len() as u64))
        }
        _ => Err(vec![context.refuse("visit/unknown")]),
    }
}

/// A message that can be reversed is known by its id once.
pub(super) fn unused(records: &dyn Records, context: &Context<'_>, message: &str) -> Result<(), Refusals> {
    let taken = records.events(&StreamId::Unique(Unique::Message, message.to_owned()));
    if taken.is_empty() { Ok(()) } else { Err(vec![context.refuse("visit/message-used")]) }
}

pub(super) fn allow(context: &Context<'_>, bars: &[(bool, &str)]) -> Result<(), Refusals> {
    let refusals: Refusals =
        bars.iter().filter(|(bar, _)| *bar).map(|(_, code)| context.refuse(code)).collect();
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

pub(super) fn withdrawable(context: &Context<'_>, visit: &Visit) -> Result<(), Refusals> {
    allow(
        context,
        &[
            (visit.withdrawn, "visit/withdrawn"),
            (visit.endtime.is_some(), "visit/discharged"),
            (!visit.lines.is_empty(), "visit/has-lines"),
            (visit.standing().next().is_some(), "visit/settled"),
        ],
    )
}

pub(super) fn push(decision: &mut Decision, visit: VisitId, version: u64, what: VisitEvent) {
    decision.push(StreamId::Visit(visit), version, Event::Visit { visit, what });
}
