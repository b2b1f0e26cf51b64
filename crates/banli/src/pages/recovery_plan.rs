//! Money that is ordered back, on the page of its case: the plan of its parts, what has come, what is late; and on the desks
//! of those who take it in and watch over it.

use super::case_loaded::Shown;
use super::cases::number;
use super::facts::fen;
use super::parts::{Column, Faults, Field, FieldKind, Standing, field, hidden, money, status, table};
use crate::ask::Ask;
use crate::errors::Problem;
use crate::session;
use agency::casework::{about_decided, engine_actor, may_plan, may_take, ordered_back, receives};
use agency::recovery::{self, Instalment, standings};
use agency::{Capability, CaseId};
use case::{Position, State};
use maud::{Markup, html};
use store::{CaseFilter, Stage};
use terms::Fen;

/// Rows of the plan's form, beyond those that are filled.
const SPARE: usize = 3;
/// The most rows a plan has.
const ROWS_MAX: usize = 60;
/// More late cases are not listed on a desk.
const TOLD_MAX: u32 = 200;

/// What is ordered back in this case; nothing where it orders nothing.
fn ordered(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Option<Fen>, Problem> {
    let receives = |state: &State| state.steps().iter().any(receives);
    let Some(decided) = about_decided(&shown.file.state.parties) else { return Ok(None) };
    if !shown.procedure.states.iter().any(receives) {
        return Ok(None);
    }
    let rules = &ask.app.office.rules;
    let store = &ask.app.office.store;
    Ok(Some(store.with_records(|records| ordered_back(records, rules, shown.case, decided))?))
}

/// The plan, what has come, and the forms of those who may change either.
pub fn sections(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    typed: Option<&crate::ask::Fields>,
) -> Result<Markup, Problem> {
    let Some(ordered) = ordered(ask, shown)? else { return Ok(html! {}) };
    let me = ask.actor.as_ref().map(engine_actor);
    let may = |may: fn(&case::Procedure, &agency::casework::CaseFile, &case::Actor) -> bool| {
        me.as_ref().is_some_and(|me| may(shown.procedure, &shown.file, me))
    };
    Ok(html! {
        (progress(ask, shown, ordered))
        @if may(may_take) { (take_form(ask, shown, typed)?) }
        @if may(may_plan) { (plan_form(ask, shown, ordered, typed)?) }
    })
}

/// What is ordered, what has come, and how each instalment stands.
fn progress(ask: &Ask<'_>, shown: &Shown<'_>, ordered: Fen) -> Markup {
    let page = ask.page();
    let text = page.text;
    let file = &shown.file;
    let closed = file.state.is_closed();
    if file.instalments.is_empty() && file.brought.is_empty() {
        return html! {};
    }
    let granted = closed && file.state.marks.iter().any(|mark| is_receipt(shown, &mark.step));
    let come = if granted { ordered } else { file.brought_sum() };
    let left = ordered.minus(come).unwrap_or_default();
    let columns = [
        Column::words(text.say("plan-due")),
        Column::number(text.say("plan-amount")),
        Column::words(text.say("plan-standing")),
    ];
    let rows: Vec<Vec<Markup>> = file
        .instalments
        .iter()
        .zip(standings(&file.instalments, come, page.today()))
        .map(|(one, standing)| {
            let standing = match standing {
                recovery::Standing::Paid => status(Standing::Done, &text.say("plan-paid")),
                recovery::Standing::Open => status(Standing::Mine, &text.say("plan-open")),
                recovery::Standing::Late(open) => {
                    status(Standing::Late, &text.with("plan-late", &[("amount", text.yuan(open).into())]))
                }
            };
            vec![html! { (text.day(one.due)) }, money(one.amount), standing]
        })
        .collect();
    html! {
        section.box aria-labelledby="plan" {
            h2 id="plan" { (text.say("plan-title")) }
            p { (text.with("plan-says", &[("ordered", text.yuan(ordered).into()), ("come", text.yuan(come).into()), ("left", text.yuan(left).into())])) }
            @if !rows.is_empty() { (table(&page, &text.say("plan-title"), &columns, &rows)) }
            @if !file.brought.is_empty() {
                h3 { (text.say("plan-came")) }
                ul.tasks { @for part in &file.brought { li {
                    div.grow {
                        (text.day(part.on)) " "
                        @match part.from {
                            Some(from) => { (text.say("plan-kept-of")) " " a href=(page.link(&format!("/cases/{from}"))) { (number(from)) } },
                            None => { (text.say("plan-paid-in")) },
                        }
                    }
                    (money(part.amount))
                } } }
            }
        }
    }
}

fn is_receipt(shown: &Shown<'_>, step: &str) -> bool {
    shown.procedure.states.iter().filter_map(|state| state.step(step)).any(receives)
}

fn start(wish: &str) -> Result<Markup, Problem> {
    Ok(html! { (hidden("key", &session::random_id()?)) (hidden("do", wish)) })
}

fn take_form(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    typed: Option<&crate::ask::Fields>,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let amount = Field {
        name: "part".to_owned(),
        label: text.say("plan-part"),
        hint: Some(text.say("plan-part-hint")),
        kind: FieldKind::Money,
        required: true,
    };
    let value = typed.map_or("", |typed| typed.get("part"));
    Ok(html! {
        details.fold open[!value.is_empty()] {
            summary { (text.say("plan-take")) }
            form method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
                (start("take-part")?)
                (field(&page, &amount, &[value], &Faults::new()))
                div.actions { button type="submit" { (text.say("plan-take")) } }
            }
        }
    })
}

