//! A recovery in parts: the plan that is agreed when it is ordered, and each part as it comes in.

use super::actor::engine_actor;
use super::file::{CaseFile, keep};
use super::{about, recovery};
use crate::recovery::Instalment;
use crate::{Capability, CaseId, Context, Decision, Event, Records, StreamId};
use case::{Act, Effect, Position, Procedure, Step};
use terms::{Fact, Fen, Refusals};

/// Bounds on one plan.
const PARTS_MIN: usize = 2;
/// See [`PARTS_MIN`]: five years of months.
const PARTS_MAX: usize = 60;
/// The field that a step fills in where it orders money back.
const UNTIL: &str = "recovery.until";

/// The step that waits for this actor and does such an act.
fn waiting<'p>(
    procedure: &'p Procedure,
    file: &CaseFile,
    actor: &case::Actor,
    does: impl Fn(&Step) -> bool,
) -> Option<&'p Step> {
    let Position::At(here) = &file.state.position else { return None };
    procedure.state(here)?.steps().iter().find(|step| {
        let mut apart = procedure.apart(step);
        does(step)
            && actor.roles.contains(&step.owner.role)
            && step.owner.organisation == actor.organisation
            && !apart.any(|apart| file.state.doers(apart).any(|by| by.who == actor.who))
    })
}

/// Whether somebody may say now in which parts the money comes back: the step that orders it waits for them.
pub fn may_plan(procedure: &Procedure, file: &CaseFile, actor: &case::Actor) -> bool {
    let orders = |step: &Step| step.act == Act::Decide && step.fills.iter().any(|field| field == UNTIL);
    waiting(procedure, file, actor, orders).is_some()
}

/// Whether this step takes in what a person was overpaid.
pub fn receives(step: &Step) -> bool {
    step.effects.contains(&Effect::RecoverOverpaid)
}

/// Whether somebody may take a part of the money in now: the step that receives it waits for them.
pub fn may_take(procedure: &Procedure, file: &CaseFile, actor: &case::Actor) -> bool {
    waiting(procedure, file, actor, receives).is_some()
}

/// Keeps the plan, or says every reason why not. It adds up to what is ordered back, to the fen.
pub(super) fn plan(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    instalments: &[Instalment],
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let rules = context.rules;
    let Some(procedure) = rules.procedure_of(&file.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    let actor = engine_actor(context.actor);
    let Some(decided) =
        about::decided_case(&file.state.parties).filter(|_| may_plan(procedure, &file, &actor))
    else {
        return Err(vec![context.refuse("recovery/plan-not-now")]);
    };
    let mut refusals = Refusals::new();
    if !instalments.is_empty() {
        if !(PARTS_MIN..=PARTS_MAX).contains(&instalments.len()) {
            refusals.push(context.refuse("recovery/plan-count"));
        }
        let ascending = instalments.windows(2).all(|pair| pair[0].due < pair[1].due);
        if !ascending || instalments.iter().any(|one| one.due <= context.today()) {
            refusals.push(context.refuse("recovery/plan-days"));
        }
        let ordered = recovery::ordered_back(records, rules, case, decided);
        let total = Fen::sum(instalments.iter().map(|one| one.amount)).ok();
        if total != Some(ordered) || instalments.iter().any(|one| one.amount <= Fen::ZERO) {
            let refusal = context.refuse("recovery/plan-sum").with("ordered", Fact::Fen(ordered));
            refusals.push(refusal.with("planned", Fact::Fen(total.unwrap_or_default())));
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut decision = Decision::default();
    let instalments = instalments.to_vec();
    let event = Event::RecoveryPlanned { case, instalments, by: actor.who, on: context.today() };
    keep(case, &mut file, event, &mut decision);
    Ok(decision)
}

/// Takes in a part that is less than what is still owed; all of it is taken in by the step itself.
pub(super) fn take(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    amount: Fen,
) -> Result<Decision, Refusals> {
    let mut file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let Some(procedure) = context.rules.procedure_of(&file.state) else {
        return Err(vec![context.refuse("case/unknown")]);
    };
    let actor = engine_actor(context.actor);
    if !context.may(Capability::Pay) || !may_take(procedure, &file, &actor) {
        return Err(vec![context.refuse("recovery/take-not-now")]);
    }
    let Some(decided) = about::decided_case(&file.state.parties) else {
        return Err(vec![context.refuse("case/about-nothing")]);
    };
    let mut earlier = CaseFile::of(&records.events(&StreamId::Case(decided)));
    let owed = recovery::overpaid(records, context.rules, decided, &earlier);
    if amount <= Fen::ZERO || amount >= recovery::sum(&owed) {
        let refusal = context.refuse("recovery/take-amount");
        return Err(vec![refusal.with("owed", Fact::Fen(recovery::sum(&owed)))]);
    }
    let mut decision = Decision::default();
    let part = recovery::Part { because: case, number: file.brought.len() + 1, kept: false };
    recovery::post(context, part, decided, &mut earlier, &recovery::share(&owed, amount), &mut decision)?;
    let event = Event::RecoveryBrought { case, amount, from: None, by: actor.who, on: context.today() };
    keep(case, &mut file, event, &mut decision);
    Ok(decision)
}
