//! The rules of the benefits for reading: every layer, and for each layer its figures as a timeline, so that it is
//! seen what held when, under which article, and how sure we are.

use super::law_parts::{parts_of_law, shape};
use super::law_words::{article, article_of, days, place, says, short, slot, who};
use super::parts::{Column, Filter, Page, article as article_link, empty, filters, frame, table};
use crate::ask::{Ask, Reply, encode};
use crate::errors::Problem;
use benefit::{Benefits, Figure, Pays};
use maud::{Markup, html};
use terms::Day;

/// Most figures found by number that are shown.
const FOUND_MAX: usize = 120;

/// Every layer in the order it is applied, and a search over the figures.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let benefits = &ask.app.office.rules.benefits;
    let figures = benefits.figures();
    let sought: String = ask.query.get("q").chars().take(60).collect();
    let content = html! {
        div.stack {
            (parts_of_law(&page, ask, "/law/rules"))
            (search(&page, "/law/rules", &sought))
            @if sought.is_empty() {
                section.box {
                    p.soft { (text.say("rules-about")) }
                    ol.tasks { @for (number, layer) in benefits.layers().iter().enumerate() {
                        li {
                            div.grow {
                                a href=(page.link(&format!("/law/rules/{}", layer.id))) { (text.name(&layer.name)) }
                                p.hint { (pays(&page, layer.pays)) " · " span.mono { (layer.id) } }
                            }
                            span.soft.nowrap { (text.with("rules-figures", &[("count", figures.iter().filter(|figure| figure.layer == number).count().into())])) }
                        }
                    } }
                }
            } @else {
                (found(&page, benefits, &figures, &sought))
            }
        }
    };
    let crumbs = [("/law", text.say("nav-law"))];
    Ok(Reply::Page(frame(&page, shape(&page), &text.say("law-rules"), &crumbs, &html! {}, &content)))
}

/// The field a layer pays from, in words.
fn pays(page: &Page<'_>, pays: Pays) -> String {
    page.text.say(&format!("field-{}", pays.field().replace('_', "-")))
}

/// A search over words and numbers.
pub(super) fn search(page: &Page<'_>, path: &str, sought: &str) -> Markup {
    let text = page.text;
    html! {
        form.filters method="get" action=(page.link(path)) {
            div { label for="law-q" { (text.say("law-find")) } input id="law-q" name="q" type="search" maxlength="60" value=(sought); }
            button.quiet type="submit" { (text.say("find")) }
        }
    }
}

/// Whether a figure's value is what was typed: `800`, `800.00`, `8e2` is not, `82%`, `0.82` is not.
pub(super) fn is_value(figure: &Figure, sought: &str) -> bool {
    let plain = |typed: &str| -> String {
        typed.chars().filter(|letter| !matches!(letter, ',' | '，' | ' ' | '¥' | '元')).collect()
    };
    let (value, sought) = (plain(&figure.says.value()), plain(sought));
    let ends: Vec<String> = match figure.says {
        benefit::Says::Band { above, upto, .. } => {
            [Some(above), upto].into_iter().flatten().map(|end| plain(&end.grouped())).collect()
        }
        _ => Vec::new(),
    };
    !sought.is_empty()
        && std::iter::once(&value)
            .chain(&ends)
            .any(|known| *known == sought || known.strip_suffix(".00").is_some_and(|whole| whole == sought))
}

/// The figures that are this number, or whose layer, people or place is called so.
fn found(page: &Page<'_>, benefits: &Benefits, figures: &[Figure], sought: &str) -> Markup {
    let text = page.text;
    let lower = sought.to_lowercase();
    let named = |figure: &&Figure| {
        let layer = &benefits.layers()[figure.layer];
        let words = format!("{} {} {}", text.name(&layer.name), layer.id, who(page, benefits, figure));
        is_value(figure, sought) || words.to_lowercase().contains(&lower)
    };
    let hits: Vec<&Figure> = figures.iter().filter(named).collect();
    html! {
        @if hits.is_empty() { (empty(&text.say("rules-none"), &text.say("rules-none.how"))) } @else {
            p.soft role="status" { (text.with("rules-found", &[("count", hits.len().into())])) }
            (figure_table(page, benefits, &hits.into_iter().take(FOUND_MAX).collect::<Vec<_>>(), true))
        }
    }
}

