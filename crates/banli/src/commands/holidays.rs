//! `banli holidays`: a year's notice on holidays taken into a pack, and what it moves in an office.

use crate::desk::Desk;
use crate::office::Office;
use crate::out;
use crate::packs::{PacksArgs, from_folder};
use crate::passing;
use crate::trouble::Trouble;
use agency::{CaseId, Event, StreamId};
use case::{CaseEvent, Cause};
use policy::Law;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terms::{DateStep, Dated, Day};

/// Take a State Council notice on holidays into a pack and move every running clock by it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli holidays 2027.toml --into packs/national                       check it and keep it as packs/national/calendar/2027.toml
  banli holidays 2027.toml --into packs/national --data banli-data     and tell each case of an office whose dates it moves

The notice is written as those of packs/national/calendar are:

  [[notice]]
  year = 2027
  source = \"the notice's number\"

  [[notice.holiday]]
  name = { zh = \"元旦\", en = \"New Year\" }
  from = \"2027-01-01\"
  to = \"2027-01-03\"
  make_up = [\"2027-01-09\"]

Every pack that stands on it is checked with it first; with faults nothing is changed, and the exit code is 1. A date that
was promised to somebody, of a notice that is up or of a correction, is never made shorter. The office must not be running;
one that is takes the notice when it is started anew with --packs.")]
pub struct Arguments {
    /// The notice
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder of the pack it belongs to
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The folder of an office whose clocks are moved at once
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// A notice of more bytes than this is none.
const BYTES_MAX: u64 = 1 << 20;

#[derive(Deserialize)]
struct Document {
    notice: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    year: i32,
}

/// Checks, keeps, and tells the office.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (text, year) = read(&arguments.file)?;
    let folder = arguments.into.canonicalize().ok();
    let place = folder.as_deref().and_then(|folder| Some((folder.parent()?, folder.file_name()?.to_str()?)));
    let Some((packs, id)) = place else {
        let what = format!("{} is no pack", arguments.into.display());
        let cure = "name the folder of a pack, such as packs/national, with --into";
        return Err(Trouble::new(what, "there is no such folder", cure).into());
    };
    let path = format!("{id}/calendar/{year}.toml");
    let faults = kept(packs, &path, &text)?;
    if !faults.is_empty() {
        out::text!("{faults}")?;
        return Ok(ExitCode::from(super::NO));
    }
    out::line!("{path}: kept")?;
    if let Some(data) = &arguments.data {
        out::text!("{}", moved(data, packs)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The notice and the year it is for.
fn read(file: &Path) -> anyhow::Result<(String, i32)> {
    let trouble =
        |why: String, cure: &str| Trouble::new(format!("{} cannot be read", file.display()), why, cure);
    let size =
        std::fs::metadata(file).map_err(|error| trouble(error.to_string(), "name the file of a notice"))?;
    if size.len() > BYTES_MAX {
        return Err(trouble("it is too long".into(), "a notice is a page of text").into());
    }
    let text = std::fs::read_to_string(file)
        .map_err(|error| trouble(error.to_string(), "write it as UTF-8 text"))?;
    let document: Document = toml::from_str(&text)
        .map_err(|error| trouble(error.to_string(), "write it as `banli help holidays` shows"))?;
    match document.notice.as_slice() {
        [one] => Ok((text, one.year)),
        _ => Err(trouble("it holds no notice, or several".into(), "one file is for one year").into()),
    }
}

/// Writes the notice where every pack of the folder is still sound with it; the faults otherwise.
fn kept(packs: &Path, path: &str, text: &str) -> anyhow::Result<String> {
    let mut files = from_folder(packs)?;
    files.insert(path.to_owned(), text.to_owned());
    let ids: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix("/pack.toml")).collect();
    let mut told = String::new();
    for id in ids {
        // A fault that was there before, in a pack that has nothing to do with it, is told where it is looked for.
        for fault in Law::load(&files, id).err().into_iter().flatten().filter(|fault| fault.file == path) {
            let fault = format!("{fault}\n\n");
            if !told.contains(&fault) {
                told += &fault;
            }
        }
    }
    if told.is_empty() {
        let file = packs.join(path);
        let why = |error: std::io::Error| {
            Trouble::new(
                format!("{} cannot be written", file.display()),
                error,
                "see to the folder's permissions",
            )
        };
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(why)?;
        }
        std::fs::write(&file, text).map_err(why)?;
    }
    Ok(told)
}

/// Opens the office under the packs as they are now, lets the day pass, and tells each date that moved, with why.
fn moved(data: &Path, packs: &Path) -> anyhow::Result<String> {
    let packs = PacksArgs { folder: Some(packs.to_owned()), ..PacksArgs::default() };
    let office = Office::open(data, &packs)?;
    let before: BTreeMap<CaseId, usize> = open_cases(&office)?;
    let desk = Desk::open(office.store.clone(), office.rules.clone(), office.clock)?;
    let passed = passing::pass(&desk)?;
    let mut told = String::new();
    let mut dates = 0;
    for (case, seen) in before {
        let stream = StreamId::Case(case).to_string();
        for recorded in office.store.read(|reader| reader.stream(&stream))?.iter().skip(seen) {
            let Event::Case { what, .. } = recorded.event()? else { continue };
            if let CaseEvent::Moved { clock, from, to, cause: Cause::Calendar, .. } = *what {
                let was = from.as_ref().map_or_else(|| "-".to_owned(), Day::to_string);
                writeln!(told, "{stream} {clock} {was} -> {}  {}", to.day, why(&to))?;
                dates += 1;
            }
        }
    }
    writeln!(told, "{dates} date(s) moved in {} open case(s)", passed.cases)?;
    Ok(told)
}

/// The open cases, each with how many events it has.
fn open_cases(office: &Office) -> anyhow::Result<BTreeMap<CaseId, usize>> {
    let mut found = BTreeMap::new();
    for case in office.store.read(|reader| reader.open_cases())? {
        let events = office.store.read(|reader| reader.stream(&StreamId::Case(case).to_string()))?;
        found.insert(case, events.len());
    }
    Ok(found)
}

/// The days of the notice that the new date passes over or counts.
fn why(to: &Dated) -> String {
    let step = |step: &DateStep| match step {
        DateStep::DayOff { on, holiday: Some(name) } => Some(format!("{on} off, {}", name.en)),
        DateStep::MakeUp { on, holiday } => Some(format!("{on} worked for {}", holiday.en)),
        DateStep::Rolled { from, to } => Some(format!("{from} rolls to {to}")),
        DateStep::Starts { .. } | DateStep::Counted { .. } | DateStep::DayOff { holiday: None, .. } => None,
    };
    let steps: Vec<String> = to.steps.iter().filter_map(step).collect();
    if steps.is_empty() { "no day off on its way any more".to_owned() } else { steps.join("; ") }
}

#[cfg(test)]
mod tests;
