//! The yearly statement: free of charge, what a person was insured for, was paid and asked for in a year; on the page
//! and on paper, for the person, for a parent, and at the counter, where it counts as a look.

use super::access;
use super::cases::{procedure_name, state_name};
use super::parts::{Column, Shape, article, empty, frame, money, status, table};
use super::people::settlement_rows;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::PersonId;
use maud::{Markup, html};
use terms::Fen;

/// Settlements of one person read for a year.
const SHOWN_MAX: u32 = 2_000;

/// The statement of the year asked for; last year's where none is.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let id: PersonId = ask.part(0)?;
    let person = ask.app.office.store.with_records(|records| records.person(id))?.ok_or(Problem::NotFound)?;
    if !access::may_see_settlements(ask, &person.registered) {
        return Err(Problem::NotFound);
    }
    let this_year = page.today().year();
    let year = ask.query.get("year").parse().unwrap_or(this_year).clamp(this_year - 20, this_year);
    access::note_look(ask, id, &format!("person/{id}"), &format!("{} {year}", text.say("nav-statement")))?;
    let (settlements, cases) = ask.app.office.store.read(|reader| {
        let mut settlements = reader.settlements_of(id, i64::MAX, SHOWN_MAX)?;
        settlements.retain(|row| row.enddate.year() == year);
        let mut cases = reader.cases_of(id)?;
        cases.retain(|row| row.opened_on.year() == year || row.closed_on.is_some_and(|on| on.year() == year));
        Ok((settlements, cases))
    })?;
    let illustrative = super::settlement::illustrative(ask, &settlements)?;
    let paid = Fen::sum(cases.iter().filter_map(|row| row.paid)).unwrap_or(Fen::ZERO);
    let columns = [
        Column::words(text.say("column-case")),
        Column::words(text.say("column-procedure")),
        Column::words(text.say("column-since")),
        Column::words(text.say("column-next")),
        Column::money(text.say("case-paid"), paid),
    ];
    let rows: Vec<Vec<Markup>> = cases
        .iter()
        .map(|row| {
            vec![
                html! { a.nowrap href=(page.link(&format!("/cases/{}", row.id))) { (super::cases::number(row.id)) } },
                html! { (procedure_name(ask, &row.procedure)) },
                html! { span.nowrap { (row.opened_on) } },
                html! { (state_name(ask, row)) },
                row.paid.map_or_else(|| html! { (text.say("word-none")) }, money),
            ]
        })
        .collect();
    let content = html! {
        div.stack {
            p.note { (text.say("statement-about")) " " (article(&page, "sil-2018/74")) }
            form.filters.no-print method="get" action=(page.link(&format!("/people/{id}/statement"))) {
                div { label for="year" { (text.say("statement-year")) } input id="year" name="year" type="number" min=(this_year - 20) max=(this_year) value=(year); }
                button.quiet type="submit" { (text.say("find")) }
            }
            dl.facts {
                dt { (text.say("column-person")) } dd { (person.registered.name) }
                dt { (text.say("column-citizen")) } dd.mono { (access::citizen(ask, person.registered.citizen.as_str())) }
            }
            section { h2 { (text.say("statement-insured")) }
                ul.tasks { @for insured in &person.registered.insurance { li { (text.code(&format!("insutype-{}", insured.insutype))) " · " (text.code(&format!("psn-type-{}", insured.psn_type))) " " (status(super::parts::Standing::Done, &format!("{} {}", insured.from, text.say("statement-from")))) } } }
            }
            section { h2 { (text.say("statement-settled")) }
                @if settlements.is_empty() { (empty(&text.say("yearly-none"), &text.say("yearly-none.how"))) } @else { (settlement_rows(&page, &settlements, true)) (illustrative) }
            }
            section { h2 { (text.say("statement-cases")) }
                @if rows.is_empty() { (empty(&text.say("yearly-none"), &text.say("yearly-none.how"))) } @else { (table(&page, &text.say("statement-cases"), &columns, &rows)) }
            }
        }
    };
    let person_path = format!("/people/{id}");
    let mut crumbs = vec![("/home", text.say("nav-home"))];
    if access::may_see_person(ask, &person) {
        crumbs.push((person_path.as_str(), person.registered.name));
    }
    let title = format!("{} {year}", text.say("nav-statement"));
    Ok(Reply::Page(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
}
