//! Taking back: what a provider cancels or reverses, and what the office takes back after reconciliation.

use super::known::{allow, known, push, withdrawable};
use super::{Setting, Visit, VisitEvent};
use crate::{
    Context, Decision, Event, PersonId, ProviderId, Records, SettlementId, StreamId, Unique, VisitId, region,
};
use ledger::Word;
use terms::{Fact, Refusals};

/// Takes a settlement back. The last one of a visit first: what came after it was settled on top of it.
pub(super) fn cancel(
    records: &dyn Records,
    context: &mut Context<'_>,
    visit: &Visit,
    version: u64,
    settlement: SettlementId,
    (message, reversed): (&str, bool),
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(settled) = visit.standing().find(|settled| settled.settlement == settlement).cloned() else {
        return Err(vec![context.refuse("visit/settlement-unknown")]);
    };
    let last = visit.standing().last().map(|last| last.settlement);
    allow(context, &[(last != Some(settlement), "visit/later-settlement")])?;
    if let Some(remote) = settled.remote {
        let taken_back = region::cancel_for_visit(records, context, remote, (message, reversed))?;
        decision.appends.extend(taken_back.appends);
        return Ok(());
    }
    let void = crate::settlement::Command::Void {
        person: visit.opened.person,
        year: settled.year,
        settlement,
        reason: message.to_owned(),
    };
    let voided = crate::settlement::decide(records, context, &void)?;
    decision.appends.extend(voided.appends);
    let what = VisitEvent::SettlementCancelled {
        settlement,
        at: context.now,
        reversed,
        message: message.to_owned(),
    };
    push(decision, visit.visit, version, what);
    Ok(())
}

/// Takes back a settlement that the provider does not know, for this decision of the office.
pub(crate) fn take_back(
    records: &dyn Records,
    context: &Context<'_>,
    (provider, visit, settlement): (ProviderId, VisitId, SettlementId),
    because: Word,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let (events, unknown) = (records.events(&StreamId::Visit(visit)), context.refuse("visit/unknown"));
    let mut state = None;
    events.iter().for_each(|event| Visit::evolve(&mut state, event));
    let Some(state) = state.filter(|visit| visit.opened.provider == provider) else {
        return Err(vec![unknown]);
    };
    let Some(settled) = state.standing().find(|settled| settled.settlement == settlement).cloned() else {
        return Err(vec![context.refuse("visit/settlement-unknown")]);
    };
    let last = state.standing().last().map(|last| last.settlement);
    allow(context, &[(last != Some(settlement), "visit/later-settlement")])?;
    if let Some(remote) = settled.remote {
        let taken_back = region::cancel_for_visit(records, context, remote, (because.as_str(), true))?;
        decision.appends.extend(taken_back.appends);
        return Ok(());
    }
    let year = records.events(&StreamId::Year(state.opened.person, settled.year));
    let benefits = crate::settlement::BenefitYear::of(&year);
    let Some(made) = benefits.standing().find(|made| made.settlement == settlement) else {
        return Err(vec![context.refuse("visit/settlement-unknown")]);
    };
    let why = (context.today(), because.as_str(), Some(because));
    crate::settlement::void(records, &year, made, why, decision);
    let message = because.to_string();
    let what = VisitEvent::SettlementCancelled { settlement, at: context.now, reversed: true, message };
    push(decision, visit, events.len() as u64, what);
    Ok(())
}

/// Undoes a message by its id: a settlement is taken back, an admission or purchase withdrawn.
pub(super) fn reverse(
    records: &dyn Records,
    context: &mut Context<'_>,
    provider: ProviderId,
    person: PersonId,
    of: &str,
    message: &str,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let nothing = vec![context.refuse("visit/nothing-to-reverse").with("message", Fact::Text(of.to_owned()))];
    let taken = records.events(&StreamId::Unique(Unique::Message, of.to_owned()));
    let Some(Event::UniqueTaken { by, .. }) = taken.first() else { return Err(nothing) };
    let Ok(StreamId::Visit(visit)) = by.parse() else { return Err(nothing) };
    let Ok((state, version)) = known(records, context, provider, visit, person) else { return Err(nothing) };
    let settlement = state.standing().find(|settled| settled.message == of).map(|settled| settled.settlement);
    if let Some(settlement) = settlement {
        return cancel(records, context, &state, version, settlement, (message, true), decision);
    }
    if state.opened.message == of && !state.withdrawn && state.opened.setting == Setting::Inpatient {
        withdrawable(context, &state)?;
        push(decision, visit, version, VisitEvent::Withdrawn { message: message.to_owned() });
        return Ok(());
    }
    Err(nothing)
}
