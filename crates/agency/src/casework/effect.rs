//! What a case's decision brings about outside the case. The list is fixed in `case::Effect`; packs compose it.

mod filing;
mod person;

pub use person::GRANT_CATEGORY;
pub(super) use person::unit_by_code;

use crate::agreement;
use crate::casework::{CaseFile, about, recovery};
use crate::certificate::{self, Status};
use crate::claim::Claim;
use crate::settlement::{self, BenefitYear, BillRecord, Draw, ToSettle};
use crate::{CaseId, CertificateId, Context, Decision, Event, IdKind, PersonId, Records, StreamId, Unique};
use benefit::Code;
use case::Effect;
use terms::{ArticleId, Fact, Fen, Refusals};

/// The amount the departments granted, of a hardship relief.
const RELIEF_AMOUNT: &str = "relief.amount";
/// The kind of certificate that the office issues.
const CERTIFICATE_KIND: &str = "public-medical";

/// What brings an effect about.
pub(super) struct Cause {
    /// The step, outcome or `intake`.
    pub(super) by: String,
    /// Its article.
    pub(super) article: ArticleId,
}

/// Carries out one effect, as further events of the same decision.
pub(super) fn carry_out(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    file: &CaseFile,
    effect: Effect,
    cause: &Cause,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    match effect {
        Effect::SignAgreement
        | Effect::SuspendAgreement
        | Effect::ResumeAgreement
        | Effect::EndAgreement
        | Effect::ChangeProvider => {
            return agreement::carry_out(records, context, case, file, effect, &cause.article, decision);
        }
        Effect::ReopenCase => return about::reopen(records, context, case, file, decision),
        Effect::RecoverOverpaid => return recovery::recover(records, context, case, file, decision),
        _ => {}
    }
    let cause = cause.by.as_str();
    let Some(subject) = file.subject() else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    match effect {
        Effect::IssueCertificate => issue(context, case, subject, decision),
        Effect::MarkLost => {
            let from = [Status::Active];
            change_status(records, context, subject, &from, Status::Lost, cause, decision)
        }
        Effect::CancelNumber => {
            let from = [Status::Lost, Status::Stopped, Status::Active];
            change_status(records, context, subject, &from, Status::Cancelled, cause, decision)
        }
        Effect::StopCertificate => {
            let from = [Status::Active, Status::Lost];
            change_status(records, context, subject, &from, Status::Stopped, cause, decision)
        }
        Effect::ChangePerson => person::change(records, context, case, file, subject, decision),
        Effect::GrantCategory => person::grant_category(records, context, file, subject, decision),
        Effect::EndEligibility => person::end_eligibility(records, context, file, subject, decision),
        Effect::AppointLiaison => person::appoint_liaison(records, context, file, decision),
        Effect::SurrenderCertificate => {
            let from = [Status::Active, Status::Stopped];
            change_status(records, context, subject, &from, Status::Surrendered, cause, decision)
        }
        Effect::CancelFiling => filing::cancel(records, context, subject, decision),
        Effect::RenewFiling => filing::renew(records, context, case, file, subject, decision),
        Effect::RegisterFiling => filing::register(records, context, case, file, subject, decision),
        Effect::AdjudicateClaim => adjudicate(records, context, case, file, subject, decision),
        // The payment itself is a step of the case; what is due is worked out when it is asked for.
        Effect::Pay => Ok(()),
        Effect::SignAgreement
        | Effect::SuspendAgreement
        | Effect::ResumeAgreement
        | Effect::EndAgreement
        | Effect::ChangeProvider
        | Effect::RecoverOverpaid
        | Effect::ReopenCase => Ok(()),
    }
}

fn issue(
    context: &mut Context<'_>,
    case: CaseId,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let id = CertificateId(context.ids.take(IdKind::Certificate));
    let district = context
        .rules
        .offices
        .here(context.today())
        .and_then(|office| office.districts.first())
        .map_or("000000", String::as_str);
    let number = certificate::number(district, id.0);
    let stream = StreamId::Certificate(id);
    decision.take_once(Unique::CertificateNumber, &number, &stream);
    let issued = certificate::Issued {
        certificate: id,
        number,
        person: subject,
        certificate_kind: CERTIFICATE_KIND.to_owned(),
        on: context.today(),
        case,
    };
    decision.push(stream, 0, Event::CertificateIssued(issued));
    Ok(())
}

