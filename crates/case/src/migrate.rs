//! Another version of a procedure: a running case keeps the one it was opened under, unless it is moved on purpose, and
//! it can only be moved where it stands as if it had run under the new one from the start.

use crate::event::{By, CaseEvent, Cause, Decided};
use crate::material::Need;
use crate::procedure::{Procedure, State, Way, Work};
use crate::state::{CaseState, Position};
use crate::time::moved;
use crate::{CaseContext, check};
use std::collections::BTreeSet;
use terms::{Fact, Refusal, Refusals};

/// Moves a case to this version of its procedure, or says everything that stands in the way.
///
/// # Errors
/// The [`obstacles`].
pub fn migrate(
    to: &Procedure,
    law: &str,
    state: &CaseState,
    by: By,
    context: &CaseContext<'_>,
) -> Result<Vec<CaseEvent>, Refusals> {
    let refusals = obstacles(to, law, state, context);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let on = context.today;
    let mut after = state.clone();
    let migrated = CaseEvent::Migrated { law: law.to_owned(), by, on };
    crate::evolve(&mut after, &migrated);
    let mut events = vec![migrated];
    events.extend(moved(to, &after, on, context.calendar, Cause::Version));
    Ok(events)
}

/// Why a case cannot be moved to this version: all reasons at once; none where it can.
pub fn obstacles(to: &Procedure, law: &str, state: &CaseState, context: &CaseContext<'_>) -> Refusals {
    let refusal = |code: &str| Refusal::new(code, to.article.clone());
    let mut refusals = Refusals::new();
    if state.law == law {
        refusals.push(refusal("case/version-same"));
    }
    if state.procedure != to.id || matches!(state.position, Position::New | Position::Closed(_)) {
        refusals.push(refusal("case/version-closed"));
        return refusals;
    }
    if !to.applicants.iter().any(|applicant| applicant.capacity == state.capacity) {
        let capacity = Fact::Code(state.capacity.clone());
        refusals.push(refusal("case/version-capacity").with("capacity", capacity));
    }
    for relation in to.parties.iter().filter(|relation| !state.parties.contains_key(*relation)) {
        refusals.push(refusal("case/party-unknown").with("relation", Fact::Code(relation.clone())));
    }
    let Position::At(here) = &state.position else { return refusals };
    // What the counter called complete must not come back: the papers held are enough there too.
    let checked = check(to, state, context.facts, context.today, context.calendar);
    for bring in checked.bring.into_iter().filter(|bring| bring.at.is_none()) {
        if matches!(&bring.need, Need::Needed(wrong) if !wrong.is_empty()) {
            refusals.push(refusal("case/version-papers").with("material", Fact::Name(bring.name)));
        }
    }
    let Some(place) = to.state(here) else {
        refusals.push(refusal("case/version-state-gone").with("state", Fact::Text(here.clone())));
        return refusals;
    };
    let notice_up = state.notice.as_ref().is_some_and(|up| up.state == *here);
    if notice_up && !matches!(place.work, Work::Notice(_)) {
        refusals.push(refusal("case/version-state-gone").with("state", Fact::Name(place.name.clone())));
    }
    for step in state.done_here.iter().filter(|step| place.step(step).is_none()) {
        refusals.push(refusal("case/version-step-gone").with("step", Fact::Text(step.clone())));
    }
    for before in on_every_way(to, here) {
        for step in before.steps().iter().filter(|step| !approved(state, &before.id, &step.id)) {
            refusals.push(refusal("case/version-step-undone").with("step", Fact::Name(step.name.clone())));
        }
    }
    refusals
}

/// The step was approved, or the law took its state as passed.
fn approved(state: &CaseState, place: &str, step: &str) -> bool {
    let passed = |mark: &crate::Mark| mark.decision == Decided::Approved;
    state.marks.iter().any(|mark| passed(mark) && (mark.step == step || mark.step == place))
}

/// The states that no case can leave out on its way here: without them nothing leads here.
fn on_every_way<'p>(procedure: &'p Procedure, here: &str) -> Vec<&'p State> {
    let reaches = |without: &str| {
        let (mut open, mut seen) = (vec![procedure.intake.to.as_str()], BTreeSet::new());
        while let Some(id) = open.pop() {
            if id == here {
                return true;
            }
            let Some(state) = procedure.state(id).filter(|state| state.id != without) else { continue };
            if seen.insert(id) {
                open.extend(
                    state.on.iter().filter(|(way, _)| **way != Way::Returned).map(|(_, to)| to.as_str()),
                );
            }
        }
        false
    };
    let other = |state: &&State| state.id != here && state.when.is_none();
    procedure.states.iter().filter(other).filter(|state| !reaches(&state.id)).collect()
}
