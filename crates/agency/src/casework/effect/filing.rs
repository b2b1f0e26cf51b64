//! Filings that cases register and end.

use super::{day, word};
use crate::casework::CaseFile;
use crate::{
    CaseId, Context, Decision, Event, FilingId, IdKind, PersonId, ProviderId, Records, StreamId, filing,
};
use terms::{Fact, Refusals};

/// Facts of a case that become its filing.
const FILING_KIND: &str = "filing.kind";
const FILING_REGION: &str = "filing.region";
const FILING_PROVIDER: &str = "filing.provider";
const FILING_FROM: &str = "filing.from";
const FILING_TO: &str = "filing.to";
/// Which of the person's filings is meant; the latest that still runs where the case names none.
const FILING_NUMBER: &str = "filing.number";

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
        word(file, FILING_PROVIDER).and_then(|code| records.provider_by_code(&code));
    let named = provider.and_then(|provider| records.provider(provider));
    let region = named.map(|provider| provider.registered.region).or_else(|| word(file, FILING_REGION));
    let (Some(kind), Some(region)) = (word(file, FILING_KIND), region) else {
        return Err(vec![context.refuse("filing/target-unknown")]);
    };
    let id = FilingId(context.ids.take(IdKind::Filing));
    let registered = filing::Registered {
        filing: id,
        person: subject,
        filing_kind: kind,
        region,
        provider,
        from: day(file, FILING_FROM).unwrap_or_else(|| context.today()),
        to: day(file, FILING_TO),
        case,
    };
    decision.push(StreamId::Filing(id), 0, Event::FilingRegistered(registered));
    Ok(())
}

/// Ends the person's filing from today on: the one the case names, or the latest that still runs.
pub(super) fn cancel(
    records: &dyn Records,
    context: &Context<'_>,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let today = context.today();
    let named = match file.state.facts.get(FILING_NUMBER) {
        Some(Fact::Number(number)) => u64::try_from(*number).ok().map(FilingId),
        _ => None,
    };
    let running = |id: &FilingId| {
        let filing = records.filing(*id);
        named.is_none_or(|named| named == *id) && filing.is_some_and(|filing| filing.runs_after(today))
    };
    let Some(filing) = records.filings_of(subject).into_iter().rev().find(running) else {
        return Err(vec![context.refuse("filing/none-running")]);
    };
    let stream = StreamId::Filing(filing);
    decision.push(stream.clone(), records.version(&stream), Event::FilingCancelled { filing, on: today });
    Ok(())
}