fn plan_form(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    ordered: Fen,
    typed: Option<&crate::ask::Fields>,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let planned = &shown.file.instalments;
    let value = |row: usize, what: &str| match (typed, planned.get(row)) {
        (Some(typed), _) => typed.get(&format!("plan.{row}.{what}")).to_owned(),
        (None, Some(one)) if what == "due" => one.due.to_string(),
        (None, Some(one)) => one.amount.to_string(),
        (None, None) => String::new(),
    };
    let filled = match typed {
        Some(_) => (0..ROWS_MAX).rfind(|row| !value(*row, "due").is_empty()).map_or(0, |row| row + 1),
        None => planned.len(),
    };
    let (due, amount) = (text.say("plan-due"), text.say("plan-amount"));
    Ok(html! {
        details.fold open[filled > 0] {
            summary { (text.say("plan-agree")) }
            form method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
                p.hint { (text.with("plan-agree-hint", &[("ordered", text.yuan(ordered).into())])) }
                (start("plan")?)
                div.scroll tabindex="0" role="region" aria-label=(text.say("plan-title")) { table.entry data-most=(ROWS_MAX) {
                    caption { (text.say("plan-title")) }
                    thead { tr { th { (due) } th { (amount) } } }
                    tbody { @for row in 0..(filled + SPARE).min(ROWS_MAX) { tr {
                        td.day data-head=(due) { input.day type="date" name=(format!("plan.{row}.due")) value=(value(row, "due")) aria-label=(due) min="1900-01-01" max="2399-12-31"; }
                        td.money data-head=(amount) { input.money type="text" inputmode="decimal" name=(format!("plan.{row}.amount")) value=(value(row, "amount")) aria-label=(amount) maxlength="17"; }
                    } } }
                } }
                div.actions { button.quiet type="submit" { (text.say("plan-keep")) } }
            }
        }
    })
}

/// The plan that was typed, or what is wrong with its rows.
pub fn read_plan(ask: &Ask<'_>) -> Result<Vec<Instalment>, Faults> {
    let page = ask.page();
    let text = page.text;
    let (mut plan, mut faults) = (vec![], Faults::new());
    for row in 0..ROWS_MAX {
        let get = |what: &str| ask.form.get(&format!("plan.{row}.{what}"));
        if get("due").is_empty() && get("amount").is_empty() {
            continue;
        }
        match (get("due").parse(), fen(&page, get("amount"))) {
            (Ok(due), Ok(amount)) => plan.push(Instalment { due, amount }),
            _ => drop(
                faults
                    .insert(format!("plan.{row}"), text.with("plan-row-wrong", &[("row", (row + 1).into())])),
            ),
        }
    }
    if faults.is_empty() { Ok(plan) } else { Err(faults) }
}

/// The part that was typed.
pub fn read_part(ask: &Ask<'_>) -> Result<Fen, Faults> {
    let page = ask.page();
    fen(&page, ask.form.get("part")).map_err(|fault| Faults::from([("part".to_owned(), fault)]))
}

/// Recoveries of which an instalment is late, on the desks of those who take money in and of supervisors.
pub fn told(ask: &Ask<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    if !(ask.app.may(actor, Capability::Pay) || ask.app.may(actor, Capability::Supervise)) {
        return Ok(html! {});
    }
    let mut late: Vec<(CaseId, Instalment, Fen)> = vec![];
    for procedure in ask.app.office.rules.procedures.iter() {
        for state in procedure.states.iter().filter(|state| state.steps().iter().any(receives)) {
            let filter = CaseFilter {
                procedure: Some(procedure.id.clone()),
                stage: Some(Stage::Open),
                state: Some(state.id.clone()),
                ..CaseFilter::default()
            };
            for row in
                ask.app.office.store.read(|reader| reader.find_cases(&filter, CaseId(u64::MAX), TOLD_MAX))?
            {
                let Some(file) = ask.app.office.store.read(|reader| reader.case_file(row.id))? else {
                    continue;
                };
                if !matches!(file.state.position, Position::At(_)) {
                    continue;
                }
                let standing = standings(&file.instalments, file.brought_sum(), page.today());
                let first =
                    file.instalments.iter().zip(standing).find_map(|(one, standing)| match standing {
                        recovery::Standing::Late(open) => Some((row.id, *one, open)),
                        _ => None,
                    });
                late.extend(first);
            }
        }
    }
    late.sort_by_key(|(_, one, _)| one.due);
    Ok(html! {
        @if !late.is_empty() {
            details.fold open {
                summary { (text.with("plan-told", &[("count", late.len().into())])) }
                ul.tasks.told {
                    @for (case, one, open) in &late {
                        li { a href=(page.link(&format!("/cases/{case}"))) { (number(*case)) } span { (text.with("plan-told-open", &[("amount", text.yuan(*open).into())])) } (status(Standing::Late, &text.day_short(one.due))) }
                    }
                }
            }
        }
    })
}
