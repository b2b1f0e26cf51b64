//! `banli events`: what happened, as it was written.

use crate::office;
use crate::out;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print what happened: every event as one line of JSON
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli events --data banli-data --after 120000
  banli events --data banli-data --stream case/17

The file keeps events small; this is how to read them without the program's pages. They hold personal data.")]
pub struct Arguments {
    /// The folder of the office
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Only events after this number
    #[arg(long, default_value_t = 0, value_name = "NUMBER", conflicts_with = "stream")]
    after: i64,
    /// Only the events of this stream
    #[arg(long, value_name = "STREAM")]
    stream: Option<String>,
}

/// One line; names are kept from version to version.
#[derive(Serialize)]
struct Line<'e> {
    seq: i64,
    stream: &'e str,
    version: u32,
    /// Milliseconds since 1970 by the office's clock.
    at: i64,
    actor: &'e str,
    event: serde_json::Value,
}

/// Events read at once.
const PAGE: u32 = 1_000;

/// Prints the events.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.data;
    let store = office::store_of(folder)?;
    let mut output = out::stream();
    let mut after = arguments.after;
    loop {
        let events = store.read(|reader| match &arguments.stream {
            Some(stream) => reader.stream(stream),
            None => reader.events_after(after, PAGE),
        })?;
        for recorded in &events {
            let line = Line {
                seq: recorded.seq,
                stream: &recorded.stream,
                version: recorded.version,
                at: recorded.at.0,
                actor: &recorded.actor,
                event: serde_json::from_str(&recorded.body)?,
            };
            writeln!(output, "{}", serde_json::to_string(&line)?)?;
        }
        match events.last() {
            Some(last) if arguments.stream.is_none() => after = last.seq,
            _ => break,
        }
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