/// Figures as rows: what, for whom, when, where it is written, under which article.
pub(super) fn figure_table(
    page: &Page<'_>,
    benefits: &Benefits,
    figures: &[&Figure],
    with_layer: bool,
) -> Markup {
    let text = page.text;
    // Who may try drafts finds the way to it beside each figure.
    let trying = page.reader.is_some_and(|reader| reader.nav.iter().any(|item| item.path == "/simulations"));
    let mut columns = vec![
        Column::words(text.say("rule-figure")),
        Column::words(text.say("rule-who")),
        Column::words(text.say("rule-days")),
        Column::words(text.say("rule-article")),
        Column::words(text.say("rule-place")),
    ];
    if with_layer {
        columns.insert(0, Column::words(text.say("rule-layer")));
    }
    let rows: Vec<Vec<Markup>> = figures
        .iter()
        .map(|figure| {
            let mut row = vec![
                html! { (says(page, benefits, &figure.says)) },
                html! { (who(page, benefits, figure)) },
                html! { span.nowrap { (days(page, figure)) } },
                article(page, benefits, figure),
                html! {
                    span.mono.small.soft { (place(benefits, figure)) }
                    @if let Some(path) = trying.then(|| try_path(benefits, figure)) { " " a.small.no-print href=(page.link(&path)) { (text.say("rule-try")) } }
                },
            ];
            if with_layer {
                let layer = &benefits.layers()[figure.layer];
                let link = page.link(&format!("/law/rules/{}", layer.id));
                row.insert(0, html! { a href=(link) { (text.name(&layer.name)) } });
            }
            row
        })
        .collect();
    table(page, &text.say("law-rules"), &columns, &rows)
}

/// Where a draft with another value of this figure is tried.
fn try_path(benefits: &Benefits, figure: &Figure) -> String {
    let word = format!("figure:{}:{}", place(benefits, figure), figure.origin.column);
    format!(
        "/simulations?draft={}&value={}",
        encode(&word),
        encode(figure.says.value().trim_end_matches(".00"))
    )
}

/// Figures by layer; those for the same people on the same days in one row.
pub(super) fn by_layer(page: &Page<'_>, benefits: &Benefits, figures: &[&Figure]) -> Markup {
    let text = page.text;
    let columns =
        ["rule-who", "rule-days", "rule-figure", "rule-place"].map(|key| Column::words(text.say(key)));
    let of_layer = |number: usize| -> Vec<Vec<&Figure>> {
        let mut groups: Vec<Vec<&Figure>> = Vec::new();
        for &figure in figures.iter().filter(|figure| figure.layer == number) {
            let same = |group: &&mut Vec<&Figure>| {
                group.first().is_some_and(|first| {
                    (&first.applies, first.from, first.to) == (&figure.applies, figure.from, figure.to)
                })
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(figure),
                None => groups.push(vec![figure]),
            }
        }
        groups
    };
    let row = |group: &Vec<&Figure>| -> Vec<Markup> {
        let lines = group.iter().map(|figure| figure.origin.line);
        let (first, last) = (lines.clone().min().unwrap_or(0), lines.max().unwrap_or(0));
        vec![
            html! { (who(page, benefits, group[0])) },
            html! { span.nowrap { (days(page, group[0])) } },
            html! { ul { @for figure in group { li { (says(page, benefits, &figure.says)) } } } },
            html! { span.mono.small.soft { (place(benefits, group[0])) @if last > first { "–" (last) } } },
        ]
    };
    html! {
        @for (number, layer) in benefits.layers().iter().enumerate() {
            @let groups = of_layer(number);
            @if !groups.is_empty() {
                h3 { a href=(page.link(&format!("/law/rules/{}", layer.id))) { (text.name(&layer.name)) } }
                (table(page, text.name(&layer.name), &columns, &groups.iter().map(row).collect::<Vec<_>>()))
            }
        }
    }
}

