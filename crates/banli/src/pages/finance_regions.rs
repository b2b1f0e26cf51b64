//! Between regions: what stands between us and each, how far prepayments are used, which days agree, the messages; and
//! one bill between regions from question to entry.

use super::parts::{Column, Page, Shape, day, empty, frame, fund_name, money, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::Way;
use agency::region::Link;
use ledger::regions::{Alarm, alarm, top_up};
use ledger::{Account, AccountKind, Word};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use store::{BalanceRow, RemoteRow};
use terms::{Day, Fen};

/// Messages of a page.
const MESSAGES: u32 = 30;
/// Pages of messages, at most: what is older is in the journal of events.
const MESSAGE_PAGES: u32 = 200;
/// Bills shown.
const BILLS: u32 = 60;
/// Days shown.
const DAYS: usize = 31;

const KINDS: [AccountKind; 4] =
    [AccountKind::Receivable, AccountKind::PayableRegion, AccountKind::PrepaidTo, AccountKind::PrepaidBy];

/// Every region we speak with, and the newest bills.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let (regions, balances, bills) = ask.app.office.store.read(|reader| {
        let balances = reader.balances(&KINDS, Day::MIN, page.today())?;
        let before = ask.query.get("before").parse().unwrap_or(i64::MAX);
        Ok((reader.regions()?, balances, reader.remotes(before, BILLS)?))
    })?;
    let content = html! {
        div.stack {
            section.answer { p { (text.say("regions-lead")) } p { a href=(page.link("/finance/regions/sum")) { (text.say("regions-sum-title")) } } }
            @if regions.is_empty() { (empty(&text.say("regions-none"), &text.say("regions-none.how"))) }
            @for region in &regions {
                section {
                    h2 { a href=(page.link(&format!("/finance/regions/{}", region.region))) { (region.name) } " " span.soft { (region.region) } }
                    (position(ask, region.region, &balances))
                }
            }
            @if !bills.is_empty() { section { h2 { (text.say("regions-bills")) } (bill_table(&page, &bills))
                @if let Some(last) = bills.last().filter(|_| bills.len() == BILLS as usize) { nav.pages aria-label=(text.say("more")) { a href=(page.link(&format!("/finance/regions?before={}", last.seq))) { (text.say("more")) } } }
            } }
        }
    };
    Ok(shown(&page, &text.say("regions-title"), &[], &content))
}

/// One region.
pub fn region(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let code: Word = ask.part(0)?;
    let home =
        page.law.pack().region.as_deref().and_then(|code| code.parse().ok()).ok_or(Problem::NotFound)?;
    let link = ask.app.office.store.with_records(|records| records.link(code, home))?;
    let link = link.ok_or(Problem::NotFound)?;
    let at = ask.query.get("messages").parse().unwrap_or(1).clamp(1, MESSAGE_PAGES);
    let (balances, mut messages, missing, waiting) = ask.app.office.store.read(|reader| {
        Ok((
            reader.balances(&KINDS, Day::MIN, page.today())?,
            reader.messages(&code, at * MESSAGES + 1)?,
            reader.missing_messages(&code, 20)?,
            reader.unacknowledged(&code, 1_000)?.len(),
        ))
    })?;
    let older = at < MESSAGE_PAGES && messages.len() > (at * MESSAGES) as usize;
    messages.truncate((at * MESSAGES) as usize);
    messages.drain(..messages.len().min(((at - 1) * MESSAGES) as usize));
    let further = |at: u32| page.link(&format!("/finance/regions/{code}?messages={at}#messages"));
    let columns = [
        Column::words(text.say("regions-message")),
        Column::words(text.say("regions-way")),
        Column::words(text.say("regions-bill")),
        Column::words(text.say("regions-state")),
    ];
    let rows: Vec<Vec<Markup>> = messages
        .iter()
        .map(|row| {
            let sent = row.way == Way::Sent;
            vec![
                html! { (text.say(&format!("region-message-{}", row.message))) " " span.soft { "#" (row.number) } },
                html! { (text.say(if sent { "regions-sent" } else { "regions-received" })) },
                html! { @if let Some(bill) = &row.remote { a href=(page.link(&format!("/finance/bills/{bill}"))) { (bill) } } },
                html! { @if let Some(from) = row.missing_from { (text.with("regions-gap", &[("from", from.to_string().into())])) }
                        @else { (text.say(match (sent, row.acknowledged) { (true, false) => "regions-waits", _ => "regions-arrived" })) } },
            ]
        })
        .collect();
    let content = html! {
        div.stack {
            section.answer {
                p.lead { strong { (text.with(if waiting == 0 && missing.is_empty() { "regions-all-said" } else { "regions-not-all-said" }, &[("waiting", waiting.to_string().into()), ("missing", missing.len().to_string().into())])) } }
            }
            section { h2 { (text.say("regions-position")) } (position(ask, code, &balances)) }
            (super::finance_regions_year::section(ask, code)?)
            (super::finance_regions_act::forms(ask, code, &link, &super::parts::Faults::new())?)
            section { h2 { (text.say("regions-days")) } (days(&page, &link)) }
            @if !link.open.is_empty() || !link.cleared.is_empty() { section { h2 { (text.say("regions-clearing")) } (clearing(&page, &link)) } }
            @if !rows.is_empty() || at > 1 { section.stack-s id="messages" { h2 { (text.say("regions-messages")) }
                (table(&page, &text.say("regions-messages"), &columns, &rows))
                @if at > 1 || older { nav.pages aria-label=(text.say("regions-messages")) {
                    @if at > 1 { a href=(further(at - 1)) { (text.say("finance-before")) } } " "
                    @if older { a href=(further(at + 1)) { (text.say("more")) } }
                } }
            } }
        }
    };
    Ok(shown(&page, &link.name, &[("/finance/regions", text.say("regions-title"))], &content))
}

