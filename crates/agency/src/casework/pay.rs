//! Payment to a person: what is due, and to whom it may go. By transfer to an account in the payee's own name, or at the
//! window to the person, to a child's parent, or to an agent whose authorisation covers money.

use super::file::CaseFile;
use super::offset::{self, Offset};
use crate::person::Person;
use crate::settlement::BenefitYear;
use crate::{CaseId, Context, Records, StreamId};
use terms::{Fact, Fen, Refusals};

/// The method that goes through the bank, by the packs' codes.
const TRANSFER: &str = "transfer";
/// Facts of the account, as the packs' form names them.
const HOLDER: &str = "payment.holder";
const ACCOUNT: &str = "payment.account";
/// The amount the departments granted, of a hardship relief.
pub(super) const RELIEF_AMOUNT: &str = "relief.amount";

/// Whether this payee may have the money of a case about a person.
///
/// # Errors
/// The one reason against it.
pub(super) fn may_be_paid(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    method: &str,
    payee: &str,
) -> Result<(), Refusals> {
    let file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let Some(person) = file.subject().and_then(|subject| records.person(subject)) else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    if method != TRANSFER {
        return may_collect(records, context, &file, &person, payee.trim(), "payment/payee-differs");
    }
    let said = |name: &str| match file.state.facts.get(name) {
        Some(Fact::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    };
    let Some((holder, _)) = said(HOLDER).zip(said(ACCOUNT)) else {
        return Err(vec![context.refuse("payment/no-account")]);
    };
    may_collect(records, context, &file, &person, &holder, "payment/name-differs")
}

/// The person, for a child the parent, or an agent who may act in this procedure today and collect money.
fn may_collect(
    records: &dyn Records,
    context: &Context<'_>,
    file: &CaseFile,
    person: &Person,
    name: &str,
    otherwise: &str,
) -> Result<(), Refusals> {
    let parent = person.registered.parent.and_then(|parent| records.person(parent));
    let own = [Some(&person.registered.name), parent.as_ref().map(|parent| &parent.registered.name)];
    if own.iter().flatten().any(|own| *own == name) {
        return Ok(());
    }
    let mut agents = person.authorities.iter().filter(|held| held.authority.name == name).peekable();
    let known = agents.peek().is_some();
    let holds = |held: &crate::authority::Held| {
        held.holds_on(context.today()) && held.takes(&file.state.procedure) && held.authority.collects
    };
    if agents.any(holds) {
        return Ok(());
    }
    let code = if known { "payment/agent-may-not-collect" } else { otherwise };
    Err(vec![context.refuse(code).with("holder", Fact::Text(name.chars().take(60).collect()))])
}

/// What is due to be paid in this case: what the funds pay of its settlement, or what the departments granted.
pub(super) fn due(records: &dyn Records, context: &Context<'_>, case: CaseId) -> Result<Fen, Refusals> {
    let file = CaseFile::of(&records.events(&StreamId::Case(case)));
    if let Some(granted) = granted(&file) {
        return Ok(granted);
    }
    let settled = || {
        let claim = file.claim.as_ref()?;
        let year = BenefitYear::of(&records.events(&StreamId::Year(
            file.subject()?,
            context.rules.benefits.law_day(claim.begndate, claim.enddate).year(),
        )));
        let made = year.standing().find(|made| made.case == Some(case))?;
        Some(less_paid(made.amounts.fund_pay_sumamt, &file))
    };
    settled().ok_or_else(|| vec![context.refuse("reimbursement/nothing-due")])
}

/// What a case has to pay, for pages: nothing where it is not worked out yet.
pub fn amount_due(records: &dyn Records, context: &Context<'_>, case: CaseId) -> Option<Fen> {
    due(records, context, case).ok()
}

/// What is kept of the payment of a case when it is made, for pages.
pub fn kept_back(records: &dyn Records, context: &Context<'_>, case: CaseId) -> Vec<Offset> {
    let file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let (Some(person), Some(due)) = (file.subject(), amount_due(records, context, case)) else {
        return Vec::new();
    };
    offset::offsets(records, context, person, case, due)
}

/// What is left of a relief that was granted; nothing for other cases, and before the amount is decided.
pub(super) fn granted(file: &CaseFile) -> Option<Fen> {
    match file.state.facts.get(RELIEF_AMOUNT) {
        Some(Fact::Fen(granted)) => Some(less_paid(*granted, file)),
        _ => None,
    }
}

/// What is left of an amount after what was paid before the case was taken up again, and what was kept of it; never below
/// zero.
fn less_paid(amount: Fen, file: &CaseFile) -> Fen {
    let before = file.state.paid_before.plus(file.kept_sum()).unwrap_or(file.state.paid_before);
    amount.minus(before).unwrap_or_default().max(Fen::ZERO)
}
