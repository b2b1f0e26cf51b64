//! A provider's month: the statement fund by fund, and the payment that follows from it.

use super::access::party_name;
use super::finance::span;
use super::parts::{Column, Page, Shape, article, frame, fund_name, money, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::ProviderId;
use ledger::provider::{PaymentPlan, Statement, StatementBook};
use ledger::{AccountKind, Parameter, Word};
use maud::{Markup, html};
use store::EntryPlace;
use terms::{Fen, Month};

/// Entries read at once.
const PAGE: u32 = 1_000;

/// The statement of the month that holds the day in the address; the last full month where none is named.
pub fn statement(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let provider: ProviderId = ask.part(0)?;
    let month = if ask.query.get("from").is_empty() {
        page.today().month().first().previous().month()
    } else {
        span(ask).0.month()
    };
    let statements = read(ask, provider, month)?;
    let state = ask.app.office.store.with_records(|records| records.statement(provider, month))?;
    let over = month.last() < page.today();
    let parameters = &ask.app.office.rules.parameters;
    let plan = PaymentPlan::new(month, &statements, &[], parameters, page.today()).ok().filter(|_| over);
    let later = month.next().first() <= page.today();
    let link = |month: Month| page.link(&format!("/finance/providers/{provider}?from={}", month.first()));
    let content = html! {
        div.stack {
            nav.pages aria-label=(text.say("finance-month")) {
                a href=(link(month.first().previous().month())) { (text.month(month.first().previous().month())) }
                " " strong { (text.month(month)) } " "
                @if later { a href=(link(month.next())) { (text.month(month.next())) } }
            }
            p { a href=(page.link(&format!("/providers/{provider}/lists"))) { (text.say("lists-title")) } }
            (super::reconciliation::section(ask, provider, month)?)
            @if statements.is_empty() { (super::parts::empty(&text.say("finance-empty"), &text.say("finance-empty.how"))) }
            @else {
                section { h2 { (text.say("finance-statement")) } (statement_table(&page, provider, &statements)) }
                section { h2 { (text.say("statement-title")) } (super::statement::stand(ask, &state)?) }
                (super::finance_deposit::section(ask, provider, &state)?)
                section { h2 { (text.say("finance-payment")) }
                    @match &plan {
                        Some(plan) => (payment(ask, plan)),
                        None => p.note { (text.say("finance-month-runs")) },
                    }
                }
            }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &party_name(ask, &format!("provider/{provider}")),
        &[("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))],
        &html! {},
        &content,
    )))
}

/// The statements of one provider, by fund.
fn read(ask: &Ask<'_>, provider: ProviderId, month: Month) -> Result<Vec<Statement>, Problem> {
    let party = Word::known(&provider.to_string());
    let book = ask.app.office.store.read(|reader| {
        let held = reader.balances(&[AccountKind::Payable], month.first(), month.last())?;
        let of_provider: Vec<_> = held.into_iter().filter(|row| row.account.party() == Some(party)).collect();
        let mut book = StatementBook::open(month, of_provider.iter().map(|row| (row.account, row.opening)));
        // An entry that touches several of the provider's funds is met once for each: taken the first time only.
        let mut taken = std::collections::BTreeSet::new();
        for row in &of_provider {
            let mut place = EntryPlace::before(month.first());
            loop {
                let entries = reader.entries_on(&row.account, place, month.last(), PAGE)?;
                let Some(last) = entries.last() else { break };
                place = last.place();
                for entry in entries.iter().filter(|entry| taken.insert(entry.seq)) {
                    // Sums of what the file holds already fit.
                    let _ = book.add(&entry.entry);
                }
            }
        }
        Ok(book)
    })?;
    Ok(book.finish())
}

fn statement_table(page: &Page<'_>, provider: ProviderId, statements: &[Statement]) -> Markup {
    let text = page.text;
    let total = |part: fn(&Statement) -> Fen| Fen::sum(statements.iter().map(part)).unwrap_or(Fen::ZERO);
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::money(text.say("finance-owed-before"), total(|s| s.opening)),
        Column::number(text.say("finance-count")),
        Column::money(text.say("finance-settled"), total(|s| s.settled.amount)),
        Column::money(text.say("finance-back"), total(|s| s.taken_back.amount)),
        Column::money(text.say("finance-deducted"), total(|s| s.deducted.amount)),
        Column::money(text.say("finance-withheld"), total(|s| s.withheld.amount)),
        Column::money(text.say("finance-paid"), total(|s| s.paid.amount)),
        Column::money(text.say("finance-owed-end"), total(|s| s.closing)),
    ];
    let rows: Vec<Vec<Markup>> = statements
        .iter()
        .map(|s| {
            vec![
                html! { a href=(page.link(&format!("/finance/accounts/payable:{provider}:{}?from={}&to={}", s.fund, s.month.first(), s.month.last()))) { (fund_name(page, s.fund)) } },
                money(s.opening),
                html! { (s.settled.count) },
                money(s.settled.amount),
                money(s.taken_back.amount),
                money(s.deducted.amount),
                money(s.withheld.amount),
                money(s.paid.amount),
                money(s.closing),
            ]
        })
        .collect();
    table(page, &text.say("finance-statement"), &columns, &rows)
}

fn payment(ask: &Ask<'_>, plan: &PaymentPlan) -> Markup {
    let page = ask.page();
    let text = page.text;
    let held_back = ask.app.office.rules.parameters.on(Parameter::HeldBackShare, plan.month.last()).ok();
    let total = |part: fn(&ledger::provider::PlanLine) -> Fen| {
        Fen::sum(plan.lines.iter().map(part)).unwrap_or(Fen::ZERO)
    };
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::money(text.say("finance-owed-end"), total(|line| line.owed)),
        Column::money(text.say("finance-to-withhold"), total(|line| line.withheld)),
        Column::money(text.say("finance-to-pay"), total(|line| line.paid)),
    ];
    let rows: Vec<Vec<Markup>> = plan
        .lines
        .iter()
        .map(|line| {
            vec![
                html! { (fund_name(&page, line.fund)) },
                money(line.owed),
                money(line.withheld),
                money(line.paid),
            ]
        })
        .collect();
    html! {
        p { (text.with("finance-held-back", &[("share", plan.share.to_string().into())])) " " @if let Some(valued) = held_back { (article(&page, &valued.article.0)) } }
        (table(&page, &text.say("finance-payment"), &columns, &rows))
    }
}
