//! Prepayments (预付金): lodged by the region of insurance, set every year to what the year before cost.

use super::desk::{Desk, permit};
use super::{Message, RegionEvent};
use crate::{Capability, Context};
use ledger::regions::{Adjustment, prepayment_size};
use ledger::{Account, AccountKind, Occasion, Word};
use std::collections::BTreeSet;
use terms::{Day, Fen, Month, Refusals};

/// Lodges a prepayment.
pub(super) fn lodge(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    fund: Word,
    amount: Fen,
) -> Result<(), Refusals> {
    permit(context, Capability::Pay)?;
    let link = desk.known(context, region)?;
    if amount <= Fen::ZERO {
        return Err(vec![context.refuse("region/no-amount")]);
    }
    let number = link.prepaid.iter().filter(|known| known.4).count() + 1;
    let reference = Word::known(&format!("prepay/{}/{region}/{number}", desk.home));
    move_prepayment(desk, context, region, reference, (fund, amount), false)
}

fn move_prepayment(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    reference: Word,
    (fund, amount): (Word, Fen),
    back: bool,
) -> Result<(), Refusals> {
    let day = context.today();
    desk.link(region, RegionEvent::Prepaid { reference, fund, amount, day, ours: true, back });
    let (occasion, field) = if back {
        (Occasion::PrepaymentRecovered, "recovered")
    } else {
        (Occasion::PrepaymentLodged, "lodged")
    };
    desk.post(context, occasion, reference, day, (region, fund), (field, amount))?;
    desk.send(region, Message::Prepaid { reference, fund, amount, day, back });
    Ok(())
}

/// The other office lodged a prepayment with us or calls it back.
pub(super) fn prepaid(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    from: Word,
    reference: Word,
    fund: Word,
    (amount, day, back): (Fen, Day, bool),
) -> Result<(), Refusals> {
    desk.link(from, RegionEvent::Prepaid { reference, fund, amount, day, ours: false, back });
    let (occasion, field) = if back {
        (Occasion::PrepaymentRefunded, "refunded")
    } else {
        (Occasion::PrepaymentReceived, "received")
    };
    desk.post(context, occasion, reference, day, (from, fund), (field, amount))
}

/// Sets our prepayments with a region to what the year before cost there.
pub(super) fn adjust(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    year: i32,
) -> Result<(), Refusals> {
    permit(context, Capability::Pay)?;
    let link = desk.known(context, region)?;
    let reference = |fund: Word| Word::known(&format!("prepay/{}/{region}/{year}/{fund}", desk.home));
    let mut funds: BTreeSet<Word> = BTreeSet::new();
    for kind in [AccountKind::PayableRegion, AccountKind::PrepaidTo] {
        funds.extend(desk.records.accounts_of(kind, &region).iter().filter_map(Account::fund));
    }
    let mut moves = Vec::new();
    for fund in funds {
        if link.prepaid.iter().any(|known| known.0 == reference(fund)) {
            continue;
        }
        let adjustment = adjustment(desk, context, region, fund, year)?;
        // Both are at least zero, so the difference fits.
        let more = adjustment.due.minus(adjustment.held).unwrap_or(Fen::ZERO);
        if more != Fen::ZERO {
            let amount = if more.is_negative() { more.negated() } else { more };
            moves.push((reference(fund), fund, amount, more.is_negative()));
        }
    }
    if moves.is_empty() {
        return Err(vec![context.refuse("region/nothing-to-adjust")]);
    }
    for (reference, fund, amount, back) in moves {
        move_prepayment(desk, context, region, reference, (fund, amount), back)?;
    }
    Ok(())
}

fn adjustment(
    desk: &Desk<'_>,
    context: &Context<'_>,
    region: Word,
    fund: Word,
    year: i32,
) -> Result<Adjustment, Refusals> {
    let (first, last) =
        (Month { year: year - 1, month: 1 }.first(), Month { year: year - 1, month: 12 }.last());
    let cost = desk.records.moved(&Account::payable_region(region, fund), first, last).credit;
    let held = Account::new(AccountKind::PrepaidTo, &[region, fund])
        .map_or(Fen::ZERO, |account| desk.records.moved(&account, Day::MIN, Day::MAX).net());
    let due = prepayment_size(cost, &context.rules.parameters, Month { year, month: 1 }.first());
    match due {
        Ok(Ok(due)) => Ok(Adjustment { year, insured: desk.home, treating: region, fund, held, due }),
        Ok(Err(_)) => Err(vec![context.refuse("books/out-of-range")]),
        Err(_) => Err(vec![context.refuse("region/no-parameter")]),
    }
}