/// One layer: where it stands among the others, its figures over time, and the same as a table.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let benefits = &ask.app.office.rules.benefits;
    let id = ask.parts.first().map(String::as_str).unwrap_or_default();
    let number = benefits.layers().iter().position(|layer| layer.id == id).ok_or(Problem::NotFound)?;
    let layer = &benefits.layers()[number];
    let all = benefits.figures();
    let of_layer: Vec<&Figure> = all.iter().filter(|figure| figure.layer == number).collect();
    let chosen = chosen(ask, benefits, &of_layer);
    let figures: Vec<&Figure> = of_layer.iter().copied().filter(|figure| holds(figure, &chosen)).collect();
    let (before, after) = (number.checked_sub(1), number + 1);
    let step = |place: Option<usize>| place.and_then(|place| benefits.layers().get(place));
    let content = html! {
        div.stack {
            section.answer {
                p.lead { (text.with("rule-pays", &[("field", pays(&page, layer.pays).into()), ("base", text.say(base_key(layer.base)).into())])) }
                p { (article_link(&page, &benefits.layer_article(number).0)) }
            }
            @if !chosen.is_empty() { (filters(&page, &format!("/law/rules/{id}"), &choices(&page, benefits, &chosen))) }
            (lanes(&page, benefits, &figures))
            details.fold {
                summary { (text.say("rule-as-table")) " (" (figures.len()) ")" }
                (figure_table(&page, benefits, &figures, false))
            }
            nav.pages aria-label=(text.say("law-rules")) {
                @match step(before) { Some(layer) => a href=(page.link(&format!("/law/rules/{}", layer.id))) { "← " (text.name(&layer.name)) }, None => span {} }
                @if let Some(layer) = step(Some(after)) { a href=(page.link(&format!("/law/rules/{}", layer.id))) { (text.name(&layer.name)) " →" } }
            }
        }
    };
    let crumbs = [("/law", text.say("nav-law")), ("/law/rules", text.say("law-rules"))];
    Ok(Reply::Page(frame(&page, shape(&page), text.name(&layer.name), &crumbs, &html! {}, &content)))
}

/// Dimension and the value chosen of it; none for all of them.
type Chosen = Vec<(usize, Option<usize>)>;

/// What the address chooses along each dimension that tells this layer's figures apart. Where it says nothing, the
/// first value: a layer of a city has a hundred figures, and nobody is in all of its groups.
fn chosen(ask: &Ask<'_>, benefits: &Benefits, figures: &[&Figure]) -> Chosen {
    let mut dimensions: Vec<usize> =
        figures.iter().flat_map(|figure| figure.applies.iter().map(|(place, _)| *place)).collect();
    dimensions.sort_unstable();
    dimensions.dedup();
    let first = |place: usize| {
        figures
            .iter()
            .flat_map(|figure| &figure.applies)
            .filter(|(known, _)| *known == place)
            .flat_map(|(_, values)| values)
            .copied()
            .min()
    };
    let value = |place: usize| {
        let dimension = benefits.dimensions().get(place)?;
        if ask.query.iter().any(|(name, _)| name == dimension.id) {
            let said = ask.query.get(&dimension.id);
            return dimension.values.iter().position(|value| value.id == said);
        }
        first(place)
    };
    dimensions.into_iter().map(|place| (place, value(place))).collect()
}

/// The figure holds for whoever has the chosen values.
fn holds(figure: &Figure, chosen: &Chosen) -> bool {
    chosen.iter().all(|(place, value)| {
        let applies = figure.applies.iter().find(|(known, _)| known == place);
        value.is_none_or(|value| applies.is_none_or(|(_, values)| values.contains(&value)))
    })
}

/// The chosen values as filters in the address.
fn choices<'b>(page: &Page<'_>, benefits: &'b Benefits, chosen: &Chosen) -> Vec<Filter<'b>> {
    let text = page.text;
    let filter = |(place, value): &(usize, Option<usize>)| {
        let dimension = benefits.dimensions().get(*place)?;
        let values =
            dimension.values.iter().map(|value| (value.id.clone(), text.name(&value.name).to_owned()));
        let id = value.and_then(|value| dimension.values.get(value)).map_or("", |value| value.id.as_str());
        Some((dimension.id.as_str(), text.name(&dimension.name).to_owned(), values.collect(), id.to_owned()))
    };
    chosen.iter().filter_map(filter).collect()
}

