//! What a person was paid too much (多付): the books say how much of it came out of which fund; it comes back once.

use super::about;
use super::file::{CaseFile, keep};
use crate::{CaseId, Context, Decision, Records, Rulebook, StreamId, books};
use ledger::Word;
use terms::{Fen, Refusals};

/// What the person of a closed case holds beyond what stands decided, by fund; nothing while the case is open.
pub(super) fn overpaid(
    records: &dyn Records,
    rules: &Rulebook,
    case: CaseId,
    file: &CaseFile,
) -> Vec<(Word, Fen)> {
    let (Some(person), Some(claim)) = (file.subject(), &file.claim) else { return Vec::new() };
    if !file.state.is_closed() {
        return Vec::new();
    }
    let year = rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let year = records.events(&StreamId::Year(person, year));
    books::held_by_person(&records.events(&StreamId::Case(case)), &year, case)
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
    let Some(person) = earlier.subject() else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let overpaid = overpaid(records, context.rules, decided, &earlier);
    if overpaid.is_empty() {
        return Err(vec![context.refuse("recovery/nothing-overpaid")]);
    }
    for (fund, amount) in overpaid {
        if let Some(entry) = books::recovered(context, (decided, because), person, fund, amount)? {
            keep(decided, &mut earlier, entry, decision);
        }
    }
    Ok(())
}

/// What the case `because` orders back of what was paid in `decided`: what the books say now, and what it brought back.
pub fn ordered_back(records: &dyn Records, rules: &Rulebook, because: CaseId, decided: CaseId) -> Fen {
    let events = records.events(&StreamId::Case(decided));
    let still = sum(&overpaid(records, rules, decided, &CaseFile::of(&events)));
    still.plus(books::recovered_by(&events, because)).unwrap_or(still)
}
