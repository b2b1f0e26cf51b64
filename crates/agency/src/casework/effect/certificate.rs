//! Certificates that cases issue, block, stop and take back.

use crate::certificate::{self, Status};
use crate::{CaseId, CertificateId, Context, Decision, Event, IdKind, PersonId, Records, StreamId, Unique};
use terms::Refusals;

/// The kind of certificate that the office issues.
const CERTIFICATE_KIND: &str = "public-medical";

/// Issues a certificate under a fresh number.
pub(super) fn issue(
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
pub(super) fn change_status(
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
