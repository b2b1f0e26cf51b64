//! What a person was paid too much (多付): the books say how much of it came out of which fund; it comes back once, at once
//! or in parts.

use super::about;
use super::file::{CaseFile, keep};
use super::pay::RELIEF_AMOUNT;
use crate::{CaseId, Context, Decision, Records, Rulebook, StreamId, books};
use case::{Ending, Position};
use ledger::Word;
use terms::{Fact, Fen, Refusals};

/// What the person of a closed case holds beyond what stands decided, by fund; nothing while the case is open.
pub(super) fn overpaid(
    records: &dyn Records,
    rules: &Rulebook,
    case: CaseId,
    file: &CaseFile,
) -> Vec<(Word, Fen)> {
    let Some(person) = file.subject().filter(|_| file.state.is_closed()) else { return Vec::new() };
    let Some(claim) = &file.claim else {
        let events = records.events(&StreamId::Case(case));
        return books::held_of_relief(&events, stands(rules, file));
    };
    let year = rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let year = records.events(&StreamId::Year(person, year));
    books::held_by_person(&records.events(&StreamId::Case(case)), &year, case)
}

/// The relief that stands decided: nothing where the case ended otherwise.
fn stands(rules: &Rulebook, file: &CaseFile) -> Fen {
    let Position::Closed(outcome) = &file.state.position else { return Fen::ZERO };
    let ended = rules.procedure_of(&file.state).and_then(|procedure| procedure.outcome(outcome));
    match file.state.facts.get(RELIEF_AMOUNT) {
        Some(Fact::Fen(granted)) if ended.is_some_and(|end| end.ends == Ending::Granted) => *granted,
        _ => Fen::ZERO,
    }
}

/// The sum of it.
pub(super) fn sum(overpaid: &[(Word, Fen)]) -> Fen {
    // Beyond what money can be, nothing was ever paid.
    Fen::sum(overpaid.iter().map(|(_, amount)| *amount)).unwrap_or_default()
}

/// The money has come back: an entry for each fund, with the case it was paid in.
pub(super) fn recover(
    records: &dyn Records,
    context: &Context<'_>,
    because: CaseId,
    file: &CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(decided) = about::decided_case(&file.state.parties) else {
        return Err(vec![context.refuse("case/about-nothing")]);
    };
    let mut earlier = CaseFile::of(&records.events(&StreamId::Case(decided)));
    let overpaid = overpaid(records, context.rules, decided, &earlier);
    // Where parts of a payment were kept until nothing is open, the step only says so.
    if overpaid.is_empty() && file.brought.is_empty() {
        return Err(vec![context.refuse("recovery/nothing-overpaid")]);
    }
    let part = Part { because, number: file.brought.len() + 1, kept: false };
    post(context, part, decided, &mut earlier, &overpaid, decision)
}

/// A part of the money that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The case that orders it back.
    pub(super) because: CaseId,
    /// The number of the part, from 1.
    pub(super) number: usize,
    /// It was kept of a payment; else it was paid in.
    pub(super) kept: bool,
}

/// The entries of a part, one for each fund, with the case it was paid in.
pub(super) fn post(
    context: &Context<'_>,
    part: Part,
    decided: CaseId,
    earlier: &mut CaseFile,
    funds: &[(Word, Fen)],
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(person) = earlier.subject() else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    for (fund, amount) in funds {
        let back = books::Back {
            paid_in: decided,
            because: part.because,
            number: part.number,
            relief: earlier.claim.is_none(),
            kept: part.kept,
        };
        if let Some(entry) = books::recovered(context, back, person, *fund, *amount)? {
            keep(decided, earlier, entry, decision);
        }
    }
    Ok(())
}

/// So much of what is owed, the funds in their order.
pub(super) fn share(owed: &[(Word, Fen)], amount: Fen) -> Vec<(Word, Fen)> {
    let mut left = amount;
    let mut shares = Vec::new();
    for (fund, owed) in owed {
        let share = left.min(*owed);
        // At most what is left, so that this cannot fail.
        left = left.minus(share).unwrap_or_default();
        if share > Fen::ZERO {
            shares.push((*fund, share));
        }
    }
    shares
}

/// What the case `because` orders back of what was paid in `decided`: what the books say now, and what it brought back.
pub fn ordered_back(records: &dyn Records, rules: &Rulebook, because: CaseId, decided: CaseId) -> Fen {
    let events = records.events(&StreamId::Case(decided));
    let still = sum(&overpaid(records, rules, decided, &CaseFile::of(&events)));
    still.plus(books::recovered_by(&events, because)).unwrap_or(still)
}
