//! The daily comparison of two offices: our list of a day goes there, theirs is held against our books and messages.

use super::desk::{Desk, permit};
use super::{Compared, Listed, Message, RegionEvent};
use crate::{Capability, Context, Records};
use ledger::Word;
use ledger::regions::{Remote as Record, three_way};
use std::collections::BTreeMap;
use terms::{Day, Fact, Fen, Refusals};

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