/// One bill between regions: question, answer, entry.
pub fn bill(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let name: Word = ask.part(0)?;
    let row = ask.app.office.store.read(|reader| reader.remote(name.as_str()))?.ok_or(Problem::NotFound)?;
    let remote =
        ask.app.office.store.with_records(|records| records.remote(name))?.ok_or(Problem::NotFound)?;
    if let Some(person) = row.person {
        super::access::note_look(ask, person, "books", "")?;
    }
    let entry = remote.entry.as_ref().map(|entry| entry.id);
    let content = html! {
        div.stack {
            section.answer { p.lead { strong { (text.say(&format!("region-standing-{}", row.standing))) } }
                @if remote.timed_out { p { (text.say("regions-timed-out")) } } }
            div.box { dl.facts {
                dt { (text.say("regions-side")) } dd { (text.say(&format!("region-side-{}", row.side))) " · " a href=(page.link(&format!("/finance/regions/{}", row.region))) { (row.region) } }
                dt { (text.say("finance-provider")) } dd { (row.hospital) }
                @if let Some(on) = row.day { dt { (text.say("finance-day")) } dd { (day(&page, on)) } }
                @if let Some(on) = row.back { dt { (text.say("regions-back")) } dd { (day(&page, on)) } }
                @if let Some(answer) = &remote.answer {
                    dt { (text.say("regions-total")) } dd { (text.yuan(answer.amounts.medfee_sumamt)) }
                    @for (fund, amount) in &answer.funds { dt { (fund_name(&page, *fund)) } dd { (text.yuan(*amount)) } }
                    dt { (text.say("regions-cash")) } dd { (text.yuan(answer.amounts.psn_cash_pay)) }
                }
                @if let Some(settlement) = row.settlement { dt { (text.say("finance-decision")) } dd { a href=(page.link(&format!("/settlements/{settlement}"))) { "settlement/" (settlement) } } }
                @if let Some(entry) = entry { dt { (text.say("finance-entry")) } dd { a href=(page.link(&format!("/finance/entries/{entry}"))) { (entry) } } }
            } }
            @if !remote.reasons.is_empty() { (super::parts::refusals(&page, &super::parts::Faults::new(), &remote.reasons)) }
        }
    };
    Ok(shown(&page, &name.to_string(), &[("/finance/regions", text.say("regions-title"))], &content))
}

fn shown(page: &Page<'_>, title: &str, crumbs: &[(&str, String)], content: &Markup) -> Reply {
    let mut path = vec![("/home", page.text.say("nav-home")), ("/finance", page.text.say("nav-finance"))];
    path.extend(crumbs.iter().cloned());
    Reply::Page(frame(page, Shape::Desk, title, &path, &html! {}, content))
}

/// What stands between us and a region, fund by fund, with how far the prepayment lodged with us is used.
fn position(ask: &Ask<'_>, region: Word, balances: &[BalanceRow]) -> Markup {
    let page = ask.page();
    let text = page.text;
    let held = |kind: AccountKind, fund: Word| {
        let account = Account::new(kind, &[region, fund]);
        balances.iter().find(|row| Some(row.account) == account).map_or(Fen::ZERO, |row| row.closing)
    };
    let funds: BTreeSet<Word> = balances
        .iter()
        .filter(|row| row.account.party() == Some(region))
        .filter_map(|row| row.account.fund())
        .collect();
    if funds.is_empty() {
        return empty(&text.say("regions-nothing"), &text.say("regions-nothing.how"));
    }
    let amounts: BTreeMap<Word, [Fen; 4]> = funds
        .into_iter()
        .map(|fund| {
            let [owed, owing, lodged, with_us] = KINDS.map(|kind| held(kind, fund));
            (fund, [owed, owing.negated(), lodged, with_us.negated()])
        })
        .collect();
    let most = amounts.values().flatten().copied().max().unwrap_or(Fen::ZERO);
    let total = |place: usize| Fen::sum(amounts.values().map(|row| row[place])).unwrap_or(Fen::ZERO);
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::money(text.say("regions-they-owe"), total(0)),
        Column::money(text.say("regions-we-owe"), total(1)),
        Column::words(text.say("finance-picture")),
        Column::money(text.say("regions-lodged-by"), total(3)),
        Column::words(text.say("regions-alarm")),
        Column::money(text.say("regions-lodged-to"), total(2)),
    ];
    let rows: Vec<Vec<Markup>> = amounts
        .iter()
        .map(|(fund, [owed, owing, lodged, with_us])| {
            vec![
                html! { (fund_name(&page, *fund)) },
                money(*owed),
                money(*owing),
                balance(*owed, *owing, most),
                money(*with_us),
                alarm_words(ask, *with_us, *owed),
                money(*lodged),
            ]
        })
        .collect();
    table(&page, &text.say("regions-position"), &columns, &rows)
}

