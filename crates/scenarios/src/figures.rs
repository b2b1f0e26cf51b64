//! Whether the scenarios of a pack hold its figures: each figure is changed by the least that matters (a rate by a
//! point, an amount by a fen, a day by a day, a class of codes to another), and then a row must fail or the pack must
//! be refused.

use benefit::Benefits;
use policy::{Files, Law, Source, Table};
use std::fmt;
use std::ops::Range;
use terms::{Day, Fen};

/// One figure of a pack written otherwise.
#[derive(Debug, Clone)]
pub struct Change {
    /// `hangzhou/benefits/residents.toml`
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What stands there.
    pub was: String,
    /// What is put there instead.
    pub becomes: String,
    span: Range<usize>,
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {} -> {}", self.path, self.line, self.was, self.becomes)
    }
}

/// The files that what is paid depends on; the others only take time.
pub fn of_benefits(files: Files) -> Files {
    let aside = ["/procedures/", "/forms/", "/interface/", "/postings/", "/proofs/"];
    let matters = |path: &str| {
        let row = path.contains("/scenarios/benefit/");
        row || !path.contains("/scenarios/") && !aside.iter().any(|folder| path.contains(folder))
    };
    files.into_iter().filter(|(path, _)| matters(path)).collect()
}

/// Every change of every figure, day and class in a pack's `benefits`, in the order of the files.
pub fn changes(files: &Files, pack: &str) -> Vec<Change> {
    let folder = format!("{pack}/benefits/");
    let own = files.iter().filter(|(path, _)| path.starts_with(&folder));
    own.flat_map(|(path, text)| of_file(&Source { path: path.clone(), text: text.clone() })).collect()
}

fn of_file(source: &Source) -> Vec<Change> {
    let mut found = Vec::new();
    let (mut section, mut start, mut table) = ("", 0, None);
    for line in source.text.split_inclusive('\n') {
        let content = line.trim();
        if let Some(from) = table {
            if content.starts_with("'''") {
                let read = if section.starts_with("[[layer.") { of_table } else { of_classes };
                found.extend(read(source, from..start));
                table = None;
            }
        } else if content.starts_with('[') {
            section = content;
        } else if content.starts_with("table = '''") || content.starts_with("classes = '''") {
            table = Some(start + line.len());
        } else if let Some((key, value)) = content.split_once(" = ")
            && ["from", "to"].contains(&key)
            && let Ok(day) = value.trim_matches('"').parse::<Day>()
        {
            let at = start + line.find('"').unwrap_or(0) + 1;
            for other in [day.plus(1), day.plus(-1)] {
                found.push(change(source, at..at + value.len() - 2, &other.to_string()));
            }
        }
        start += line.len();
    }
    found
}

/// The figures of one table; keys, articles and `above` are none.
fn of_table(source: &Source, span: Range<usize>) -> Vec<Change> {
    let Ok(table) = Table::read(source, span) else { return Vec::new() };
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    cells
        .flat_map(|cell| {
            let others = others(&cell.text).into_iter();
            others.map(|other| change(source, cell.span.clone(), &other)).collect::<Vec<_>>()
        })
        .collect()
}

/// The classes of a dimension: each row leads to the value of another row.
fn of_classes(source: &Source, span: Range<usize>) -> Vec<Change> {
    let Ok(table) = Table::read(source, span) else { return Vec::new() };
    let values: Vec<_> = table.rows.iter().filter_map(|row| row.cells.last()).collect();
    let other = |text: &str| values.iter().map(|value| &value.text).find(|value| value.as_str() != text);
    let changed = |value: &&policy::Cell| Some(change(source, value.span.clone(), other(&value.text)?));
    values.iter().filter_map(changed).collect()
}

/// What a figure becomes; nothing where the cell says none.
fn others(text: &str) -> Vec<String> {
    if text == "none" {
        return vec!["1".to_owned()];
    }
    if let Some(rate) = text.strip_suffix('%') {
        let (points, rest) = rate.find('.').map_or((rate, ""), |dot| rate.split_at(dot));
        let Ok(points) = points.parse::<i32>() else { return Vec::new() };
        let inside = |points: &i32| (0..=100).contains(points) && (*points < 100 || rest.is_empty());
        let others = [points + 1, points - 1].into_iter().filter(inside);
        return others.map(|points| format!("{points}{rest}%")).collect();
    }
    let Ok(amount) = text.replace(',', "").parse::<Fen>() else { return Vec::new() };
    let others = [amount.get() + 1, amount.get() - 1].into_iter().filter(|amount| *amount >= 0);
    others.filter_map(|amount| Some(Fen::new(amount).ok()?.to_string())).collect()
}

fn change(source: &Source, span: Range<usize>, becomes: &str) -> Change {
    Change {
        path: source.path.clone(),
        line: source.place(span.start).0,
        was: source.text[span.clone()].to_owned(),
        becomes: becomes.to_owned(),
        span,
    }
}

/// Whether a change is seen: the pack is refused, or a row of a scenario comes to something else.
pub fn is_seen(files: &Files, pack: &str, change: &Change) -> bool {
    let mut files = files.clone();
    let Some(text) = files.get_mut(&change.path) else { return false };
    text.replace_range(change.span.clone(), &change.becomes);
    !holds(&files, pack)
}

/// Whether a pack is accepted and every row of its benefits comes to what it says.
pub fn holds(files: &Files, pack: &str) -> bool {
    let Ok(law) = Law::load(files, pack) else { return false };
    Benefits::compile(&law).is_ok_and(|benefits| benefit::scenario::failures(&law, &benefits).is_empty())
}
