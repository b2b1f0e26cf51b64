//! A notice on holidays taken in while the office is open: what was typed as a notice of the packs, the rulebook with it,
//! and which dates of running cases it moves before anybody puts it into force.

use agency::casework::Command as Casework;
use agency::holidays;
use agency::{Actor, CaseId, Command, Context, Event, Ids, Rulebook, StreamId};
use case::{Action, CaseEvent, Cause};
use policy::{Diagnostics, Files, Law};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use store::{ReadError, Store};
use terms::{Dated, Day, Moment};

/// A date of a running case that a notice moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Which case.
    pub case: CaseId,
    /// Its clock or state.
    pub clock: String,
    /// The date told so far.
    pub from: Option<Day>,
    /// The date with the notice, and how it comes about.
    pub to: Dated,
}

/// More lines than this no year has holidays.
const ROWS_MAX: usize = 40;

/// A line that is none, from 1, with the key of what is wrong.
pub type BadLine = (usize, &'static str);

/// The notice as the packs write it, from lines of Chinese name, English name, first day, last day, and the weekend days
/// worked for it with spaces between.
///
/// # Errors
/// Every line that is none. What the days mean is checked with the law, not here.
pub fn written(year: i32, source: &str, rows: &str) -> Result<String, Vec<BadLine>> {
    let plain = rows.replace(['，', '\t'], ",");
    let lines: Vec<(usize, &str)> =
        plain.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    if lines.is_empty() || lines.len() > ROWS_MAX {
        return Err(vec![(lines.len(), "holidays-wrong-count")]);
    }
    // A string of JSON is one of TOML.
    let quoted = |text: &str| serde_json::to_string(text.trim()).unwrap_or_default();
    let mut text = format!("[[notice]]\nyear = {year}\nsource = {}\n", quoted(source));
    let mut bad = Vec::new();
    for (place, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let [zh, en, from, to, made_up @ ..] = cells.as_slice() else {
            bad.push((place + 1, "holidays-wrong-columns"));
            continue;
        };
        let worked: Vec<&str> = made_up.iter().flat_map(|cell| cell.split_whitespace()).collect();
        let days = [*from, *to].into_iter().chain(worked.iter().copied());
        if zh.is_empty() || en.is_empty() {
            bad.push((place + 1, "holidays-wrong-name"));
        }
        if days.into_iter().any(|day| day.parse::<Day>().is_err()) {
            bad.push((place + 1, "holidays-wrong-day"));
        }
        let worked: Vec<String> = worked.iter().map(|day| quoted(day)).collect();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n[[notice.holiday]]\nname = {{ zh = {}, en = {} }}\nfrom = {}\nto = {}\nmake_up = [{}]\n",
            quoted(zh),
            quoted(en),
            quoted(from),
            quoted(to),
            worked.join(", ")
        );
    }
    if bad.is_empty() { Ok(text) } else { Err(bad) }
}

/// The rulebook with these notices, by their years, in the place of the packs' own.
///
/// # Errors
/// Every fault of the packs with them.
pub fn amended(book: &Rulebook, notices: &BTreeMap<i32, &str>) -> Result<Rulebook, Diagnostics> {
    let sources = book.law.sources();
    let mut files: Files = sources.iter().map(|source| (source.path.clone(), source.text.clone())).collect();
    let own = &book.law.pack().id;
    let calendars = sources.iter().rev().filter_map(|source| source.path.split_once("/calendar/"));
    let folder = calendars.map(|(folder, _)| folder).next().unwrap_or(own);
    for (year, text) in notices {
        files.insert(format!("{folder}/calendar/{year}.toml"), (*text).to_owned());
    }
    let mut law = Law::load(&files, own)?;
    // Readings that whoever started the program chose hold on.
    for setting in book.law.settings() {
        law = law.choosing(&setting.id, &setting.chosen).unwrap_or(law);
    }
    Rulebook::compile(law)
}

/// The rulebook with every notice that was put into force in this office; those that the packs of today cannot take are
/// told in the log, and the packs' own hold.
///
/// # Errors
/// Trouble reading the office's file.
pub fn with_kept(store: &Store, book: Rulebook) -> Result<Rulebook, ReadError> {
    let notices = store.with_records(|records| holidays::notices(&records.events(&StreamId::Calendar)))?;
    let in_force = holidays::in_force(&notices);
    if in_force.is_empty() {
        return Ok(book);
    }
    match amended(&book, &in_force) {
        Ok(amended) => Ok(amended),
        Err(faults) => {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            tracing::error!("the notices on holidays kept in the office cannot be read: {first}");
            Ok(book)
        }
    }
}

/// The dates of open cases that stand otherwise under this rulebook; nothing is kept.
///
/// # Errors
/// Trouble reading the office's file.
pub fn moves(store: &Store, book: &Rulebook, now: Moment) -> Result<Vec<Move>, ReadError> {
    let time = Actor::time();
    let mut moves = Vec::new();
    for case in store.read(|reader| reader.open_cases())? {
        let command = Command::Case(Casework::Act { case, action: Box::new(Action::TimePassed) });
        let decided = store.with_records(|records| {
            let mut context = Context { rules: book, actor: &time, now, ids: Ids::default() };
            agency::decide(records, &mut context, &command)
        })?;
        // A case that cannot be told the day now is told with the next day.
        for event in decided.into_iter().flat_map(|decision| decision.appends).flat_map(|one| one.events) {
            let Event::Case { what, .. } = event else { continue };
            if let CaseEvent::Moved { clock, from, to, cause: Cause::Calendar, .. } = *what {
                moves.push(Move { case, clock, from, to });
            }
        }
    }
    Ok(moves)
}

#[cfg(test)]
mod tests;
