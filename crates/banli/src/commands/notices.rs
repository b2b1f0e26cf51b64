//! `banli notices`: the proof that public notices were up, worked out anew.

use crate::office;
use crate::out;
use agency::{CaseId, Event, StreamId};
use case::CaseEvent;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use store::{CaseFilter, Store};

/// Prove on which days public notices were up
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli notices --data banli-data
  banli notices --data banli-data --case 17

On each day a notice is up the office writes a hash over what is shown and over the hash of the day before. This works
every one of them out anew from what happened: `holds` where it comes to the same, `BROKEN` where not.
The exit code is 1 where one is broken.")]
pub struct Arguments {
    /// The folder of the office
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Only this case
    #[arg(long, value_name = "NUMBER")]
    case: Option<u64>,
}

/// Cases read at once.
const PAGE: u32 = 500;

/// Prints a line for each day of each notice.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.data;
    let store = office::store_of(folder)?;
    let (told, sound) = proven(&store, arguments.case.map(CaseId))?;
    out::text!("{told}")?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(super::NO) })
}

/// The lines, and whether every hash holds.
fn proven(store: &Store, only: Option<CaseId>) -> anyhow::Result<(String, bool)> {
    let (mut told, mut sound) = (String::new(), true);
    let cases = match only {
        Some(case) => vec![case],
        None => every_case(store)?,
    };
    for case in cases {
        let events: Vec<Event> =
            store.with_records(|records| agency::Records::events(records, &StreamId::Case(case)))?;
        let of_case: Vec<&CaseEvent> = events
            .iter()
            .filter_map(|event| match event {
                Event::Case { what, .. } => Some(what.as_ref()),
                _ => None,
            })
            .collect();
        for one in case::sealed(of_case) {
            sound &= one.holds;
            let word = if one.holds { "holds" } else { "BROKEN" };
            writeln!(
                told,
                "{} {} {} {} {word}",
                StreamId::Case(case),
                one.state,
                one.seal.on,
                one.seal.hash
            )?;
        }
    }
    if told.is_empty() {
        told.push_str("no notice was ever up\n");
    }
    Ok((told, sound))
}

/// Every case, the newest first.
fn every_case(store: &Store) -> anyhow::Result<Vec<CaseId>> {
    let (mut found, mut before) = (Vec::new(), CaseId(u64::MAX));
    loop {
        let rows = store.read(|reader| reader.find_cases(&CaseFilter::default(), before, PAGE))?;
        let Some(last) = rows.last() else { return Ok(found) };
        before = last.id;
        found.extend(rows.iter().map(|row| row.id));
    }
}
