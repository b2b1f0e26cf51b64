//! Who may apply for a person: themselves, a parent, the unit's liaison officer, an agent with an authorisation.

use super::command::{OFFICE, Open};
use super::facts;
use super::file::CaseFile;
use crate::{Context, Organisation, Records, StreamId, authority};
use terms::{CitizenId, Fact, Refusals};

/// Whether the applicant is what they say. The counter and the hospital write down who stands before them; an agent
/// needs an authorisation wherever they apply.
pub(super) fn check(records: &dyn Records, context: &Context<'_>, open: &Open) -> Result<(), Refusals> {
    let not_shown = || {
        let capacity = Fact::Code(open.capacity.clone());
        Err(vec![context.refuse("case/capacity-not-shown").with("capacity", capacity)])
    };
    let Some(subject) = records.person(open.subject) else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let actor = context.actor;
    let at_counter = authority::at_counter(context);
    let takes_agents = context.rules.procedures.get(&open.procedure).is_some_and(|procedure| {
        procedure.applicants.iter().any(|applicant| applicant.capacity == authority::AGENT)
    });
    let fits = match (open.capacity.as_str(), &actor.organisation) {
        // Where a procedure takes no agents, the engine says so with its article.
        (authority::AGENT, _) if takes_agents => {
            let agent = agent(records, context, open);
            return authority::check(context, &subject, agent.as_ref(), &open.procedure)
                .map_err(|refusal| vec![refusal]);
        }
        ("guardian", _) if at_counter => {
            let parent = subject.registered.parent.and_then(|parent| records.person(parent));
            let parents = parent.map(|parent| parent.registered.citizen);
            open.stand_in.is_none() || parents.is_none() || open.stand_in == parents
        }
        // What the office begins by itself nobody begins for it.
        (OFFICE, _) => false,
        _ if at_counter => true,
        ("self", _) => actor.person == Some(open.subject),
        ("guardian", _) => actor.person.is_some() && actor.person == subject.registered.parent,
        ("liaison", Organisation::Unit(unit)) => {
            let registered =
                records.unit(*unit).is_some_and(|unit| unit.is_liaison(actor.account, context.today()));
            registered && facts::unit_of(records, &subject) == Some(*unit)
        }
        _ => false,
    };
    if fits { Ok(()) } else { not_shown() }
}

/// An authorisation can have ended since the agent applied: what they do themselves needs it still.
pub(super) fn still_holds(
    records: &dyn Records,
    context: &Context<'_>,
    file: &CaseFile,
) -> Result<(), Refusals> {
    let (Some(me), Some(subject)) = (context.actor.person, file.subject()) else { return Ok(()) };
    let mine = file.state.parties.get(authority::AGENT) == Some(&StreamId::Person(me).to_string());
    if !mine || me == subject {
        return Ok(());
    }
    let (Some(person), Some(agent)) = (records.person(subject), records.person(me)) else { return Ok(()) };
    authority::check(context, &person, Some(&agent.registered.citizen), &file.state.procedure)
        .map_err(|refusal| vec![refusal])
}

/// The agent of an application, as a case keeps it: `person/7`, or the name where the office does not know them.
pub(super) fn agent_of(records: &dyn Records, context: &Context<'_>, open: &Open) -> Option<String> {
    if open.capacity != authority::AGENT {
        return None;
    }
    let citizen = agent(records, context, open)?;
    if let Some(known) = records.person_by_citizen(&citizen) {
        return Some(StreamId::Person(known).to_string());
    }
    let subject = records.person(open.subject)?;
    let named = subject.authorities.iter().rev().find(|held| held.authority.citizen == citizen)?;
    Some(named.authority.name.clone())
}

/// At a counter the card that was shown; otherwise whoever is signed in.
fn agent(records: &dyn Records, context: &Context<'_>, open: &Open) -> Option<CitizenId> {
    if authority::at_counter(context) {
        return open.stand_in.clone();
    }
    Some(records.person(context.actor.person?)?.registered.citizen)
}
