//! The search box of every page: a case number, a certificate or citizen number opens the record; anything else is a
//! name. Who may not look people up finds the cases they may see, by the same numbers, with masked names.

use super::access;
use super::case_applicant::first_character;
use super::cases::{number, procedure_name, state_name};
use super::parts::{Column, Shape, empty, frame, table};
use super::people::people_found;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::{Capability, CaseId};
use maud::{Markup, html};
use store::CaseRow;

/// Rows of the list.
const SHOWN_MAX: u32 = 50;
/// Waiting cases that are looked through for a name.
const WAITING_MAX: u32 = 300;

/// Answers what was typed or scanned.
pub fn search(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let case = sought.strip_prefix(['C', 'c']).map(|rest| rest.trim_start_matches('-')).unwrap_or(&sought);
    if let Ok(case) = case.parse::<CaseId>()
        && ask.app.office.store.read(|reader| reader.case(case))?.is_some()
    {
        return Ok(ask.see(&format!("/cases/{case}")));
    }
    if ask.app.may(ask.actor()?, Capability::LookUpPeople) {
        return people_found(ask, &sought);
    }
    let found = cases_found(ask, &sought)?;
    // A scanned number opens its only case at once.
    if let [only] = found.as_slice()
        && sought.contains(|sign: char| sign.is_ascii_digit())
    {
        return Ok(ask.see(&format!("/cases/{}", only.id)));
    }
    Ok(Reply::Page(page(ask, &found)?))
}

/// The cases of whoever has this number, or whose name begins so, as far as the reader's own work shows them. Whether
/// anybody else has it nobody learns here.
fn cases_found(ask: &Ask<'_>, sought: &str) -> Result<Vec<CaseRow>, Problem> {
    let store = &ask.app.office.store;
    let is_number = sought.contains(|sign: char| sign.is_ascii_digit());
    let mut found = vec![];
    if is_number {
        let whole =
            |citizen: &str| citizen.eq_ignore_ascii_case(sought) || agency::certificate::is_number(sought);
        let people = store.read(|reader| reader.find_people(sought, 2))?;
        for person in people.iter().filter(|person| whole(&person.citizen)) {
            found.extend(store.read(|reader| reader.cases_of(person.id))?);
        }
    } else if !sought.is_empty() {
        let places = access::places(&ask.app.office.rules, ask.actor()?);
        for row in store.read(|reader| reader.waiting_at(&places, WAITING_MAX))? {
            if name(ask, &row)?.starts_with(sought) {
                found.push(row);
            }
        }
    }
    let mut seen = vec![];
    for row in found {
        let Some(file) = store.read(|reader| reader.case_file(row.id))? else { continue };
        let procedure = ask.app.office.rules.procedure_of(&file.state);
        if procedure.is_some_and(|procedure| access::may_see_case(ask, procedure, &file)) {
            seen.push(row);
        }
    }
    seen.truncate(SHOWN_MAX as usize);
    Ok(seen)
}

fn name(ask: &Ask<'_>, row: &CaseRow) -> Result<String, Problem> {
    let Some(person) = row.person else { return Ok(access::party_name(ask, &row.subject)) };
    let row = ask.app.office.store.read(|reader| reader.person(person))?;
    Ok(row.map(|row| row.name).unwrap_or_default())
}

fn page(ask: &Ask<'_>, found: &[CaseRow]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let columns = ["column-case", "column-procedure", "column-person", "column-next"]
        .map(|key| Column::words(text.say(key)));
    let mut rows = vec![];
    for row in found {
        rows.push(vec![
            html! { a.nowrap href=(page.link(&format!("/cases/{}", row.id))) { (number(row.id)) } },
            html! { (procedure_name(ask, &row.procedure)) },
            html! { (first_character(&name(ask, row)?)) },
            html! { (state_name(ask, row)) },
        ]);
    }
    let content = html! {
        @if rows.is_empty() { (empty(&text.say("search-none"), &text.say("search-none.how"))) }
        @else { (table(&page, &text.say("nav-cases"), &columns, &rows)) }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    Ok(frame(&page, Shape::Desk, &text.say("find"), &crumbs, &html! {}, &content))
}
