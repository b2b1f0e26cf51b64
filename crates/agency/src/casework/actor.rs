//! Whoever acts in a case, as the engine sees them.

use super::about::decided_case;
use super::file::CaseFile;
use crate::{Actor, Organisation, Records, StreamId};
use std::collections::BTreeMap;
use terms::Fact;

/// Somebody, as the engine sees them: one person is one text, whatever role they act in.
pub fn engine_actor(actor: &Actor) -> case::Actor {
    let who = match actor.person {
        Some(person) => StreamId::Person(person).to_string(),
        None => StreamId::Account(actor.account).to_string(),
    };
    let organisation = match &actor.organisation {
        Organisation::Unit(unit) => StreamId::Unit(*unit).to_string(),
        Organisation::Provider(provider) => StreamId::Provider(*provider).to_string(),
        other => other.word().to_owned(),
    };
    case::Actor { who, roles: actor.roles.clone(), organisation, facts: actor.facts() }
}

/// Tells the engine whether the actor did a step of the case that this one is about: who decided first does not
/// decide about it.
pub(super) fn note_earlier_decisions(
    records: &dyn Records,
    parties: &BTreeMap<String, String>,
    actor: &mut case::Actor,
) {
    let Some(decided) = decided_case(parties) else { return };
    let state = CaseFile::of(&records.events(&StreamId::Case(decided))).state;
    let before = state.marks.iter().any(|mark| mark.step != case::APPLY && mark.by.who == actor.who);
    actor.facts.insert("actor.decided_before".into(), Fact::Flag(before));
}
