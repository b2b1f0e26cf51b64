//! What is kept back from a provider, fund by fund, and letting go of it after the yearly assessment.

use super::parts::{
    Choice, Column, Faults, Field, FieldKind, article, field, fund_name, hidden, money, table,
};
use crate::ask::Ask;
use crate::errors::Problem;
use crate::session;
use agency::statement::{MonthStatement, free_deposit};
use agency::{Capability, ProviderId};
use ledger::{AccountKind, Parameter, Word};
use maud::{Markup, html};
use terms::Fen;

/// The deposits of a provider, and the form for whoever clears; nothing where nothing was ever kept back.
pub fn section(ask: &Ask<'_>, provider: ProviderId, state: &MonthStatement) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let today = page.today();
    let party = Word::known(&provider.to_string());
    let held: Vec<(Word, Fen, Fen)> = ask.app.office.store.with_records(|records| {
        let accounts = records.accounts_of(AccountKind::Deposit, &party);
        let of = |fund: Word, account| {
            let held = records.moved(&account, terms::Day::MIN, today).net().negated();
            (fund, held, free_deposit(records, provider, fund, today))
        };
        accounts.into_iter().filter_map(|account| Some(of(account.fund()?, account))).collect()
    })?;
    if held.is_empty() && state.released.is_empty() {
        return Ok(html! {});
    }
    let total = |part: fn(&(Word, Fen, Fen)) -> Fen| Fen::sum(held.iter().map(part)).unwrap_or(Fen::MAX);
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::money(text.say("deposit-held"), total(|one| one.1)),
        Column::money(text.say("deposit-free"), total(|one| one.2)),
    ];
    let rows: Vec<Vec<Markup>> = held
        .iter()
        .map(|(fund, held, free)| {
            let path = format!("/finance/accounts/deposit:{provider}:{fund}");
            vec![
                html! { a href=(page.link(&path)) { (fund_name(&page, *fund)) } },
                money(*held),
                money(*free),
            ]
        })
        .collect();
    let free: Vec<&(Word, Fen, Fen)> = held.iter().filter(|(.., free)| *free > Fen::ZERO).collect();
    let may = ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::Clear));
    let rule = ask.app.office.rules.parameters.on(Parameter::YearClearedByMonth, today).ok();
    Ok(html! { section.stack-s { h2 { (text.say("deposit-title")) }
        p.soft { (text.say("deposit-about")) " " @if let Some(rule) = rule { (article(&page, &rule.article.0)) } }
        @if !rows.is_empty() { (table(&page, &text.say("deposit-title"), &columns, &rows)) }
        @for (fund, amount, forfeited, reason, on) in &state.released {
            p { (text.with(if *forfeited { "deposit-forfeited" } else { "deposit-released" }, &[("day", text.day(*on).into()), ("amount", text.yuan(*amount).into()), ("fund", fund_name(&page, *fund).into())])) " " q { (reason) } }
        }
        @if may && !free.is_empty() { (form(ask, provider, state, &free)?) }
    } })
}

fn form(
    ask: &Ask<'_>,
    provider: ProviderId,
    state: &MonthStatement,
    free: &[&(Word, Fen, Fen)],
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let line = |name: &str, label: &str, kind: FieldKind| Field::needed(name, text.say(label), kind);
    let funds = free.iter().map(|(fund, _, free)| Choice {
        value: fund.to_string(),
        label: format!("{} {}", fund_name(&page, *fund), text.yuan(*free)),
        hint: None,
    });
    let to = [("release", "deposit-to-provider"), ("forfeit", "deposit-to-fund")];
    let to = to.map(|(value, label)| Choice { value: value.to_owned(), label: text.say(label), hint: None });
    let none = Faults::new();
    Ok(html! { details.fold { summary { (text.say("deposit-release")) }
        form.stack-s method="post" action=(page.link(&format!("/finance/providers/{provider}/act"))) {
            (hidden("key", &session::random_id()?)) (hidden("month", &state.month.to_string()))
            (field(&page, &line("fund", "finance-fund", FieldKind::Select(funds.collect())), &[], &none))
            (field(&page, &line("amount", "budget-amount", FieldKind::Money), &[], &none))
            (field(&page, &line("do", "deposit-to", FieldKind::Radio(to.into())), &["release"], &none))
            (field(&page, &line("text", "deposit-why", FieldKind::Lines(2_000)), &[], &none))
            div.actions { button type="submit" { (text.say("deposit-release")) } }
        }
    } })
}
