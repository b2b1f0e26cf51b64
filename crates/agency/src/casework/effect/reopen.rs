//! Taking up again a case that was decided.

use crate::casework::about::decided_case;
use crate::casework::actor::engine_actor;
use crate::casework::facts::known_facts;
use crate::casework::file::{CaseFile, keep};
use crate::settlement::{self, BenefitYear};
use crate::{CaseId, Context, Decision, Event, Records, StreamId};
use case::{Action, CaseContext};
use terms::Refusals;

/// Takes up again the case that this one is about: its settlement is taken back, and it stands after the counter.
pub(super) fn reopen(
    records: &dyn Records,
    context: &mut Context<'_>,
    because: CaseId,
    file: &CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(decided) = decided_case(&file.state.parties) else {
        return Err(vec![context.refuse("case/about-nothing")]);
    };
    let mut earlier = CaseFile::of(&records.events(&StreamId::Case(decided)));
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&earlier.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    take_back(records, context, decided, &earlier, because, decision);
    let known = known_facts(
        records,
        rules,
        procedure,
        &earlier.state.subject.clone(),
        &earlier.state.parties.clone(),
        &earlier,
        context.today(),
    );
    let actor = engine_actor(context.actor);
    let circumstances =
        CaseContext { actor: &actor, today: context.today(), calendar: rules.law.calendar(), facts: &known };
    let action = Action::Reopen { because: StreamId::Case(because).to_string() };
    for what in case::decide(procedure, &earlier.state, &action, &circumstances)? {
        keep(decided, &mut earlier, Event::Case { case: decided, what: Box::new(what) }, decision);
    }
    Ok(())
}

/// The settlement of a case that is taken up again no longer stands; what was paid on it is set against the new one.
fn take_back(
    records: &dyn Records,
    context: &Context<'_>,
    decided: CaseId,
    earlier: &CaseFile,
    because: CaseId,
    decision: &mut Decision,
) {
    let (Some(person), Some(claim)) = (earlier.subject(), &earlier.claim) else { return };
    let year = context.rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let stream = StreamId::Year(person, year);
    let events = records.events(&stream);
    let year = BenefitYear::of(&events);
    let Some(made) = year.standing().find(|made| made.case == Some(decided)) else { return };
    let reason = StreamId::Case(because).to_string();
    settlement::void(records, &events, made, (context.today(), &reason, None), decision);
}
