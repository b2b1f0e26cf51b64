//! Money between two offices: the daily comparison, the month's clearing, payment of its rest, prepayments.

use super::decide::{Desk, permit};
use super::{ClearLine, Cleared, Compared, Link, Listed, Message, RegionEvent};
use crate::{Capability, Context, Event, Records, StreamId, book_year, books};
use ledger::regions::{Adjustment, Remote as Record, three_way};
use ledger::{Account, AccountKind, Figures, Occasion, Word};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fact, Fen, Month, Refusals};

/// Which side of a bill between regions we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The person is treated here and insured there.
    Treating,
    /// The person is insured here and treated there.
    Insured,
}

impl Side {
    /// `treating`, a key of the texts.
    pub fn word(self) -> &'static str {
        match self {
            Side::Treating => "treating",
            Side::Insured => "insured",
        }
    }

    /// Where our books have what stands between the regions.
    pub(super) fn account(self) -> AccountKind {
        match self {
            Side::Treating => AccountKind::Receivable,
            Side::Insured => AccountKind::PayableRegion,
        }
    }

    /// Region of treatment and region of insurance.
    pub(super) fn regions(self, home: Word, partner: Word) -> (Word, Word) {
        match self {
            Side::Treating => (home, partner),
            Side::Insured => (partner, home),
        }
    }
}

/// Records of one list at most, so that a message keeps its size.
const LIST_MAX: usize = 4_000;

/// Sends our list of a day.
pub(super) fn list(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    region: Word,
    day: Day,
) -> Result<(), Refusals> {
    // Every night by the exchange, at any time by whoever clears.
    permit(context, Capability::Clear).or_else(|_| permit(context, Capability::Exchange))?;
    desk.known(context, region)?;
    if day >= context.today() {
        return Err(vec![context.refuse("region/day-not-over").with("day", Fact::Day(day))]);
    }
    let remotes = ours(desk.records, desk.home, region, day);
    if remotes.len() > LIST_MAX {
        return Err(vec![context.refuse("region/list-too-long").with("most", Fact::Number(LIST_MAX as i64))]);
    }
    desk.send(region, Message::Listed { day, remotes });
    Ok(())
}

/// What our books have of a day with this region.
fn ours(records: &dyn Records, home: Word, region: Word, day: Day) -> Vec<Listed> {
    let names = records.remotes_on(&region, day);
    names.into_iter().filter_map(|name| records.remote(name)?.listed(name, home, day)).collect()
}

/// Compares their list of a day with our books and with the messages about it.
pub(super) fn compare(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    from: Word,
    day: Day,
    theirs: &[Listed],
) -> Result<(), Refusals> {
    let home = desk.home;
    let account_fund =
        context.rules.templates.account_fund(day).ok_or_else(|| vec![context.refuse("books/no-template")])?;
    let names = desk.records.remotes_on(&from, day);
    let told: Vec<Listed> = names
        .into_iter()
        .filter_map(|name| desk.records.remote(name)?.told(name, home, day, account_fund))
        .collect();
    let ours = ours(desk.records, home, from, day);
    // Each direction is compared for itself, because the list of the place of treatment stands first.
    let (mut agreed, mut breaks) = (Vec::new(), Vec::new());
    for treated_here in [true, false] {
        let of = |list: &[Listed]| -> Vec<Record> {
            list.iter()
                .filter(|one| (one.treating == home) == treated_here)
                .map(|one| record(one, day))
                .collect()
        };
        let (ours, theirs) = (of(&ours), of(theirs));
        let (treating, insured) = if treated_here { (&ours, &theirs) } else { (&theirs, &ours) };
        let found = three_way(treating, &of(&told), insured);
        agreed.extend(found.agreed);
        breaks.extend(
            found.mismatches.into_iter().map(|(name, mismatch)| {
                (name, mismatch.word().to_owned(), mismatch.mend().word().to_owned())
            }),
        );
    }
    let (mut here, mut there) = (BTreeMap::new(), BTreeMap::new());
    for record in &agreed {
        let sums = if record.treating == home { &mut here } else { &mut there };
        let undone = record.id.as_str().ends_with(UNDONE);
        for (fund, amount) in &record.funds {
            let sum: &mut Fen = sums.entry(*fund).or_default();
            let moved = if undone { sum.minus(*amount) } else { sum.plus(*amount) };
            *sum = moved.map_err(|_| vec![context.refuse("books/out-of-range")])?;
        }
    }
    let agreed = u32::try_from(agreed.len()).unwrap_or(u32::MAX);
    let compared = Compared { day, agreed, here, there, breaks };
    // The same result again is no news.
    let before = desk.records.link(from, home).and_then(|mut link| link.days.remove(&day));
    if before.as_ref() != Some(&compared) {
        desk.link(from, RegionEvent::Compared(compared));
    }
    Ok(())
}

/// What a record of something undone is called.
const UNDONE: &str = "/void";

fn record(listed: &Listed, day: Day) -> Record {
    let suffix = if listed.undone { UNDONE } else { "" };
    Record {
        id: Word::known(&format!("{}{suffix}", listed.remote)),
        treating: listed.treating,
        insured: listed.insured,
        day,
        funds: listed.funds.clone(),
        acct_pay: Fen::ZERO,
    }
}

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
        post(desk, context, Occasion::Netting, name, cleared.day, (region, line.fund), ("netted", netted))?;
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
    post(desk, context, Occasion::ClearingPaid, name, day, (region, fund), ("paid", amount))?;
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
    post(desk, context, Occasion::ClearingReceived, name, day, (link.region, fund), ("received", amount))
}

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
    post(desk, context, occasion, reference, day, (region, fund), (field, amount))?;
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
    post(desk, context, occasion, reference, day, (from, fund), (field, amount))
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
    let due =
        ledger::regions::prepayment_size(cost, &context.rules.parameters, Month { year, month: 1 }.first());
    match due {
        Ok(Ok(due)) => Ok(Adjustment { year, insured: desk.home, treating: region, fund, held, due }),
        Ok(Err(_)) => Err(vec![context.refuse("books/out-of-range")]),
        Err(_) => Err(vec![context.refuse("region/no-parameter")]),
    }
}

/// An entry between regions, on the stream of the link.
fn post(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    occasion: Occasion,
    name: Word,
    day: Day,
    (region, fund): (Word, Word),
    amount: (&str, Fen),
) -> Result<(), Refusals> {
    let words = [("region", region), ("fund", fund)];
    let figures = Figures { words: &words, amounts: &[amount], items: &[] };
    let decision = Word::known(&format!("region/{region}"));
    // The other office's day may lie in a month that is closed here.
    let day = book_year::posting_day(desk.records, context, day);
    let entry: Option<Event> = books::post_on(context, occasion, name, day, decision, &figures)?;
    if let Some(entry) = entry {
        let stream = StreamId::Region(region);
        let version = desk.records.version(&stream);
        desk.decision.push(stream, version, entry);
    }
    Ok(())
}
