//! What a case is decided on: what registers say, what applicant and steps said, and the window's check on it.

use crate::action::CaseContext;
use crate::form::Known;
use crate::material::Presented;
use crate::precheck::{Precheck, known, precheck};
use crate::procedure::Procedure;
use crate::state::CaseState;
use terms::{Calendar, Day, Facts};

/// The check the window runs on an open case: the pre-check, on what the case holds and the registers say.
pub fn check(
    procedure: &Procedure,
    state: &CaseState,
    facts: &Facts,
    today: Day,
    calendar: &Calendar,
) -> Precheck {
    let held: Vec<Presented> = state.materials.values().cloned().collect();
    let known = believed(procedure, state, facts);
    // The day that counts is the day of the application: what is mended later was still asked in time.
    precheck(procedure, &state.capacity, &known, Some(&held), state.opened.unwrap_or(today), calendar)
}

/// What a case is decided on: what the registers say, and beside it what applicant and steps said. What a register
/// keeps is never taken from the applicant, so that nobody can claim a category or a unit.
fn believed(procedure: &Procedure, state: &CaseState, registers: &Facts) -> Facts {
    let kept =
        |name: &str| procedure.fields().any(|field| field.id == name && field.known == Known::Registry);
    let said = state.facts.iter().filter(|(name, _)| !kept(name));
    let mut facts: Facts = said.map(|(name, fact)| (name.clone(), fact.clone())).collect();
    facts.extend(registers.clone());
    facts
}

/// Everything known of a case today, chosen readings included.
pub(crate) fn facts(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Facts {
    known(procedure, &state.capacity, &believed(procedure, state, context.facts), context.today)
}
