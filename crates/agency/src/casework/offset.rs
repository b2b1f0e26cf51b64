//! Offset (抵扣): where it was ordered, a payment to a person is first set against what they were overpaid in an earlier
//! case, and only the rest is paid out.

use super::actor::engine_actor;
use super::file::{CaseFile, keep};
use super::instalments::receives;
use super::{about, recovery};
use crate::{CaseId, Context, Decision, Event, PersonId, Records, StreamId, books};
use case::Position;
use terms::{Fact, Fen, Refusals};

/// The field in which an order says that it is set against later payments.
const OFFSET: &str = "recovery.offset";

/// What is kept of a payment for one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// How much.
    pub amount: Fen,
    /// The case that orders it back.
    pub because: CaseId,
    /// The case in which it was overpaid.
    pub overpaid: CaseId,
}

/// What is kept of a payment of so much to this person, the earliest order first.
pub(super) fn offsets(
    records: &dyn Records,
    context: &Context<'_>,
    person: PersonId,
    paying: CaseId,
    due: Fen,
) -> Vec<Offset> {
    let mut left = due;
    let mut found = Vec::new();
    for because in records.open_cases_of(person) {
        let file = CaseFile::of(&records.events(&StreamId::Case(because)));
        let Some(overpaid) = about::decided_case(&file.state.parties).filter(|case| *case != paying) else {
            continue;
        };
        if !is_ordered(context, &file) {
            continue;
        }
        let decided = CaseFile::of(&records.events(&StreamId::Case(overpaid)));
        let owed = recovery::sum(&recovery::overpaid(records, context.rules, overpaid, &decided));
        let amount = owed.min(left);
        if amount > Fen::ZERO {
            // At most what is left, so that this cannot fail.
            left = left.minus(amount).unwrap_or_default();
            found.push(Offset { amount, because, overpaid });
        }
    }
    found
}

/// The money is ordered back, has not all come, and later payments make it good.
fn is_ordered(context: &Context<'_>, file: &CaseFile) -> bool {
    let Position::At(here) = &file.state.position else { return false };
    let procedure = context.rules.procedure_of(&file.state);
    let waits = procedure
        .and_then(|procedure| procedure.state(here))
        .is_some_and(|state| state.steps().iter().any(receives));
    waits && file.state.facts.get(OFFSET) == Some(&Fact::Flag(true))
}

/// Keeps these parts of a payment: an entry in each of the two cases they concern, and word of it in the one that ordered it.
pub(super) fn keep_back(
    records: &dyn Records,
    context: &Context<'_>,
    paying: CaseId,
    file: &mut CaseFile,
    offsets: &[Offset],
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let on = context.today();
    for Offset { amount, because, overpaid } in offsets.iter().copied() {
        let mut order = CaseFile::of(&records.events(&StreamId::Case(because)));
        let mut earlier = CaseFile::of(&records.events(&StreamId::Case(overpaid)));
        if let Some(entry) = books::kept(records, context, (paying, because), file, amount)? {
            keep(paying, file, entry, decision);
        }
        let owed = recovery::overpaid(records, context.rules, overpaid, &earlier);
        let part = recovery::Part { because, number: order.brought.len() + 1, kept: true };
        recovery::post(context, part, overpaid, &mut earlier, &recovery::share(&owed, amount), decision)?;
        let by = engine_actor(context.actor).who;
        let event = Event::RecoveryBrought { case: because, amount, from: Some(paying), by, on };
        keep(because, &mut order, event, decision);
        let event = Event::PaymentKept { case: paying, amount, because, overpaid, on };
        keep(paying, file, event, decision);
    }
    Ok(())
}
