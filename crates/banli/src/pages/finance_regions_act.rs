//! What an office does about a region: propose a month's clearing, pay what is left of one, lodge a prepayment, set the
//! prepayments of a year; and the page that shows that over all regions every fund is zero on every day.

use super::parts::{
    Choice, Column, Faults, Field, FieldKind, Shape, Standing, day, empty, field, frame, fund_name, hidden,
    money, refusals, status, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::Capability;
use agency::region::{Command, Link};
use ledger::Word;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fen, Refusals};

/// Does what the form asks.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let region: Word = ask.part(0)?;
    let form = &ask.form;
    let mut faults = Faults::new();
    let mut wrong = |name: &str, key: &str| {
        faults.insert(name.to_owned(), ask.text().say(key));
    };
    let month = || format!("{}-01", form.get("month")).parse::<Day>().map(Day::month).ok();
    let fund = || form.get("fund").parse::<Word>().ok().filter(|fund| !fund.as_str().is_empty());
    let command = match form.get("do") {
        "clear" => {
            let month = month();
            if month.is_none() {
                wrong("month", "fault-month");
            }
            month.map(|month| Command::Clear { region, month })
        }
        "pay" => {
            let (month, fund) = month().zip(fund()).ok_or(Problem::NotFound)?;
            Some(Command::Pay { region, month, fund })
        }
        "lodge" => {
            let (fund, amount) = (fund(), form.get("amount").replace(',', "").parse::<Fen>().ok());
            if fund.is_none() {
                wrong("fund", "fault-choice");
            }
            if amount.is_none() {
                wrong("amount", "fault-money");
            }
            fund.zip(amount).map(|(fund, amount)| Command::Lodge { region, fund, amount })
        }
        _ => {
            let year = form.get("year").parse::<i32>().ok().filter(|year| (2000..2400).contains(year));
            if year.is_none() {
                wrong("year", "fault-year");
            }
            year.map(|year| Command::Adjust { region, year })
        }
    };
    let Some(command) = command else { return refused(ask, region, &faults, &Refusals::new()) };
    match send(ask, "region", &agency::Command::Region(command))? {
        Ok(_) => Ok(ask.see(&format!("/finance/regions/{region}"))),
        Err(reasons) => refused(ask, region, &Faults::new(), &reasons),
    }
}