/// What we owe to the left of a line, what they owe to its right.
fn balance(owed: Fen, owing: Fen, most: Fen) -> Markup {
    let wide = |amount: Fen| {
        let wide = i128::from(amount.get().max(0)) * 80 / i128::from(most.get().max(1));
        wide.clamp(i128::from(amount > Fen::ZERO), 80)
    };
    html! {
        svg width="160" height="14" viewBox="0 0 160 14" aria-hidden="true" {
            rect x=(80 - wide(owing)) width=(wide(owing)) height="14" fill="var(--bar-a)" {}
            rect x="80" width=(wide(owed)) height="14" fill="var(--bar-b)" {}
            line x1="80" x2="80" y2="14" stroke="currentColor" {}
        }
    }
}

/// The alarm in words, with what would quiet it.
fn alarm_words(ask: &Ask<'_>, prepaid: Fen, used: Fen) -> Markup {
    let page = ask.page();
    let parameters = &ask.app.office.rules.parameters;
    let today = page.today();
    if used <= Fen::ZERO {
        return html! {};
    }
    let (Ok(raised), Ok(missing)) =
        (alarm(prepaid, used, parameters, today), top_up(prepaid, used, parameters, today))
    else {
        return html! {};
    };
    let key = match raised {
        Alarm::Quiet => return html! { (page.text.say("regions-quiet")) },
        Alarm::Yellow => "regions-yellow",
        Alarm::Red => "regions-red",
    };
    html! { strong { (page.text.with(key, &[("missing", page.text.yuan(missing).into())])) } }
}

fn days(page: &Page<'_>, link: &Link) -> Markup {
    let text = page.text;
    if link.days.is_empty() {
        return empty(&text.say("regions-no-days"), &text.say("regions-no-days.how"));
    }
    let sum = |amounts: &BTreeMap<Word, Fen>| Fen::sum(amounts.values().copied()).unwrap_or(Fen::ZERO);
    let columns = [
        Column::words(text.say("finance-day")),
        Column::number(text.say("regions-agreed")),
        Column::number(text.say("regions-they-owe")),
        Column::number(text.say("regions-we-owe")),
        Column::words(text.say("regions-breaks")),
    ];
    let rows: Vec<Vec<Markup>> = link
        .days
        .values()
        .rev()
        .take(DAYS)
        .map(|compared| {
            vec![
                day(page, compared.day),
                html! { (compared.agreed) },
                money(sum(&compared.here)),
                money(sum(&compared.there)),
                html! {
                    @if compared.breaks.is_empty() { (text.say("regions-zero")) }
                    @else { ul.plain { @for (name, kind, mend) in &compared.breaks { li { (name) ": " (text.say(&format!("region-break-{kind}"))) "; " (text.say(&format!("region-mend-{mend}"))) } } } }
                },
            ]
        })
        .collect();
    table(page, &text.say("regions-days"), &columns, &rows)
}

fn clearing(page: &Page<'_>, link: &Link) -> Markup {
    let text = page.text;
    html! {
        ul.plain {
            @for cleared in &link.cleared { li { (text.with("regions-cleared", &[("month", text.month(cleared.month).into()), ("day", text.day(cleared.day).into())])) } }
            @for open in &link.open { li { strong { (text.with(if open.ours { "regions-open-ours" } else { "regions-open-theirs" }, &[("month", text.month(open.month).into()), ("fund", fund_name(page, open.fund).into()), ("amount", text.yuan(open.amount).into())])) } } }
        }
    }
}

fn bill_table(page: &Page<'_>, bills: &[RemoteRow]) -> Markup {
    let text = page.text;
    let columns = [
        Column::words(text.say("regions-bill")),
        Column::words(text.say("finance-day")),
        Column::words(text.say("regions-side")),
        Column::words(text.say("finance-provider")),
        Column::words(text.say("regions-state")),
        Column::number(text.say("regions-funds")),
    ];
    let rows: Vec<Vec<Markup>> = bills
        .iter()
        .map(|row| {
            vec![
                html! { a href=(page.link(&format!("/finance/bills/{}", row.remote))) { (row.remote) } },
                html! { @if let Some(on) = row.day { (day(page, on)) } },
                html! { (text.say(&format!("region-side-{}", row.side))) },
                html! { (row.hospital) },
                html! { (text.say(&format!("region-standing-{}", row.standing))) },
                money(row.funds),
            ]
        })
        .collect();
    table(page, &text.say("regions-bills"), &columns, &rows)
}
