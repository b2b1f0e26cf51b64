//! Taking in a notice on holidays while the office is open: typed or as a file, looked at with every date it moves,
//! proposed by one person and put into force by another.

use super::access::party_name;
use super::case_story::clock_name;
use super::cases::number;
use super::pack_faults;
use super::parts::{
    Column, Faults, Field, FieldKind, Page, Shape, Standing, day_why, empty, field, frame, hidden, refusals,
    status, table,
};
use super::send::send;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::notice::{self, Move};
use crate::{archive, passing, session};
use agency::holidays::{BYTES_MAX, Command as Holidays, Notice, notices, waiting};
use agency::{Capability, Command, Rulebook, StreamId};
use maud::{Markup, html};
use policy::Diagnostics;
use std::collections::BTreeMap;
use terms::{Day, Refusals};

/// More moved dates than these are counted, not listed.
const SHOWN_MAX: usize = 200;
const PATH: &str = "/law/holidays";

/// What came of looking at a notice.
struct Looked {
    year: i32,
    text: String,
    book: Rulebook,
    moves: Vec<Move>,
}

/// What the form says after it was sent.
#[derive(Default)]
struct Sent {
    faults: Faults,
    refusals: Refusals,
    wrong: Diagnostics,
    looked: Option<Looked>,
}

/// The form, what waits, and what was taken in before.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(page_of(ask, &Sent::default())?))
}

/// Looks at a notice, proposes it, puts it into force or drops it.
pub fn submit(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let sent = match ask.form.get("do") {
        "confirm" | "drop" => return answer(ask),
        _ => look(ask)?,
    };
    if ask.form.get("do") == "propose"
        && let Some(looked) = &sent.looked
    {
        let command = Command::Holidays(Holidays::Propose { year: looked.year, text: looked.text.clone() });
        return match send(ask, "propose", &command)? {
            Ok(_) => Ok(ask.see(PATH)),
            Err(refusals) => Ok(Reply::Refused(page_of(ask, &Sent { refusals, ..sent })?)),
        };
    }
    let page = page_of(ask, &sent)?;
    Ok(if sent.looked.is_some() { Reply::Page(page) } else { Reply::Refused(page) })
}

/// What was typed or sent as a file, with the dates it moves.
fn look(ask: &Ask<'_>) -> Result<Sent, Problem> {
    let text = ask.text();
    let mut sent = Sent::default();
    let typed = match ask.files.iter().find(|file| file.field == "file") {
        Some(file) if file.bytes.len() > BYTES_MAX => Err(("file", text.say("holidays-file-large"))),
        Some(file) => match String::from_utf8(file.bytes.to_vec()) {
            Ok(contents) => year_of(&contents)
                .map(|year| (year, contents))
                .ok_or(("file", text.say("holidays-file-kind"))),
            Err(_) => Err(("file", text.say("holidays-file-kind"))),
        },
        None => rows(ask, &mut sent.faults),
    };
    match typed {
        Ok((year, contents)) => match looked(ask, year, contents)? {
            Ok(looked) => sent.looked = Some(looked),
            Err(wrong) => sent.wrong = wrong,
        },
        Err((name, fault)) => {
            sent.faults.entry(name.to_owned()).or_insert(fault);
        }
    }
    Ok(sent)
}

/// The lines of the form as a notice.
fn rows(ask: &Ask<'_>, faults: &mut Faults) -> Result<(i32, String), (&'static str, String)> {
    let text = ask.text();
    let source: String = ask.form.get("source").chars().filter(|sign| !sign.is_control()).take(200).collect();
    if source.trim().is_empty() {
        faults.insert("source".into(), text.say("holidays-empty"));
    }
    let year = ask.form.get("year").parse().ok();
    let year = year.filter(|year| (Day::MIN.year()..=Day::MAX.year()).contains(year));
    let year = year.ok_or(("year", text.say("holidays-wrong-year")))?;
    let written = notice::written(year, &source, ask.form.get("rows")).map_err(|bad| {
        let told = bad.into_iter().map(|(line, key)| text.with(key, &[("line", line.into())]));
        ("rows", told.collect::<Vec<_>>().join(" "))
    })?;
    if faults.is_empty() { Ok((year, written)) } else { Err(("source", text.say("holidays-empty"))) }
}

/// The one year that a file of the packs' kind is for.
fn year_of(contents: &str) -> Option<i32> {
    #[derive(serde::Deserialize)]
    struct Document {
        notice: Vec<Entry>,
    }
    #[derive(serde::Deserialize)]
    struct Entry {
        year: i32,
    }
    let document: Document = toml::from_str(contents).ok()?;
    match document.notice.as_slice() {
        [one] => Some(one.year),
        _ => None,
    }
}

