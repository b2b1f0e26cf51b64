//! From the lines of a visit to a bill, and from the bill to a settlement.

use super::command::{DECLARED, Settle};
use super::{KeptLine, Setting, Settled, Visit, VisitEvent};
use crate::settlement::{self, BillLine, BillRecord, Draw, Made, ToSettle};
use crate::{Context, Decision, Event, Records, StreamId, Unique, filing};
use benefit::{Amounts, Code, Line};
use terms::{Day, Fact, Fen, Refusal, Refusals};

/// A settlement as it is made or, for a pre-settlement, as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// The settlement.
    pub made: Made,
    /// What each fund pays, by `fund_pay_type`.
    pub funds: Vec<(String, Fen)>,
    /// What it would append to the visit.
    pub settled: Settled,
}

/// Pre-settlement: everything a settlement checks and computes, and no effect.
pub fn preview(
    records: &dyn Records,
    context: &mut Context<'_>,
    visit: &Visit,
    asked: &Settle,
) -> Result<Settling, Refusals> {
    settle(records, context, visit, asked, &mut Decision::default())
}

/// Settles the open lines of a visit: appends to the person's year and, as far as `decision` goes on, to the visit.
pub(super) fn settle(
    records: &dyn Records,
    context: &mut Context<'_>,
    visit: &Visit,
    asked: &Settle,
    decision: &mut Decision,
) -> Result<Settling, Refusals> {
    let taken = held(context, visit, asked)?;
    let bill = bill(records, context, visit, asked, &taken)?;
    let (person, provider) = (visit.opened.person, visit.opened.provider);
    let to_settle = ToSettle { person, provider, bill, case: None, draw: draw(visit, asked) };
    let made = settlement::settle(records, context, &to_settle, decision)?;
    let differing = differences(context, asked, &made.bill.lines, Some(&made.amounts));
    if !differing.is_empty() {
        return Err(differing);
    }
    let settled = Settled {
        settlement: made.settlement,
        year: made.year,
        at: context.now,
        lines: taken.iter().map(|kept| kept.line.sn.clone()).collect(),
        mid_stay: asked.mid_stay,
        invoice: asked.invoice.clone(),
        details: asked.details.clone(),
        message: asked.message.clone(),
        remote: None,
    };
    let year = StreamId::Year(made.person, made.year);
    let appended = decision.appends.iter().find(|append| append.stream == year);
    let funds = settlement::funds_of(appended.map_or(&[], |append| &append.events), made.settlement);
    Ok(Settling { made, funds, settled })
}

/// Whose personal account the bill may use.
pub(super) fn draw(visit: &Visit, asked: &Settle) -> Draw {
    let flag = asked.details.get("acct_used_flag").or_else(|| visit.details.get("acct_used_flag"));
    flag.map_or(Draw::Nothing, |flag| Draw::of_flag(flag))
}

/// The open lines that are to be settled, where the visit stands so that they can be.
pub(super) fn held<'a>(
    context: &Context<'_>,
    visit: &'a Visit,
    asked: &Settle,
) -> Result<Vec<&'a KeptLine>, Refusals> {
    let wanted = |batch: &str| asked.batches.is_empty() || asked.batches.iter().any(|known| known == batch);
    let taken: Vec<&KeptLine> = visit.open_lines().filter(|kept| wanted(&kept.line.batch)).collect();
    let mut refusals = Refusals::new();
    if visit.withdrawn {
        refusals.push(context.refuse("visit/withdrawn"));
    }
    if visit.opened.setting == Setting::Inpatient
        && visit.endtime.is_none()
        && !asked.mid_stay
        && !asked.preview
    {
        refusals.push(context.refuse("visit/not-discharged"));
    }
    if !taken.iter().any(|kept| kept.left().parts() > 0) {
        refusals.push(context.refuse("visit/nothing-to-settle"));
    }
    if refusals.is_empty() { Ok(taken) } else { Err(refusals) }
}

/// First and last day of a bill of these lines.
pub(super) fn days(visit: &Visit, taken: &[&KeptLine], today: Day) -> (Day, Day) {
    let begndate = visit.opened.begntime.day();
    let last_line = taken.iter().map(|kept| kept.line.bill.day).max().unwrap_or(begndate);
    let enddate = match (visit.endtime, visit.opened.setting) {
        (Some(endtime), _) => endtime.day(),
        // A stay that goes on is settled up to now.
        (None, Setting::Inpatient) => today,
        (None, _) => last_line,
    };
    (begndate, enddate.max(begndate))
}

/// The lines of a bill: what is left of each, without those that were returned whole.
pub(super) fn lines(taken: &[&KeptLine]) -> Vec<BillLine> {
    let left = taken.iter().filter(|kept| kept.left().parts() > 0);
    left.map(|kept| BillLine { quantity: kept.left(), ..kept.line.bill.clone() }).collect()
}

