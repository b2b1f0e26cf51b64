//! A purchase at a pharmacy: one message begins a visit, adds its lines and settles them.

use super::command::{Buy, Settle};
use super::known::{acting, push};
use super::lines::add;
use super::open::open;
use super::settle::{Settling, record, settle};
use super::{Visit, VisitEvent};
use crate::{Context, Decision, Records};
use terms::Refusals;

/// The purchase as it would be settled, with no effect (2101): the lines as split, and the settlement.
pub fn preview_purchase(
    records: &dyn Records,
    context: &mut Context<'_>,
    asked: &Buy,
) -> Result<(Visit, Settling), Refusals> {
    let provider = acting(context)?;
    let mut decision = Decision::default();
    let visit = open(records, context, provider, &asked.open, &mut decision)?;
    buy(records, context, visit, asked, &mut decision)
}

/// Settles a purchase here.
pub(super) fn buy(
    records: &dyn Records,
    context: &mut Context<'_>,
    mut visit: Visit,
    asked: &Buy,
    decision: &mut Decision,
) -> Result<(Visit, Settling), Refusals> {
    let asked = fill(records, context, &mut visit, asked, decision)?;
    let settling = settle(records, context, &visit, &asked, decision)?;
    record(decision, &visit, 0, &settling);
    visit.apply(&VisitEvent::Settled(Box::new(settling.settled.clone())));
    Ok((visit, settling))
}

/// The lines of a purchase, put on the visit it begins; what is to be settled then.
pub(super) fn fill(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &mut Visit,
    asked: &Buy,
    decision: &mut Decision,
) -> Result<Settle, Refusals> {
    let message = asked.open.message.clone();
    let lines = add(records, context, visit, &asked.lines)?;
    let what = VisitEvent::LinesAdded { lines, message };
    visit.apply(&what);
    push(decision, visit.visit, 0, what);
    Ok(Settle { visit: visit.visit, ..asked.settle.clone() })
}
