//! Clocks, delays and load of everybody as pictures, each with the numbers beside it and a way to the cases behind it; and
//! the same as a file.

use super::access::party_name;
use super::cases::{procedure_name, standing, state_name};
use super::parts::{Column, Page, Shape, Standing, empty, frame, table};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::CaseId;
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::{CaseFilter, CaseRow, Stage};

/// Open cases looked at; an office with more is told that the picture is of the latest.
const LOOKED_AT: u32 = 20_000;
/// Days back that the work of officers is counted over.
const DAYS_BACK: i32 = 30;
/// Working days left at the ends of the picture of delays; what is beyond stands at the end.
const LEFT_MIN: i32 = -10;
const LEFT_MAX: i32 = 30;

/// One line: what, how many are in time, soon late, late; and the oldest, in working days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Load {
    name: String,
    address: String,
    fine: u64,
    soon: u64,
    late: u64,
    oldest: i32,
}

impl Load {
    fn add(&mut self, page: &Page<'_>, row: &CaseRow) {
        match standing(page, row) {
            Standing::Late => self.late += 1,
            Standing::Soon => self.soon += 1,
            _ => self.fine += 1,
        }
        let here = page.law.calendar().working_days_between(row.entered_on, page.today());
        self.oldest = self.oldest.max(here);
    }

    fn all(&self) -> u64 {
        self.fine + self.soon + self.late
    }
}

/// What is counted, once for the page and for the file.
struct Counted {
    procedures: Vec<Load>,
    steps: Vec<Load>,
    officers: Vec<Load>,
    /// By account: done, and after its date.
    work: Vec<(String, u64, u64)>,
    left: BTreeMap<i32, u64>,
}

fn count(ask: &Ask<'_>) -> Result<Counted, Problem> {
    let page = ask.page();
    let mut rows = vec![];
    for stage in [Stage::Intake, Stage::Open] {
        let filter = CaseFilter { stage: Some(stage), ..CaseFilter::default() };
        rows.extend(
            ask.app.office.store.read(|reader| reader.find_cases(&filter, CaseId(u64::MAX), LOOKED_AT))?,
        );
    }
    let (mut procedures, mut steps, mut officers) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut left: BTreeMap<i32, u64> = BTreeMap::new();
    for row in &rows {
        let procedure: &mut Load = procedures.entry(row.procedure.clone()).or_default();
        if procedure.name.is_empty() {
            procedure.name = procedure_name(ask, &row.procedure);
            procedure.address = format!("/cases?procedure={}", row.procedure);
        }
        procedure.add(&page, row);
        let step: &mut Load = steps.entry((row.procedure.clone(), row.state.clone())).or_default();
        if step.name.is_empty() {
            step.name = format!("{} · {}", procedure_name(ask, &row.procedure), state_name(ask, row));
            step.address = format!("/cases?procedure={}&state={}", row.procedure, row.state);
        }
        step.add(&page, row);
        let officer: &mut Load = officers.entry(row.assignee).or_default();
        if officer.name.is_empty() {
            officer.name = match row.assignee {
                Some(account) => party_name(ask, &format!("account/{account}")),
                None => page.text.say("queue-desk-nobody"),
            };
        }
        officer.add(&page, row);
        if let Some(due) = row.due.filter(|_| row.correcting_to.is_none()) {
            let days = page.law.calendar().working_days_between(page.today(), due);
            *left.entry(days.clamp(LEFT_MIN, LEFT_MAX)).or_default() += 1;
        }
    }
    let today = page.today();
    let work = ask.app.office.store.read(|reader| reader.work_done(today.plus(-DAYS_BACK), today))?;
    let work = work.into_iter().map(|(who, done, late)| (party_name(ask, &who), done, late)).collect();
    let ordered = |loads: Vec<Load>| {
        let mut loads = loads;
        loads.sort_by_key(|load| std::cmp::Reverse((load.late, load.all())));
        loads
    };
    Ok(Counted {
        procedures: ordered(procedures.into_values().collect()),
        steps: ordered(steps.into_values().collect()),
        officers: ordered(officers.into_values().collect()),
        work,
        left,
    })
}

/// The page.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let counted = count(ask)?;
    let content = html! {
        div.stack-l {
            @if counted.procedures.is_empty() { (empty(&text.say("cases-empty"), &text.say("cases-empty.how"))) }
            @else {
                (legend(&page))
                section.stack { h2 { (text.say("supervision-procedures")) } (loads(&page, "supervision-procedures", &counted.procedures)) }
                section.stack { h2 { (text.say("supervision-left")) } (histogram(&page, &counted.left)) }
                section.stack { h2 { (text.say("supervision-steps")) } (loads(&page, "supervision-steps", &counted.steps)) }
                section.stack { h2 { (text.say("supervision-officers")) } (loads(&page, "supervision-officers", &counted.officers)) }
            }
            @if !counted.work.is_empty() { section.stack { h2 { (text.with("supervision-work", &[("days", DAYS_BACK.into())])) } (work(&page, &counted.work)) } }
            p.actions { a.button.quiet href=(page.link("/supervision.csv")) download { (text.say("supervision-file")) } }
        }
    };
    let crumbs = [("/home", text.say("nav-home"))];
    Ok(Reply::Page(frame(&page, Shape::Desk, &text.say("nav-supervise"), &crumbs, &html! {}, &content)))
}