/// The event of a settlement on the visit's stream, and its message taken, so that it can be reversed.
pub(super) fn record(decision: &mut Decision, visit: &Visit, version: u64, settling: &Settling) {
    let stream = StreamId::Visit(visit.visit);
    decision.take_once(Unique::Message, &settling.settled.message, &stream);
    let what = VisitEvent::Settled(Box::new(settling.settled.clone()));
    decision.push(stream, version, Event::Visit { visit: visit.visit, what });
}

fn bill(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &Visit,
    asked: &Settle,
    taken: &[&KeptLine],
) -> Result<BillRecord, Refusals> {
    let opened = &visit.opened;
    let (Some(person), Some(provider)) = (records.person(opened.person), records.provider(opened.provider))
    else {
        return Err(vec![context.refuse("visit/unknown")]);
    };
    let (begndate, enddate) = days(visit, taken, context.today());
    let mut refusals = Refusals::new();
    let insutype = opened.insutype.to_string();
    let insured = person.insured_on(enddate).find(|insurance| insurance.insutype == insutype);
    if insured.is_none() {
        refusals.push(context.refuse("visit/not-insured").with("day", Fact::Day(enddate)));
    }
    refusals.extend(provider.against_service(context, begndate, enddate));
    let med_type = asked.med_type.or(visit.med_type);
    let Some((insured, med_type)) = insured.zip(med_type) else {
        if med_type.is_none() {
            refusals.push(context.refuse("visit/no-kind"));
        }
        return Err(refusals);
    };
    // A chronic illness is paid for as one only once it is declared (2503).
    let illness = asked.details.get("dise_codg").or_else(|| visit.details.get("dise_codg"));
    let illness = illness.map_or("", String::as_str);
    if context.rules.visits.is_chronic(med_type) && !person.has_illness(illness, begndate) {
        refusals.push(context.refuse("visit/no-illness").with("day", Fact::Day(begndate)));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let contracting = context.rules.visits.contracting();
    let code = |text: &str| text.parse::<Code>().unwrap_or(Code::NONE);
    let covered = filing::covering_treatment(
        records,
        opened.person,
        opened.provider,
        med_type,
        (begndate, enddate),
        context.rules,
    );
    Ok(BillRecord {
        insutype: opened.insutype,
        psn_type: code(&insured.psn_type),
        category: context.rules.categories.served(&person, enddate),
        hardship: context.rules.categories.hardship(&person, enddate),
        // What the account holds is looked up when it is settled.
        account: Fen::ZERO,
        account_past: Fen::ZERO,
        provider_kind: code(&provider.registered.provider_kind),
        hosp_lv: code(&provider.registered.hosp_lv),
        admdvs: provider.registered.region.parse().unwrap_or(0),
        designated: true,
        contracted: person.contracted_with(opened.provider, contracting, begndate),
        med_type,
        begndate,
        enddate,
        filing: filing::benefit_of(&covered),
        direct: true,
        lines: lines(taken),
    })
}

/// Where the provider's sums are neither those of the lines nor those of the settlement, which count the first share
/// of treatment elsewhere as first own: every difference, by the national field name.
pub(super) fn differences(
    context: &Context<'_>,
    asked: &Settle,
    lines: &[BillLine],
    amounts: Option<&Amounts>,
) -> Vec<Refusal> {
    let Some(sums) = sums(lines) else { return vec![context.refuse("visit/out-of-range")] };
    let outcome = amounts.map_or(sums, |amounts| {
        [
            amounts.medfee_sumamt,
            amounts.fulamt_ownpay_amt,
            amounts.overlmt_selfpay,
            amounts.preselfpay_amt,
            amounts.inscp_scp_amt,
        ]
    });
    let mut refusals = Vec::new();
    for ((name, lines), settled) in DECLARED.iter().zip(sums).zip(outcome) {
        let Some(said) = asked.declared.get(*name).copied() else { continue };
        if said != lines && said != settled {
            let refusal = context.refuse("visit/sum-differs").with("field", Fact::Text((*name).to_owned()));
            refusals.push(refusal.with("sent", Fact::Fen(said)).with("lines", Fact::Fen(lines)));
        }
    }
    refusals
}

/// The sums of the lines in the order of [`DECLARED`].
fn sums(lines: &[BillLine]) -> Option<[Fen; 5]> {
    let mut sums = [Fen::ZERO; 5];
    for line in lines {
        let share = benefit_line(line).share().ok()?;
        let parts = [
            share.det_item_fee_sumamt,
            share.fulamt_ownpay_amt,
            share.overlmt_amt,
            share.preselfpay_amt,
            share.inscp_scp_amt,
        ];
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum = sum.plus(part).ok()?;
        }
    }
    Some(sums)
}

/// A line as benefits know it.
pub(super) fn benefit_line(line: &BillLine) -> Line {
    Line {
        price: line.price,
        quantity: line.quantity,
        ceiling: line.ceiling,
        first_own: line.first_own,
        class: line.class,
        day: line.day,
        entry: None,
        illustrative: line.illustrative,
    }
}
