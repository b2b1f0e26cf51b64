//! What was paid first for a third party (先行支付): they pay it back, in whole or in part, or it stays with the fund.

use super::about::decided_case;
use super::file::{CaseFile, keep};
use super::recovery;
use crate::{CaseId, Context, Decision, Records, Rulebook, StreamId, books};
use case::{Effect, Procedure};
use ledger::{AccountKind, Occasion, Word};
use terms::{Fact, Fen, Refusals};

/// The amount that came, as the packs' form names it.
const RECEIVED: &str = "advance.received";

/// Whether what this procedure works out is paid first for a third party.
pub(super) fn pays_first(procedure: &Procedure) -> bool {
    let mut steps = procedure.states.iter().flat_map(case::State::steps);
    steps.any(|step| step.effects.contains(&Effect::AdvanceClaim))
}

/// What a third party still owes of what was paid first in this case, by fund.
pub(super) fn open(
    records: &dyn Records,
    rules: &Rulebook,
    case: CaseId,
    file: &CaseFile,
) -> Vec<(Word, Fen)> {
    let (Some(person), Some(claim)) = (file.subject(), &file.claim) else { return Vec::new() };
    let year = rules.benefits.law_day(claim.begndate, claim.enddate).year();
    let year = records.events(&StreamId::Year(person, year));
    books::held(&records.events(&StreamId::Case(case)), &year, case, AccountKind::Advance)
}

/// So much has come back: an entry for each fund, with the case it was paid in. Never more than is open.
pub(super) fn recover(
    records: &dyn Records,
    context: &Context<'_>,
    because: CaseId,
    file: &CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let received = match file.state.facts.get(RECEIVED) {
        Some(Fact::Fen(received)) => *received,
        _ => Fen::ZERO,
    };
    let (advanced_in, mut earlier, open) = owed(records, context, file)?;
    if received <= Fen::ZERO || received > recovery::sum(&open) {
        let refusal = context.refuse("advance/amount").with("open", Fact::Fen(recovery::sum(&open)));
        return Err(vec![refusal]);
    }
    let shares = recovery::share(&open, received);
    post(context, Occasion::Recovery, (advanced_in, because), &mut earlier, &shares, decision)
}

/// What is still open stays with the fund.
pub(super) fn bear(
    records: &dyn Records,
    context: &Context<'_>,
    because: CaseId,
    file: &CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let (advanced_in, mut earlier, open) = owed(records, context, file)?;
    post(context, Occasion::AdvanceBorne, (advanced_in, because), &mut earlier, &open, decision)
}

/// The case the money was paid in, and what of it is open, by fund.
type Owed = (CaseId, CaseFile, Vec<(Word, Fen)>);

fn owed(records: &dyn Records, context: &Context<'_>, file: &CaseFile) -> Result<Owed, Refusals> {
    let Some(advanced_in) = decided_case(&file.state.parties) else {
        return Err(vec![context.refuse("case/about-nothing")]);
    };
    let earlier = CaseFile::of(&records.events(&StreamId::Case(advanced_in)));
    let open = open(records, context.rules, advanced_in, &earlier);
    if open.is_empty() {
        return Err(vec![context.refuse("advance/nothing-open")]);
    }
    Ok((advanced_in, earlier, open))
}

fn post(
    context: &Context<'_>,
    occasion: Occasion,
    (advanced_in, because): (CaseId, CaseId),
    earlier: &mut CaseFile,
    funds: &[(Word, Fen)],
    decision: &mut Decision,
) -> Result<(), Refusals> {
    for (fund, amount) in funds {
        if let Some(entry) = books::of_advance(context, occasion, (advanced_in, because), *fund, *amount)? {
            keep(advanced_in, earlier, entry, decision);
        }
    }
    Ok(())
}