/// The same as a file: what, name, in time, soon late, late, oldest.
pub fn csv(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let text = ask.text();
    let counted = count(ask)?;
    let mut lines = String::from("\u{feff}kind,name,fine,soon,late,oldest_working_days\r\n");
    let parts = [
        ("supervision-procedures", &counted.procedures),
        ("supervision-steps", &counted.steps),
        ("supervision-officers", &counted.officers),
    ];
    for (kind, loads) in parts {
        for load in loads {
            let (kind, name) = (quoted(&text.say(kind)), quoted(&load.name));
            lines.push_str(&format!(
                "{kind},{name},{},{},{},{}\r\n",
                load.fine, load.soon, load.late, load.oldest
            ));
        }
    }
    for (name, done, late) in &counted.work {
        let kind = quoted(&text.with("supervision-work", &[("days", DAYS_BACK.into())]));
        lines.push_str(&format!("{kind},{},{},0,{late},0\r\n", quoted(name), done - late));
    }
    Ok(Reply::Plain("text/csv; charset=utf-8", lines))
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let safe = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    format!("\"{}\"", safe.replace('"', "\"\""))
}

fn legend(page: &Page<'_>) -> Markup {
    let entry = |class: &str, key: &str| html! { span { i.(class) {} (page.text.say(key)) } };
    html! { div.legend.loads-legend { (entry("load-fine", "queue-fine")) (entry("load-soon", "queue-soon")) (entry("load-late", "queue-late")) } }
}

/// A bar of what is in time, soon late and late, for each line.
fn loads(page: &Page<'_>, caption: &str, loads: &[Load]) -> Markup {
    let text = page.text;
    let most = loads.iter().map(Load::all).max().unwrap_or(1).max(1);
    let columns = [
        Column::words(text.say("supervision-what")),
        Column::words(text.say("supervision-load")),
        Column::number(text.say("supervision-count")),
        Column::number(text.say("queue-soon")),
        Column::number(text.say("queue-late")),
        Column::number(text.say("supervision-oldest")),
    ];
    let bar = |load: &Load| {
        let wide = |count: u64| if count == 0 { 0 } else { (count * 240 / most).max(3) };
        let (fine, soon, late) = (wide(load.fine), wide(load.soon), wide(load.late));
        html! { svg.load width="250" height="16" viewBox="0 0 250 16" aria-hidden="true" {
            rect.load-late x="0" width=(late) height="16" {}
            rect.load-soon x=(late) width=(soon) height="16" {}
            rect.load-fine x=(late + soon) width=(fine) height="16" {}
        } }
    };
    let rows: Vec<Vec<Markup>> = loads
        .iter()
        .map(|load| {
            vec![
                html! { @if load.address.is_empty() { (load.name) } @else { a href=(page.link(&load.address)) { (load.name) } } },
                bar(load),
                html! { (load.all()) },
                html! { (load.soon) },
                html! { (load.late) },
                html! { (load.oldest) },
            ]
        })
        .collect();
    table(page, &text.say(caption), &columns, &rows)
}

/// How many cases have how many working days left: what is left of nothing is late.
fn histogram(page: &Page<'_>, left: &BTreeMap<i32, u64>) -> Markup {
    let text = page.text;
    let most = left.values().max().copied().unwrap_or(1).max(1);
    let (wide, high) = (16, 120);
    let place = |days: i32| (days - LEFT_MIN) * wide + 20;
    let class = |days: i32| {
        if days < 0 {
            "load-late"
        } else if days <= 5 {
            "load-soon"
        } else {
            "load-fine"
        }
    };
    let summary: Vec<String> = left
        .iter()
        .map(|(days, count)| {
            text.with("supervision-left-of", &[("days", (*days).into()), ("count", (*count).into())])
        })
        .collect();
    html! {
        figure.box {
            div.scroll.plain tabindex="0" role="region" aria-label=(text.say("supervision-left")) {
                svg.histogram width="700" height="160" viewBox="0 0 700 160" aria-hidden="true" {
                    @for (days, count) in left {
                        @let tall = i64::try_from(*count * high / most).unwrap_or(0).max(2);
                        rect.(class(*days)) x=(place(*days)) y=(132 - tall) width=(wide - 3) height=(tall) {}
                        text x=(place(*days) + 6) y=(128 - tall) text-anchor="middle" { (count) }
                    }
                    line x1=(place(0) - 2) y1="8" x2=(place(0) - 2) y2="134" {}
                    @for days in (LEFT_MIN..=LEFT_MAX).step_by(5) { text.faint x=(place(days) + 6) y="150" text-anchor="middle" { (days) } }
                }
            }
            figcaption { p.soft.small { (text.say("supervision-left-about")) } p.visually-hidden { (text.list(summary)) } }
        }
    }
}

fn work(page: &Page<'_>, work: &[(String, u64, u64)]) -> Markup {
    let text = page.text;
    let columns = [
        Column::words(text.say("column-desk")),
        Column::words(text.say("supervision-load")),
        Column::number(text.say("supervision-done")),
        Column::number(text.say("supervision-done-late")),
    ];
    let most = work.iter().map(|(_, done, _)| *done).max().unwrap_or(1).max(1);
    let rows: Vec<Vec<Markup>> = work
        .iter()
        .map(|(name, done, late)| {
            let (late_wide, done_wide) = (late * 240 / most, (done - late) * 240 / most);
            vec![
                html! { (name) },
                html! { svg.load width="250" height="16" viewBox="0 0 250 16" aria-hidden="true" { rect.load-late width=(late_wide) height="16" {} rect.load-fine x=(late_wide) width=(done_wide.max(2)) height="16" {} } },
                html! { (done) },
                html! { (late) },
            ]
        })
        .collect();
    table(page, &text.with("supervision-work", &[("days", DAYS_BACK.into())]), &columns, &rows)
}
