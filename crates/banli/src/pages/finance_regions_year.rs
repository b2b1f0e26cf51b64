//! The year's end between regions: what is still open of years that are over, and by when it has to be cleared.

use super::parts::{Column, day, fund_name, money, table};
use crate::ask::Ask;
use crate::errors::Problem;
use ledger::regions::{due_by, still_open};
use ledger::{AccountKind, Word};
use maud::{Markup, html};
use std::collections::BTreeMap;
use terms::{Day, Fen, Month};

/// Years that are looked at: what is older was late for years and stands under the oldest of them.
const YEARS: i32 = 3;

/// What is open of one fund of one year: owed to us, and owed by us.
type Open = BTreeMap<(i32, Word), [Fen; 2]>;

/// The section; empty where nothing of a year that is over is open.
pub(super) fn section(ask: &Ask<'_>, region: Word) -> Result<Markup, Problem> {
    let page = ask.page();
    let (text, today) = (page.text, page.today());
    let open = still(ask, region, today)?;
    if open.is_empty() {
        return Ok(html! {});
    }
    let parameters = &ask.app.office.rules.parameters;
    let columns = [
        Column::words(text.say("regions-year-over")),
        Column::words(text.say("finance-fund")),
        Column::number(text.say("regions-they-owe")),
        Column::number(text.say("regions-we-owe")),
        Column::words(text.say("regions-due-by")),
    ];
    let rows: Vec<Vec<Markup>> = open
        .iter()
        .map(|((year, fund), [owed, owing])| {
            let due = due_by(*year, parameters).ok();
            vec![
                html! { (year) },
                html! { (fund_name(&page, *fund)) },
                money(*owed),
                money(*owing),
                html! { @if let Some(due) = due {
                    (day(&page, due)) " "
                    @if due < today { strong { (text.say("regions-overdue")) } }
                } },
            ]
        })
        .collect();
    Ok(html! {
        section { h2 { (text.say("regions-year-end")) }
            p.soft { (text.say("regions-year-end-about")) }
            (table(&page, &text.say("regions-year-end"), &columns, &rows)) }
    })
}

fn still(ask: &Ask<'_>, region: Word, today: Day) -> Result<Open, Problem> {
    let open = ask.app.office.store.with_records(|records| {
        let mut open = Open::new();
        for (side, kind) in [AccountKind::Receivable, AccountKind::PayableRegion].into_iter().enumerate() {
            for account in records.accounts_of(kind, &region) {
                let Some(fund) = account.fund() else { continue };
                let now = records.moved(&account, Day::MIN, today);
                for year in today.year() - YEARS..today.year() {
                    let end = Month { year, month: 12 }.last();
                    let moved = records.moved(&account, Day::MIN, end);
                    // What a year before it left open is part of it.
                    if let Some(left) = still_open(kind, moved, now) {
                        let earlier = open.range((i32::MIN, fund)..(year, fund));
                        let earlier = earlier.filter(|((_, of), _)| *of == fund).map(|(_, sums)| sums[side]);
                        let before = Fen::sum(earlier).unwrap_or(Fen::ZERO);
                        let own = left.minus(before).unwrap_or(Fen::ZERO);
                        if own > Fen::ZERO {
                            open.entry((year, fund)).or_default()[side] = own;
                        }
                    }
                }
            }
        }
        open
    })?;
    Ok(open)
}
