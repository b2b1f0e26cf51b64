//! Moving a running case to the procedure as the law in force has it.

use super::actor::engine_actor;
use super::facts::registry_facts;
use super::file::{CaseFile, keep};
use super::reserve;
use crate::{Actor, Capability, CaseId, Context, Decision, Event, Records, Rulebook, StreamId};
use case::{By, CaseContext, Procedure};
use terms::{Day, Facts, Refusals};

/// Moves a case to the procedure as the law in force has it, where nothing stands in the way.
pub(super) fn migrate(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
) -> Result<Decision, Refusals> {
    if !context.may(Capability::MoveCases) {
        return Err(vec![context.refuse("case/may-not-move")]);
    }
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let rules = context.rules;
    let Some(procedure) = rules.procedures.get(&file.state.procedure) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    let known = facts_of(records, rules, procedure, &file, context.today());
    let actor = engine_actor(context.actor);
    let by = By {
        who: actor.who.clone(),
        role: actor.roles.iter().next().cloned().unwrap_or_default(),
        organisation: actor.organisation.clone(),
    };
    let circumstances =
        CaseContext { actor: &actor, today: context.today(), calendar: rules.law.calendar(), facts: &known };
    let mut decision = Decision::default();
    for what in case::migrate(procedure, rules.law.hash(), &file.state, by, &circumstances)? {
        keep(case, &mut file, Event::Case { case, what: Box::new(what) }, &mut decision);
    }
    reserve::follow(context, procedure, case, &mut file, &mut decision)?;
    Ok(decision)
}

/// What stands in the way of moving this case to the procedure as the law in force has it; none where it can move.
pub fn obstacles(
    records: &dyn Records,
    rules: &Rulebook,
    actor: &Actor,
    file: &CaseFile,
    today: Day,
) -> Refusals {
    let Some(procedure) = rules.procedures.get(&file.state.procedure) else {
        return vec![rules.grounds.refuse("case/no-such-procedure")];
    };
    let known = facts_of(records, rules, procedure, file, today);
    let (actor, calendar) = (engine_actor(actor), rules.law.calendar());
    let circumstances = CaseContext { actor: &actor, today, calendar, facts: &known };
    case::obstacles(procedure, rules.law.hash(), &file.state, &circumstances)
}

fn facts_of(
    records: &dyn Records,
    rules: &Rulebook,
    procedure: &Procedure,
    file: &CaseFile,
    today: Day,
) -> Facts {
    let subject = file.subject();
    subject.map_or_else(Facts::new, |subject| registry_facts(records, rules, procedure, subject, file, today))
}
