//! Opening a visit: registration, admission, or the purchase that begins one.

use super::command::Open;
use super::known::unused;
use super::lines::accident_note;
use super::{Note, Opened, Setting, Visit, VisitEvent};
use crate::person::Person;
use crate::{Context, Decision, Event, IdKind, ProviderId, Records, StreamId, Unique, VisitId, region};
use terms::{Fact, Refusals};

/// Opens a visit at this provider, with what is noticed about it.
pub(super) fn open(
    records: &dyn Records,
    context: &mut Context<'_>,
    provider: ProviderId,
    asked: &Open,
    decision: &mut Decision,
) -> Result<Visit, Refusals> {
    let (Some(person), Some(place)) = (records.person(asked.person), records.provider(provider)) else {
        return Err(vec![context.refuse("visit/person-unknown")]);
    };
    let mut refusals = Refusals::new();
    let registered = &person.registered;
    let other_number =
        !asked.certno.is_empty() && !asked.certno.eq_ignore_ascii_case(registered.citizen.as_str());
    if other_number || (!asked.name.is_empty() && asked.name != registered.name) {
        refusals.push(context.refuse("visit/person-differs"));
    }
    let day = asked.begntime.day();
    if asked.begntime > context.now {
        refusals.push(context.refuse("visit/days").with("day", Fact::Day(day)));
    }
    if person.died.is_some_and(|died| died < day) {
        refusals.push(context.refuse("visit/person-died"));
    }
    let insutype = asked.insutype.to_string();
    // Whether somebody insured elsewhere is insured there, the office there says with every bill.
    let guest = region::partner_of(records, context, asked.person).is_some();
    if !guest && !person.insured_on(day).any(|insurance| insurance.insutype == insutype) {
        refusals.push(context.refuse("visit/not-insured").with("day", Fact::Day(day)));
    }
    refusals.extend(place.against_service(context, day, day));
    if asked.setting != Setting::Outpatient {
        // Only these two can be reversed by their message; a registration is withdrawn by its number.
        refusals.extend(unused(records, context, &asked.message).err().into_iter().flatten());
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let visit = VisitId(context.ids.take(IdKind::Visit));
    let opened = Opened {
        person: asked.person,
        provider,
        setting: asked.setting,
        insutype: asked.insutype,
        med_type: asked.med_type,
        begntime: asked.begntime,
        number: asked.number.clone(),
        details: asked.details.clone(),
        diagnoses: asked.diagnoses.clone(),
        notes: opening_notes(records, context, asked, &person),
        message: asked.message.clone(),
    };
    let what = VisitEvent::Opened(Box::new(opened));
    if asked.setting == Setting::Inpatient {
        decision.take_once(Unique::Message, &asked.message, &StreamId::Visit(visit));
    }
    let event = Event::Visit { visit, what };
    let mut state = None;
    Visit::evolve(&mut state, &event);
    decision.push(StreamId::Visit(visit), 0, event);
    // The event just folded opens it.
    state.ok_or_else(|| vec![context.refuse("visit/unknown")])
}

/// What is noticed on opening: stays that this one lies across, an accident that nobody declared.
fn opening_notes(records: &dyn Records, context: &Context<'_>, asked: &Open, person: &Person) -> Vec<Note> {
    let mut notes = if asked.setting == Setting::Inpatient { overlaps(records, asked) } else { Vec::new() };
    let day = asked.begntime.day();
    notes.extend(asked.med_type.and_then(|kind| accident_note(context, person, kind, day)));
    notes
}

/// Stays that this one lies across: reported, for the hospital to clear up.
fn overlaps(records: &dyn Records, asked: &Open) -> Vec<Note> {
    let across = |visit: &Visit| {
        visit.opened.setting == Setting::Inpatient
            && !visit.withdrawn
            && visit.endtime.is_none_or(|endtime| endtime > asked.begntime)
    };
    let stays = records.visits_of(asked.person).into_iter().filter_map(|id| records.visit(id));
    stays
        .filter(across)
        .map(|visit| Note { code: "overlap".to_owned(), about: visit.visit.to_string() })
        .collect()
}
