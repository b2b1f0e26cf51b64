//! Gaps and overlaps: for each code, every level of hospital has exactly one row on each day from the code's first
//! to its last.

use super::Levels;
use super::place::Placed;
use crate::Code;
use policy::{Diagnostic, Said, say};
use std::collections::BTreeSet;
use terms::Day;

/// The first gap or overlap among the rows of one code; the next levels usually repeat the same slip.
pub(super) fn fault(rows: &[Placed<'_>]) -> Option<Diagnostic> {
    let named: BTreeSet<Code> = rows.iter().flat_map(|row| row.item.levels.named()).copied().collect();
    let first = rows.iter().map(|row| row.item.from).min()?;
    let last = rows.iter().map(|row| last_day(row)).max()?;
    // Levels that no row names are all alike: one stands for them.
    named.iter().map(|&level| Some(level)).chain([None]).find_map(|level| {
        let covers = |row: &&Placed<'_>| match level {
            Some(level) => row.item.levels.cover(level),
            None => !matches!(row.item.levels, Levels::Only(_)),
        };
        let mut covering: Vec<&Placed<'_>> = rows.iter().filter(covers).collect();
        covering.sort_by_key(|row| row.item.from);
        let whom = match level {
            Some(level) => say("at-level").with("level", level),
            None if named.is_empty() => say("at-any-level"),
            None => say("at-unnamed-levels"),
        };
        gap_or_overlap(&covering, &whom, first, last).or_else(|| {
            let row = rows.first().filter(|_| covering.is_empty())?;
            Some(gap(row, first, &whom))
        })
    })
}

fn last_day(row: &Placed<'_>) -> Day {
    row.item.to.unwrap_or(Day::MAX)
}

/// Walks rows in the order of their first days: each must begin the day after the one before ends.
fn gap_or_overlap(rows: &[&Placed<'_>], whom: &Said, first: Day, last: Day) -> Option<Diagnostic> {
    let mut due = first;
    let mut before: Option<&Placed<'_>> = None;
    for row in rows {
        if row.item.from > due {
            return Some(gap(row, due, whom));
        }
        if let Some(before) = before
            && row.item.from <= last_day(before)
        {
            let other = format!("{}:{}", before.source.path, before.item.line);
            let what = say("item-overlap").with("item", &row.item.code).holding("whom", whom.clone());
            let what = what.with("day", row.item.from).with("other", other);
            return Some(row.fault("begndate", what, say("item-overlap-cure")));
        }
        due = last_day(row).next();
        before = Some(row);
    }
    let before = before.filter(|before| last_day(before) < last)?;
    Some(gap(before, due, whom))
}

fn gap(row: &Placed<'_>, day: Day, whom: &Said) -> Diagnostic {
    let what = say("item-gap").with("item", &row.item.code).holding("whom", whom.clone()).with("day", day);
    row.fault("begndate", what, say("item-gap-cure"))
}
