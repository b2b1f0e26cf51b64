//! `banli simulate`: every bill under the law in force and under a draft; streams, uses every core, says the same
//! every time.

use super::adjudicate::{open, read_chunk};
use crate::bills::{self, BillIn};
use crate::out;
use crate::packs::{PacksArgs, as_folder, faulty};
use crate::progress::Progress;
use crate::simulation::{dice, report};
use crate::trouble::Trouble;
use benefit::{Benefits, Bill, Replay, Tally};
use rayon::prelude::*;
use std::io::BufRead;
use std::path::PathBuf;
use std::process::ExitCode;

/// Replay bills under the law in force and under a draft
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A draft is a pack: copy the folder of packs, change the copy, and name the pack's folder inside it. The bills are
those of `banli adjudicate`; a line with a code is looked up in the catalogue of each of the two.

Told: what each fund pays more or less, by month; who gains and who pays, and how much; which clause moved how much,
each with the smallest bill that shows it.

Examples:
  banli simulate --pack hangzhou --draft next/hangzhou --in bills.jsonl
  banli simulate --pack hangzhou --draft next/hangzhou --in - --json < bills.jsonl
  banli simulate --pack hangzhou --draft next/hangzhou --made-up 10000000    how fast, on bills drawn by dice")]
pub struct Arguments {
    /// The law in force: a pack's name or folder
    #[arg(long, value_name = "PACK", default_value = crate::packs::PACK)]
    pack: String,
    /// The draft: a pack's name or folder
    #[arg(long, value_name = "PACK")]
    draft: String,
    /// The bills; - for standard input
    #[arg(long = "in", value_name = "FILE", required_unless_present = "made_up")]
    input: Option<PathBuf>,
    /// Draw so many bills of twelve lines by dice instead of reading them
    #[arg(long, value_name = "NUMBER", conflicts_with = "input", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    made_up: Option<u64>,
    /// Print the report as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    packs: PacksArgs,
}

/// Lines that one core takes at a time.
const LINES_AT_A_TIME: usize = 256;
/// Made-up bills that one core takes at a time.
const MADE_UP_AT_A_TIME: u64 = 32_768;
/// Faulty lines told one by one; the rest is only counted.
const TOLD_MAX: u64 = 20;

/// Replays, then reports.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let now = compiled(&arguments.packs, &arguments.pack)?;
    let draft = compiled(&arguments.packs, &arguments.draft)?;
    let replay = Replay::new(now, draft);
    let (tally, faulty) = match (arguments.made_up, &arguments.input) {
        (Some(bills), _) => {
            let progress = Progress::of("Bills", bills);
            let tally = made_up(&replay, bills, &progress);
            progress.finish();
            (tally, 0)
        }
        (None, Some(input)) => {
            let (input, bytes) = open(input)?;
            let progress = if bytes > 0 { Progress::of("Bills (bytes)", bytes) } else { Progress::silent() };
            let read = streamed(&replay, input, &progress)?;
            progress.finish();
            read
        }
        (None, None) => {
            let cure = "name a file of bills with --in";
            return Err(Trouble::new("there is nothing to replay", "no bills are named", cure).into());
        }
    };
    let report = report::Report::new(&replay, &tally, faulty);
    if arguments.json {
        out::line!("{}", serde_json::to_string(&report)?)?;
    } else {
        out::text!("{report}")?;
    }
    Ok(if faulty == 0 { ExitCode::SUCCESS } else { ExitCode::from(super::NO) })
}

/// The benefits of a pack that is named, or lies in a folder.
fn compiled(packs: &PacksArgs, pack: &str) -> anyhow::Result<Benefits> {
    let (packs, id) = match as_folder(pack) {
        Some((folder, id)) => (PacksArgs { folder: Some(folder), ..packs.clone() }, id),
        None => (packs.clone(), pack.to_owned()),
    };
    let law = packs.law(&id)?;
    Benefits::compile(&law).map_err(|faults| faulty(&id, &faults).into())
}

/// Replays every line of the input; also how many lines were no bill.
fn streamed(replay: &Replay, mut input: impl BufRead, progress: &Progress) -> anyhow::Result<(Tally, u64)> {
    let (mut tally, mut lines, mut faulty) = (Tally::default(), 0u64, 0u64);
    loop {
        let chunk = read_chunk(&mut input)?;
        if chunk.is_empty() {
            return Ok((tally, faulty));
        }
        let parts: Vec<(Tally, Vec<(u64, String)>)> = chunk
            .par_chunks(LINES_AT_A_TIME)
            .enumerate()
            .map(|(place, part)| {
                let first = lines + (place * LINES_AT_A_TIME) as u64 + 1;
                let (mut tally, mut wrong) = (Tally::default(), Vec::new());
                for (number, line) in (first..).zip(part) {
                    match read(replay, line) {
                        Ok(Some((bill, None))) => replay.add(&mut tally, number, &bill),
                        Ok(Some((bill, Some(drafted)))) => {
                            replay.add_looked_up(&mut tally, number, &bill, &drafted);
                        }
                        Ok(None) => {}
                        Err(why) => wrong.push((number, why)),
                    }
                }
                (tally, wrong)
            })
            .collect();
        for (part, wrong) in parts {
            tally.merge(part);
            for (number, why) in wrong {
                faulty += 1;
                if faulty <= TOLD_MAX {
                    eprintln!("line {number}: {why}");
                }
            }
        }
        lines += chunk.len() as u64;
        progress.add(chunk.iter().map(|line| line.len() as u64).sum());
    }
}

/// The bill of a line, and the same as the draft's catalogue has its lines where that is another; nothing for an empty
/// line.
fn read(replay: &Replay, line: &[u8]) -> Result<Option<(Bill, Option<Bill>)>, String> {
    let text = std::str::from_utf8(line).map_err(|error| format!("it is not UTF-8: {error}"))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    if text.len() > bills::LINE_BYTES_MAX {
        return Err(format!("it has more than {} bytes", bills::LINE_BYTES_MAX));
    }
    let sent: BillIn = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let bill = sent.bill(replay.now())?;
    if replay.one_catalogue() || !sent.has_codes() {
        return Ok(Some((bill, None)));
    }
    let mut drafted = bill.clone();
    drafted.lines = sent.lines(replay.draft())?;
    Ok(Some((bill, Some(drafted))))
}

/// Replays bills drawn by dice, each from its own number, so that the result does not depend on the cores.
fn made_up(replay: &Replay, bills: u64, progress: &Progress) -> Tally {
    let parts = bills.div_ceil(MADE_UP_AT_A_TIME);
    (0..parts)
        .into_par_iter()
        .fold(Tally::default, |mut tally, part| {
            let first = part * MADE_UP_AT_A_TIME;
            let last = (first + MADE_UP_AT_A_TIME).min(bills);
            let mut bill = dice::blank();
            for number in first..last {
                dice::draw(number, &mut bill);
                replay.add(&mut tally, number, &bill);
            }
            progress.add(last - first);
            tally
        })
        .reduce(Tally::default, |mut all, part| {
            all.merge(part);
            all
        })
}

#[cfg(test)]
mod tests;
