//! `kind money`: the office's money is moved; rows follow each other, and each row is a test that replays those before it.
//!
//! `person` lines are insured people (`birth`, `insutype`, `psn_type`), providers (`provider` with its kind, `level`,
//! `bank-account`) or actors (`roles`, and a provider as `organisation`; without one they are of the office).
//! Columns: `on`, `actor`, `does`, `answer` (`done`, `nothing` where it changes nothing, or `refused`), `because`, and
//! what stands afterwards: an account of the books (`payable:hospital:340100`), on the side on which it usually stands, or
//! a part of somebody's personal account (`this-year:li`, `past:li`). `cash@2026-11-30` is what stands at the end of that
//! day. An empty cell says nothing.
//!
//! `because` of a refusal: exactly its codes; of something done: articles, days and file numbers it tells.
//! What can be done stands in [`asked`]. A person's name in an account or a payment stands for their number.

mod asked;
mod office;

use super::{Stage, said};
use agency::{Event, Rulebook, StreamAppend};
use office::Office;
use policy::{Cell, Row, Said, say};
use std::collections::BTreeSet;

const COLUMNS: [&str; 5] = ["on", "actor", "does", "answer", "because"];

pub(super) fn run(stage: &Stage, last: usize) -> Result<(), String> {
    let compile = || Rulebook::compile(stage.law.clone()).map_err(|faults| said(&faults));
    let rules = stage.rules.get_or_init(compile).as_ref().map_err(Clone::clone)?;
    let mut office = Office::found(stage, rules)?;
    for (number, row) in stage.scenario.table.rows.iter().enumerate().take(last + 1) {
        let played = play(stage, &mut office, row);
        // Rows before this one have tests of their own; here they only set the stage.
        if number == last {
            return played;
        }
    }
    Ok(())
}

fn play(stage: &Stage, office: &mut Office<'_>, row: &Row) -> Result<(), String> {
    let need = |head: &str| -> Result<&Cell, String> {
        stage.scenario.cell(row, head).ok_or_else(|| format!("column `{head}` is missing or empty"))
    };
    let today = stage.day(need("on")?)?;
    let does = need("does")?;
    let command = asked::command(office, today, &does.text)
        .map_err(|why| stage.scenario.at(does, Said::Words(why), say("nobody-does-cure")).to_string())?;
    let actor = office.actor(need("actor")?)?;
    let (answer, because) = match office.does(&actor, today, &command) {
        Ok(appends) if appends.is_empty() => ("nothing", BTreeSet::new()),
        Ok(appends) => ("done", grounds(&appends)),
        Err(refusals) => ("refused", refusals.into_iter().map(|refusal| refusal.code).collect()),
    };
    let expected: BTreeSet<String> = stage
        .scenario
        .cell(row, "because")
        .map(|cell| cell.text.split_whitespace().map(str::to_owned).collect())
        .unwrap_or_default();
    let fits = if answer == "refused" { expected == because } else { expected.is_subset(&because) };
    if need("answer")?.text != answer || !fits {
        let words = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<String>>().join(" ");
        let expected = format!("{} because {}", need("answer")?.text, words(&expected));
        return Err(stage.differs(row, &expected, &format!("{answer} because {}", words(&because))));
    }
    for (head, cell) in stage.scenario.table.columns.iter().zip(&row.cells) {
        if COLUMNS.contains(&head.text.as_str()) || cell.text.is_empty() {
            continue;
        }
        let (expected, stands) = (office::amount(&cell.text)?, office.stands(&head.text, today)?);
        if expected != stands {
            let what = |amount| format!("{} {amount}", head.text);
            return Err(stage.differs(row, &what(expected), &what(stands)));
        }
    }
    Ok(())
}

/// What something done rests on: articles, last days to reply, numbers of files for the bank.
fn grounds(appends: &[StreamAppend]) -> BTreeSet<String> {
    use agency::bank::BankEvent;
    use agency::person_account::AccountEvent;
    use agency::statement::StatementEvent;
    let mut grounds = BTreeSet::new();
    for event in appends.iter().flat_map(|append| &append.events) {
        match event {
            Event::PersonAccount { what, .. } => {
                if let AccountEvent::Credited { article, .. } = &**what {
                    grounds.insert(article.to_string());
                }
            }
            Event::Statement { what, .. } => {
                if let StatementEvent::DeductionNoticed { article, reply_until, .. } = &**what {
                    grounds.extend([article.to_string(), reply_until.to_string()]);
                }
            }
            Event::BankFile { file, what } => {
                if let BankEvent::Written { .. } = &**what {
                    grounds.insert(file.to_string());
                }
            }
            _ => {}
        }
    }
    grounds
}
