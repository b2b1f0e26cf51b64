//! What a case's decision brings about outside the case. The list is fixed in `case::Effect`; packs compose it.

mod agreement;
mod certificate;
mod claim;
mod filing;
mod person;
mod place;
mod reopen;

use super::file::CaseFile;
use super::{paid_first, recovery};
use crate::certificate::Status;
use crate::{CaseId, Context, Decision, Records};
use case::Effect;
use terms::{ArticleId, Refusals};

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
    let subject = file.subject().ok_or_else(|| vec![context.refuse("person/unknown")]);
    let by = cause.by.as_str();
    match effect {
        Effect::SignAgreement
        | Effect::SuspendAgreement
        | Effect::ResumeAgreement
        | Effect::EndAgreement
        | Effect::ChangeProvider => {
            agreement::carry_out(records, context, case, file, effect, &cause.article, decision)
        }
        Effect::ReopenCase => reopen::reopen(records, context, case, file, decision),
        Effect::RecoverOverpaid => recovery::recover(records, context, case, file, decision),
        Effect::AppointLiaison => person::appoint_liaison(records, context, file, decision),
        Effect::IssueCertificate => certificate::issue(context, case, subject?, decision),
        Effect::MarkLost => {
            let from = [Status::Active];
            certificate::change_status(records, context, subject?, &from, Status::Lost, by, decision)
        }
        Effect::CancelNumber => {
            let from = [Status::Lost, Status::Stopped, Status::Active];
            certificate::change_status(records, context, subject?, &from, Status::Cancelled, by, decision)
        }
        Effect::StopCertificate => {
            let from = [Status::Active, Status::Lost];
            certificate::change_status(records, context, subject?, &from, Status::Stopped, by, decision)
        }
        Effect::SurrenderCertificate => {
            let from = [Status::Active, Status::Stopped];
            certificate::change_status(records, context, subject?, &from, Status::Surrendered, by, decision)
        }
        Effect::ChangePerson => person::change(records, context, case, file, subject?, decision),
        Effect::GrantCategory => person::grant_category(records, context, file, subject?, decision),
        Effect::EndEligibility => person::end_eligibility(records, context, file, subject?, decision),
        Effect::CancelFiling => filing::cancel(records, context, subject?, decision),
        Effect::RenewFiling => filing::renew(records, context, case, file, subject?, decision),
        Effect::RegisterFiling => filing::register(records, context, case, file, subject?, decision),
        Effect::ChoosePlace => place::choose(records, context, case, file, subject?, decision),
        Effect::LeavePlace => place::leave(records, context, case, subject?, decision),
        Effect::AdjudicateClaim => claim::adjudicate(records, context, case, file, subject?, decision),
        Effect::RecoverAdvance => paid_first::recover(records, context, case, file, decision),
        Effect::BearAdvance => paid_first::bear(records, context, case, file, decision),
        // The settlement beside it is posted so.
        Effect::AdvanceClaim => Ok(()),
        // The payment itself is a step of the case; what is due is worked out when it is asked for.
        Effect::Pay => Ok(()),
    }
}
