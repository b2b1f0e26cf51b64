//! The month's clearing between two offices, and payment of its rest.

use super::desk::{Desk, permit};
use super::{ClearLine, Cleared, Link, Message, RegionEvent};
use crate::{Capability, Context};
use ledger::{Occasion, Word};
use std::collections::BTreeMap;
use terms::{Day, Fact, Fen, Month, Refusals};

/// What is agreed up to the end of a month and not cleared yet, by fund: what the region with the lower code owes, and
/// what the other owes. What one of them would get back waits for later months.
pub fn amounts_open(link: &Link, home: Word, month: Month) -> Vec<ClearLine> {
    let mut sums: BTreeMap<Word, (i128, i128)> = BTreeMap::new();
    let lower = home < link.region;
    for compared in link.days.range(..=month.last()).map(|(_, compared)| compared) {
        let (by_one, by_other) =
            if lower { (&compared.there, &compared.here) } else { (&compared.here, &compared.there) };
        for (fund, amount) in by_one {
            sums.entry(*fund).or_default().0 += i128::from(amount.get());
        }
        for (fund, amount) in by_other {
            sums.entry(*fund).or_default().1 += i128::from(amount.get());
        }
    }
    for line in link.cleared.iter().flat_map(|cleared| &cleared.lines) {
        let sum = sums.entry(line.fund).or_default();
        sum.0 -= i128::from(line.one_owes.get());
        sum.1 -= i128::from(line.other_owes.get());
    }
    let fen =
        |sum: i128| i64::try_from(sum.max(0)).ok().and_then(|sum| Fen::new(sum).ok()).unwrap_or(Fen::ZERO);
    sums.into_iter()
        .map(|(fund, (one, other))| ClearLine { fund, one_owes: fen(one), other_owes: fen(other) })
        .filter(|line| line.one_owes != Fen::ZERO || line.other_owes != Fen::ZERO)
        .collect()
}

/// Proposes what is agreed; the other office posts it where it finds the same.
pub(super) fn propose(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    month: Month,
) -> Result<(), Refusals> {
    permit(context, Capability::Clear)?;
    let link = desk.known(context, region)?;
    let mut refusals = Refusals::new();
    if month.last() >= context.today() {
        refusals.push(context.refuse("region/day-not-over").with("day", Fact::Day(month.last())));
    }
    if desk.home > region {
        refusals.push(context.refuse("region/other-proposes"));
    }
    if link.proposed.is_some() {
        refusals.push(context.refuse("region/proposal-waits"));
    }
    let lines = amounts_open(&link, desk.home, month);
    if lines.is_empty() {
        refusals.push(context.refuse("region/nothing-to-clear"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let day = context.today();
    desk.link(region, RegionEvent::Proposed { month, day, lines: lines.clone() });
    desk.send(region, Message::Clear { month, day, lines });
    Ok(())
}

/// The other office proposes.
pub(super) fn proposed(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    link: &Link,
    month: Month,
    day: Day,
    lines: &[ClearLine],
) -> Result<(), Refusals> {
    let ours = amounts_open(link, desk.home, month);
    if ours.as_slice() == lines {
        desk.send(link.region, Message::ClearAgreed { month });
        cleared(desk, context, link.region, &Cleared { month, day, lines: lines.to_vec() })
    } else {
        let theirs = lines.to_vec();
        desk.send(link.region, Message::ClearDeclined { month, lines: ours.clone() });
        desk.link(link.region, RegionEvent::Declined { month, ours, theirs });
        Ok(())
    }
}

/// The other office agrees to what we proposed.
pub(super) fn agreed(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    link: &Link,
    month: Month,
) -> Result<(), Refusals> {
    match &link.proposed {
        Some(proposed) if proposed.month == month => cleared(desk, context, link.region, proposed),
        _ => Ok(()),
    }
}

/// The other office has other figures.
pub(super) fn declined(desk: &mut Desk<'_>, link: &Link, month: Month, theirs: &[ClearLine]) {
    if let Some(proposed) = link.proposed.as_ref().filter(|proposed| proposed.month == month) {
        let (ours, theirs) = (proposed.lines.clone(), theirs.to_vec());
        desk.link(link.region, RegionEvent::Declined { month, ours, theirs });
    }
}

/// Posts what both found: what each owes the other is set off.
fn cleared(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    cleared: &Cleared,
) -> Result<(), Refusals> {
    desk.link(region, RegionEvent::Cleared(cleared.clone()));
    for line in &cleared.lines {
        let name = Word::known(&format!("net/{}/{region}/{}", cleared.month, line.fund));
        let netted = line.one_owes.min(line.other_owes);
        desk.post(context, Occasion::Netting, name, cleared.day, (region, line.fund), ("netted", netted))?;
    }
    Ok(())
}

/// Pays the rest of a clearing.
pub(super) fn pay(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    month: Month,
    fund: Word,
) -> Result<(), Refusals> {
    permit(context, Capability::Pay)?;
    let link = desk.known(context, region)?;
    let open = link.open.iter().find(|open| open.ours && open.month == month && open.fund == fund);
    let Some(open) = open else { return Err(vec![context.refuse("region/nothing-to-pay")]) };
    let (amount, day) = (open.amount, context.today());
    desk.link(region, RegionEvent::Paid { month, fund, amount, day, ours: true });
    let name = Word::known(&format!("clear/{month}/{region}/{fund}"));
    desk.post(context, Occasion::ClearingPaid, name, day, (region, fund), ("paid", amount))?;
    desk.send(region, Message::Paid { month, fund, amount, day });
    Ok(())
}

/// The other office paid.
pub(super) fn paid(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    link: &Link,
    month: Month,
    fund: Word,
    (amount, day): (Fen, Day),
) -> Result<(), Refusals> {
    // It agreed before it paid, but that message may still be under way: then the payment waits with the sender.
    let open = link.open.iter().find(|open| !open.ours && open.month == month && open.fund == fund);
    if open.is_none_or(|open| open.amount != amount) {
        return Err(vec![context.refuse("region/not-yet")]);
    }
    desk.link(link.region, RegionEvent::Paid { month, fund, amount, day, ours: false });
    let name = Word::known(&format!("clear/{month}/{}/{fund}", link.region));
    desk.post(context, Occasion::ClearingReceived, name, day, (link.region, fund), ("received", amount))
}
