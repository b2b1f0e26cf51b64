//! One account with its days and entries, and one entry with the decision behind it.

use super::access;
use super::finance::{account_link, account_name, bar, span, span_form};
use super::parts::{Column, Page, Shape, article, day, empty, frame, money, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::PersonId;
use ledger::{Account, AccountKind, Entry, Occasion};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::{EntryPlace, EntryRow};
use terms::{Fen, Month};

const PAGE: u32 = 25;

/// An account: month by month as a picture, then its entries.
pub fn account(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let account: Account = ask.part(0)?;
    let (from, to) = span(ask);
    let place = EntryPlace {
        day: ask.query.get("after-day").parse().unwrap_or(from),
        seq: ask.query.get("after").parse().unwrap_or(0),
    };
    let (opening, days, entries, closing) = ask.app.office.store.read(|reader| {
        Ok((
            reader.balance(&account, from.previous())?,
            reader.days_of(&account, terms::Day::MIN, to)?,
            reader.entries_on(&account, place, to, PAGE)?,
            reader.balance(&account, to)?,
        ))
    })?;
    if days.is_empty() && entries.is_empty() {
        return Err(Problem::NotFound);
    }
    look(ask, [account], "books")?;
    let mut months: BTreeMap<Month, [Fen; 2]> = BTreeMap::new();
    for (on, turnover) in &days {
        let sums = months.entry(on.month()).or_default();
        for (sum, amount) in sums.iter_mut().zip([turnover.debit, turnover.credit]) {
            *sum = sum.plus(amount).unwrap_or(*sum);
        }
    }
    let most = months.values().flatten().copied().max().unwrap_or(Fen::ZERO);
    let columns = [
        Column::words(text.say("finance-month")),
        Column::words(text.say("finance-picture")),
        Column::number(text.say("finance-debit")),
        Column::number(text.say("finance-credit")),
    ];
    let month_rows: Vec<Vec<Markup>> = months
        .iter()
        .rev()
        .take(12)
        .map(|(month, [debit, credit])| {
            vec![
                html! { a href=(page.link(&format!("/finance/accounts/{account}?from={}&to={}", month.first(), month.last()))) { (text.month(*month)) } },
                bar((*debit).max(*credit), most),
                money(*debit),
                money(*credit),
            ]
        })
        .collect();
    let content = html! {
        div.stack {
            p.soft.mono { (account) }
            (span_form(&page, &format!("/finance/accounts/{account}"), from, to))
            p.lead { strong { (text.with("finance-held", &[("opening", text.yuan(opening).into()), ("closing", text.yuan(closing).into())])) } }
            section { h2 { (text.say("finance-entries")) }
                @if entries.is_empty() { (empty(&text.say("finance-empty"), &text.say("finance-empty.how"))) } @else { (entry_rows(ask, &entries, &account)) }
                @if let Some(last) = entries.last().filter(|_| entries.len() == PAGE as usize) {
                    nav.pages aria-label=(text.say("more")) { a href=(page.link(&format!("/finance/accounts/{account}?from={from}&to={to}&after-day={}&after={}", last.entry.day, last.seq))) { (text.say("more")) } }
                }
            }
            section { h2 { (text.say("finance-months")) } (table(&page, &text.say("finance-months"), &columns, &month_rows)) }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &account_name(ask, &account),
        &[("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))],
        &html! {},
        &content,
    )))
}

/// An entry: its postings, what called for it with the article, the decision, and what undid it.
pub fn entry(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let id = ask.parts.first().map_or("", String::as_str);
    let (row, undoing) = ask.app.office.store.read(|reader| Ok((reader.entry(id)?, reader.undoing(id)?)))?;
    let row = row.ok_or(Problem::NotFound)?;
    let entry = &row.entry;
    look(ask, entry.postings.iter().map(|posting| posting.account), "books")?;
    let side = |wanted: bool| {
        let of_side = entry.postings.iter().map(|posting| posting.amount);
        Fen::sum(of_side.filter(|amount| amount.is_negative() != wanted)).unwrap_or(Fen::ZERO)
    };
    let columns = [
        Column::words(text.say("finance-account")),
        Column::money(text.say("finance-debit"), side(true)),
        Column::money(text.say("finance-credit"), side(false).negated()),
    ];
    let rows: Vec<Vec<Markup>> = entry
        .postings
        .iter()
        .map(|posting| {
            let (debit, credit) = if posting.amount.is_negative() {
                (html! {}, money(posting.amount.negated()))
            } else {
                (money(posting.amount), html! {})
            };
            vec![account_link(ask, &posting.account), debit, credit]
        })
        .collect();
    let content = html! {
        div.stack {
            div.box { dl.facts {
                dt { (text.say("finance-occasion")) } dd { (occasion(&page, ask, entry)) }
                dt { (text.say("finance-day")) } dd { (day(&page, entry.day)) }
                dt { (text.say("finance-decision")) } dd { (decision(ask, &page, entry)) }
                dt { (text.say("finance-event")) } dd.mono { (row.stream) " #" (row.seq) }
                @if let Some(of) = entry.reverses { dt { (text.say("finance-reverses")) } dd { a href=(page.link(&format!("/finance/entries/{of}"))) { (of) } } }
                @if let Some(undoing) = &undoing { dt { (text.say("finance-reversed-by")) } dd { a href=(page.link(&format!("/finance/entries/{}", undoing.entry.id))) { (undoing.entry.id) } " · " (day(&page, undoing.entry.day)) } }
            } }
            (table(&page, &text.say("finance-postings"), &columns, &rows))
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &format!("{} {}", text.say("finance-entry"), entry.id),
        &[("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))],
        &html! {},
        &content,
    )))
}

/// What called for the entry, in the pack's words, with the article of its template on that day.
fn occasion(page: &Page<'_>, ask: &Ask<'_>, entry: &Entry) -> Markup {
    let template = Occasion::named(entry.occasion.as_str())
        .and_then(|occasion| ask.app.office.rules.templates.on(occasion, entry.day));
    match template {
        Some(template) => html! { (page.text.name(&template.name)) " " (article(page, &template.article.0)) },
        None => html! { (entry.occasion) },
    }
}

/// The decision the entry carries out, one click from its page.
fn decision(ask: &Ask<'_>, page: &Page<'_>, entry: &Entry) -> Markup {
    let decision = entry.decision.as_str();
    let mut parts = decision.split('/');
    let path = match (parts.next(), parts.next()) {
        (Some("reconciliation"), Some(id)) => {
            let month = parts.next().unwrap_or_default();
            Some(format!("/finance/providers/{id}?from={month}-01#breaks"))
        }
        (Some("settlement"), Some(id)) => Some(format!("/settlements/{id}")),
        (Some("case"), Some(id)) => {
            id.parse().ok().filter(|case| access::may_open_case(ask, *case)).map(|_| format!("/cases/{id}"))
        }
        (Some("budget"), Some(year)) => Some(format!("/finance/year?year={year}")),
        (Some("statement"), Some(id)) => Some(format!("/finance/providers/{id}")),
        (Some("person-account"), Some(id)) => Some(format!("/people/{id}/account")),
        (Some("remote"), Some(id)) => Some(format!("/finance/bills/{id}")),
        (Some("region"), Some(id)) => Some(format!("/finance/regions/{id}")),
        _ => None,
    };
    match path {
        Some(path) => html! { a href=(page.link(&path)) { (decision) } },
        None => html! { (decision) },
    }
}

fn entry_rows(ask: &Ask<'_>, entries: &[EntryRow], account: &Account) -> Markup {
    let page = ask.page();
    let text = page.text;
    let columns = [
        Column::words(text.say("finance-entry")),
        Column::words(text.say("finance-day")),
        Column::words(text.say("finance-occasion")),
        Column::words(text.say("finance-decision")),
        Column::number(text.say("finance-debit")),
        Column::number(text.say("finance-credit")),
    ];
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .map(|row| {
            let entry = &row.entry;
            let amount = entry.on(account);
            let (debit, credit) = if amount.is_negative() {
                (html! {}, money(amount.negated()))
            } else {
                (money(amount), html! {})
            };
            let name = Occasion::named(entry.occasion.as_str())
                .and_then(|occasion| ask.app.office.rules.templates.on(occasion, entry.day))
                .map_or_else(|| entry.occasion.to_string(), |template| text.name(&template.name).to_owned());
            vec![
                html! { a href=(page.link(&format!("/finance/entries/{}", entry.id))) { (entry.id) } },
                day(&page, entry.day),
                html! { (name) @if entry.reverses.is_some() { " " (text.say("finance-taken-back")) } },
                decision(ask, &page, entry),
                debit,
                credit,
            ]
        })
        .collect();
    table(&page, &text.say("finance-entries"), &columns, &rows)
}

/// Books of people are looked at with their knowledge.
fn look(ask: &Ask<'_>, accounts: impl IntoIterator<Item = Account>, what: &str) -> Result<(), Problem> {
    for account in accounts {
        if matches!(account.kind(), AccountKind::PersonAccount | AccountKind::PayablePerson)
            && let Some(person) = account.party().and_then(|party| party.as_str().parse().ok())
        {
            access::note_look(ask, PersonId(person), what, "")?;
        }
    }
    Ok(())
}