fn looked(ask: &Ask<'_>, year: i32, text: String) -> Result<Result<Looked, Diagnostics>, Problem> {
    let office = &ask.app.office;
    let mut book = match notice::amended(&office.rules, &BTreeMap::from([(year, text.as_str())])) {
        Ok(book) => book,
        Err(wrong) => return Ok(Err(wrong)),
    };
    archive::add_earlier(&office.store, &mut book)?;
    let moves = notice::moves(&office.store, &book, ask.now)?;
    Ok(Ok(Looked { year, text, book, moves }))
}

/// Puts the notice that waits into force and tells every case the day, or drops it.
fn answer(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let confirmed = ask.form.get("do") == "confirm";
    let number = ask.form.get("number").parse().unwrap_or(0);
    let command = Command::Holidays(Holidays::Answer { number, confirmed });
    if let Err(refusals) = send(ask, "answer", &command)? {
        return Ok(Reply::Refused(page_of(ask, &Sent { refusals, ..Sent::default() })?));
    }
    if confirmed {
        take_effect(ask)?;
    }
    Ok(ask.see(PATH))
}

/// The law from now on is the one with the notice; every open case hears of it at once. What breaks off here is made up
/// for at the next start: the notice is kept already.
fn take_effect(ask: &Ask<'_>) -> Result<(), Problem> {
    let office = &ask.app.office;
    let kept = kept(ask)?;
    let in_force = agency::holidays::in_force(&kept);
    let Ok(mut book) = notice::amended(&office.rules, &in_force) else {
        return Err(Problem::Unreadable(ask.text().say("holidays-packs-changed")));
    };
    archive::keep(&office.store, &book.law)?;
    archive::add_earlier(&office.store, &mut book)?;
    office.store.note_pack(&book.law.pack().id, book.law.hash(), ask.now)?;
    office.rules.supersede(book);
    let passed = passing::pass(&ask.app.desk)?;
    tracing::info!(cases = passed.cases, events = passed.events, "a notice on holidays was put into force");
    Ok(())
}

fn kept(ask: &Ask<'_>) -> Result<Vec<Notice>, Problem> {
    Ok(ask.app.office.store.with_records(|records| notices(&records.events(&StreamId::Calendar)))?)
}

/// That a notice waits for an answer, on the desks of those who may give it.
pub fn told(ask: &Ask<'_>) -> Result<Markup, Problem> {
    let actor = ask.actor()?;
    if !ask.app.may(actor, Capability::KeepCalendar) {
        return Ok(html! {});
    }
    let page = ask.page();
    let kept = kept(ask)?;
    Ok(html! {
        p { a href=(page.link(PATH)) { (page.text.say("nav-holidays")) }
            @if let Some(waits) = waiting(&kept) { " " (status(Standing::Mine, &page.text.with("holidays-waits", &[("year", waits.year.to_string().into())]))) }
        }
    })
}

fn page_of(ask: &Ask<'_>, sent: &Sent) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let kept = kept(ask)?;
    let waits = waiting(&kept);
    let content = html! {
        (refusals(&page, &sent.faults, &sent.refusals))
        div.stack-l {
            p.lead { (text.say("holidays-lead")) }
            @if !sent.wrong.is_empty() { (pack_faults::list(&page, &sent.wrong)) }
            @if let Some(waits) = waits { (waiting_box(ask, waits)?) }
            @if let Some(looked) = &sent.looked { section.stack { h2 { (text.say("holidays-looked")) } (days(&page, &looked.book, looked.year)) (moved(ask, &looked.book, &looked.moves)?) } }
            @if waits.is_none() { (form(ask, sent)?) }
            section.stack { h2 { (text.say("holidays-before")) } (before(ask, &kept)) }
        }
    };
    let crumbs = [("/law", text.say("nav-law"))];
    Ok(frame(&page, Shape::Desk, &text.say("nav-holidays"), &crumbs, &html! {}, &content))
}

/// The notice that waits, what it moves, and who may answer.
fn waiting_box(ask: &Ask<'_>, waits: &Notice) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let own = agency::casework::engine_actor(ask.actor()?).who == waits.by;
    let looked = looked(ask, waits.year, waits.text.clone())?;
    let button = |what: &str, key: &str, quiet: bool| html! { button.quiet[quiet] type="submit" name="do" value=(what) { (text.say(key)) } };
    Ok(html! {
        form.box.stack method="post" enctype="multipart/form-data" action=(page.link(PATH)) {
            header { h2 { (text.with("holidays-waits", &[("year", waits.year.to_string().into())])) } (status(if own { Standing::Waiting } else { Standing::Mine }, &text.say(if own { "case-waiting" } else { "case-mine" }))) }
            p { (text.with("holidays-proposed-by", &[("who", party_name(ask, &waits.by).into()), ("on", text.day(waits.on).into())])) }
            @match &looked {
                Ok(looked) => { (days(&page, &looked.book, waits.year)) (moved(ask, &looked.book, &looked.moves)?) }
                Err(wrong) => (pack_faults::list(&page, wrong)),
            }
            (hidden("key", &session::random_id()?))
            (hidden("number", &waits.number.to_string()))
            @if own { p.note { (text.say("holidays-own")) } }
            div.actions {
                @if !own && looked.is_ok() { (button("confirm", "holidays-confirm", false)) }
                (button("drop", "holidays-drop", true))
            }
        }
    })
}

