//! `banli events`: what happened, as it was written.

use crate::office;
use crate::out;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use store::Recorded;
use store::witness::{Hash, Leaf};
use terms::Moment;

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

/// All of a line but the event; names are kept from version to version.
#[derive(Serialize, Deserialize)]
struct Line<'e> {
    seq: i64,
    #[serde(borrow)]
    stream: Cow<'e, str>,
    version: u32,
    /// Milliseconds since 1970 by the office's clock.
    at: i64,
    #[serde(borrow)]
    actor: Cow<'e, str>,
}

/// Between the two. No text within a line holds it, because quotation marks within texts are escaped.
const EVENT: &str = ",\"event\":";

/// An event as a line: its own JSON stands in it byte for byte as it was written, because its hash is over that.
fn line(recorded: &Recorded) -> serde_json::Result<String> {
    let line = Line {
        seq: recorded.seq,
        stream: Cow::from(&recorded.stream),
        version: recorded.version,
        at: recorded.at.0,
        actor: Cow::from(&recorded.actor),
    };
    let line = serde_json::to_string(&line)?;
    Ok(format!("{}{EVENT}{}}}", line.trim_end_matches('}'), recorded.body))
}

/// The leaf of the witness log that a line stands for, or what is wrong with the line.
pub(super) fn leaf(line: &str) -> Result<Hash, String> {
    let parts = line.strip_suffix('}').and_then(|line| line.split_once(EVENT));
    let (rest, body) = parts.ok_or("there is no event in it")?;
    let rest = format!("{rest}}}");
    let Line { seq, stream, version, at, actor } =
        serde_json::from_str(&rest).map_err(|error| error.to_string())?;
    let body = Hash::of(body.as_bytes());
    Ok(Leaf { seq, at: Moment(at), stream: &stream, version, actor: &actor, body }.hash())
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
            writeln!(output, "{}", line(recorded)?)?;
        }
        match events.last() {
            Some(last) if arguments.stream.is_none() => after = last.seq,
            _ => break,
        }
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}
