//! The law for reading: articles, open readings, the calendar; from a number on any page to here in one click.

use super::law_parts::{crumbs, parts_of_law, shape};
use super::law_rules::{figure_table, is_value, search};
use super::parts::{
    DayMark, Page, Standing, article as article_link, day, empty, frame, month, month_legend,
};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use benefit::Figure;
use maud::{Markup, html};
use policy::Article;
use std::collections::BTreeMap;
use terms::{Day, DayKind, Month};

/// Every article, by instrument, with a search over words.
pub fn articles(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let sought = ask.query.get("q").to_lowercase();
    let mut instruments: BTreeMap<&str, Vec<&Article>> = BTreeMap::new();
    for article in page.law.articles() {
        let words = format!(
            "{} {} {} {}",
            article.id,
            text.name(&article.instrument),
            text.name(&article.place),
            text.name(&article.gist)
        );
        if words.to_lowercase().contains(&sought) {
            instruments.entry(text.name(&article.instrument)).or_default().push(article);
        }
    }
    let benefits = &ask.app.office.rules.benefits;
    let mut numbers: Vec<Figure> = benefits.figures();
    numbers.retain(|figure| is_value(figure, &sought));
    let content = html! {
        div.stack {
            (parts_of_law(&page, ask, "/law"))
            (search(&page, "/law", ask.query.get("q")))
            @if !numbers.is_empty() {
                section.stack-s {
                    h2 { (text.with("rules-found", &[("count", numbers.len().into())])) }
                    (figure_table(&page, benefits, &numbers.iter().take(40).collect::<Vec<_>>(), true))
                }
            }
            @if instruments.is_empty() && numbers.is_empty() { (empty(&text.say("law-none"), &text.say("law-none.how"))) }
            @for (instrument, articles) in &instruments {
                details.box open[!sought.is_empty()] {
                    summary { h2 { (instrument) } " " span.soft { (articles.len()) } }
                    ul.tasks { @for article in articles { li { div.grow { (article_link(&page, &article.id.0)) p { (text.name(&article.gist)) } } } } }
                }
            }
        }
    };
    Ok(Reply::Page(frame(&page, shape(&page), &text.say("nav-law"), &[], &html! {}, &content)))
}

/// The open readings, each with the choice made.
pub fn settings(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let content = html! {
        div.stack {
            (parts_of_law(&page, ask, "/law/settings"))
            p.note { (text.say("law-settings-about")) }
            @for setting in page.law.settings() {
                section.box id=(setting.id) {
                    h2 { (text.name(&setting.question)) }
                    @let (chosen, others): (Vec<_>, Vec<_>) = setting.readings.iter().partition(|(id, _)| **id == setting.chosen);
                    @for (_, name) in chosen { p { (super::parts::status(Standing::Mine, &text.say("law-chosen"))) " " (text.name(name)) } }
                    details.fold {
                        summary { (text.with("law-other-readings", &[("count", others.len().into())])) }
                        p { (article_link(&page, &setting.article.0)) " " span.mono.small.soft { (setting.id) " = " (setting.chosen) } }
                        ul.tasks { @for (id, name) in others { li { div.grow { (text.name(name)) p.hint.mono { (setting.id) " = " (id) } } } } }
                    }
                }
            }
        }
    };
    Ok(Reply::Page(frame(&page, shape(&page), &text.say("law-settings"), &crumbs(text), &html! {}, &content)))
}

/// A year as twelve pictures, with its notice.
pub fn calendar(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let year: i32 = ask.part(0)?;
    if !(Day::MIN.year()..=Day::MAX.year()).contains(&year) {
        return Err(Problem::NotFound);
    }
    let marks = DayMark { today: Some(page.today()), small: true, ..DayMark::default() };
    let calendar = page.law.calendar();
    let working = (1..=12)
        .flat_map(|month| {
            let month = Month { year, month };
            (0..i32::from(month.days())).map(move |offset| month.first().plus(offset))
        })
        .filter(|day| calendar.is_working(*day))
        .count();
    let content = html! {
        div.stack {
            (parts_of_law(&page, ask, "/law/calendar"))
            nav.pages aria-label=(text.say("law-years")) {
                @if let Some((first, last)) = calendar.years() {
                    @if year > first { a href=(page.link(&format!("/law/calendar/{}", year - 1))) { "← " (year - 1) } } @else { span {} }
                    @if year < last + 1 { a href=(page.link(&format!("/law/calendar/{}", year + 1))) { (year + 1) " →" } }
                }
            }
            p {
                @match calendar.source(year) {
                    Some(source) => { (text.with("law-year-days", &[("count", working.into())])) " " (text.say("law-source")) ": " (source) },
                    None => span.illustrative { (text.say("date-provisional")) },
                }
            }
            div.months { @for number in 1..=12 { (month(&page, Month { year, month: number }, &marks)) } }
            (month_legend(&page))
            (special_days(&page, year))
        }
    };
    Ok(Reply::Page(frame(
        &page,
        shape(&page),
        &text.with("law-calendar", &[("year", year.to_string().into())]),
        &crumbs(text),
        &html! {},
        &content,
    )))
}

/// The weekdays off and the weekend days worked, in words.
pub(super) fn special_days(page: &Page<'_>, year: i32) -> Markup {
    let text = page.text;
    let calendar = page.law.calendar();
    let mut days = vec![];
    for number in 1..=12 {
        let month = Month { year, month: number };
        for offset in 0..i32::from(month.days()) {
            let day = month.first().plus(offset);
            match calendar.kind(day) {
                DayKind::Holiday(holiday) => days.push((day, text.name(&holiday.name).to_owned())),
                DayKind::MakeUp(holiday) => {
                    days.push((day, text.with("day-make-up", &[("name", text.name(&holiday.name).into())])))
                }
                DayKind::Working | DayKind::Weekend => {}
            }
        }
    }
    html! {
        details.fold {
            summary { (text.say("law-days")) }
            dl.facts { @for (on, what) in &days { dt { (day(page, *on)) } dd { (what) } } }
        }
    }
}
