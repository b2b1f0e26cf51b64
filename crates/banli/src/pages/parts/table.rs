//! Lists: filters in the address, totals for money, counts that are links.

use super::{Page, Standing};
use maud::{Markup, html};
use terms::Fen;

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Numbers and money stand at the right.
    pub numeric: bool,
    /// The sum shown below, where the column is money.
    pub total: Option<Fen>,
}

impl Column {
    /// A column of words.
    pub fn words(head: String) -> Column {
        Column { head, numeric: false, total: None }
    }

    /// A column of numbers.
    pub fn number(head: String) -> Column {
        Column { head, numeric: true, total: None }
    }

    /// A column of money with its total.
    pub fn money(head: String, total: Fen) -> Column {
        Column { head, numeric: true, total: Some(total) }
    }
}

/// A table under its caption. The first cell of a row names the row. On a phone a row becomes a card, on which each
/// amount carries the unit that its column's head names once.
pub fn table(page: &Page<'_>, caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    let totals = columns.iter().any(|column| column.total.is_some());
    let yuan = page.text.say("unit-yuan");
    let in_head = [format!("（{yuan}）"), format!(" ({yuan})")];
    let named =
        |column: &Column| match in_head.iter().find_map(|unit| column.head.strip_suffix(unit.as_str())) {
            Some(name) => (name.to_owned(), Some(yuan.clone())),
            None => (column.head.clone(), None),
        };
    let columns: Vec<(&Column, String, Option<String>)> = columns
        .iter()
        .map(|column| {
            let (name, unit) = named(column);
            (column, name, unit)
        })
        .collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.cards-narrow {
                caption.visually-hidden { (caption) }
                thead { tr { @for (column, ..) in &columns { th scope="col" class=[column.numeric.then_some("num")] { (column.head) } } } }
                tbody {
                    @for row in rows {
                        tr data-row {
                            @for (index, ((column, name, unit), cell)) in columns.iter().zip(row).enumerate() {
                                @if index == 0 { th scope="row" data-head=(name) { div { (cell) } } }
                                @else { td data-head=(name) data-unit=[unit.as_deref()] class=[column.numeric.then_some("num")] { div { (cell) } } }
                            }
                        }
                    }
                }
                @if totals {
                    tfoot {
                        tr {
                            @for (index, (column, name, unit)) in columns.iter().enumerate() {
                                @if index == 0 { th scope="row" { (page.text.say("total")) } }
                                @else if let Some(total) = column.total { td.num data-head=(name) data-unit=[unit.as_deref()] { (super::money(total)) } }
                                @else { td {} }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Which rows of how many stand on this page, with the ways back and on; nothing where all fit. `path` ends where
/// `skip=20` is added.
pub fn pages(page: &Page<'_>, path: &str, skip: u32, most: u32, count: u64) -> Markup {
    pages_of(page, path, "skip", skip, most, count)
}

/// The same where a page has more than one list: `name` stands for `skip`.
pub fn pages_of(page: &Page<'_>, path: &str, name: &str, skip: u32, most: u32, count: u64) -> Markup {
    let text = page.text;
    let last = u64::from(skip.saturating_add(most)).min(count);
    html! {
        @if count > u64::from(most) || skip > 0 {
            nav.pages aria-label=(text.say("pages")) {
                @if skip > 0 { a rel="prev" href=(page.link(&format!("{path}{name}={}", skip.saturating_sub(most)))) { "← " (text.say("pages-before")) } } @else { span {} }
                span { (text.with("pages-shown", &[("from", (u64::from(skip) + 1).min(last).into()), ("to", last.into()), ("count", count.into())])) }
                @if last < count { a rel="next" href=(page.link(&format!("{path}{name}={}", skip.saturating_add(most)))) { (text.say("pages-after")) " →" } } @else { span {} }
            }
        }
    }
}

/// A part of a page that stands open at a desk and on paper, and is folded on a phone, where one would have to scroll
/// past it. Without scripts it is open everywhere.
pub fn fold(id: &str, title: &str, content: &Markup) -> Markup {
    html! { details.narrow-fold open data-narrow { summary { h2 id=(id) { (title) } } (content) } }
}

/// A count that filters the list when followed.
#[derive(Debug, Clone)]
pub struct Tally {
    /// How many.
    pub count: usize,
    /// Of what.
    pub words: String,
    /// Path after the language, with the filter.
    pub path: String,
    /// Late and soon are coloured.
    pub standing: Standing,
    /// This filter is on.
    pub chosen: bool,
}

/// Counts in a row.
pub fn tallies(page: &Page<'_>, tallies: &[Tally]) -> Markup {
    html! {
        div.tallies {
            @for tally in tallies {
                @let tone = match tally.standing { Standing::Late if tally.count > 0 => Some("late"), Standing::Soon if tally.count > 0 => Some("soon"), _ => None };
                a href=(page.link(&tally.path)) class=[tone] aria-current=[tally.chosen.then_some("true")] { b { (tally.count) } " " (tally.words) }
            }
        }
    }
}

/// A filter of a list: name, label, the values with their words, and the chosen value.
pub type Filter<'a> = (&'a str, String, Vec<(String, String)>, String);

/// Filters of a list, sent with GET so that the view has an address; the chosen value is marked.
pub fn filters(page: &Page<'_>, path: &str, filters: &[Filter<'_>]) -> Markup {
    html! {
        form.filters method="get" action=(page.link(path)) {
            @for (name, label, values, chosen) in filters {
                div {
                    label for=(format!("filter-{name}")) { (label) }
                    select id=(format!("filter-{name}")) name=(name) {
                        option value="" { (page.text.say("filter-all")) }
                        @for (value, words) in values { option value=(value) selected[value == chosen] { (words) } }
                    }
                }
            }
            button.quiet type="submit" { (page.text.say("filter")) }
        }
    }
}