/// The days off and the weekend days worked, as the law with the notice has them.
fn days(page: &Page<'_>, book: &Rulebook, year: i32) -> Markup {
    let text = page.text;
    let with_it = Page { law: &book.law, ..*page };
    html! {
        p { strong { (year) } @if let Some(source) = book.law.calendar().source(year) { (text.colon()) (source) } }
        (super::law::special_days(&with_it, year))
    }
}

/// The dates of running cases that it moves, each with how it comes about.
fn moved(ask: &Ask<'_>, book: &Rulebook, moves: &[Move]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    if moves.is_empty() {
        return Ok(empty(&text.say("holidays-moves-none"), &text.say("holidays-moves-none.how")));
    }
    let columns = ["column-case", "holidays-clock", "holidays-from", "holidays-to"]
        .map(|key| Column::words(text.say(key)));
    let mut rows = vec![];
    for one in moves.iter().take(SHOWN_MAX) {
        let file = ask.app.office.store.read(|reader| reader.case_file(one.case))?;
        let procedure = file.as_ref().and_then(|file| book.procedure_of(&file.state));
        rows.push(vec![
            html! { (number(one.case)) " " @if let Some(procedure) = procedure { (text.name(&procedure.name)) } },
            html! { @if let Some(procedure) = procedure { (clock_name(ask, procedure, &one.clock)) } },
            html! { @if let Some(from) = one.from { (text.day_short(from)) } },
            day_why(&page, &one.to),
        ]);
    }
    let title = text.with("holidays-moves", &[("count", moves.len().into())]);
    Ok(html! { section.stack-s { h3 { (title) } (table(&page, &title, &columns, &rows)) } })
}

fn form(ask: &Ask<'_>, sent: &Sent) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let next = page.law.calendar().years().map_or(page.today().year(), |(_, last)| last + 1);
    let line = |name: &str, key: &str, kind: FieldKind| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: text.find(&format!("{key}.hint"), &[]),
        kind,
        required: true,
    };
    let year = match ask.form.get("year") {
        "" => next.to_string(),
        typed => typed.to_owned(),
    };
    Ok(html! {
        form.box.stack method="post" enctype="multipart/form-data" action=(page.link(PATH)) {
            h2 { (text.say("holidays-new")) }
            (hidden("key", &session::random_id()?))
            (field(&page, &line("year", "holidays-year", FieldKind::Text(4)), &[&year], &sent.faults))
            (field(&page, &line("source", "holidays-source", FieldKind::Text(200)), &[ask.form.get("source")], &sent.faults))
            (field(&page, &line("rows", "holidays-rows", FieldKind::Lines(4_000)), &[ask.form.get("rows")], &sent.faults))
            div.field.wrong[sent.faults.contains_key("file")] {
                label for="f-file" { (text.say("holidays-file")) " " span.soft.small { (text.say("optional")) } }
                p.hint id="f-file-hint" { (text.say("holidays-file.hint")) }
                @if let Some(fault) = sent.faults.get("file") { p.fault id="f-file-fault" { (fault) } }
                input id="f-file" type="file" name="file" accept=".toml,.txt,text/plain" aria-describedby="f-file-hint";
            }
            div.actions {
                button.quiet type="submit" name="do" value="check" { (text.say("holidays-check")) }
                button type="submit" name="do" value="propose" { (text.say("holidays-propose")) }
            }
        }
    })
}

/// What was answered before, the latest first.
fn before(ask: &Ask<'_>, kept: &[Notice]) -> Markup {
    let page = ask.page();
    let text = page.text;
    let columns = ["holidays-year", "holidays-proposed", "holidays-answered", "holidays-outcome"]
        .map(|key| Column::words(text.say(key)));
    let who = |by: &str, on: Day| html! { (party_name(ask, by)) " " (text.day_short(on)) };
    let rows: Vec<Vec<Markup>> = kept
        .iter()
        .rev()
        .filter_map(|notice| {
            let (confirmed, by, on) = notice.answered.as_ref()?;
            let outcome = if *confirmed { "holidays-in-force" } else { "holidays-dropped" };
            Some(vec![
                html! { a href=(page.link(&format!("/law/calendar/{}", notice.year))) { (notice.year) } },
                who(&notice.by, notice.on),
                who(by, *on),
                html! { (text.say(outcome)) },
            ])
        })
        .collect();
    if rows.is_empty() {
        return empty(&text.say("holidays-none"), &text.say("holidays-none.how"));
    }
    table(&page, &text.say("holidays-before"), &columns, &rows)
}
