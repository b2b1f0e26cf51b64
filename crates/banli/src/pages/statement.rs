//! A provider's month: where it stands, and what the reader may do about it: issue, answer, deduct, reply, decide, pay.

use super::parts::{
    Column, Faults, Field, FieldKind, Page, Shape, article, empty, field, frame, fund_name, hidden, money,
    refusals, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::statement::{Command, MonthStatement, Wish, pay_file_lines};
use agency::{Capability, Organisation, ProviderId};
use ledger::Word;
use ledger::provider::Standing;
use maud::{Markup, html};
use terms::{ArticleId, Day, Fen, Month};

/// Months a provider sees.
const MONTHS: usize = 12;

/// The desk of the reader's own provider: its last months.
pub fn desk(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let provider = own(ask)?;
    let mut months = Vec::new();
    // The month that runs has no statement yet, but may have been compared.
    let mut breaks = vec![super::reconciliation::section(ask, provider, page.today().month())?];
    let mut month = page.today().month().first().previous().month();
    for _ in 0..MONTHS {
        let state = ask.app.office.store.with_records(|records| records.statement(provider, month))?;
        if state.issued.is_some() || !state.deductions.is_empty() {
            months.push(state);
        }
        breaks.push(super::reconciliation::section(ask, provider, month)?);
        month = month.first().previous().month();
    }
    let mut shown = Vec::new();
    for state in &months {
        let month = text.month(state.month);
        // A month that is paid asks nothing of its reader any more.
        shown.push(match paid(&page, state) {
            Some(paid) => html! { details.fold { summary { (month) " · " (paid) } (stand(ask, state)?) } },
            None => html! { section { h2 { (month) } (stand(ask, state)?) } },
        });
    }
    let content = html! {
        div.stack {
            section.answer { p { (text.say("statement-lead")) } }
            p.actions {
                a href=(page.link(&format!("/providers/{provider}/lists"))) { (text.say("lists-title")) }
                a href=(page.link(&format!("/providers/{provider}/practitioners"))) { (text.say("practitioners-title")) }
            }
            @if shown.is_empty() { (empty(&text.say("statement-none"), &text.say("statement-none.how"))) }
            @for month in &shown { (month) }
            @for found in &breaks { (found) }
        }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    Ok(Reply::Page(frame(&page, Shape::Desk, &text.say("statement-title"), &crumbs, &html! {}, &content)))
}

/// When and how much was paid.
fn paid(page: &Page<'_>, state: &MonthStatement) -> Option<String> {
    let text = page.text;
    let (lines, on, _) = state.paid.as_ref()?;
    let amount = Fen::sum(lines.iter().map(|line| line.paid)).unwrap_or(Fen::ZERO);
    let said = [("day", text.day(*on).into()), ("amount", text.yuan(amount).into())];
    Some(text.with("statement-paid", &said))
}

/// The reader's own provider.
fn own(ask: &Ask<'_>) -> Result<ProviderId, Problem> {
    match ask.actor()?.organisation {
        Organisation::Provider(provider) => Ok(provider),
        _ => Err(Problem::Forbidden),
    }
}

/// A form of the provider's desk.
pub fn desk_act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let provider = own(ask)?;
    act(ask, provider, "/provider")
}

/// A form of the office.
pub fn office_act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let provider: ProviderId = ask.part(0)?;
    let month = month(ask)?;
    act(ask, provider, &format!("/finance/providers/{provider}?from={}", month.first()))
}

/// The payment file of a month.
pub fn payment_file(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let provider: ProviderId = ask.part(0)?;
    let from: Day = ask.query.get("from").parse().map_err(|_| Problem::NotFound)?;
    let (state, known) =
        ask.app.office.store.with_records(|records| {
            (records.statement(provider, from.month()), records.provider(provider))
        })?;
    let known = known.ok_or(Problem::NotFound)?;
    let mut file = String::from("reference,provider,name,fund,amount\r\n");
    for (reference, fund, amount) in pay_file_lines(&state) {
        let name = known.registered.name.replace('"', "\"\"");
        file.push_str(&format!("{reference},{},\"{name}\",{fund},{amount}\r\n", known.registered.code));
    }
    Ok(Reply::Plain("text/csv; charset=utf-8", file))
}

