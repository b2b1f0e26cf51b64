//! Visits of people insured in another region: our catalogue prices the lines, the place of insurance settles them.
//! From the question on the lines are held; its refusal, or no answer in time, lets them go again.

use super::buy::fill;
use super::command::{Buy, Settle};
use super::known::acting;
use super::open::open;
use super::settle::{days, differences, draw, held, lines};
use super::{Settled, Visit, VisitEvent};
use crate::region::{self, ForVisit, NewRemote, Question};
use crate::settlement::Draw;
use crate::{Context, Decision, Event, IdKind, Records, SettlementId, StreamId, Unique};
use ledger::Word;
use terms::Refusals;

/// What the place of insurance is asked for a pre-settlement; nothing where the person is insured here.
///
/// # Errors
/// Whatever bars a settlement on our side.
pub fn question(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &Visit,
    asked: &Settle,
) -> Result<Option<(Word, Question)>, Refusals> {
    let Some(partner) = region::partner_of(records, context, visit.opened.person) else { return Ok(None) };
    let (new, _) = bill(records, context, visit, asked, partner)?;
    Ok(Some((partner, region::question_of(records, context, &new)?)))
}

/// What the place of insurance is asked for a purchase (2101), with the purchase as it would be; nothing where the person
/// is insured here.
///
/// # Errors
/// Whatever bars the purchase on our side.
pub fn purchase_question(
    records: &dyn Records,
    context: &mut Context<'_>,
    asked: &Buy,
) -> Result<Option<(Visit, Word, Question)>, Refusals> {
    if region::partner_of(records, context, asked.open.person).is_none() {
        return Ok(None);
    }
    let provider = acting(context)?;
    let mut decision = Decision::default();
    let mut visit = open(records, context, provider, &asked.open, &mut decision)?;
    let settle = fill(records, context, &mut visit, asked, &mut decision)?;
    let question = question(records, context, &visit, &settle)?;
    Ok(question.map(|(partner, question)| (visit, partner, question)))
}

/// Sends the open lines of a visit to the place of insurance and holds them.
pub(super) fn settle(
    records: &dyn Records,
    context: &mut Context<'_>,
    (visit, version): (&Visit, u64),
    asked: &Settle,
    partner: Word,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let (new, taken) = bill(records, context, visit, asked, partner)?;
    let settlement = SettlementId(context.ids.take(IdKind::Settlement));
    let held = ForVisit { visit: visit.visit, settlement, person: visit.opened.person };
    let (remote, sent) = region::ask_for_visit(records, context, &new, held)?;
    decision.appends.extend(sent.appends);
    let settled = Settled {
        settlement,
        year: new.enddate.year(),
        at: context.now,
        lines: taken,
        mid_stay: asked.mid_stay,
        invoice: asked.invoice.clone(),
        details: asked.details.clone(),
        message: asked.message.clone(),
        remote: Some(remote),
    };
    let stream = StreamId::Visit(visit.visit);
    decision.take_once(Unique::Message, &asked.message, &stream);
    let what = VisitEvent::Settled(Box::new(settled));
    decision.push(stream, version, Event::Visit { visit: visit.visit, what });
    Ok(())
}

/// A purchase: the visit it begins, its lines and the question are one decision. Where the place of insurance refuses it or
/// is silent, nothing was bought and the visit is withdrawn.
pub(super) fn buy(
    records: &dyn Records,
    context: &mut Context<'_>,
    mut visit: Visit,
    asked: &Buy,
    partner: Word,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let asked = fill(records, context, &mut visit, asked, decision)?;
    settle(records, context, (&visit, 0), &asked, partner, decision)
}

/// The bill for the place of insurance, with the numbers of its lines.
fn bill(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &Visit,
    asked: &Settle,
    partner: Word,
) -> Result<(NewRemote, Vec<String>), Refusals> {
    let taken = held(context, visit, asked)?;
    let Some(med_type) = asked.med_type.or(visit.med_type) else {
        return Err(vec![context.refuse("visit/no-kind")]);
    };
    let Some(person) = records.person(visit.opened.person) else {
        return Err(vec![context.refuse("visit/unknown")]);
    };
    let (begndate, enddate) = days(visit, &taken, context.today());
    let lines = lines(&taken);
    // What the place of insurance makes of them is not known yet: the sums are those of the lines.
    let differing = differences(context, asked, &lines, None);
    if !differing.is_empty() {
        return Err(differing);
    }
    let new = NewRemote {
        region: partner,
        citizen: person.registered.citizen,
        provider: visit.opened.provider,
        med_type,
        begndate,
        enddate,
        lines,
        account: draw(visit, asked) == Draw::Own,
    };
    Ok((new, taken.iter().map(|kept| kept.line.sn.clone()).collect()))
}
