//! A month as a picture: working days, days off, make-up days, the days on which something is taken.

use super::Page;
use maud::{Markup, html};
use std::collections::BTreeSet;
use terms::{Day, DayKind, Month};

/// What is marked in a month.
#[derive(Debug, Clone, Default)]
pub struct DayMark {
    /// Days on which it is taken.
    pub open: BTreeSet<Day>,
    /// Today, where it is to be seen.
    pub today: Option<Day>,
    /// Small, for a year on one page.
    pub small: bool,
}

/// One month, weeks from Monday.
pub fn month(page: &Page<'_>, month: Month, marks: &DayMark) -> Markup {
    let text = page.text;
    let calendar = page.law.calendar();
    let first = month.first();
    let monday = first.plus(-(first.weekday() as i32));
    let weeks = (month.last().days_since(monday) / 7) + 1;
    html! {
        table.month.small[marks.small] {
            caption { (text.month(month)) }
            thead { tr { @for offset in 0..7 { @let day = monday.plus(offset); th scope="col" { abbr title=(text.weekday(day)) { (text.weekday(day).trim_start_matches('周').get(..3).unwrap_or_else(|| text.weekday(day))) } } } } }
            tbody {
                @for week in 0..weeks {
                    tr {
                        @for offset in 0..7 {
                            @let day = monday.plus(week * 7 + offset);
                            @if day.month() == month { (cell(page, day, &calendar.kind(day), marks)) } @else { td {} }
                        }
                    }
                }
            }
        }
    }
}

fn cell(page: &Page<'_>, day: Day, kind: &DayKind, marks: &DayMark) -> Markup {
    let text = page.text;
    let (class, why) = match kind {
        DayKind::Working => ("", None),
        DayKind::Weekend => ("off", Some(text.say("day-weekend"))),
        DayKind::Holiday(holiday) => ("off holiday", Some(text.name(&holiday.name).to_owned())),
        DayKind::MakeUp(holiday) => {
            ("make-up", Some(text.with("day-make-up", &[("name", text.name(&holiday.name).into())])))
        }
    };
    let open = marks.open.contains(&day);
    let today = marks.today == Some(day);
    let said: Vec<String> = [why, open.then(|| text.say("day-open")), today.then(|| text.say("day-today"))]
        .into_iter()
        .flatten()
        .collect();
    let class = format!("{class}{}{}", if open { " open" } else { "" }, if today { " today" } else { "" });
    let class = class.trim();
    html! {
        td class=[(!class.is_empty()).then_some(class)] title=[(!said.is_empty()).then(|| said.join(" · "))] {
            (day.day_of_month()) @if !said.is_empty() { span.visually-hidden { " " (said.join(" ")) } }
        }
    }
}

/// What the marks mean.
pub fn month_legend(page: &Page<'_>) -> Markup {
    let text = page.text;
    html! {
        div.legend {
            span { i.open {} (text.say("day-open")) }
            span { i.off {} (text.say("day-off")) }
            span { i.make-up {} (text.say("day-make-up-word")) }
            span { i.today {} (text.say("day-today")) }
        }
    }
}