fn month(ask: &Ask<'_>) -> Result<Month, Problem> {
    let first: Day = format!("{}-01", ask.form.get("month")).parse().map_err(|_| Problem::NotFound)?;
    Ok(first.month())
}

fn act(ask: &Ask<'_>, provider: ProviderId, back: &str) -> Result<Reply, Problem> {
    let form = &ask.form;
    let unreadable = || Problem::Unreadable(ask.text().say("statement-unreadable"));
    let word = |name: &str| form.get(name).parse::<Word>().map_err(|_| unreadable());
    let amount = || form.get("amount").replace(',', "").parse::<Fen>().map_err(|_| unreadable());
    let number = || form.get("number").parse::<u32>().map_err(|_| unreadable());
    let words = || form.get("text").to_owned();
    let what = match form.get("do") {
        "issue" => Wish::Issue,
        "pay" => Wish::Pay,
        "agree" => Wish::Answer { agrees: true, text: String::new() },
        "dispute" => Wish::Answer { agrees: false, text: words() },
        "deduct" => Wish::Deduct {
            fund: word("fund")?,
            settlement: word("settlement")?,
            amount: amount()?,
            reason: words(),
            article: ArticleId(form.get("article").to_owned()),
        },
        "reply" => Wish::Reply { number: number()?, text: words() },
        "uphold" => Wish::Decide { number: number()?, upheld: true },
        "withdraw" => Wish::Decide { number: number()?, upheld: false },
        "return" => Wish::Return {
            reference: word("reference")?,
            amount: amount()?,
            on: form.get("on").parse().map_err(|_| unreadable())?,
            reason: words(),
        },
        what @ ("release" | "forfeit") => Wish::Release {
            fund: word("fund")?,
            amount: amount()?,
            forfeited: what == "forfeit",
            reason: words(),
        },
        "again" => Wish::PayAgain { reference: word("reference")? },
        _ => return Err(unreadable()),
    };
    let command = agency::Command::Statement(Command { provider, month: month(ask)?, what });
    match send(ask, "statement", &command)? {
        Ok(_) => Ok(ask.see(back)),
        Err(reasons) => {
            let page = ask.page();
            let content = refusals(&page, &Faults::new(), &reasons);
            let crumbs = [(back, page.text.say("statement-title"))];
            let title = page.text.say("statement-title");
            Ok(Reply::Refused(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
        }
    }
}

/// Where a month stands, with the forms its reader may use.
pub fn stand(ask: &Ask<'_>, state: &MonthStatement) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let key = session::random_id()?;
    let may = |capability| ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, capability));
    let own =
        ask.actor.as_ref().is_some_and(|actor| actor.organisation == Organisation::Provider(state.provider));
    let to =
        if own { "/provider/act".to_owned() } else { format!("/finance/providers/{}/act", state.provider) };
    let action = page.link(&to);
    let begin = |wish: &str| {
        html! { (hidden("key", &format!("{key}{}", wish.replace('-', "")))) (hidden("month", &state.month.to_string())) (hidden("do", wish)) }
    };
    let simple = |wish: &str, label: &str| {
        html! { form method="post" action=(action) { (begin(wish)) div.actions { button type="submit" { (text.say(label)) } } } }
    };
    let lines = |label: &str| Field {
        name: "text".into(),
        label: text.say(label),
        hint: None,
        kind: FieldKind::Lines(2_000),
        required: true,
    };
    let none = Faults::new();
    Ok(html! {
        div.stack {
            @match &state.issued {
                None => p { (text.say("statement-not-issued")) },
                Some((_, on, _)) => p { (text.with("statement-issued", &[("day", text.day(*on).into())])) " "
                    @match &state.answered {
                        None => (text.say("statement-unanswered")),
                        Some((true, _, on)) => (text.with("statement-agreed", &[("day", text.day(*on).into())])),
                        Some((false, why, on)) => { (text.with("statement-disputed", &[("day", text.day(*on).into())])) " " q { (why) } },
                    } },
            }
            @if own && let Some((issued, ..)) = &state.issued { (issued_table(&page, state.month, issued)) }
            @for (place, (deduction, _)) in (1_u32..).zip(&state.deductions) {
                div.box {
                    p { strong { (text.with("statement-deduction", &[("number", place.to_string().into()), ("amount", text.yuan(deduction.amount).into()), ("fund", fund_name(&page, deduction.fund).into())])) } " " (deduction.reason) " " (article(&page, &deduction.article.0)) }
                    @if let Some(reply) = &deduction.reply { p { (text.say("statement-replied")) " " q { (reply.text) } } }
                    @match deduction.standing(page.today()) {
                        Standing::Open => {
                            p { (text.with("statement-reply-until", &[("day", text.day(deduction.reply_until.day).into())])) }
                            @if own && may(Capability::Reply) && state.paid.is_none() { form method="post" action=(action) { (begin("reply")) (hidden("number", &place.to_string())) (field(&page, &lines("statement-reply"), &[], &none)) div.actions { button type="submit" { (text.say("statement-reply")) } } } }
                        }
                        Standing::Replied => {
                            p { (text.say("statement-to-decide")) }
                            @if may(Capability::Clear) { @for wish in ["uphold", "withdraw"] { form method="post" action=(action) { (begin(wish)) (hidden("number", &place.to_string())) div.actions { button type="submit" { (text.say(&format!("statement-{wish}"))) } } } } }
                        }
                        Standing::Final => p { (text.say("statement-final")) },
                        Standing::Withdrawn => p { (text.say("statement-withdrawn")) },
                    }
                }
            }
            @if let Some((lines, ..)) = &state.paid {
                @if let Some(paid) = paid(&page, state) { p { strong { (paid) } } }
                ul.plain { @for line in lines { li { @if own { (line.reference) } @else { a href=(page.link(&format!("/finance/entries/{}", line.reference))) { (line.reference) } } " " (text.yuan(line.paid)) } } }
                @if !own { p { a href=(page.link(&format!("/finance/providers/{}/payment.csv?from={}", state.provider, state.month.first()))) { (text.say("statement-file")) } } }
            }
            @for (reference, amount, on, why, again) in &state.returned {
                div.box { p { (text.with("statement-came-back", &[("reference", reference.to_string().into()), ("amount", text.yuan(*amount).into()), ("day", text.day(*on).into())])) " " q { (why) } }
                    @if let Some(again) = again { p { (text.say("statement-paid-again")) " " (again) } }
                    @else if may(Capability::Pay) { form method="post" action=(action) { (begin("again")) (hidden("reference", reference.as_str())) div.actions { button type="submit" { (text.say("statement-again")) } } } } }
            }
            @if own && may(Capability::Reply) && state.issued.is_some() && state.answered.is_none() && state.paid.is_none() {
                (simple("agree", "statement-agree"))
                details.fold { summary { (text.say("statement-dispute")) } form method="post" action=(action) { (begin("dispute")) (field(&page, &lines("statement-why"), &[], &none)) div.actions { button type="submit" { (text.say("statement-dispute")) } } } }
            }
            @if !own && state.paid.is_none() {
                @if may(Capability::Clear) { (simple("issue", "statement-issue")) }
                @if may(Capability::Pay) && state.issued.is_some() { (simple("pay", "statement-pay")) }
            }
        }
    })
}

fn issued_table(page: &Page<'_>, month: Month, lines: &[agency::statement::StatementLine]) -> Markup {
    let text = page.text;
    let total = |part: fn(&agency::statement::StatementLine) -> Fen| {
        Fen::sum(lines.iter().map(part)).unwrap_or(Fen::ZERO)
    };
    let columns = [
        Column::words(text.say("finance-fund")),
        Column::money(text.say("finance-owed-before"), total(|line| line.opening)),
        Column::number(text.say("finance-count")),
        Column::money(text.say("finance-settled"), total(|line| line.settled)),
        Column::money(text.say("finance-back"), total(|line| line.taken_back)),
        Column::money(text.say("finance-owed-end"), total(|line| line.closing)),
    ];
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            vec![
                html! { (fund_name(page, line.fund)) },
                money(line.opening),
                html! { (line.count) },
                money(line.settled),
                money(line.taken_back),
                money(line.closing),
            ]
        })
        .collect();
    let name = format!("{} · {}", text.say("finance-statement"), text.month(month));
    table(page, &name, &columns, &rows)
}
