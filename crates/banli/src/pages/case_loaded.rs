//! A case with all that its page shows, and what went wrong with what was last sent from it.

use super::access;
use super::parts::{Faults, Moment};
use crate::ask::{Ask, Fields};
use crate::errors::Problem;
use agency::CaseId;
use agency::casework::{CaseFile, known_facts};
use case::{CaseState as FileState, Precheck, Presented, Procedure, precheck};
use terms::{Facts, Refusals};

/// What went wrong with the last attempt, and what was typed in it.
#[derive(Default)]
pub struct Attempt {
    /// Faults of fields.
    pub faults: Faults,
    /// Refusals of the office.
    pub refusals: Refusals,
    /// What was typed.
    pub typed: Option<Fields>,
    /// What others did to the case since the form was opened.
    pub meanwhile: Vec<Moment>,
    /// The same matter of the same person is at the counter already, as this case.
    pub running: Option<CaseId>,
}

/// A case with all that its page shows.
pub struct Shown<'a> {
    /// Which.
    pub case: CaseId,
    /// Its procedure.
    pub procedure: &'a Procedure,
    /// Its file.
    pub file: CaseFile,
    /// What is known of it: its own facts and the registers'.
    pub facts: Facts,
    /// The window's check, on the papers held.
    pub check: Precheck,
}

/// The case of the path, where the reader may see it.
pub fn load<'a>(ask: &'a Ask<'_>) -> Result<Shown<'a>, Problem> {
    let shown = loaded(ask, ask.part(0)?)?;
    if !access::may_see_case(ask, shown.procedure, &shown.file) {
        return Err(Problem::NotFound);
    }
    Ok(shown)
}

/// A case, whoever asks: whether they may see it the caller finds out.
pub fn loaded<'a>(ask: &'a Ask<'_>, case: CaseId) -> Result<Shown<'a>, Problem> {
    let file = ask.app.office.store.read(|reader| reader.case_file(case))?.ok_or(Problem::NotFound)?;
    let rules = &ask.app.office.rules;
    let procedure = rules.procedure_of(&file.state).ok_or(Problem::NotFound)?;
    let today = ask.now.day();
    let FileState { subject, parties, .. } = &file.state;
    let mut facts = ask
        .app
        .office
        .store
        .with_records(|records| known_facts(records, rules, procedure, subject, parties, &file, today))?;
    // What the case itself was told comes after what registers say of the same name, as the engine has it.
    let registered = facts.clone();
    facts.extend(file.state.facts.clone());
    facts.extend(registered);
    let held: Vec<Presented> = file.state.materials.values().cloned().collect();
    let day = file.state.opened.unwrap_or(today);
    let check = precheck(procedure, &file.state.capacity, &facts, Some(&held), day, rules.law.calendar());
    Ok(Shown { case, procedure, file, facts, check })
}

/// The office's reasons, to be shown above the form.
pub fn refused(refusals: Refusals) -> Attempt {
    Attempt { refusals, ..Attempt::default() }
}
