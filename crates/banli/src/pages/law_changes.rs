//! What changed in the law between two days, and for who may try drafts between the law in force and a draft.

use super::law_parts::{crumbs, parts_of_law, shape};
use super::law_words::{article, place, says, who};
use super::parts::{Column, Page, Standing, article as article_link, empty, fold, frame, status, table};
use crate::ask::{Ask, Reply};
use crate::changes::{Became, Changes, Side, between_days, between_laws};
use crate::errors::Problem;
use crate::packs::faulty;
use crate::simulation::draft::Draft;
use benefit::{Benefits, Change, Figure};
use case::Procedures;
use maud::{Markup, html};
use terms::Day;

/// More figures than this are told by `banli diff`.
const SHOWN_MAX: usize = 100;

/// The two days and what changed between them; without days, what the newest change of figures brought.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let rules = &ask.app.office.rules;
    let benefits = &rules.benefits;
    let newest = benefits.periods().iter().rev().find(|day| **day <= page.today()).copied();
    let newest = newest.unwrap_or(page.today());
    let day = |name: &str, otherwise: Day| ask.query.get(name).parse().unwrap_or(otherwise);
    let (first, second) = (day("on", newest.previous()), day("and", newest));
    let side = Side { law: page.law, benefits: Some(benefits), procedures: &rules.procedures };
    let changes = between_days(&side, first, second);
    let content = html! {
        div.stack {
            (parts_of_law(&page, ask, "/law/changes"))
            form.filters method="get" action=(page.link("/law/changes")) {
                div { label for="changes-on" { (text.say("changes-on")) } input.day id="changes-on" name="on" type="date" value=(first); }
                div { label for="changes-and" { (text.say("changes-and")) } input.day id="changes-and" name="and" type="date" value=(second); }
                button.quiet type="submit" { (text.say("changes-go")) }
            }
            p.small { (text.say("changes-days")) (text.colon()) @for day in benefits.periods().iter().skip(1) { " " a.nowrap href=(page.link(&format!("/law/changes?on={}&and={day}", day.previous()))) { (day) } } }
            (told(&page, [benefits, benefits], &changes))
        }
    };
    Ok(Reply::Page(frame(
        &page,
        shape(&page),
        &text.say("changes-title"),
        &crumbs(text),
        &html! {},
        &content,
    )))
}

/// What a draft changes in the law in force.
///
/// # Errors
/// What is wrong with the draft, where, and what to do.
pub(super) fn of_draft(ask: &Ask<'_>, draft: &Draft) -> anyhow::Result<Markup> {
    let rules = &ask.app.office.rules;
    let law = draft.law(ask.app.law(), &ask.app.simulations.folders)?;
    let id = law.pack().id.clone();
    let benefits = Benefits::compile(&law).map_err(|faults| faulty(&id, &faults))?;
    let procedures = Procedures::compile(&law).map_err(|faults| faulty(&id, &faults))?;
    let before = Side { law: &rules.law, benefits: Some(&rules.benefits), procedures: &rules.procedures };
    let after = Side { law: &law, benefits: Some(&benefits), procedures: &procedures };
    Ok(told(&ask.page(), [&rules.benefits, &benefits], &between_laws(&before, &after)))
}

/// The changes, kind by kind; the benefits before and after give figures their words.
fn told(page: &Page<'_>, benefits: [&Benefits; 2], changes: &Changes) -> Markup {
    let text = page.text;
    html! {
        @if changes.is_empty() { (empty(&text.say("changes-none"), &text.say("changes-none.how"))) }
        @if !changes.articles.is_empty() {
            section.box {
                h2 { (text.say("law-articles")) " (" (changes.articles.len()) ")" }
                ul.tasks { @for (change, id) in &changes.articles { li {
                    div.grow { (article_link(page, &id.0)) @if let Some(article) = page.law.article(&id.0) { p { (text.name(&article.gist)) } } }
                    (became(page, *change))
                } } }
            }
        }
        @if !changes.figures.is_empty() { section.stack-s { h2 { (text.say("law-rules")) " (" (changes.figures.len()) ")" } (figures(page, benefits, &changes.figures)) } }
        @if !changes.settings.is_empty() {
            section.box {
                h2 { (text.say("law-settings")) }
                ul.stack-s { @for (id, was, is) in &changes.settings { li { span.mono { (id) } (text.colon()) (was) " → " strong { (is) } } } }
            }
        }
        @if !changes.procedures.is_empty() {
            section.box {
                (fold("procedures", &format!("{} ({})", text.say("changes-procedures"), changes.procedures.len()), &html! {
                    ul.tasks { @for (change, id, name, parts) in &changes.procedures { li { div.grow { a href=(page.link(&format!("/precheck/{id}"))) { (text.name(name)) } p.hint { (text.list(parts.iter().map(|key| text.say(key)))) } } (became(page, *change)) } } }
                }))
            }
        }
        @if !changes.files.is_empty() {
            details.box {
                summary { (text.say("changes-files")) " (" (changes.files.len()) ")" }
                ul { @for (change, path) in changes.files.iter().take(SHOWN_MAX) { li.mono.small { (change.sign()) " " (path) } } }
            }
        }
    }
}

/// What became of it, the word first.
fn became(page: &Page<'_>, became: Became) -> Markup {
    match became {
        Became::Added => status(Standing::Mine, &page.text.say("changes-added")),
        Became::Changed => status(Standing::Soon, &page.text.say("changes-changed")),
        Became::Gone => status(Standing::Done, &page.text.say("changes-gone")),
    }
}

/// Figures before and after, each under its article.
fn figures(page: &Page<'_>, [before, after]: [&Benefits; 2], changes: &[Change]) -> Markup {
    let text = page.text;
    let columns = ["rule-layer", "rule-who", "changes-before", "changes-after", "rule-place"]
        .map(|key| Column::words(text.say(key)));
    let figure = |benefits: &Benefits, figure: &Option<Figure>| {
        html! {
            @match figure {
                Some(figure) => { (says(page, benefits, &figure.says)) br; (article(page, benefits, figure)) },
                None => span.soft { "–" },
            }
        }
    };
    let rows: Vec<Vec<Markup>> = changes
        .iter()
        .take(SHOWN_MAX)
        .filter_map(|change| {
            let (benefits, one) = match (&change.after, &change.before) {
                (Some(figure), _) => (after, figure),
                (None, Some(figure)) => (before, figure),
                (None, None) => return None,
            };
            let layer = benefits.layers().get(one.layer)?;
            Some(vec![
                html! { a href=(page.link(&format!("/law/rules/{}", layer.id))) { (text.name(&layer.name)) } },
                html! { (who(page, benefits, one)) },
                figure(before, &change.before),
                figure(after, &change.after),
                html! { span.mono.small.soft { (place(benefits, one)) } },
            ])
        })
        .collect();
    html! {
        (table(page, &text.say("changes-title"), &columns, &rows))
        @if changes.len() > SHOWN_MAX { p.soft.small { (text.with("changes-more", &[("count", (changes.len() - SHOWN_MAX).into())])) } }
    }
}
