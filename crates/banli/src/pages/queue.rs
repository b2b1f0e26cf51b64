//! What needs me now: the cases that wait at this reader's steps, the most urgent first.

use super::access;
use super::cases::{number, standing};
use super::parts::{
    Column, DayMark, Page, Shape, Standing, Tally, day, empty, filters, frame, month, month_legend, status,
    table, tallies,
};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::Capability;
use case::Procedure;
use maud::{Markup, html};
use std::collections::BTreeSet;
use store::{CaseRow, Stage};

/// More than these are not shown at once; the filters make it less.
const SHOWN_MAX: u32 = 300;

/// The reader's home.
pub fn home(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    let mine = actor.person.map_or(Ok(vec![]), |person| own_cases(ask, person))?;
    let waiting = if ask.app.may(actor, Capability::WorkQueue) {
        let places = access::places(&ask.app.office.rules, actor);
        ask.app.office.store.read(|reader| reader.waiting_at(&places, SHOWN_MAX))?
    } else {
        vec![]
    };
    let public = actor.organisation == agency::Organisation::Public;
    let content = html! {
        div.stack {
            @if !public { (queue(ask, &waiting)?) }
            @if public || !mine.is_empty() {
                @if !public { h2 { (text.say("nav-mine")) } }
                (own(ask, &mine)?)
            }
        }
    };
    let today = html! { p { (day(&page, page.today())) } };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say(if public { "nav-mine" } else { "nav-desk" }),
        &[],
        &today,
        &content,
    )))
}

fn queue(ask: &Ask<'_>, waiting: &[CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let chosen = ask.query.get("standing");
    let kind = ask.query.get("procedure");
    let of = |wanted: Standing| waiting.iter().filter(|row| standing(&page, row) == wanted).count();
    let tally = |wanted: Standing, word: &str, key: &str| Tally {
        count: of(wanted),
        words: text.say(key),
        path: format!("/home{}", ask.query.query_with("standing", if chosen == word { "" } else { word })),
        standing: wanted,
        chosen: chosen == word,
    };
    let shown: Vec<&CaseRow> = waiting
        .iter()
        .filter(|row| kind.is_empty() || row.procedure == kind)
        .filter(|row| match chosen {
            "late" => standing(&page, row) == Standing::Late,
            "soon" => standing(&page, row) == Standing::Soon,
            "fine" => standing(&page, row) == Standing::Mine,
            _ => true,
        })
        .collect();
    let kinds: BTreeSet<&str> = waiting.iter().map(|row| row.procedure.as_str()).collect();
    let kinds: Vec<(String, String)> =
        kinds.into_iter().map(|id| (id.to_owned(), procedure_name(ask, id))).collect();
    Ok(html! {
        (tallies(&page, &[tally(Standing::Late, "late", "queue-late"), tally(Standing::Soon, "soon", "queue-soon"), tally(Standing::Mine, "fine", "queue-fine")]))
        @if kinds.len() > 1 { (filters(&page, "/home", &[("procedure", text.say("column-procedure"), kinds, kind.to_owned())])) }
        @if shown.is_empty() { (empty(&text.say("queue-empty"), &text.say("queue-empty.how"))) }
        @else { (rows(ask, &shown)?) }
        (windows(ask))
    })
}

/// The open days of this month and the next, for each procedure that has a window: asked at every counter.
fn windows(ask: &Ask<'_>) -> Markup {
    let page = ask.page();
    let text = page.text;
    let with_window: Vec<&Procedure> = ask
        .app
        .office
        .rules
        .procedures
        .iter()
        .filter(|procedure| procedure.window.is_some() && procedure.in_force(page.today()))
        .collect();
    html! {
        @for procedure in with_window {
            @if let Some(window) = &procedure.window {
                @let open = window.around(page.today(), page.law.calendar());
                details.fold {
                    summary { (text.name(&procedure.name)) (text.colon()) (text.say("queue-window")) " " (text.list(open.days.iter().map(|day| text.day_short(*day)))) }
                    div.months { (month(&page, page.today().month(), &DayMark { open: open.days.iter().copied().collect(), today: Some(page.today()), small: false })) }
                    (month_legend(&page))
                    (super::parts::window_why(&page, &open))
                }
            }
        }
    }
}

