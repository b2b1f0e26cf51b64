//! Cases as rows, and those of the whole office as a list with filters in the address.

use super::access;
use super::parts::{Column, Page, Shape, Standing, empty, filters, frame, status, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::CaseId;
use maud::{Markup, html};
use store::{CaseFilter, CaseRow, Stage};
use terms::Fen;

/// A clock with so many working days left or fewer is shown as soon late.
const SOON_DAYS: i32 = 5;
const PAGE: u32 = 60;

/// The number of a case as people say and scan it.
pub fn number(case: CaseId) -> String {
    format!("C-{case}")
}

/// How a case stands with its date.
pub fn standing(page: &Page<'_>, row: &CaseRow) -> Standing {
    // What waits for its applicant's correction is nobody's delay: the clocks stand.
    let Some(due) = row.due.filter(|_| row.closed_on.is_none() && row.correcting_to.is_none()) else {
        return if row.closed_on.is_some() { Standing::Done } else { Standing::Mine };
    };
    let today = page.today();
    if due < today {
        Standing::Late
    } else if page.law.calendar().working_days_between(today, due) <= SOON_DAYS {
        Standing::Soon
    } else {
        Standing::Mine
    }
}

/// Cases as rows: number, matter, person, since when, until when, next step.
pub fn rows(ask: &Ask<'_>, cases: &[&CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let columns = [
        "column-case",
        "column-procedure",
        "column-person",
        "column-since",
        "column-due",
        "column-next",
        "column-desk",
    ]
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
            html! { @if let Some(account) = row.assignee { (access::party_name(ask, &format!("account/{account}"))) } },
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

/// The list.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let (procedure, stage, state) =
        (ask.query.get("procedure"), ask.query.get("stage"), ask.query.get("state"));
    let filter = CaseFilter {
        procedure: (!procedure.is_empty()).then(|| procedure.to_owned()),
        stage: match stage {
            "intake" => Some(Stage::Intake),
            "open" => Some(Stage::Open),
            "closed" => Some(Stage::Closed),
            _ => None,
        },
        state: (!state.is_empty()).then(|| state.to_owned()),
        late_on: (ask.query.get("late") == "yes").then(|| page.today()),
        ..CaseFilter::default()
    };
    let before = ask.query.get("before").parse().unwrap_or(CaseId(u64::MAX));
    let cases = ask.app.office.store.read(|reader| reader.find_cases(&filter, before, PAGE))?;
    let procedures = ask
        .app
        .office
        .rules
        .procedures
        .iter()
        .map(|procedure| (procedure.id.clone(), text.name(&procedure.name).to_owned()))
        .collect();
    let stages = [("intake", "case-intake"), ("open", "case-open"), ("closed", "case-closed")]
        .map(|(value, key)| (value.to_owned(), text.say(key)))
        .into();
    let late = vec![("yes".to_owned(), text.say("queue-late"))];
    let paid = Fen::sum(cases.iter().filter_map(|row| row.paid)).unwrap_or(Fen::ZERO);
    let content = html! {
        (filters(&page, "/cases", &[
            ("procedure", text.say("column-procedure"), procedures, procedure.to_owned()),
            ("stage", text.say("column-stage"), stages, stage.to_owned()),
            ("late", text.say("column-due"), late, ask.query.get("late").to_owned()),
        ]))
        @if cases.is_empty() { (empty(&text.say("cases-empty"), &text.say("cases-empty.how"))) }
        @else {
            (rows(ask, &cases.iter().collect::<Vec<_>>())?)
            @if paid != Fen::ZERO { p.soft { (text.say("case-paid")) (text.colon()) (text.yuan(paid)) } }
            nav.pages aria-label=(text.say("more")) {
                @if let Some(last) = cases.last().filter(|_| cases.len() == PAGE as usize) { a href=(page.link(&format!("/cases{}", ask.query.query_with("before", &last.id.to_string())))) { (text.say("more")) } }
            }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say("nav-cases"),
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}
