//! `kind asks`: who may apply, what they are asked for, and by when the office answers.
//!
//! Columns: `who`, `on`, `as`, any fact by name, and, each exactly:
//! `may` (capacities that may apply), `brings` (papers that are needed) and `by` (dates promised where it is accepted that
//! day, as ID=DAY, or `none`). A paper is its id, with `:copy` or `:both` where not the original alone is asked, `/ROLE` who
//! fills it in, `*WHOSE` seal it bears, `!STAMP`, `@STEP` that asks for it, `~OTHER` that is taken in its place.

use super::Stage;
use crate::material::{Bring, Need, Shape};
use policy::{Cell, Row};
use std::collections::BTreeSet;
use terms::Fact;

const COLUMNS: [&str; 6] = ["who", "on", "as", "may", "brings", "by"];

pub(super) fn run(stage: &Stage, row: &Row) -> Result<(), String> {
    let scenario = &stage.scenario;
    let procedure = stage.procedure()?;
    let fields: Vec<&str> = procedure.fields().map(|field| field.id.as_str()).chain(COLUMNS).collect();
    if let Some(fault) = scenario.only_columns(&fields).first() {
        return Err(fault.to_string());
    }
    let mut facts = stage.facts(procedure, &scenario.given)?;
    if let Some(who) = scenario.cell(row, "who") {
        let person = scenario.person(who).map_err(|fault| fault.to_string())?;
        facts.extend(stage.facts(procedure, &person.facts)?);
    }
    for head in scenario.table.columns.iter().filter(|head| !COLUMNS.contains(&head.text.as_str())) {
        if let Some(value) = scenario.cell(row, &head.text) {
            facts.insert(head.text.clone(), stage.fact(procedure, head, value)?);
        }
    }
    let on = scenario.cell(row, "on").ok_or("column `on` is missing or empty")?;
    let (day, calendar) = (stage.day(on)?, stage.law.calendar());
    let capacity = scenario.cell(row, "as").map_or("self", |cell| cell.text.as_str());
    let asked = crate::precheck(procedure, capacity, &facts, None, day, calendar);

    let mut known = facts.clone();
    known.insert("today".into(), Fact::Day(day));
    let may = procedure
        .applicants
        .iter()
        .filter(|one| one.when.as_ref().is_none_or(|when| when.holds(&known).is_yes()))
        .map(|one| one.capacity.clone());
    let needed = |bring: &&Bring| !matches!(bring.need, Need::NotNeeded(_));
    let brings = asked.bring.iter().filter(needed).map(word);
    let by = asked.how_long.iter().map(|promise| format!("{}={}", promise.id, promise.by.day));
    same(stage, row, "may", &may.collect())?;
    same(stage, row, "brings", &brings.collect())?;
    same(stage, row, "by", &by.collect())
}

/// A paper as a row writes it.
fn word(bring: &Bring) -> String {
    let mut word = bring.material.clone();
    word.push_str(match bring.shape {
        Shape::Original => "",
        Shape::Copy => ":copy",
        Shape::OriginalAndCopy => ":both",
    });
    let marks = [('/', &bring.filled_by), ('*', &bring.sealed_by), ('!', &bring.stamp), ('@', &bring.at)];
    for (mark, what) in marks {
        word.extend(what.iter().flat_map(|what| [mark.to_string(), what.clone()]));
    }
    word.extend(bring.accepts.iter().flat_map(|other| ["~", other]).map(str::to_owned));
    word
}

/// Exactly these words, in any order; nothing is held where the column is not there.
fn same(stage: &Stage, row: &Row, head: &str, got: &BTreeSet<String>) -> Result<(), String> {
    let Some(Cell { text, .. }) = stage.scenario.cell(row, head) else { return Ok(()) };
    let expected: BTreeSet<String> =
        text.split_whitespace().filter(|word| *word != "none").map(str::to_owned).collect();
    let words = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<String>>().join(" ");
    if expected == *got {
        Ok(())
    } else {
        Err(stage.differs(row, &format!("{head} {}", words(&expected)), &format!("{head} {}", words(got))))
    }
}
