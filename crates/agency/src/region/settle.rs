//! A bill of the other region, settled by our policy.

use super::desk::Desk;
use super::{Answer, Asked, RemoteEvent};
use crate::settlement::{self, BillRecord, Draw, ToSettle};
use crate::{Context, Event, IdKind, ProviderId, StreamId, Unique, book_year, books, filing, provider};
use benefit::Code;
use ledger::{Parameter, Word};
use std::collections::BTreeMap;
use terms::{Fact, Fen, Refusals};

/// Settles a bill of the other region by our policy, with the filing that is registered here.
pub(super) fn settle(
    desk: &mut Desk<'_>,
    context: &mut Context<'_>,
    from: Word,
    asked: &Asked,
) -> Result<Answer, Refusals> {
    let (records, rules) = (desk.records, context.rules);
    if !asked.remote.as_str().starts_with(&format!("{from}-")) {
        return Err(vec![context.refuse("region/name-of-another")]);
    }
    let days = rules
        .parameters
        .count(Parameter::RemoteDayDifference, asked.day)
        .map_err(|_| vec![context.refuse("region/no-parameter")])?;
    if asked.day.days_since(context.today()).unsigned_abs() > days {
        let day = Fact::Day(asked.day);
        return Err(vec![context.refuse("region/clocks-differ").with("day", day)]);
    }
    let found = records.person_by_citizen(&asked.citizen).and_then(|id| Some((id, records.person(id)?)));
    let Some((id, person)) = found else { return Err(vec![context.refuse("region/not-insured-here")]) };
    let insured = person.insured_on(asked.enddate).next().cloned();
    let Some(insured) = insured else {
        let day = Fact::Day(asked.enddate);
        return Err(vec![context.refuse("visit/not-insured").with("day", day)]);
    };
    let provider = registered(desk, context, asked);
    let treatment = filing::Treatment {
        med_type: asked.med_type,
        begndate: asked.begndate,
        enddate: asked.enddate,
        region: &asked.hospital.admdvs,
        provider: Some(provider),
    };
    let covered = filing::covering_place(records, id, &treatment, rules);
    let code = |text: &str| text.parse::<Code>().unwrap_or(Code::NONE);
    let bill = BillRecord {
        category: rules.categories.served(&person, asked.enddate),
        hardship: rules.categories.hardship(&person, asked.enddate),
        filing: filing::benefit_of(&covered),
        ..asked.bill(code(&insured.insutype), code(&insured.psn_type))
    };
    let draw = if asked.account { Draw::Own } else { Draw::Nothing };
    let asked_here = ToSettle { person: id, provider, bill, case: None, draw };
    let (made, outcome) = settlement::make(records, context, &asked_here, &mut desk.decision)?;
    let funds: BTreeMap<Word, Fen> = books::items(context, &outcome)?.into_iter().collect();
    // A closed month takes nothing more. The other side is told, so that both post it for one day.
    let day = book_year::posting_day(records, context, asked.day);
    let answer = Answer {
        remote: asked.remote,
        amounts: made.amounts,
        funds,
        filing: covered,
        law: made.law.clone(),
        insured: Some((made.bill.insutype, made.bill.psn_type)),
        balance: Some(made.balance),
        posted: (day != asked.day).then_some(day),
    };
    let what = RemoteEvent::Settled {
        partner: from,
        asked: Box::new(asked.clone()),
        answer: Box::new(answer.clone()),
        person: id,
        provider,
        settlement: made.settlement,
        year: made.year,
    };
    desk.tell(asked.remote, what);
    if let Some(entry) = books::remote_insured(context, from, id, day, &answer)? {
        desk.remote(asked.remote, entry);
    }
    Ok(answer)
}

/// The hospital as we know it; entered from what the place of treatment says of it, the first time.
fn registered(desk: &mut Desk<'_>, context: &mut Context<'_>, asked: &Asked) -> ProviderId {
    let hospital = &asked.hospital;
    if let Some(known) = desk.records.provider_by_code(&hospital.code) {
        return known;
    }
    let provider = ProviderId(context.ids.take(IdKind::Provider));
    let stream = StreamId::Provider(provider);
    desk.decision.take_once(Unique::ProviderCode, &hospital.code, &stream);
    let registered = provider::Registered {
        provider,
        code: hospital.code.clone(),
        name: hospital.name.clone(),
        provider_kind: hospital.kind.clone(),
        hosp_lv: hospital.hosp_lv.clone(),
        region: hospital.admdvs.clone(),
        refers: false,
    };
    desk.decision.push(stream, 0, Event::ProviderRegistered(registered));
    provider
}