fn base_key(base: benefit::Base) -> &'static str {
    match base {
        benefit::Base::Scope => "rule-base-scope",
        benefit::Base::AboveDeductible => "rule-base-above-deductible",
        benefit::Base::Burden => "rule-base-burden",
        benefit::Base::BurdenAndFirstOwn => "rule-base-burden-and-first-own",
        benefit::Base::Person => "rule-base-person",
    }
}

/// Figures of one kind for the same people, one after the other.
struct Lane<'f> {
    slot: String,
    who: String,
    figures: Vec<&'f Figure>,
}

/// Hundredths of a percent, so that places on the axis are whole numbers.
const WIDE: i64 = 10_000;

/// The figures over time, a lane for each kind and group of people; today is marked.
fn lanes(page: &Page<'_>, benefits: &Benefits, figures: &[&Figure]) -> Markup {
    let text = page.text;
    let mut lanes: Vec<Lane<'_>> = Vec::new();
    for &figure in figures {
        let (slot, who) = (slot(page, benefits, &figure.says), who(page, benefits, figure));
        match lanes.iter_mut().find(|lane| lane.slot == slot && lane.who == who) {
            Some(lane) => lane.figures.push(figure),
            None => lanes.push(Lane { slot, who, figures: vec![figure] }),
        }
    }
    for lane in &mut lanes {
        lane.figures.sort_by_key(|figure| figure.from);
    }
    let first = figures.iter().map(|figure| figure.from).min().unwrap_or(page.today());
    // A year beyond today, so that what holds now is seen to go on.
    let last = page.today().plus_months(12);
    let span = i64::from(last.days_since(first).max(1));
    let x = |day: Day| (i64::from(day.days_since(first)) * WIDE / span).clamp(0, WIDE);
    let years: Vec<i32> = {
        let (from, to) = (first.year(), last.year());
        let step = ((to - from) / 6).max(1);
        (from..=to).step_by(usize::try_from(step).unwrap_or(1)).collect()
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(text.say("rule-timeline")) {
            table.lanes {
                caption { (text.say("rule-timeline-about")) }
                thead { tr {
                    th scope="col" { (text.say("rule-figure")) }
                    th scope="col" {
                        span.visually-hidden { (text.say("rule-timeline")) }
                        svg.lane.axis aria-hidden="true" {
                            @for year in &years {
                                @if let Ok(day) = Day::from_ymd(*year, 1, 1) { @if day >= first { text.faint x=(percent(x(day))) y="14" { (year) } } }
                            }
                        }
                    }
                } }
                tbody { @for lane in &lanes {
                    tr {
                        th scope="row" { (lane.slot) small { (lane.who) } }
                        td {
                            svg.lane role="group" aria-label=(in_words(page, lane)) {
                                @for figure in &lane.figures {
                                    @let (from, to) = (x(figure.from), figure.to.map_or(WIDE, |to| x(to.next())));
                                    svg x=(percent(from)) width=(percent((to - from).max(40))) height="30" {
                                        title { (text.with("rule-lane", &[("value", short(page, &figure.says).into()), ("days", days(page, figure).into())])) }
                                        a href=(page.link(&format!("/law/articles/{}", article_of(benefits, figure)))) {
                                            rect.span.illustrative-span[figure.origin.illustrative] x="1" y="2" width="100%" height="26" {}
                                            text x="6" y="20" { (short(page, &figure.says)) }
                                        }
                                    }
                                }
                                @let today = percent(x(page.today()));
                                line.today x1=(today) x2=(today) y1="0" y2="30" {}
                            }
                        }
                    }
                } }
            }
        }
        p.legend {
            span { i.sure {} (text.say("law-verified")) }
            span { i.unsure {} (text.say("illustrative")) }
            span { i.today-line {} (text.say("rule-today")) }
        }
    }
}

fn percent(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

/// A lane for who does not see it: every value with its days.
fn in_words(page: &Page<'_>, lane: &Lane<'_>) -> String {
    let text = page.text;
    let told = lane.figures.iter().map(|figure| {
        text.with(
            "rule-lane",
            &[("value", short(page, &figure.says).into()), ("days", days(page, figure).into())],
        )
    });
    text.list(told)
}