fn refused(ask: &Ask<'_>, region: Word, faults: &Faults, reasons: &Refusals) -> Result<Reply, Problem> {
    let page = ask.page();
    let link = known(ask, region)?;
    let content =
        html! { div.stack { (refusals(&page, faults, reasons)) (forms(ask, region, &link, faults)?) } };
    let path = format!("/finance/regions/{region}");
    let crumbs = [
        ("/home", page.text.say("nav-home")),
        ("/finance", page.text.say("nav-finance")),
        (path.as_str(), link.name),
    ];
    let title = page.text.say("regions-act");
    Ok(Reply::Refused(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
}

fn known(ask: &Ask<'_>, region: Word) -> Result<Link, Problem> {
    let home = ask.app.law().pack().region.as_deref().and_then(|code| code.parse().ok());
    let home = home.ok_or(Problem::NotFound)?;
    let link = ask.app.office.store.with_records(|records| records.link(region, home))?;
    link.ok_or(Problem::NotFound)
}

/// The forms that the reader may use.
pub fn forms(ask: &Ask<'_>, region: Word, link: &Link, faults: &Faults) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let may = |capability| ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, capability));
    if !may(Capability::Clear) && !may(Capability::Pay) {
        return Ok(html! {});
    }
    let action = page.link(&format!("/finance/regions/{region}/act"));
    let key = session::random_id()?;
    let begin = |what: &str, place: usize| {
        html! { (hidden("key", &format!("{key}{what}{place}"))) (hidden("do", what)) }
    };
    let line = |name: &str, label: &str, hint: Option<&str>, kind: FieldKind| Field {
        name: name.into(),
        label: text.say(label),
        hint: hint.map(|hint| text.say(hint)),
        kind,
        required: true,
    };
    let benefits = &ask.app.office.rules.benefits;
    let funds: BTreeSet<Word> =
        benefits.layers().iter().filter_map(|layer| layer.fund.as_deref()?.parse().ok()).collect();
    let funds = funds.into_iter().map(|fund| Choice {
        value: fund.to_string(),
        label: fund_name(&page, fund),
        hint: None,
    });
    let typed = |name: &str| ask.form.get(name).to_owned();
    let last_month = page.today().month().first().previous().month();
    let month = Some(typed("month")).filter(|typed| !typed.is_empty()).unwrap_or(last_month.to_string());
    Ok(html! {
        section.stack { h2 { (text.say("regions-act")) }
            @for (place, open) in link.open.iter().enumerate().filter(|(_, open)| open.ours) { @if may(Capability::Pay) {
                form method="post" action=(action) {
                    (begin("pay", place)) (hidden("month", &open.month.to_string())) (hidden("fund", open.fund.as_str()))
                    div.actions { button type="submit" { (text.with("regions-pay", &[("month", text.month(open.month).into()), ("fund", fund_name(&page, open.fund).into()), ("amount", text.yuan(open.amount).into())])) } }
                }
            } }
            @if may(Capability::Clear) { details.fold open[faults.contains_key("month")] { summary { (text.say("regions-clear")) }
                p.soft { (text.say("regions-clear-about")) }
                form.stack-s method="post" action=(action) { (begin("clear", 0))
                    (field(&page, &line("month", "finance-month", Some("paccount-base-from.hint"), FieldKind::Text(7)), &[&month], faults))
                    div.actions { button type="submit" { (text.say("regions-clear")) } } }
            } }
            @if may(Capability::Pay) {
                details.fold open[faults.contains_key("amount")] { summary { (text.say("regions-lodge")) }
                    form.stack-s method="post" action=(action) { (begin("lodge", 0))
                        (field(&page, &line("fund", "finance-fund", None, FieldKind::Select(funds.collect())), &[&typed("fund")], faults))
                        (field(&page, &line("amount", "regions-amount", None, FieldKind::Money), &[&typed("amount")], faults))
                        div.actions { button type="submit" { (text.say("regions-lodge")) } } }
                }
                details.fold open[faults.contains_key("year")] { summary { (text.say("regions-adjust")) }
                    p.soft { (text.say("regions-adjust-about")) }
                    form.stack-s method="post" action=(action) { (begin("adjust", 0))
                        (field(&page, &line("year", "regions-year", None, FieldKind::Number), &[&page.today().year().to_string()], faults))
                        div.actions { button type="submit" { (text.say("regions-adjust")) } } }
                }
            }
        }
    })
}

/// One fund on one day over all regions; what they owe us above zero, what we owe them below.
#[derive(Default)]
struct Sums {
    /// By our books, as they are now.
    ours: i128,
    /// By what the other offices listed and all three sources agreed on, seen from there.
    theirs: i128,
}

/// Days of a page.
const DAYS: usize = 14;

/// Over all regions, every fund on every day that was compared: our books as they are now beside what the others listed.
pub fn sum(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let before = ask.query.get("before").parse().unwrap_or(Day::MAX);
    let regions = ask.app.office.store.read(|reader| reader.regions())?;
    let links = regions.iter().map(|row| known(ask, row.region)).collect::<Result<Vec<_>, _>>()?;
    let all: BTreeSet<Day> = links.iter().flat_map(|link| link.days.keys().copied()).collect();
    let shown: Vec<Day> = all.iter().rev().copied().filter(|day| *day < before).take(DAYS).collect();
    let mut sums: BTreeMap<(Day, Word), Sums> = BTreeMap::new();
    let home: Option<Word> = page.law.pack().region.as_deref().and_then(|code| code.parse().ok());
    ask.app.office.store.with_records(|records| {
        for (link, on) in links.iter().flat_map(|link| shown.iter().map(move |on| (link, *on))) {
            let Some(home) = home else { continue };
            let Some(compared) = link.days.get(&on) else { continue };
            for (side, sign) in [(&compared.here, -1), (&compared.there, 1)] {
                for (fund, amount) in side {
                    sums.entry((on, *fund)).or_default().theirs += sign * i128::from(amount.get());
                }
            }
            for name in records.remotes_on(&link.region, on) {
                let listed = records.remote(name).and_then(|remote| remote.listed(name, home, on));
                let Some(listed) = listed else { continue };
                let sign = if (listed.treating == home) == listed.undone { -1 } else { 1 };
                for (fund, amount) in &listed.funds {
                    sums.entry((on, *fund)).or_default().ours += sign * i128::from(amount.get());
                }
            }
        }
    })?;
    let broken = sums.values().filter(|sums| sums.ours + sums.theirs != 0).count();
    let differing =
        links.iter().flat_map(|link| link.days.values()).map(|day| day.breaks.len()).sum::<usize>();
    let fen = |sum: i128| i64::try_from(sum).ok().and_then(|sum| Fen::new(sum).ok()).unwrap_or(Fen::MAX);
    let columns = [
        Column::words(text.say("finance-day")),
        Column::words(text.say("finance-fund")),
        Column::number(text.say("regions-ours")),
        Column::number(text.say("regions-theirs")),
        Column::number(text.say("regions-sum")),
    ];
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for ((on, fund), sums) in sums.iter().rev() {
        let zero = sums.ours + sums.theirs == 0;
        rows.push(vec![
            day(&page, *on),
            html! { (fund_name(&page, *fund)) },
            money(fen(sums.ours)),
            money(fen(sums.theirs)),
            html! { (money(fen(sums.ours + sums.theirs))) @if !zero { " " (status(Standing::Late, &text.say("regions-sum-broken"))) } },
        ]);
    }
    let content = html! { div.stack {
        section.answer { p.lead { strong {
            @if links.is_empty() { (text.say("regions-sum-alone")) }
            @else if all.is_empty() { (text.say("regions-no-days")) }
            @else if broken == 0 && differing == 0 { (text.with("regions-sum-zero", &[("regions", (links.len() + 1).into()), ("days", all.len().into())])) }
            @else { (text.with("regions-sum-not", &[("count", (broken + differing).into())])) }
        } } p.soft { (text.say("regions-sum-about")) } }
        @if links.is_empty() {} @else if rows.is_empty() { (empty(&text.say("regions-no-days"), &text.say("regions-no-days.how"))) } @else { (table(&page, &text.say("regions-sum-title"), &columns, &rows)) }
        @if let Some(last) = shown.last().filter(|last| all.first() < Some(last)) { nav.pages aria-label=(text.say("more")) { a href=(page.link(&format!("/finance/regions/sum?before={last}"))) { (text.say("more")) } } }
    } };
    let crumbs = [
        ("/home", text.say("nav-home")),
        ("/finance", text.say("nav-finance")),
        ("/finance/regions", text.say("regions-title")),
    ];
    let title = text.say("regions-sum-title");
    Ok(Reply::Page(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
}
