//! Partial refusal: single lines of a claim are not reimbursed, each with its ground; the settlement is made of the rest.

use super::actor::engine_actor;
use super::file::{CaseFile, keep};
use crate::claim::RefusedLine;
use crate::{CaseId, Context, Decision, Event, Records, StreamId};
use case::{Act, Effect, Position, Procedure};
use std::collections::BTreeSet;
use terms::{Fact, Refusals};

/// Longest note on a line, in characters.
const NOTE_CHARACTERS_MAX: usize = 400;

/// Whether somebody may say now which lines are not reimbursed: a step that decides waits for them, and nothing has
/// been worked out yet.
pub fn may_refuse(procedure: &Procedure, file: &CaseFile, actor: &case::Actor) -> bool {
    let Position::At(here) = &file.state.position else { return false };
    let Some(state) = procedure.state(here) else { return false };
    let waits = state.steps().iter().any(|step| {
        let mut apart = procedure.apart(step);
        step.act == Act::Decide
            && actor.roles.contains(&step.owner.role)
            && step.owner.organisation == actor.organisation
            && !apart.any(|apart| file.state.doers(apart).any(|by| by.who == actor.who))
    });
    waits && file.claim.is_some() && !file.state.effects.contains(&Effect::AdjudicateClaim)
}

/// Keeps the refused lines, or says every reason why not.
pub(super) fn refuse(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    lines: &[RefusedLine],
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&file.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    let actor = engine_actor(context.actor);
    let Some(claim) = file.claim.clone().filter(|_| may_refuse(procedure, &file, &actor)) else {
        return Err(vec![context.refuse("reimbursement/lines-not-now")]);
    };
    let mut refusals = Refusals::new();
    let mut seen = BTreeSet::new();
    for refused in lines {
        let number = Fact::Number(i64::try_from(refused.line).unwrap_or(i64::MAX).saturating_add(1));
        if refused.line >= claim.lines.len() || !seen.insert(refused.line) {
            refusals.push(context.refuse("reimbursement/no-such-line").with("line", number.clone()));
        }
        if rules.line_grounds.get(&refused.ground).is_none() {
            refusals.push(context.refuse("reimbursement/no-such-ground").with("line", number.clone()));
        }
        if refused.note.chars().count() > NOTE_CHARACTERS_MAX {
            refusals.push(context.refuse("reimbursement/line-note").with("line", number));
        }
    }
    if seen.len() == claim.lines.len() {
        refusals.push(context.refuse("reimbursement/all-lines-refused"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut lines = lines.to_vec();
    lines.sort_by_key(|refused| refused.line);
    let mut decision = Decision::default();
    let event = Event::LinesRefused { case, lines, by: actor.who, on: context.today() };
    keep(case, &mut file, event, &mut decision);
    Ok(decision)
}