/// Changes the person's latest certificate that has one of these statuses.
fn change_status(
    records: &dyn Records,
    context: &Context<'_>,
    subject: PersonId,
    from: &[Status],
    to: Status,
    reason: &str,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let held = records.certificates_of(subject).into_iter().rev().find_map(|id| {
        let certificate = records.certificate(id)?;
        from.contains(&certificate.status).then_some(certificate)
    });
    let Some(held) = held else {
        return Err(vec![context.refuse("certificate/none-held")]);
    };
    let stream = StreamId::Certificate(held.issued.certificate);
    let version = records.version(&stream);
    let (certificate, on, reason) = (held.issued.certificate, context.today(), reason.to_owned());
    decision.push(stream, version, Event::CertificateStatus { certificate, status: to, on, reason });
    Ok(())
}

/// Works out the claim under the law of its days, and registers its receipts so that none is paid twice.
fn adjudicate(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(claim) = &file.claim else {
        return Err(vec![context.refuse("reimbursement/no-claim")]);
    };
    let (Some(provider), Some(person)) = (records.provider(claim.provider), records.person(subject)) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let used = claim.used_receipts(records, context, &provider.registered.code, Some(case));
    if !used.is_empty() {
        return Err(used);
    }
    let by = StreamId::Case(case);
    for receipt in &claim.receipts {
        let name = Claim::receipt_name(&provider.registered.code, &receipt.number);
        // A case that was taken up again holds its receipts already.
        if records.version(&StreamId::Unique(Unique::Receipt, name.clone())) == 0 {
            decision.take_once(Unique::Receipt, &name, &by);
        }
    }
    let day = claim.enddate;
    let Some(insured) = person.insured_on(day).next() else {
        return Err(vec![context.refuse("settlement/not-insured").with("day", Fact::Day(day))]);
    };
    let code = |text: &str| text.parse::<Code>().unwrap_or(Code::NONE);
    // Treated as not designated where no agreement was in force: emergencies and full cover are paid even so.
    let no_agreement = provider.against_service(context, claim.begndate, claim.enddate);
    let bill = BillRecord {
        insutype: code(&insured.insutype),
        psn_type: code(&insured.psn_type),
        category: context.rules.categories.served(&person, day),
        hardship: context.rules.categories.hardship(&person, day),
        // Paid in cash, reimbursed in cash: an account is used where the bill is settled on the spot.
        account: Fen::ZERO,
        account_past: Fen::ZERO,
        provider_kind: code(&provider.registered.provider_kind),
        hosp_lv: code(&provider.registered.hosp_lv),
        admdvs: provider.registered.region.parse().unwrap_or(0),
        designated: no_agreement.is_none(),
        contracted: person.contracted_with(
            claim.provider,
            context.rules.visits.contracting(),
            claim.begndate,
        ),
        med_type: claim.med_type,
        begndate: claim.begndate,
        enddate: claim.enddate,
        filing: crate::filing::benefit_of(&crate::filing::covering(records, subject, claim, context.rules)),
        direct: false,
        lines: standing_lines(file, claim),
    };
    let asked =
        ToSettle { person: subject, provider: claim.provider, bill, case: Some(case), draw: Draw::Nothing };
    // Where the benefits refuse it, the reason why no agreement held stands beside theirs.
    let with_reason = |mut refusals: Refusals| {
        refusals.extend(no_agreement);
        refusals
    };
    settlement::settle(records, context, &asked, decision).map(drop).map_err(with_reason)
}

/// The lines of the claim that were not refused.
fn standing_lines(file: &CaseFile, claim: &Claim) -> Vec<settlement::BillLine> {
    let refused = |place: usize| file.refused.iter().any(|refused| refused.line == place);
    claim
        .lines
        .iter()
        .enumerate()
        .filter(|(place, _)| !refused(*place))
        .map(|(_, line)| line.clone())
        .collect()
}

/// What is due to be paid in this case: what the funds pay of its settlement, or what the departments granted.
pub(super) fn amount_due(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
) -> Result<Fen, Refusals> {
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

/// What is left of a relief that was granted; nothing for other cases, and before the amount is decided.
pub(super) fn granted(file: &CaseFile) -> Option<Fen> {
    match file.state.facts.get(RELIEF_AMOUNT) {
        Some(Fact::Fen(granted)) => Some(less_paid(*granted, file)),
        _ => None,
    }
}

/// A word or text of the case.
fn word(file: &CaseFile, name: &str) -> Option<String> {
    match file.state.facts.get(name) {
        Some(Fact::Code(word) | Fact::Text(word)) => Some(word.clone()),
        _ => None,
    }
}

/// A day of the case.
fn day(file: &CaseFile, name: &str) -> Option<terms::Day> {
    match file.state.facts.get(name) {
        Some(Fact::Day(day)) => Some(*day),
        _ => None,
    }
}

/// What is left of an amount after what was paid before the case was taken up again; never below zero.
fn less_paid(amount: Fen, file: &CaseFile) -> Fen {
    amount.minus(file.state.paid_before).unwrap_or_default().max(Fen::ZERO)
}
