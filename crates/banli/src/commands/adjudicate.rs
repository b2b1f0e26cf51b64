//! `banli adjudicate`: bills in, settlements out, one JSON object a line, in memory that does not grow with them.

use crate::bills;
use crate::out;
use crate::packs::{PacksArgs, faulty};
use crate::progress::Progress;
use crate::trouble::Trouble;
use benefit::{Benefits, Outcome};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Settle bills from a file, one JSON object a line
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A bill:
  {\"id\": \"1\", \"person\": {\"insutype\": \"310\", \"psn_type\": \"11\"},
   \"provider\": {\"hosp_lv\": \"2\"}, \"visit\": {\"med_type\": \"21\", \"begndate\": \"2021-03-01\",
   \"enddate\": \"2021-03-12\"}, \"year\": {}, \"lines\": [{\"pric\": \"100000\", \"cnt\": \"1\", \"chrgitm_lv\": \"01\"}]}
on one line; amounts are decimal strings. Further fields: person.category, hardship, account, account_past;
provider.kind, admdvs, designated, contracted; visit.filing, direct, ordinal, highest; year: the pack's accumulators;
lines: selfpay_prop, pric_uplmt_amt, date; or code (looked up in the pack's catalogue) and approved
instead of chrgitm_lv.

Examples:
  banli adjudicate --pack hangzhou --in bills.jsonl --out settled.jsonl
  banli adjudicate --pack reference --in - --out - < bills.jsonl

A refusal is an answer and is written like any other. A line that is no bill is told on stderr with its number and
skipped; with --stop it ends the run.")]
pub struct Arguments {
    /// Whose law
    #[arg(long, value_name = "PACK", default_value = crate::packs::PACK)]
    pack: String,
    /// The bills; - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: PathBuf,
    /// Where the settlements go; - for standard output
    #[arg(long = "out", value_name = "FILE")]
    output: PathBuf,
    /// End at the first line that is no bill
    #[arg(long)]
    stop: bool,
    #[command(flatten)]
    packs: PacksArgs,
}

/// Lines taken at once: enough for every core, little memory.
const CHUNK: usize = 4_096;
/// Bytes taken at once, but for the last line: a file of the longest lines needs no more memory than another.
const CHUNK_BYTES: usize = 16 << 20;
/// Faulty lines told one by one; the rest is only counted.
const TOLD_MAX: u64 = 20;

/// What a run came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    lines: u64,
    faulty: u64,
}

/// Settles every bill, in order, on every core.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let law = arguments.packs.law(&arguments.pack)?;
    let benefits = Benefits::compile(&law).map_err(|faults| faulty(&arguments.pack, &faults))?;
    let (input, bytes) = open(&arguments.input)?;
    let mut output: Box<dyn Write> = match is_dash(&arguments.output) {
        true => Box::new(out::stream()),
        false => Box::new(BufWriter::new(File::create(&arguments.output).map_err(|error| {
            let what = format!("{} cannot be written", arguments.output.display());
            Trouble::new(what, error, "name a file in a folder that may be written, with --out")
        })?)),
    };
    let progress = if bytes > 0 { Progress::of("Bills (bytes)", bytes) } else { Progress::silent() };
    let tally = settle(&benefits, input, &mut output, arguments.stop, &progress)?;
    progress.finish();
    eprintln!("{} lines, {} of them no bill", tally.lines, tally.faulty);
    Ok(if tally.faulty == 0 { ExitCode::SUCCESS } else { ExitCode::from(super::NO) })
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The input and its size; 0 where it is not known.
pub(super) fn open(path: &Path) -> anyhow::Result<(Box<dyn BufRead>, u64)> {
    if is_dash(path) {
        return Ok((Box::new(BufReader::new(std::io::stdin())), 0));
    }
    let file = File::open(path).map_err(|error| {
        Trouble::new(format!("{} cannot be read", path.display()), error, "name a file of bills with --in")
    })?;
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    Ok((Box::new(BufReader::with_capacity(1 << 20, file)), bytes))
}

fn settle(
    benefits: &Benefits,
    mut input: impl BufRead,
    output: &mut dyn Write,
    stop: bool,
    progress: &Progress,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    loop {
        let chunk = read_chunk(&mut input)?;
        if chunk.is_empty() {
            output.flush()?;
            return Ok(tally);
        }
        let results: Vec<Result<String, String>> = chunk
            .par_iter()
            .map_init(Outcome::default, |outcome, line| {
                let text = std::str::from_utf8(line).map_err(|error| format!("it is not UTF-8: {error}"))?;
                if text.trim().is_empty() {
                    Ok(String::new())
                } else {
                    bills::adjudicate(benefits, text, outcome)
                }
            })
            .collect();
        for (line, result) in chunk.iter().zip(results) {
            tally.lines += 1;
            progress.add(line.len() as u64);
            match result {
                Ok(result) if result.is_empty() => {}
                Ok(result) => {
                    output.write_all(result.as_bytes())?;
                    output.write_all(b"\n")?;
                }
                Err(why) if stop => {
                    output.flush()?;
                    let what = format!("line {} is no bill", tally.lines);
                    return Err(
                        Trouble::new(what, why, "mend the line, or leave --stop away to skip it").into()
                    );
                }
                Err(why) => {
                    tally.faulty += 1;
                    if tally.faulty <= TOLD_MAX {
                        eprintln!("line {}: {why}", tally.lines);
                    }
                }
            }
        }
    }
}

/// The next lines, each with its end; a line longer than a bill may be is cut there, and what follows is read as
/// the next one, so that it is told and memory stays bounded.
pub(super) fn read_chunk(input: &mut impl BufRead) -> std::io::Result<Vec<Vec<u8>>> {
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    while chunk.len() < CHUNK && bytes < CHUNK_BYTES {
        let mut line = Vec::new();
        input.by_ref().take(bills::LINE_BYTES_MAX as u64 + 2).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            break;
        }
        bytes += line.len();
        chunk.push(line);
    }
    Ok(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Law;

    fn benefits() -> Benefits {
        let files = crate::packs::embedded().unwrap();
        Benefits::compile(&Law::load(&files, "reference").unwrap()).unwrap()
    }

    const BILL: &str = r#"{"id": "7", "person": {"insutype": "310", "psn_type": "11"}, "provider": {"hosp_lv": "2"},
        "visit": {"med_type": "21", "begndate": "2021-03-01", "enddate": "2021-03-12"},
        "lines": [{"pric": "5000", "cnt": "1", "chrgitm_lv": "01"}]}"#;

    /// Lines as long as a bill may be, and one that never ends: no more than the bound and a line at a time.
    #[test]
    fn what_is_held_at_once_is_bounded_in_bytes() {
        let line = vec![b' '; bills::LINE_BYTES_MAX];
        let mut input = std::io::Cursor::new([&line[..], b"\n"].concat().repeat(10));
        let held = |chunk: Vec<Vec<u8>>| chunk.iter().map(Vec::len).sum::<usize>();
        let first = held(read_chunk(&mut input).unwrap());
        assert!((CHUNK_BYTES..=CHUNK_BYTES + bills::LINE_BYTES_MAX + 2).contains(&first), "{first}");
        let mut endless = BufReader::new(std::io::repeat(b'x'));
        assert!(held(read_chunk(&mut endless).unwrap()) <= CHUNK_BYTES + bills::LINE_BYTES_MAX + 2);
    }

    #[test]
    fn results_keep_the_order_and_faulty_lines_are_skipped_and_counted() {
        let good = |id: usize| BILL.replace('\n', " ").replace("\"7\"", &format!("\"{id}\"")) + "\n";
        let mut input: String = (0..5_000).map(good).collect();
        input.push_str("no bill\n\n");
        input.push_str(&good(5_000));
        let mut output = Vec::new();
        let tally = settle(&benefits(), input.as_bytes(), &mut output, false, &Progress::silent()).unwrap();
        assert_eq!(tally, Tally { lines: 5_003, faulty: 1 });
        let ids = String::from_utf8(output).unwrap();
        let ids =
            ids.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].clone());
        assert!(ids.eq((0..=5_000).map(|id: usize| serde_json::Value::from(id.to_string()))));
        let told = settle(&benefits(), "no bill\n".as_bytes(), &mut Vec::new(), true, &Progress::silent());
        assert!(told.unwrap_err().to_string().starts_with("line 1 is no bill"));
    }
}
