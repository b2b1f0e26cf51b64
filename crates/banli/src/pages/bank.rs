//! Payments through the bank: what waits, the files, and the bank's answer to each.

use super::access::{self, party_name};
use super::parts::{
    Column, Faults, Field, FieldKind, Page, Shape, Standing, day, empty, field, frame, hidden, money, pages,
    refusals, status, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::bank::{BankFile, Command, LINES_MAX, read_answer, stream};
use agency::{Capability, StreamId};
use ledger::Word;
use maud::{Markup, html};
use store::{BankFileRow, PaymentRow};
use terms::{Fen, Refusals};

/// Files in a list.
const PAGE: u32 = 60;
/// Payments on one page.
const ROWS: u32 = 15;

/// What waits for a file, and the files.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(list_page(ask, &Refusals::new())?))
}

/// Writes what waits into a file, the oldest first.
pub fn write(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (open, ..) = ask.app.office.store.read(|reader| reader.open_payments(LINES_MAX))?;
    let payments = open.into_iter().map(|row| (row.stream, row.reference)).collect();
    match send(ask, "bank", &agency::Command::Bank(Command::Write { payments }))? {
        Ok(_) => Ok(ask.see("/finance/bank")),
        Err(reasons) => Ok(Reply::Refused(list_page(ask, &reasons)?)),
    }
}

fn list_page(ask: &Ask<'_>, reasons: &Refusals) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let before = ask.query.get("before").parse().unwrap_or(i64::MAX);
    let ((open, count, sum), files) = ask
        .app
        .office
        .store
        .read(|reader| Ok((reader.open_payments(LINES_MAX)?, reader.bank_files(before, PAGE)?)))?;
    let may = ask.app.may(ask.actor()?, Capability::Pay);
    let content = html! { div.stack {
        (refusals(&page, &Faults::new(), reasons))
        p.note { (text.say("bank-about")) }
        section.stack-s { h2 { (text.say("bank-open")) }
            @if open.is_empty() { (empty(&text.say("bank-open-none"), &text.say("bank-open-none.how"))) } @else {
                p.lead { (text.with("bank-open-sum", &[("count", count.into()), ("sum", text.yuan(sum).into())])) }
                @if may { form method="post" action=(page.link("/finance/bank")) { (hidden("key", &session::random_id()?)) div.actions { button type="submit" { (text.say("bank-write")) } } } }
                (open_table(ask, &open, sum)) (pages(&page, "/finance/bank?", skipped(ask), ROWS, open.len() as u64))
            }
        }
        section.stack-s { h2 { (text.say("bank-files")) }
            @if files.is_empty() { (empty(&text.say("bank-files-none"), &text.say("bank-files-none.how"))) } @else { (file_table(&page, &files)) }
            @if let Some(last) = files.last().filter(|_| files.len() == PAGE as usize) { nav.pages aria-label=(text.say("more")) { a href=(page.link(&format!("/finance/bank?before={}", last.seq))) { (text.say("more")) } } }
        }
    } };
    let crumbs = [("/home", text.say("nav-home")), ("/finance", text.say("nav-finance"))];
    Ok(frame(&page, Shape::Desk, &text.say("bank-title"), &crumbs, &html! {}, &content))
}

/// Payments on the pages before, as the address asks.
fn skipped(ask: &Ask<'_>) -> u32 {
    ask.query.get("skip").parse().unwrap_or(0)
}

fn open_table(ask: &Ask<'_>, open: &[PaymentRow], sum: Fen) -> Markup {
    let page = ask.page();
    let text = page.text;
    let columns = [
        Column::words(text.say("bank-reference")),
        Column::words(text.say("bank-payee")),
        Column::words(text.say("finance-day")),
        Column::money(text.say("bank-amount"), sum),
    ];
    let rows: Vec<Vec<Markup>> = open
        .iter()
        .skip(skipped(ask) as usize)
        .take(ROWS as usize)
        .map(|row| {
            vec![
                html! { a href=(page.link(&format!("/finance/entries/{}", row.reference))) { (row.reference) } },
                html! { (payee(ask, &row.stream)) },
                day(&page, row.day),
                money(row.amount),
            ]
        })
        .collect();
    table(&page, &text.say("bank-open"), &columns, &rows)
}

/// Whom the payment is for: the case, or the provider and its month.
fn payee(ask: &Ask<'_>, of: &str) -> Markup {
    let page = ask.page();
    match of.parse() {
        Ok(StreamId::Case(case)) if !access::may_open_case(ask, case) => {
            html! { (super::cases::number(case)) }
        }
        Ok(StreamId::Case(case)) => {
            html! { a href=(page.link(&format!("/cases/{case}"))) { (super::cases::number(case)) } }
        }
        Ok(StreamId::Statement(provider, month)) => {
            let path = format!("/finance/providers/{provider}?from={}", month.first());
            html! { a href=(page.link(&path)) { (party_name(ask, &format!("provider/{provider}"))) " " (page.text.month(month)) } }
        }
        _ => html! { (of) },
    }
}

