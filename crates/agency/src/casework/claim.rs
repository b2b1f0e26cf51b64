//! The claim of a reimbursement case: entered or corrected while it is taken in, and still unpaid when it is accepted.

use super::file::{CaseFile, keep};
use crate::claim::Claim;
use crate::{Capability, CaseId, Context, Decision, Event, Records, StreamId};
use terms::Refusals;

/// Enters the claim of a case that is being taken in, in place of an earlier one.
pub(super) fn enter(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    claim: &Claim,
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    if file.state.position != case::Position::Intake || !context.may(Capability::OpenCases) {
        return Err(vec![context.refuse("reimbursement/claim-not-now")]);
    }
    let mut decision = Decision::default();
    let event = event(records, context, case, claim)?;
    keep(case, &mut file, event, &mut decision);
    Ok(decision)
}

/// The claim entered, or every reason why not.
pub(super) fn event(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    claim: &Claim,
) -> Result<Event, Refusals> {
    let Some(provider) = records.provider(claim.provider) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let refusals = claim.refusals(records, context, &provider.registered.code);
    if refusals.is_empty() {
        Ok(Event::ClaimEntered { case, claim: Box::new(claim.clone()) })
    } else {
        Err(refusals)
    }
}

/// A receipt can have been used by another case since it was entered here.
pub(super) fn still_unpaid(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    file: &CaseFile,
) -> Result<(), Refusals> {
    let Some(claim) = &file.claim else { return Ok(()) };
    let Some(provider) = records.provider(claim.provider) else { return Ok(()) };
    let used = claim.used_receipts(records, context, &provider.registered.code, Some(case));
    if used.is_empty() { Ok(()) } else { Err(used) }
}
