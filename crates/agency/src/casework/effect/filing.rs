//! Filings that cases register and end.

use crate::casework::file::CaseFile;
use crate::{
    CaseId, Context, Decision, Event, FilingId, IdKind, PersonId, ProviderId, Records, StreamId, filing,
};
use terms::Refusals;

/// Facts of a case that become its filing.
const FILING_KIND: &str = "filing.kind";
const FILING_REGION: &str = "filing.region";
const FILING_PROVIDER: &str = "filing.provider";
const FILING_FROM: &str = "filing.from";
const FILING_TO: &str = "filing.to";
/// Registers the filing that the case's facts describe.
pub(super) fn register(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let provider: Option<ProviderId> =
        file.word(FILING_PROVIDER).and_then(|code| records.provider_by_code(&code));
    let named = provider.and_then(|provider| records.provider(provider));
    let region = named.map(|provider| provider.registered.region).or_else(|| file.word(FILING_REGION));
    let (Some(kind), Some(region)) = (file.word(FILING_KIND), region) else {
        return Err(vec![context.refuse("filing/target-unknown")]);
    };
    let id = FilingId(context.ids.take(IdKind::Filing));
    let registered = filing::Registered {
        filing: id,
        person: subject,
        filing_kind: kind,
        region,
        provider,
        from: file.day(FILING_FROM).unwrap_or_else(|| context.today()),
        to: file.day(FILING_TO),
        case: Some(case),
        sent: None,
    };
    decision.push(StreamId::Filing(id), 0, Event::FilingRegistered(registered));
    Ok(())
}

/// Ends the person's running filing from today on.
pub(super) fn cancel(
    records: &dyn Records,
    context: &Context<'_>,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let today = context.today();
    let Some(running) = filing::running(records, context.rules, subject, today) else {
        return Err(vec![context.refuse("filing/none-running")]);
    };
    let filing = running.registered.filing;
    let stream = StreamId::Filing(filing);
    decision.push(stream.clone(), records.version(&stream), Event::FilingCancelled { filing, on: today });
    Ok(())
}

/// Registers a filing like the running one, from the day after its last to the new last day.
pub(super) fn renew(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(running) = filing::running(records, context.rules, subject, context.today()) else {
        return Err(vec![context.refuse("filing/none-running")]);
    };
    let Some(last) = running.registered.to else {
        return Err(vec![context.refuse("filing/no-last-day")]);
    };
    let id = FilingId(context.ids.take(IdKind::Filing));
    let (from, to) = (last.next(), file.day(FILING_TO));
    let registered =
        filing::Registered { filing: id, from, to, case: Some(case), sent: None, ..running.registered };
    decision.push(StreamId::Filing(id), 0, Event::FilingRegistered(registered));
    Ok(())
}
