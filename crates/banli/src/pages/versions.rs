//! Running cases under an earlier version of their procedure: which can be moved to the one in force, which cannot and
//! why not.

use super::cases::{number, procedure_name, state_name};
use super::parts::{Column, Faults, Shape, empty, frame, hidden, reason, refusals, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::casework::{Command as Casework, obstacles};
use agency::{CaseId, Command};
use maud::{Markup, html};
use store::CaseRow;
use terms::Refusals;

/// More than these are not looked at in one page.
const SHOWN_MAX: u32 = 200;

/// The list.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(page(ask, &[])?))
}

/// Moves one case, or all that can be moved.
pub fn act(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let one: Option<CaseId> = ask.form.get("case").parse().ok();
    let mut against = Refusals::new();
    for (row, obstacles) in rows(ask)? {
        if one.is_some_and(|one| one != row.id) || (one.is_none() && !obstacles.is_empty()) {
            continue;
        }
        let command = Command::Case(Casework::Migrate { case: row.id });
        against
            .extend(super::send::send(ask, &format!("move-{}", row.id), &command)?.err().unwrap_or_default());
    }
    Ok(if against.is_empty() { ask.see("/law/versions") } else { Reply::Refused(page(ask, &against)?) })
}

/// Each case with what stands in its way.
fn rows(ask: &Ask<'_>) -> Result<Vec<(CaseRow, Refusals)>, Problem> {
    let office = &ask.app.office;
    let actor = ask.actor()?;
    let law = office.rules.law.hash();
    let cases = office.store.read(|reader| reader.cases_under_earlier_laws(law, SHOWN_MAX))?;
    let mut rows = vec![];
    for row in cases {
        let Some(file) = office.store.read(|reader| reader.case_file(row.id))? else { continue };
        let today = ask.now.day();
        let against =
            office.store.with_records(|records| obstacles(records, &office.rules, actor, &file, today))?;
        rows.push((row, against));
    }
    Ok(rows)
}

fn page(ask: &Ask<'_>, against: &[terms::Refusal]) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let cases = rows(ask)?;
    let columns = ["column-case", "column-procedure", "column-stage", "versions-law", "versions-move"]
        .map(|key| Column::words(text.say(key)));
    let mut shown = vec![];
    for (row, obstacles) in &cases {
        shown.push(vec![
            html! { a.nowrap href=(page.link(&format!("/cases/{}", row.id))) { (number(row.id)) } },
            html! { (procedure_name(ask, &row.procedure)) },
            html! { (state_name(ask, row)) },
            html! { span.mono { (row.law.get(..8).unwrap_or(&row.law)) } },
            html! {
                @if obstacles.is_empty() {
                    form method="post" action=(page.link("/law/versions")) {
                        (hidden("key", &session::random_id()?)) (hidden("case", &row.id.to_string()))
                        button.quiet type="submit" { (text.say("versions-do")) }
                    }
                } @else { ul.stack-s { @for refusal in obstacles { li { (reason(&page, refusal)) } } } }
            },
        ]);
    }
    let can = cases.iter().filter(|(_, obstacles)| obstacles.is_empty()).count();
    let content = html! {
        div.stack {
            (refusals(&page, &Faults::new(), against))
            p.lead { (text.say("versions-lead")) }
            p.soft { (text.say("versions-now")) " " span.mono { (page.law.hash().get(..8).unwrap_or_default()) } }
            @if cases.is_empty() { (empty(&text.say("versions-empty"), &text.say("versions-empty.how"))) }
            @else {
                (table(&page, &text.say("nav-versions"), &columns, &shown))
                @if can > 1 {
                    form.actions method="post" action=(page.link("/law/versions")) {
                        (hidden("key", &session::random_id()?))
                        button type="submit" { (text.with("versions-all", &[("count", can.into())])) }
                    }
                }
            }
        }
    };
    let crumbs = [("/law", text.say("nav-law"))];
    Ok(frame(&page, Shape::Desk, &text.say("nav-versions"), &crumbs, &html! {}, &content))
}