/// Cases as rows: number, matter, person, since when, until when, next step.
pub fn rows(ask: &Ask<'_>, cases: &[&CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let columns =
        ["column-case", "column-procedure", "column-person", "column-since", "column-due", "column-next"]
            .map(|key| Column::words(text.say(key)));
    let mut rows = vec![];
    for row in cases {
        rows.push(vec![
            html! { a.nowrap href=(page.link(&format!("/cases/{}", row.id))) { (number(row.id)) } },
            html! { (procedure_name(ask, &row.procedure)) },
            html! { (person_name(ask, row)?) },
            html! { (text.day_short(row.entered_on)) },
            due(&page, row),
            html! { (state_name(ask, row)) },
        ]);
    }
    Ok(table(&page, &text.say("nav-cases"), &columns, &rows))
}

fn due(page: &Page<'_>, row: &CaseRow) -> Markup {
    let text = page.text;
    let standing = standing(page, row);
    match row.due {
        _ if row.closed_on.is_some() => status(Standing::Done, &text.say("case-closed")),
        _ if row.correcting_to.is_some() => status(Standing::Waiting, &text.say("case-correcting")),
        None => html! { span.soft { (text.say("word-none")) } },
        Some(due) => {
            let left = page.law.calendar().working_days_between(page.today(), due);
            status(standing, &format!("{} ({left})", text.day_short(due)))
        }
    }
}

fn own_cases(ask: &Ask<'_>, person: agency::PersonId) -> Result<Vec<CaseRow>, Problem> {
    Ok(ask.app.office.store.read(|reader| {
        let mut rows = reader.cases_of(person)?;
        for child in reader.children_of(person)? {
            rows.extend(reader.cases_of(child.id)?);
        }
        Ok(rows)
    })?)
}

fn own(ask: &Ask<'_>, cases: &[CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    Ok(html! {
        @if cases.is_empty() { (empty(&text.say("own-empty"), &text.say("own-empty.how"))) }
        @else { (rows(ask, &cases.iter().collect::<Vec<_>>())?) }
        p.actions {
            a.button href=(page.link("/precheck")) { (text.say("nav-precheck")) }
            @if let Some(person) = ask.actor.as_ref().and_then(|actor| actor.person) {
                a.button.quiet href=(page.link(&format!("/people/{person}"))) { (text.say("own-data")) }
                a.button.quiet href=(page.link(&format!("/people/{person}/looks"))) { (text.say("nav-looks")) }
            }
        }
    })
}

/// What people call a procedure; its id where the law in force no longer has it.
pub fn procedure_name(ask: &Ask<'_>, id: &str) -> String {
    ask.app
        .office
        .rules
        .procedures
        .get(id)
        .map_or_else(|| id.to_owned(), |procedure| ask.text().name(&procedure.name).to_owned())
}

/// Where a case stands, in words.
pub fn state_name(ask: &Ask<'_>, row: &CaseRow) -> String {
    let text = ask.text();
    let procedure = ask.app.office.rules.procedure(&row.procedure, &row.law);
    let name = match row.stage {
        Stage::Intake => {
            return text.say(if row.correcting_to.is_some() { "case-correcting" } else { "case-intake" });
        }
        Stage::Open => procedure.and_then(|procedure| procedure.state(&row.state)).map(|state| &state.name),
        Stage::Closed => {
            procedure.and_then(|procedure| procedure.outcome(&row.state)).map(|outcome| &outcome.name)
        }
    };
    name.map_or_else(|| row.state.clone(), |name| text.name(name).to_owned())
}

fn person_name(ask: &Ask<'_>, row: &CaseRow) -> Result<String, Problem> {
    let Some(person) = row.person else { return Ok(access::party_name(ask, &row.subject)) };
    let row = ask.app.office.store.read(|reader| reader.person(person))?;
    Ok(row.map(|row| row.name).unwrap_or_default())
}