fn file_table(page: &Page<'_>, files: &[BankFileRow]) -> Markup {
    let text = page.text;
    let columns = [
        Column::words(text.say("bank-files")),
        Column::words(text.say("bank-written")),
        Column::number(text.say("bank-count")),
        Column::number(text.say("bank-sum")),
        Column::words(text.say("bank-state")),
    ];
    let rows: Vec<Vec<Markup>> = files
        .iter()
        .map(|file| {
            let state = match file.answered {
                None => status(Standing::Waiting, &text.say("bank-waits")),
                Some((_, 0)) => status(Standing::Done, &text.say("bank-answered")),
                Some((_, count)) => {
                    status(Standing::Late, &text.with("bank-answered-back", &[("count", count.into())]))
                }
            };
            vec![
                html! { a href=(page.link(&format!("/finance/bank/{}", file.number))) { (file.number) } },
                day(page, file.written_on),
                html! { (file.payments) },
                money(file.sum),
                state,
            ]
        })
        .collect();
    table(page, &text.say("bank-files"), &columns, &rows)
}

fn known(ask: &Ask<'_>) -> Result<(Word, BankFile), Problem> {
    let number: Word = ask.part(0)?;
    let events = ask.app.office.store.with_records(|records| records.events(&stream(number)))?;
    BankFile::of(&events).map(|file| (number, file)).ok_or(Problem::NotFound)
}

/// One file, payment by payment.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (number, file) = known(ask)?;
    Ok(Reply::Page(file_page(ask, number, &file, &Faults::new(), &Refusals::new())?))
}

/// The file as the bank gets it.
pub fn download(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (number, file) = known(ask)?;
    Ok(Reply::Plain("text/csv; charset=utf-8", file.text(number)))
}

/// Takes in the bank's answer, whole or not at all.
pub fn answer(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (number, file) = known(ask)?;
    let text = ask.text();
    let lines = match read_answer(ask.form.get("answer")) {
        Ok(lines) => lines,
        Err(found) => {
            let one = |fault: &agency::bank::AnswerFault| {
                let what = text.say(fault.what);
                text.with("bank-fault", &[("line", fault.line.into()), ("what", what.into())])
            };
            let told = found.iter().map(one).collect::<Vec<_>>().join("; ");
            let faults = Faults::from([("answer".to_owned(), told)]);
            return Ok(Reply::Refused(file_page(ask, number, &file, &faults, &Refusals::new())?));
        }
    };
    match send(ask, "bank", &agency::Command::Bank(Command::Answer { file: number, lines }))? {
        Ok(_) => Ok(ask.see(&format!("/finance/bank/{number}"))),
        Err(reasons) => Ok(Reply::Refused(file_page(ask, number, &file, &Faults::new(), &reasons)?)),
    }
}

fn file_page(
    ask: &Ask<'_>,
    number: Word,
    file: &BankFile,
    faults: &Faults,
    reasons: &Refusals,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let results = file.results();
    let may = ask.app.may(ask.actor()?, Capability::Pay);
    let columns = [
        Column::words(text.say("bank-reference")),
        Column::words(text.say("bank-payee")),
        Column::words(text.say("bank-account")),
        Column::words(text.say("bank-bank")),
        Column::money(text.say("bank-amount"), file.sum()),
        Column::words(text.say("bank-result")),
    ];
    let rows: Vec<Vec<Markup>> = file
        .lines
        .iter()
        .skip(skipped(ask) as usize)
        .take(ROWS as usize)
        .map(|line| {
            let result = match results.get(&line.reference).map(|result| (result.on, &result.returned)) {
                None => html! { (text.say("bank-waits")) },
                Some((on, None)) => html! { (text.with("bank-paid", &[("day", text.day(on).into())])) },
                Some((on, Some(why))) => html! { (text.with("bank-returned", &[("day", text.day(on).into())])) " " q { (why) } },
            };
            vec![
                html! { a href=(page.link(&format!("/finance/entries/{}", line.reference))) { (line.reference) } " " span.soft { (payee(ask, &line.of)) } },
                html! { (line.name) },
                html! { span.mono { (line.account) } },
                html! { (line.bank) },
                money(line.amount),
                result,
            ]
        })
        .collect();
    let asked = Field {
        name: "answer".into(),
        label: text.say("bank-answer"),
        hint: Some(text.say("bank-answer.hint")),
        kind: FieldKind::Lines(60_000),
        required: true,
    };
    let content = html! { div.stack {
        (refusals(&page, faults, reasons))
        p { (text.say("bank-written")) " " (day(&page, file.written.0)) " · " (party_name(ask, &format!("account/{}", file.written.1))) @if may { " · " a href=(page.link(&format!("/finance/bank/{number}/file.csv"))) { (text.say("bank-download")) } } }
        (table(&page, &text.with("bank-file", &[("number", number.to_string().into())]), &columns, &rows))
        (pages(&page, &format!("/finance/bank/{number}?"), skipped(ask), ROWS, file.lines.len() as u64))
        @if may && file.answered.is_none() { form.stack-s method="post" action=(page.link(&format!("/finance/bank/{number}"))) {
            (hidden("key", &session::random_id()?))
            (field(&page, &asked, &[ask.form.get("answer")], faults))
            div.actions { button type="submit" { (text.say("bank-answer-do")) } }
        } }
    } };
    let crumbs = [
        ("/home", text.say("nav-home")),
        ("/finance", text.say("nav-finance")),
        ("/finance/bank", text.say("bank-title")),
    ];
    let title = text.with("bank-file", &[("number", number.to_string().into())]);
    Ok(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content))
}
